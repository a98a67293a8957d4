"""Who fits, of everybody at once, and in which order.

A set of people is one large integer, a byte a person (1 or 0), so that AND and
OR over 100,000 people take microseconds. The answer must be what a scan of
everybody by `Criteria.fits` gives; it only gets there sooner.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import compress
from operator import and_, or_

from unipile_client.sandbox.criteria import TEXT_ATTRIBUTES, Choice, Criteria, Option
from unipile_client.sandbox.population import Column, Population
from unipile_client.sandbox.queries import Query, Tokens, occurs


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everybody who fits, by number, in the order in which a search shows them."""

    people: tuple[int, ...]
    total: int


class _Narrow:
    """A column of at most 256 values: one pass over its bytes makes a set."""

    def __init__(self, column: Column) -> None:
        self.options = column.options
        self._codes = bytes(column.codes)

    def having(self, wanted: Callable[[Option], bool]) -> int:
        table = bytes(map(wanted, self.options)).ljust(256, b"\0")
        return int.from_bytes(self._codes.translate(table), "big")


class _Wide:
    """A column of thousands of values: for each, the people who have it."""

    def __init__(self, column: Column) -> None:
        self.options = column.options
        self._size = len(column.codes)
        self._people: list[list[int]] = [[] for _ in column.options]
        for number, code in enumerate(column.codes):
            self._people[code].append(number)

    def having(self, wanted: Callable[[Option], bool]) -> int:
        flags = bytearray(self._size)
        for people in compress(self._people, map(wanted, self.options)):
            for number in people:
                flags[number] = 1
        return int.from_bytes(flags, "big")


class Index:
    """Searches a population; answers are remembered, for a search has many pages."""

    def __init__(self, population: Population) -> None:
        self.size = len(population)
        self._everybody = int.from_bytes(b"\1" * self.size, "big")
        self._columns: dict[str, _Narrow | _Wide] = {
            attribute: (_Narrow if len(column.options) <= 256 else _Wide)(column)
            for attribute, column in population.columns.items()
        }
        self.search = lru_cache(maxsize=128)(self._search)
        self._having_term = lru_cache(maxsize=256)(self._find_term)

    def _search(self, criteria: Criteria) -> Answer:
        sets = [self._having_choice(choice) for choice in criteria.choices]
        if criteria.keywords is not None:
            sets.append(self._having_keywords(criteria.keywords))
        fitting = reduce(and_, sets, self._everybody)
        people = list(compress(range(self.size), fitting.to_bytes(self.size, "big")))
        # Each search has its own order: the people in a ring, from another start.
        start = zlib.crc32(repr(criteria).encode()) % len(people) if people else 0
        return Answer(people=(*people[start:], *people[:start]), total=len(people))

    def _having_choice(self, choice: Choice) -> int:
        return self._columns[choice.attribute].having(choice.accepts)

    def _having_keywords(self, query: Query) -> int:
        excluded = self._any_of(query.excluded)
        found = [self._any_of(group) for group in query.groups]
        return reduce(and_, found, self._everybody & ~excluded)

    def _any_of(self, terms: Iterable[Tokens]) -> int:
        return reduce(or_, map(self._having_term, terms), 0)

    def _find_term(self, term: Tokens) -> int:
        def wanted(value: Option) -> bool:
            return occurs(term, value.tokens)

        return reduce(
            or_, (self._columns[name].having(wanted) for name in TEXT_ATTRIBUTES), 0
        )
