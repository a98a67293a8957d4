"""Which of the workspace's prospects does somebody look at?

A `ProspectFilter` is what the address of the prospects page says; all its parts must
hold.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from accounts.errors import Refusal
from prospects.filters import LONGEST_TEXT, Shown, is_storable

PERIODS = {"1": "Last 24 hours", "7": "Last 7 days", "30": "Last 30 days"}


@dataclass(frozen=True, kw_only=True)
class ProspectFilter:
    """`all` is whoever was decided on; the pending have a note, a tag or a list, or
    were put back.

    `within` are days since the decision. `as_of` is when somebody looked: those who
    came or were decided on after it are left out, so that a click changes nobody it did
    not show.
    """

    decision: Shown = Shown.ALL
    tag: str = ""
    list: str = ""
    search: uuid.UUID | None = None
    by: uuid.UUID | None = None
    within: str = ""
    company: str = ""
    location: str = ""
    q: str = ""
    as_of: datetime | None = None

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the tab hides people."""
        return any(getattr(self, name) for name in NARROWING)


_TO_THE_CHARACTER = ("company", "location")
NARROWING = tuple(
    field.name
    for field in fields(ProspectFilter)
    if field.name not in ("decision", "as_of")
)


def parse(values: Mapping[str, str]) -> ProspectFilter:
    """Read a filter from a query; unknown keys are left, empty ones are not given.

    Company and location are meant to the character, as they were found.

    Raises:
        Refusal: invalid_request, with each wrong field in `fields`.
    """
    read: dict[str, Any] = {"decision": Shown.APPROVED}
    wrong: dict[str, str] = {}
    for name in (*NARROWING, "decision", "as_of"):
        text = values.get(name, "")
        if name not in _TO_THE_CHARACTER:
            text = " ".join(text.split())
        if not text:
            continue
        try:
            read[name] = _READERS.get(name, _text)(text)
        except (ValueError, OverflowError):
            wrong[name] = "This is no value of the filter."
    if wrong:
        raise Refusal("The filter is not valid; see `fields`.", fields=wrong)
    return ProspectFilter(**read)


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise ValueError
    return text


def _as_found(text: str) -> str:
    if not is_storable(text):
        raise ValueError
    return text


def _period(text: str) -> str:
    if text not in PERIODS:
        raise ValueError
    return text


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace(" ", "+")).astimezone(UTC)


_READERS: dict[str, Callable[[str], object]] = {
    "decision": Shown,
    "search": uuid.UUID,
    "by": uuid.UUID,
    "within": _period,
    "as_of": _moment,
    "company": _as_found,
    "location": _as_found,
}


def pairs_of(chosen: ProspectFilter) -> Sequence[tuple[str, str]]:
    """Return what the address says of a filter, without what is not chosen."""
    named = [(name, str(getattr(chosen, name) or "")) for name in NARROWING]
    return [pair for pair in [("decision", str(chosen.decision)), *named] if pair[1]]
