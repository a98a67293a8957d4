"""What must become of a search, in plain Python: the design without a database.

Written from the design and not from the engine: where they differ, one is wrong.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from searchjobs.sources import Page

PACE_S = 1000.0
JITTER_S = 500.0
LEASE_S = 3000.0
STALL_S = 6000.0

RUNNABLE = ("queued", "processing")
ACTIVE = (*RUNNABLE, "paused")
MOST_FAILURES = 8
MOST_DOUBTS = 3
MOST_REPLAYS = 2

Span = tuple[float, float]  # the earliest and the latest a time may be, in seconds


def backoff(now: float, failures: int, *, pace_s: float = PACE_S) -> Span:
    """Return when one may try again: the pace, and up to 2 s doubling to 60 s."""
    return now + pace_s, now + pace_s + min(60.0, 2.0**failures)


@dataclass(kw_only=True)
class PromisedJob:
    account: uuid.UUID
    api: str
    ceiling: int
    target: int
    page_size: int
    place: int  # in the line: when it was last served, or created
    not_before: Span
    status: str = "queued"
    people: list[str] = field(default_factory=list)
    received: int = 0
    duplicates: int = 0
    invalid: int = 0
    surplus: int = 0
    answers: dict[str, tuple[int, int]] = field(default_factory=dict)
    cursor: str = ""
    available: int | None = None
    doubts: int = 0
    failures: int = 0
    barren_s: float = 0.0
    requests: int = 0
    batches: int = 0
    retries: int = 0
    may_begin_anew: bool = True
    replays: int = 0
    last_pass: int | None = None  # rows of the pass before the last replay
    brought_somebody: bool = True  # since that began
    missed: int | None = None
    paused_by_person: bool = False
    error: str = ""
    wait: str = ""
    reason: str = ""
    journal: list[str] = field(default_factory=lambda: ["created"])

    def row(self) -> dict[str, Any]:
        """Return what its row, its people and its journal must say."""
        return {
            "status": self.status,
            "people": self.people,
            "progress_current": len(self.people),
            "progress_total": (
                len(self.people) if self.status == "completed" else self.target
            ),
            "received": self.received,
            "duplicates": self.duplicates,
            "invalid": self.invalid,
            "surplus": self.surplus,
            "pass_received": self.pass_received,
            "next_cursor": self.cursor,
            "available_total": self.available,
            "doubts": self.doubts,
            "failures": self.failures,
            "requests": self.requests,
            "next_batch": self.batches,
            "retry_count": self.retries,
            "replays": self.replays,
            "missed": self.missed,
            "paused_by_person": self.paused_by_person,
            "error_code": self.error,
            "wait_reason": self.wait,
            "completion_reason": self.reason,
            "journal": self.journal,
        }

    @property
    def pass_received(self) -> int:
        return sum(rows for rows, _ in self.answers.values())

    def is_due(self, now: float) -> bool:
        return self.status in RUNNABLE and self.not_before[1] <= now

    # --- turns ----------------------------------------------------------------------

    def start(self, place: int) -> None:
        if self.status == "queued":
            self.journal.append("started")
        self.status, self.place, self.wait = "processing", place, ""

    def page(self, page: Page, *, seconds: float, now: float, left: int | None) -> None:
        """Count a page in; what follows is judged by all of this pass's pages.

        `left` are the rows that the day's quota still allows, None: any.
        """
        stored = self._store(page)
        self.requests += 1
        self.batches += 1
        self.failures = 0
        self.journal.append("page_stored")
        earliest, latest = self.not_before
        self._wait("", (min(earliest, now), min(latest, now)))
        self.answers[self.cursor] = (page.rows, page.invalid)
        if page.available_total is not None and (
            page.rows > 0 or self.available is None
        ):
            self.available = max(page.available_total, self.available or 0)
        self.may_begin_anew = self.may_begin_anew or stored > 0
        self.brought_somebody = self.brought_somebody or stored > 0
        self.barren_s = 0.0 if stored else self.barren_s + PACE_S + seconds
        is_end = page.next_cursor is None or page.rows == 0
        if self._is_doubtful(is_end=is_end):
            self.doubts += 1
            self.journal.append("doubted")
            self._wait("backing_off", backoff(now, self.doubts))
        else:
            self.cursor, self.doubts = page.next_cursor or "", 0
            self._follow(is_end=is_end, left=left, now=now)
        self._end_if_barren(now)

    def _store(self, page: Page) -> int:
        stored, beyond = 0, set[str]()
        for one in page.candidates:
            if one.provider_id in self.people or one.provider_id in beyond:
                self.duplicates += 1
            elif len(self.people) < self.target:
                self.people.append(one.provider_id)
                stored += 1
            else:
                beyond.add(one.provider_id)
        self.surplus += len(beyond)
        self.invalid += page.invalid
        self.received += page.rows
        return stored

    def _is_doubtful(self, *, is_end: bool) -> bool:
        return (
            is_end
            and len(self.people) < self.target
            and self.pass_received < self.ceiling
            and not self._has_everybody()
            and self._is_early()
            and self.doubts < MOST_DOUBTS
        )

    def _follow(self, *, is_end: bool, left: int | None, now: float) -> None:
        if len(self.people) == self.target:
            self._complete("target_reached", now)
        elif self.replays and self._has_everybody():
            self._complete("exhausted", now)
        elif self.pass_received >= self.ceiling:
            self._replay_or_end(left, now)
        elif is_end and self._has_everybody():
            self._complete("exhausted", now)
        elif is_end:
            self._replay_or_end(left, now)
        elif self.cursor in self.answers:
            self.lose_cursor(now)

    def _replay_or_end(self, left: int | None, now: float) -> None:
        """Go over the list once more where rows repeated, and that may help."""
        rows = self.pass_received
        may_help = self.brought_somebody and self.replays < MOST_REPLAYS
        has_room = left is None or left >= rows
        if not (self._wanted_of(min(rows, self._listed)) and may_help and has_room):
            self._end_short(now)
            return
        self.replays += 1
        self.last_pass, self.brought_somebody, self.barren_s = rows, False, 0.0
        self._begin_pass("replayed", now)

    def _begin_pass(self, kind: str, now: float) -> None:
        self.answers, self.cursor, self.doubts = {}, "", 0
        self.journal.append(kind)
        self._wait_for_nothing(now)

    def _end_short(self, now: float) -> None:
        rows = max(self.pass_received, self.last_pass or 0)
        reason = "provider_ceiling" if rows >= self.ceiling else "ended_early"
        self._complete(reason, now, missed=self._missing)

    @property
    def _listed(self) -> int:
        return (
            self.ceiling
            if self.available is None
            else min(self.ceiling, self.available)
        )

    @property
    def _missing(self) -> int | None:
        return None if self.available is None else self._wanted_of(self._listed)

    def _wanted_of(self, rows: int) -> int:
        invalid = sum(count for _, count in self.answers.values())
        stored = len(self.people)
        return max(0, min(rows - stored - invalid, self.target - stored))

    def _has_everybody(self) -> bool:
        invalid = sum(rows for _, rows in self.answers.values())
        return (
            self.available is not None and len(self.people) + invalid >= self.available
        )

    def _is_early(self) -> bool:
        expected = min(self.target, self._listed)
        if self.last_pass is not None:
            expected = min(expected, self.last_pass)
        return self.pass_received < expected

    def _end_if_barren(self, now: float) -> None:
        if self.status not in ACTIVE or self.barren_s < STALL_S:
            return
        if self.replays:
            self._end_short(now)
        else:
            self.fail("job_timeout", now=now)

    def _complete(self, reason: str, now: float, *, missed: int | None = 0) -> None:
        self.status, self.reason, self.error = "completed", reason, ""
        self.missed = missed
        self.failures = 0
        self.paused_by_person = False
        self.journal.append("completed")
        self._wait_for_nothing(now)

    def lose_cursor(self, now: float) -> None:
        """Begin a new pass, but once between two pages that stored somebody."""
        if self.may_begin_anew:
            self.may_begin_anew = False
            self._begin_pass("cursor_lost", now)
        elif self.replays:
            self._end_short(now)
        else:
            self.fail("cursor_lost", now=now)

    def stumble(
        self, code: str, *, barren_s: float, now: float, asked_s: float | None = None
    ) -> None:
        """Count a trouble of its own: the eighth in a row fails it."""
        self.failures += 1
        self.barren_s += barren_s
        self.journal.append("lease_lost" if code == "worker_lost" else "waiting")
        asked = None if asked_s is None else (now + asked_s, now + asked_s)
        self._wait("backing_off", asked or backoff(now, self.failures))
        if self.failures == MOST_FAILURES:
            self.fail(code, now=now)
        else:
            self._end_if_barren(now)

    def fail(self, code: str, *, now: float) -> None:
        self.status, self.error, self.paused_by_person = "failed", code, False
        self.journal.append("failed")
        self._wait_for_nothing(now)

    def park(self, reason: str, until: float) -> None:
        """Wait for a quota or a limit; one that waited for it before is no news."""
        if self.wait != reason:
            self.journal.append("waiting")
        self._wait(reason, (until, until))

    def meet_limit(self, until: float) -> None:
        self.journal.append("waiting")
        self._wait("commercial_limit", (until, until))

    def meet_ceiling(self, now: float) -> None:
        self._complete("provider_ceiling", now, missed=self._missing)

    def _wait(self, reason: str, span: Span) -> None:
        self.wait, self.not_before = reason, span

    def _wait_for_nothing(self, now: float) -> None:
        self._wait("", (now, now))

    # --- people, and the account ----------------------------------------------------

    def may(self, action: str, *, account_is_ok: bool) -> bool:
        match action:
            case "pause":
                return self.status in ACTIVE and not self.paused_by_person
            case "resume":
                return self.status == "paused" and account_is_ok
            case "cancel":
                return self.status in ACTIVE
            case "retry":
                return self.status == "failed" and account_is_ok
        return self.status not in ACTIVE  # delete

    def do(self, action: str, now: float) -> None:
        self.status, kind = {
            "pause": ("paused", "paused"),
            "resume": ("queued", "resumed"),
            "cancel": ("cancelled", "cancelled"),
            "retry": ("queued", "retried"),
        }[action]
        self.journal.append(kind)
        self.error, self.paused_by_person = "", action == "pause"
        self._wait_for_nothing(now)
        if action in ("resume", "retry"):
            self.failures = 0
        if action == "retry":
            self.retries += 1
            self.doubts, self.barren_s, self.may_begin_anew = 0, 0.0, True

    def pause_for_account(self, now: float) -> None:
        if self.status in RUNNABLE:
            self.status, self.error = "paused", "account_disconnected"
            self.journal.append("paused")
            self._wait_for_nothing(now)

    @property
    def awaits_account(self) -> bool:
        return self.status == "paused" and not self.paused_by_person

    def resume_for_account(self, now: float) -> None:
        if self.awaits_account:
            self.status, self.error, self.failures = "queued", "", 0
            self.journal.append("resumed")
            self._wait_for_nothing(now)
