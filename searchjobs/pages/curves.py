"""How did a search's people arrive, and what did it wait for? As its journal tells.

A curve is drawn in percent of its frame, so that its text is not stretched with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Final, NamedTuple

from django.db.models.fields.json import KT

from searchjobs.models import SearchEvent, SearchJob
from searchjobs.states import EventKind, WaitReason

MOST_EVENTS: Final = 5000
MOST_STEPS: Final = 240
MOST_BANDS: Final = 60
MOST_FIGURES: Final = 12
SHORTEST_S: Final = 3.0  # a page and its pace take as long
LONG_S: Final = 120.0  # so that its two ends read differently in minutes
QUIET_S: Final = 60.0  # a slow account's pace is shorter

_AGAIN = "Waited to ask again"
_WAITS: Final = {
    WaitReason.RATE_LIMITED: "LinkedIn's rate limit",
    WaitReason.DAILY_QUOTA: "The account's daily quota",
    WaitReason.COMMERCIAL_LIMIT: "LinkedIn's monthly search limit",
    WaitReason.PROVIDER_DOWN: "LinkedIn did not answer",
    WaitReason.OUTSIDE_HOURS: "The account's working hours",
}
_IN_LINE = "In line for its account"
NO_TURN = "No turn: its account was at rest, or served other searches"
_LOST = "Its worker was lost; another took over"


class Told(NamedTuple):
    """What a curve needs of an event: `reason` also of a pause, `stored` of a page."""

    kind: EventKind
    at: datetime
    stored: int
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A stretch of time in which nobody arrived, and why."""

    why: str
    since: datetime
    until: datetime
    is_over: bool = True

    @property
    def seconds(self) -> float:
        return (self.until - self.since).total_seconds()

    @property
    def is_long(self) -> bool:
        return self.seconds >= LONG_S


@dataclass(frozen=True, kw_only=True)
class Waits:
    """All waits of one kind; `number` marks their bands in the chart."""

    number: int
    why: str
    times: int
    seconds: float
    last: Wait


@dataclass(frozen=True, kw_only=True)
class Band:
    """A wait in the chart, in percent of its width; `middle` is where its mark is."""

    number: int
    wait: Wait
    start: str
    length: str
    middle: str
    is_wide: bool


@dataclass(frozen=True, kw_only=True)
class Curve:
    """`line` and `area` are points in a frame of 1000 by 100; y grows downwards."""

    begins: datetime
    middle: datetime
    ends: datetime
    most: int
    stored: int
    line: str
    area: str
    bands: tuple[Band, ...]
    waits: tuple[Waits, ...]
    figures: tuple[tuple[datetime, int], ...]

    @property
    def seconds(self) -> float:
        return (self.ends - self.begins).total_seconds()

    @property
    def is_long(self) -> bool:
        return self.seconds >= LONG_S

    @property
    def waited_s(self) -> float:
        return sum(wait.seconds for wait in self.waits)


def curve_of(job: SearchJob, *, now: datetime) -> Curve:
    """Draw a search from when it was asked for until its end, or now; in one query."""
    told = _told(job)
    ends = job.completed_at or max(now, told[-1].at if told else now)
    steps = _steps(job, told)
    waits = [wait for wait in _waits(told, ends) if wait.seconds >= SHORTEST_S]
    begins = job.created_at
    grouped = _grouped(waits)
    numbers = {one.why: one.number for one in grouped}
    longest = sorted(waits, key=lambda wait: -wait.seconds)[:MOST_BANDS]
    stored = steps[-1][1]
    most = max(1, stored, 0 if job.completed_at else job.progress_total)
    frame = _Frame(begins=begins, ends=ends, most=most)
    line = frame.line(_thinned(steps, MOST_STEPS))
    return Curve(
        begins=begins,
        middle=begins + (ends - begins) / 2,
        ends=ends,
        most=most,
        stored=stored,
        line=line,
        area=f"0,100 {line} 1000,100",
        bands=tuple(frame.band(wait, numbers[wait.why]) for wait in longest),
        waits=grouped,
        figures=tuple(_thinned(steps, MOST_FIGURES)),
    )


def _told(job: SearchJob) -> list[Told]:
    """Read the journal, of a very long one the latest 5,000 events."""
    latest = (
        SearchEvent.objects.filter(job_id=job.id)
        .exclude(kind=EventKind.RENAMED)  # the search waited on
        .order_by("-revision")
        .values_list("kind", "created_at", KT("data__stored"), KT("data__reason"))
    )
    columns = latest.annotate(by=KT("data__by"))[:MOST_EVENTS]
    return [
        Told(EventKind(kind), at, int(stored or 0), reason or "", by or "")
        for kind, at, stored, reason, by in reversed(columns)
    ]


