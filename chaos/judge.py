"""What is wrong with what a round left behind? Pure; all zeros is well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from itertools import pairwise

from chaos.evidence import Event, Evidence, Job, Request
from chaos.plans import REPEATED, SHIFTED_BY
from chaos.stack import PACE_S

TERMINAL = ("completed", "failed", "cancelled")
# After these a page may be asked for again although its answer was stored.
ASKS_AGAIN = frozenset({"doubted", "cursor_lost", "replayed", "retried"})


@dataclass(kw_only=True)
class Findings:
    """How often each promise was broken; `notes` say where.

    `lost` and `doubled` are people, or whole searches; `disorder`, `stuck`, `failed`
    (or ended with a false reason) and `audit` searches; `beyond` requests for a page
    whose answer was stored; `hasty` requests beside or too soon after another one of
    their account; `died` processes that ended of themselves.
    """

    lost: int = 0
    doubled: int = 0
    disorder: int = 0
    stuck: int = 0
    failed: int = 0
    beyond: int = 0
    hasty: int = 0
    audit: int = 0
    died: int = 0
    notes: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        names = (one.name for one in fields(self) if one.name != "notes")
        return {name: getattr(self, name) for name in names}

    @property
    def is_clean(self) -> bool:
        return not any(self.counts().values())

    def add(self, what: str, count: int, note: str) -> None:
        if count:
            setattr(self, what, getattr(self, what) + count)
            self.notes.append(f"{what} {count}: {note}")


def judge(evidence: Evidence) -> Findings:
    findings = Findings()
    findings.add("doubled", evidence.unwished, "searches that nobody asked for")
    findings.add("lost", evidence.missing, "searches whose creation was confirmed")
    for job in evidence.jobs:
        _judge_people(job, findings)
        _judge_end(job, findings)
        beyond = list(_beyond_need(job))
        findings.add("beyond", len(beyond), f"{job.id}, pages from {beyond}")
    for requests in evidence.requests.values():
        for note in _hasty(requests):
            findings.add("hasty", 1, note)
    return findings


def _judge_people(job: Job, findings: Findings) -> None:
    """Compare with whom the stored pages held, and with the whole answer.

    A shifted window passes people over, so that only the pages say who was to come.
    """
    expected, is_shifted = _arrivals(job)
    if job.status == "completed" and not is_shifted:
        expected = job.answer[: job.wish.target]
    missing = set(expected).difference(job.people)
    doubled = len(job.people) - len(set(job.people))
    findings.add("lost", len(missing), f"{job.id} has {len(job.people)} people")
    findings.add("doubled", doubled, job.id)
    in_order = [person for person in expected if person not in missing]
    is_dense = job.positions == list(range(len(job.positions)))
    if not is_dense or list(dict.fromkeys(job.people)) != in_order:
        findings.add("disorder", 1, job.id)


def _arrivals(job: Job) -> tuple[list[str], bool]:
    """Return the people of the stored pages as they came, and whether any was shifted.

    A page that was stored is the last one answered before its event.
    """
    arrived = dict[str, None]()
    is_shifted = False
    for event in job.events:
        if event.kind != "page_stored" or event.start is None:
            continue
        request = _answered_before(job, event)
        if request is not None:
            arrived |= dict.fromkeys(_rows_of(job, request, event.start))
            is_shifted = is_shifted or "shift" in request.faults
    return list(arrived)[: job.wish.target], is_shifted


def _answered_before(job: Job, event: Event) -> Request | None:
    answered = [
        one
        for one in job.requests
        if (one.start, one.status) == (event.start, 200) and one.arrived_at < event.at
    ]
    return answered[-1] if answered else None


def _rows_of(job: Job, request: Request, start: int) -> list[str]:
    """Return what that answer held (`mischief` says how)."""
    size = job.answer[: job.wish.api.ceiling]
    begin = start - SHIFTED_BY if "shift" in request.faults else start
    rows = size[begin : begin + job.wish.page_size]
    if "repeat_rows" in request.faults:
        rows = size[start - REPEATED : start] + rows
    return rows


def _judge_end(job: Job, findings: Findings) -> None:
    said = f"{job.id} {job.status} {job.reason} {job.error}"
    if job.status not in TERMINAL:
        findings.add("stuck", 1, said)
        return
    is_full = len(job.people) == job.wish.target
    if job.status != "completed" or (job.reason == "target_reached") != is_full:
        findings.add("failed", 1, f"{said}, {len(job.people)} of {job.wish.target}")


def _beyond_need(job: Job) -> Iterator[int]:
    """Yield where the page began, for each time it was had again without a cause.

    Asked for again by a request that came after the page was stored, or stored again.
    """
    stored: dict[int, float] = {}
    for event in job.events:
        if event.kind in ASKS_AGAIN:
            yield from _asked_again(job, stored, until=event.at)
            stored.clear()
        elif event.kind == "page_stored" and event.start is not None:
            if event.start in stored:
                yield event.start
            stored[event.start] = event.at
    yield from _asked_again(job, stored, until=float("inf"))


def _asked_again(job: Job, stored: dict[int, float], *, until: float) -> Iterator[int]:
    for one in job.requests:
        if one.start in stored and stored[one.start] < one.arrived_at < until:
            yield one.start


def _hasty(requests: list[Request]) -> list[str]:
    """Name requests that came before the last one was over, or within the pace.

    One that never came whole is none: its worker was stopped while it wrote.
    """
    whole = [one for one in requests if (one.start, one.status) != (None, None)]
    return [
        f"{later} came too soon after {earlier}"
        for earlier, later in pairwise(whole)
        if earlier.finished_s is None or later.arrived_s - earlier.finished_s < PACE_S
    ]
