"""What becomes of each criterion: yes, no or unknown, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

# Every criterion there can be, in the order shown.
LABELS: Final[Mapping[str, str]] = {
    "title": "Title",
    "company": "Company",
    "location": "Location",
    "industry": "Industry",
    "seniority": "Seniority",
    "company_headcount": "Headcount",
    "network_distance": "Connection",
    "keywords": "Keywords",
    "name": "Name",
    "school": "School",
    "profile_language": "Language",
}


class Verdict(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Place(StrEnum):
    """The position a title or company was found in; the primary one is shown."""

    PRIMARY = "primary"
    OTHER = "other current"
    PAST = "past"


_IN_WORDS: Final = {
    Place.OTHER: " in another current position",
    Place.PAST: " in a past position",
}
# A full match counts 4, something unknown half of it.
MOST_POINTS: Final = 4
_POINTS: Final = {Verdict.YES: MOST_POINTS, Verdict.UNKNOWN: 2, Verdict.NO: 0}
_POINTS_ELSEWHERE: Final = {Place.OTHER: 3, Place.PAST: 1}


class Mark(NamedTuple):
    """What became of one criterion; `why` is what was found, or why nothing was."""

    criterion: str
    verdict: Verdict
    why: str
    place: Place | None = None

    @property
    def label(self) -> str:
        return LABELS[self.criterion]

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether it holds, but not in the position shown."""
        return self.place in _POINTS_ELSEWHERE

    @property
    def text(self) -> str:
        """Return it in words: 'Title: yes, CEO in a past position'."""
        where = _IN_WORDS.get(self.place, "") if self.place else ""
        return f"{self.label}: {self.verdict}, {self.why}{where}"

    @property
    def points(self) -> int:
        if self.place is not None and self.is_elsewhere:
            return _POINTS_ELSEWHERE[self.place]
        return _POINTS[self.verdict]


@dataclass(frozen=True, kw_only=True)
class Match:
    """Somebody's marks, in the order of LABELS."""

    marks: tuple[Mark, ...]
    is_anonymous: bool

    @property
    def held(self) -> int:
        return sum(mark.verdict is Verdict.YES for mark in self.marks)

    @property
    def score_percent(self) -> int:
        points = sum(mark.points for mark in self.marks)
        return points * 100 // (MOST_POINTS * max(1, len(self.marks)))

    @property
    def place(self) -> Place | None:
        """Return which position what was asked of one was found in, the farthest."""
        places = [mark.place for mark in self.marks if mark.place]
        return max(places, key=list(Place).index, default=None)

    @property
    def text(self) -> str:
        """Return all of it in words."""
        texts = [mark.text for mark in self.marks] or ["Nothing to compare with"]
        if self.is_anonymous:
            texts.append("LinkedIn hides this person's name")
        return ". ".join(texts)
