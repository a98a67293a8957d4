"""Who exists: a fixed number of invented people, the same on every start.

People are stored by column (one code per person and attribute), because that
is quick to make, small, and what the index needs; a person is put together
when somebody looks. Everything follows from the seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from unipile_client.sandbox import vocabulary
from unipile_client.sandbox.criteria import NOTHING, Option, option
from unipile_client.sandbox.places import PLACES

SIZE = 100_000
SEED = 20251010

# Everybody whose number is a multiple of this went to SCHOOL_OF_534:
# 534 people of 100,000, beginning with number 187.
_SPECIAL_SCHOOL_STEP = 187


class Column:
    """One attribute of everybody: `codes[person]` is a position in `options`."""

    def __init__(self, options: Sequence[Option], codes: Sequence[int]) -> None:
        self.options = options
        self.codes = codes


def _wheel(shares: Iterable[int]) -> bytes:
    """Return a table from a random byte to a code, as likely as its share.

    With more than 256 shares in all, the smallest may get no byte and so nobody.
    """
    slots = [code for code, share in enumerate(shares) for _ in range(share)]
    return bytes(slots[byte * len(slots) // 256] for byte in range(256))


def _spin(rng: random.Random, size: int, shares: Iterable[int]) -> bytes:
    return rng.randbytes(size).translate(_wheel(shares))


def _gather(codes: Iterable[int], onto: Sequence[int]) -> bytes:
    """Replace each code by what it leads to (company → industry)."""
    return bytes(map(onto.__getitem__, codes))


class Firms:
    """All companies: each first name with each last word of an industry."""

    def __init__(self, rng: random.Random) -> None:
        words = [
            (word, code)
            for code, industry in enumerate(vocabulary.INDUSTRIES, start=1)
            for word in industry.firm_words
        ]
        named = [
            (f"{name} {word}", code)
            for name in vocabulary.FIRM_NAMES
            for word, code in words
        ]
        self.words_per_name = len(words)
        self.options = [NOTHING] + [
            option(name, str(2_000_000 + 13 * number))
            for number, (name, _) in enumerate(named)
        ]
        self.industry_of = [0] + [code for _, code in named]
        shares = [share for _, share in vocabulary.HEADCOUNTS]
        self.headcount_of = [0] + [
            1 + bucket for bucket in _spin(rng, len(named), shares)
        ]

    def spin(self, rng: random.Random, size: int) -> list[int]:
        """Give everybody a firm; two small draws make one of thousands."""
        names = _spin(rng, size, [1] * len(vocabulary.FIRM_NAMES))
        words = _spin(rng, size, [1] * self.words_per_name)
        width = self.words_per_name
        return [
            1 + name * width + word for name, word in zip(names, words, strict=True)
        ]


def headcount_word(low: int, high: int | None) -> str:
    """Name a bucket of company sizes: `51-200`, `10001+`."""
    return f"{low}+" if high is None else f"{low}-{high}"


def _titles() -> list[Option]:
    return [NOTHING] + [
        option(title.name, str(100 + number))
        for number, title in enumerate(vocabulary.TITLES)
    ]


def _places() -> list[Option]:
    return [NOTHING] + [option(place.name, place.id, *place.within) for place in PLACES]


def _schools() -> list[Option]:
    names = (
        *vocabulary.SCHOOLS,
        vocabulary.SCHOOL_OF_534,
        vocabulary.SCHOOL_OF_NOBODY,
    )
    return [NOTHING] + [
        option(name, str(15_000 + 7 * number)) for number, name in enumerate(names)
    ]


class Population:
    """The people, numbered from 0 to size − 1."""

    def __init__(self, *, size: int = SIZE, seed: int = SEED) -> None:
        rng = random.Random(seed)
        self.size = size
        self.firms = Firms(rng)
        self.columns: dict[str, Column] = {}
        self._add_names(rng)
        self._add_work(rng)
        self._add_life(rng)
        self._add_tagline(rng)
        # How the headline is put together, 0 to 15.
        self.headline_forms = _spin(rng, size, [1] * 16)

    def __len__(self) -> int:
        return self.size

    def person(self, number: int) -> Mapping[str, Option]:
        """Return the person as attribute → value."""
        return {
            attribute: column.options[column.codes[number]]
            for attribute, column in self.columns.items()
        }

    @cached_property
    def titles_by_code(self) -> list[vocabulary.Title | None]:
        return [None, *vocabulary.TITLES]

    def _add_names(self, rng: random.Random) -> None:
        for attribute, names in (
            ("first_name", vocabulary.FIRST_NAMES),
            ("last_name", vocabulary.LAST_NAMES),
        ):
            self.columns[attribute] = Column(
                [option(name) for name in names],
                _spin(rng, self.size, [1] * len(names)),
            )

    def _add_work(self, rng: random.Random) -> None:
        """Give everybody a title and a firm; one in a hundred has neither."""
        shares = [title.people_share for title in vocabulary.TITLES]
        titles = _spin(rng, self.size, [3, *shares])
        companies = [
            company if title else 0
            for company, title in zip(
                self.firms.spin(rng, self.size), titles, strict=True
            )
        ]
        seniorities = sorted({title.seniority for title in vocabulary.TITLES})
        seniority_of = [0] + [
            1 + seniorities.index(title.seniority) for title in vocabulary.TITLES
        ]
        self.columns |= {
            "title": Column(_titles(), titles),
            "seniority": Column(
                [NOTHING, *(option(word, word) for word in seniorities)],
                titles.translate(bytes(seniority_of).ljust(256, b"\0")),
            ),
            "company": Column(self.firms.options, companies),
            "past_company": Column(self.firms.options, self.firms.spin(rng, self.size)),
            "industry": Column(
                [NOTHING, *(option(i.name, i.id) for i in vocabulary.INDUSTRIES)],
                _gather(companies, self.firms.industry_of),
            ),
            "headcount": Column(
                [
                    NOTHING,
                    *(
                        option(headcount_word(*bucket), headcount_word(*bucket))
                        for bucket, _ in vocabulary.HEADCOUNTS
                    ),
                ],
                _gather(companies, self.firms.headcount_of),
            ),
        }

    def _add_life(self, rng: random.Random) -> None:
        places = _spin(rng, self.size, [3, *(place.people_share for place in PLACES)])
        languages = sorted({place.language for place in PLACES})
        language_of = [languages.index("en")] + [
            languages.index(place.language) for place in PLACES
        ]
        schools = bytearray(_spin(rng, self.size, [4, *[1] * len(vocabulary.SCHOOLS)]))
        special = 1 + len(vocabulary.SCHOOLS)
        for number in range(_SPECIAL_SCHOOL_STEP, self.size, _SPECIAL_SCHOOL_STEP):
            schools[number] = special
        distances = ("1", "2", "3", "OUT_OF_NETWORK")
        self.columns |= {
            "location": Column(_places(), places),
            "language": Column(
                [option(code, code) for code in languages],
                places.translate(bytes(language_of).ljust(256, b"\0")),
            ),
            "school": Column(_schools(), bytes(schools)),
            "distance": Column(
                [option(word, word) for word in distances],
                _spin(rng, self.size, [6, 90, 134, 26]),
            ),
        }

    def _add_tagline(self, rng: random.Random) -> None:
        """Give everybody a line about themselves; chiefs talk about startups."""
        usual, startup = len(vocabulary.TAGLINES), len(vocabulary.STARTUP_TAGLINES)
        # 3 chiefs in 4 talk about startups, and one in 10 of the others.
        of_chiefs = _spin(rng, self.size, [startup] * usual + [3 * usual] * startup)
        of_others = _spin(rng, self.size, [9 * startup] * usual + [usual] * startup)
        is_chief = [
            title is not None and "CEO" in title.name for title in self.titles_by_code
        ]
        taglines = bytes(
            chief if is_chief[title] else other
            for title, chief, other in zip(
                self.columns["title"].codes, of_chiefs, of_others, strict=True
            )
        )
        options = [
            option(line)
            for line in (*vocabulary.TAGLINES, *vocabulary.STARTUP_TAGLINES)
        ]
        self.columns["tagline"] = Column(options, taglines)
