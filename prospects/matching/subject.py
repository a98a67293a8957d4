"""Somebody as a result shows them, ready to be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from prospects.matching.marks import Place


class Job(NamedTuple):
    """A position that somebody holds or held; what is not known is empty."""

    place: Place
    role: str
    company: str
    company_id: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """`data` is a result's prospect_data, `raw` its item as the source sent it, both at
    least in part; `seniority` is our reading of the title."""

    data: Mapping[str, Any]
    raw: Mapping[str, Any]
    seniority: str

    def text(self, key: str) -> str:
        return text_of(self.data.get(key))

    def has_flag(self, flag: str) -> bool:
        return flag in (self.data.get("flags") or ())

    def jobs(self) -> list[Job]:
        """Return the primary position, other current ones, then past ones."""
        held = [_job(entry, Place.OTHER) for entry in self.entries("current_positions")]
        held = [job for job in held if job.role or job.company]
        first = Job(Place.PRIMARY, self.text("title"), self.text("company"), "")
        if held:
            first = held[0]._replace(place=Place.PRIMARY)
        past = [
            _job(entry, Place.PAST)
            for entry in self.entries("work_experience")
            if entry.get("end")  # what has not ended is among the current ones
        ]
        return [first, *held[1:], *past]

    def entries(self, key: str) -> list[Mapping[str, Any]]:
        """Return the objects of a list of the item; what is none is left out."""
        value = self.raw.get(key)
        entries = value if isinstance(value, list) else []
        return [entry for entry in entries if isinstance(entry, dict)]


def _job(entry: Mapping[str, Any], place: Place) -> Job:
    return Job(
        place,
        text_of(entry.get("role")),
        text_of(entry.get("company")),
        text_of(entry.get("company_id")),
    )


def text_of(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