# --- people ---------------------------------------------------------------------------


def _steps(job: SearchJob, told: Sequence[Told]) -> list[tuple[datetime, int]]:
    """Return how many people there were after each page, by its time."""
    pages = [(one.at, one.stored) for one in told if one.kind == EventKind.PAGE_STORED]
    people = 0
    if len(told) >= MOST_EVENTS:
        people = max(0, job.progress_current - sum(stored for _, stored in pages))
    steps = [(job.created_at, people)]
    for at, stored in pages:
        people += stored
        steps.append((at, people))
    return steps


def _thinned(
    steps: Sequence[tuple[datetime, int]], most: int
) -> list[tuple[datetime, int]]:
    """Return evenly chosen steps, the first and the last among them."""
    if len(steps) <= most:
        return list(steps)
    last = len(steps) - 1
    return [steps[round(number * last / (most - 1))] for number in range(most)]


@dataclass(frozen=True, kw_only=True)
class _Frame:
    begins: datetime
    ends: datetime
    most: int

    def share(self, at: datetime) -> float:
        """Return where a moment is, 0 to 1."""
        whole = max(self.ends - self.begins, timedelta(seconds=1))
        return min(1.0, max(0.0, (at - self.begins) / whole))

    def line(self, steps: Sequence[tuple[datetime, int]]) -> str:
        """Return a staircase: nobody arrives between two pages."""
        points, height = [], 100.0
        for at, people in steps:
            x = 1000 * self.share(at)
            points += [(x, height), (x, 100 - 100 * people / self.most)]
            height = points[-1][1]
        points.append((1000.0, height))
        return " ".join(f"{x:.5g},{y:.4g}" for x, y in points)

    def band(self, wait: Wait, number: int) -> Band:
        start, end = 100 * self.share(wait.since), 100 * self.share(wait.until)
        return Band(
            number=number,
            wait=wait,
            start=f"{start:.4g}",
            length=f"{max(end - start, 0.2):.4g}",
            middle=f"{(start + end) / 2:.4g}",
            is_wide=end - start >= 3,
        )


# --- waits ----------------------------------------------------------------------------


def _waits(told: Sequence[Told], ends: datetime) -> list[Wait]:
    """Return the stretches between an event that says why and the next event."""
    waits: list[Wait] = []
    for one, following in zip_longest(told, told[1:]):
        until = following.at if following else ends
        why = _why(one)
        if following and following.kind == EventKind.LEASE_LOST:
            why = _LOST
        if not why and (until - one.at).total_seconds() > QUIET_S:
            why = NO_TURN
        if why:
            is_over = following is not None
            waits.append(Wait(why=why, since=one.at, until=until, is_over=is_over))
    return _joined(waits)


def _why(one: Told) -> str:
    """Say what a search waits for after an event, nothing where it goes on."""
    match one.kind:
        case EventKind.CREATED | EventKind.RESUMED | EventKind.RETRIED:
            return _IN_LINE
        case EventKind.WAITING:
            known = one.reason in _WAITS
            return _WAITS[WaitReason(one.reason)] if known else _AGAIN
        case EventKind.DOUBTED:
            return "Asked again whether that was everybody"
        case EventKind.LEASE_LOST:
            return _AGAIN
        case EventKind.PAUSED if one.by == "account":
            return "Paused for its LinkedIn account"
        case EventKind.PAUSED:
            return "Paused by a person"
        case EventKind.FAILED:
            return "Failed, until it was retried"
    return ""


def _joined(waits: Iterable[Wait]) -> list[Wait]:
    """Make one of waits of a kind that follow each other without a page between."""
    joined: list[Wait] = []
    for wait in waits:
        if joined and joined[-1].why == wait.why and joined[-1].until == wait.since:
            since = joined.pop().since
            wait = Wait(
                why=wait.why, since=since, until=wait.until, is_over=wait.is_over
            )
        joined.append(wait)
    return joined


def _grouped(waits: Sequence[Wait]) -> tuple[Waits, ...]:
    """Return the waits by their reason, what took longest first."""
    reasons = dict.fromkeys(wait.why for wait in waits)
    of_reason = {why: [wait for wait in waits if wait.why == why] for why in reasons}
    longest = sorted(
        of_reason, key=lambda why: -sum(wait.seconds for wait in of_reason[why])
    )
    return tuple(
        Waits(
            number=number,
            why=why,
            times=len(of_reason[why]),
            seconds=sum(wait.seconds for wait in of_reason[why]),
            last=of_reason[why][-1],
        )
        for number, why in enumerate(longest, start=1)
    )
