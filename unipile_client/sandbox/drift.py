"""The order of an answer as it drifts: people move while somebody pages.

LinkedIn ranks anew between two requests. Nobody comes or goes: whoever moves over a
boundary that was passed already is missed, and pushes somebody else over it twice.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

import msgspec

from unipile_client.sandbox.faults import Fault
from unipile_client.sandbox.index import Answer
from unipile_client.sandbox.pages import Search


class Drift:
    """The orders that have moved, by account and search: rankings are personal."""

    def __init__(self) -> None:
        self._orders: dict[tuple[str, bytes], list[int]] = {}
        self._moves = 0

    def clear(self) -> None:
        """Return every answer to its first order."""
        self._orders.clear()
        self._moves = 0

    def seen_by(self, search: Search, faults: Iterable[Fault]) -> Search:
        """Return the search in its present order, moved on by the faults first."""
        key = (search.account_id, msgspec.json.encode(search.params, order="sorted"))
        for fault in faults:
            if fault.kind == "drift" and len(search.answer.people) > 1:
                order = self._orders.setdefault(key, list(search.answer.people))
                self._move(order, fault)
        if key not in self._orders:
            return search
        people = tuple(self._orders[key])
        return replace(search, answer=Answer(people=people, total=search.answer.total))

    def _move(self, order: list[int], fault: Fault) -> None:
        self._moves += 1
        rng = random.Random(f"{fault.seed} {self._moves}")
        for _ in range(fault.count):
            mover = order.pop(rng.randrange(len(order)))
            order.insert(rng.randrange(len(order) + 1), mover)
