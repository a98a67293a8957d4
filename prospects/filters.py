"""Which of a search's people does somebody look at, and in which order?

A `ReviewFilter` is what the address of the review page says, and what a decision on
'all matching' names. The chosen values of one facet are alternatives; of several facets
all must hold.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from django.db.models import TextChoices

from accounts.errors import Refusal
from prospects import cursors

LONGEST_TEXT = 200
MOST_VALUES = 200
MOST_STORED = 2**31 - 1


class Shown(TextChoices):
    """Which decisions are looked at; the tabs of the review page."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    ALL = "all"


class Flag(TextChoices):
    """What is odd about a row, as its source gave it."""

    NONE = "none", "No flags"
    ANONYMOUS = "anonymous", "Anonymous"
    NO_COMPANY = "no_company", "No company"
    HEADLINE_ONLY = "headline_only", "Headline only"
    TITLE_FROM_HEADLINE = "title_from_headline", "Title from headline"


class Known(TextChoices):
    """What the workspace knew of somebody before this search found them.

    A decision made in another search tells more than having been found by one; whoever
    was decided on is never new.
    """

    NEW = "new", "New"
    FOUND = "found", "Found before"
    APPROVED = "approved", "Approved before"
    REJECTED = "rejected", "Rejected before"


class Degree(TextChoices):
    FIRST = "1", "1st"
    SECOND = "2", "2nd"
    THIRD = "3", "3rd"
    NONE = "none", "Out of network"


class Seniority(TextChoices):
    """How high somebody stands, read off the title."""

    OWNER = "owner", "Owner"
    CXO = "cxo", "CXO"
    VP = "vp", "VP"
    DIRECTOR = "director", "Director"
    MANAGER = "manager", "Manager"
    OTHER = "other", "Other"


class Sort(TextChoices):
    FOUND = "found", "Order found"
    MATCH = "match", "Best match first"
    NAME = "name", "Name"
    TITLE = "title", "Title"
    COMPANY = "company", "Company"
    DEGREE = "degree", "Closest first"


@dataclass(frozen=True, kw_only=True)
class ReviewFilter:
    """People of one job.

    An empty title, company or location stands for 'none listed'. `person` is one result
    alone. `up_to_position` is the number of people that were stored when somebody
    looked: those who arrived after it are left out, so that a click decides on nobody
    it did not show.
    """

    job_id: uuid.UUID
    decision: Shown = Shown.PENDING
    known: tuple[Known, ...] = ()
    flags: tuple[Flag, ...] = ()
    tag: tuple[str, ...] = ()
    list: tuple[str, ...] = ()
    degree: tuple[Degree, ...] = ()
    title: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    seniority: tuple[Seniority, ...] = ()
    q: str = ""
    person: uuid.UUID | None = None
    sort: Sort = Sort.FOUND
    up_to_position: int | None = None

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the tab hides people."""
        return bool(
            self.known
            or self.flags
            or self.tag
            or self.list
            or self.degree
            or self.title
            or self.company
            or self.location
            or self.seniority
            or self.q
            or self.person
        )


NAMES = frozenset(field.name for field in fields(ReviewFilter)) - {"job_id"}


def parse(*, job_id: uuid.UUID, values: Mapping[str, Sequence[str]]) -> ReviewFilter:
    """Read a filter from a query, each key with its values; unknown keys are left.

    `dict(request.GET.lists())` is such a mapping. Empty values of single keys, and of
    flags, degree and seniority, mean 'not given'.

    Raises:
        Refusal: invalid_request, with each wrong field in `fields`.
    """
    reader = _Reader(values)
    parsed = ReviewFilter(
        job_id=job_id,
        decision=reader.one_of("decision", Shown, Shown.PENDING),
        known=reader.several_of("known", Known),
        flags=reader.several_of("flags", Flag),
        tag=reader.texts("tag"),
        list=reader.texts("list"),
        degree=reader.several_of("degree", Degree),
        title=reader.texts("title"),
        company=reader.texts("company"),
        location=reader.texts("location"),
        seniority=reader.several_of("seniority", Seniority),
        q=reader.text("q"),
        person=reader.identifier("person"),
        sort=reader.one_of("sort", Sort, Sort.FOUND),
        up_to_position=reader.number("up_to_position"),
    )
    reader.refuse_if_wrong()
    return parsed


Choice = TypeVar("Choice", bound=TextChoices)


class _Reader:
    """Reads typed values from a query, and collects what is wrong with it."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self._values = values
        self._wrong: dict[str, str] = {}

    def refuse_if_wrong(self) -> None:
        if self._wrong:
            raise Refusal("The filter is not valid; see `fields`.", fields=self._wrong)

    def texts(self, name: str) -> tuple[str, ...]:
        given = tuple(dict.fromkeys(self._values.get(name, ())))
        if len(given) > MOST_VALUES:
            self._wrong[name] = f"Choose at most {MOST_VALUES} values."
        elif any(not is_storable(text) for text in given):
            self._wrong[name] = "This holds characters that no text can have."
        else:
            return given
        return ()

    def text(self, name: str) -> str:
        text = " ".join(self._last(name).split())
        if len(text) > LONGEST_TEXT:
            self._wrong[name] = f"Give at most {LONGEST_TEXT} characters."
        elif not is_storable(text):
            self._wrong[name] = "This holds characters that no text can have."
        return text

    def identifier(self, name: str) -> uuid.UUID | None:
        text = self._last(name)
        try:
            return uuid.UUID(text) if text else None
        except ValueError:
            self._wrong[name] = "This is nobody's id."
            return None

    def number(self, name: str) -> int | None:
        text = self._last(name)
        if not text:
            return None
        is_number = text.isascii() and text.isdigit() and len(text) <= 12
        if not is_number or int(text) > MOST_STORED:
            self._wrong[name] = "Give a whole number, 0 or more."
            return None
        return int(text)

    def one_of(self, name: str, kind: type[Choice], default: Choice) -> Choice:
        text = self._last(name)
        if not text:
            return default
        if text in kind.values:
            return kind(text)
        self._wrong[name] = f"Choose one of {', '.join(kind.values)}."
        return default

    def several_of(self, name: str, kind: type[Choice]) -> tuple[Choice, ...]:
        given = [text for text in self._values.get(name, ()) if text]
        if any(text not in kind.values for text in given):
            self._wrong[name] = f"Choose among {', '.join(kind.values)}."
            return ()
        return tuple(kind(text) for text in dict.fromkeys(given))

    def _last(self, name: str) -> str:
        return next(reversed(self._values.get(name, ())), "")


def is_storable(text: str) -> bool:
    """Tell whether PostgreSQL can hold it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a list was left: behind the row with this sort key and position."""

    key: str
    position: int


def cursor_of(place: Place) -> str:
    """Return the opaque text that stands for a place."""
    return cursors.cursor_of(place.key, place.position)


def place_of(cursor: str) -> Place:
    """Read what `cursor_of` made.

    Raises:
        Refusal: invalid_request for any other text.
    """
    key, position = cursors.parts_of(cursor, number=2)
    if not isinstance(key, str) or type(position) is not int or not is_storable(key):
        raise cursors.not_ours()
    return Place(key=key, position=max(-1, min(position, MOST_STORED)))
