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
    """Return the value as one cell holds it: several names as 'Warm | Bern'.

    A | of a name is doubled: whoever splits at ' | ', then halves, has the names again.
    """
    if not isinstance(value, tuple):
        return value
    return " | ".join(name.replace("|", "||") for name in value)


class Column(NamedTuple):
    """`name` heads it for programs, `label` for people; `width` in a workbook, in
    characters, where its values are longer than that."""

    name: str
    label: str
    value: Callable[[Exported], Value]
    width: int = 0
    is_link: bool = False


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
    Column("name", "Name", name, 26),
    Column("first_name", "First name", first_name, 16),
    Column("last_name", "Last name", _of_data("lastName"), 18),
    Column("title", "Title", _of_data("title"), 34),
    Column("company", "Company", _of_data("company"), 28),
    Column("headline", "Headline", _of_data("headline"), 44),
    Column("location", "Location", _of_data("location"), 28),
    Column("industry", "Industry", _of_data("industry"), 24),
    Column("degree", "Connection degree", _of_data("connectionDegree")),
    Column("linkedin_url", "LinkedIn URL", _of_data("linkedinUrl"), 44, is_link=True),
    Column("anonymous", "Anonymous", _is_anonymous),
    Column("decision", "Decision", lambda one: one.decision),
    Column("decided_by", "Decided by", lambda one: one.decided_by, 20),
    Column("decided_at", "Decided at (UTC)", lambda one: one.decided_at, 20),
    Column("note", "Note", lambda one: one.note, 40),
    Column("tags", "Tags", lambda one: one.tags, 24),
    Column("lists", "Lists", lambda one: one.lists, 24),
    Column("search", "Search", lambda one: one.search, 28),
    Column("found_at", "Found at (UTC)", lambda one: one.found_at, 20),
    Column("match", "Match (%)", _score),
    Column("matched_position", "Matched position", _place),
    *(
        Column(f"match_{criterion}", f"Match: {label.lower()}", _mark(criterion))
        for criterion, label in LABELS.items()
    ),
)
BY_NAME: Final = {column.name: column for column in COLUMNS}
