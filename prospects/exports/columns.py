"""What of somebody is written: every column there is, and how its value is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from prospects.exports.rows import Exported
from prospects.matching.marks import LABELS

Cell = str | int | bool | datetime | None
Value = Cell | tuple[str, ...]


def cell_of(value: Value) -> Cell:
    """Return the value as one cell holds it."""
    return "; ".join(value) if isinstance(value, tuple) else value


class Column(NamedTuple):
    """`name` heads it for programs, `label` for people."""

    name: str
    label: str
    value: Callable[[Exported], Value]


def _of_data(key: str) -> Callable[[Exported], Value]:
    def value(one: Exported) -> Value:
        given = one.data.get(key)
        return given if isinstance(given, str | int) else None

    return value


def _mark(criterion: str) -> Callable[[Exported], Value]:
    def value(one: Exported) -> Value:
        marks = one.match.marks if one.match else ()
        verdicts = (mark.verdict for mark in marks if mark.criterion == criterion)
        verdict = next(verdicts, None)
        return None if verdict is None else str(verdict)

    return value


def _score(one: Exported) -> Value:
    return one.match.score_percent if one.match and one.match.marks else None


def _place(one: Exported) -> Value:
    return str(one.match.place) if one.match and one.match.place else None


def _is_anonymous(one: Exported) -> Value:
    return "anonymous" in (one.data.get("flags") or ())


def first_name(one: Exported) -> Value:
    return _of_data("firstName")(one)


def last_name(one: Exported) -> Value:
    """Return the last name, or the whole where the source did not tell them apart."""
    return _of_data("lastName")(one) or (None if first_name(one) else name(one))


name: Final = _of_data("name")

COLUMNS: Final = (
    Column("name", "Name", name),
    Column("first_name", "First name", first_name),
    Column("last_name", "Last name", _of_data("lastName")),
    Column("title", "Title", _of_data("title")),
    Column("company", "Company", _of_data("company")),
    Column("headline", "Headline", _of_data("headline")),
    Column("location", "Location", _of_data("location")),
    Column("industry", "Industry", _of_data("industry")),
    Column("degree", "Connection degree", _of_data("connectionDegree")),
    Column("linkedin_url", "LinkedIn URL", _of_data("linkedinUrl")),
    Column("anonymous", "Anonymous", _is_anonymous),
    Column("decision", "Decision", lambda one: one.decision),
    Column("decided_by", "Decided by", lambda one: one.decided_by),
    Column("decided_at", "Decided at (UTC)", lambda one: one.decided_at),
    Column("note", "Note", lambda one: one.note),
    Column("tags", "Tags", lambda one: one.tags),
    Column("lists", "Lists", lambda one: one.lists),
    Column("search", "Search", lambda one: one.search),
    Column("found_at", "Found at (UTC)", lambda one: one.found_at),
    Column("match", "Match (%)", _score),
    Column("matched_position", "Matched position", _place),
    *(
        Column(f"match_{criterion}", f"Match: {label.lower()}", _mark(criterion))
        for criterion, label in LABELS.items()
    ),
)
BY_NAME: Final = {column.name: column for column in COLUMNS}
