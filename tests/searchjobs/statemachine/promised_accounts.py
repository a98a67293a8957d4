"""What must become of an account, in plain Python: lease, pace, the day's rows.

All times are seconds of the world's clock, which the test moves.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from tests.searchjobs.statemachine.promised_jobs import (
    JITTER_S,
    LEASE_S,
    PACE_S,
    PromisedJob,
    Span,
    backoff,
)

DAY_S = 24 * 3600.0
HOUR_S = 3600.0
REDISPATCH_S = 20.0
LONGEST_REDISPATCH_S = 60.0
MOST_TIMES_SLOWER = 8.0


def hour_of(now: float) -> float:
    return now - now % HOUR_S


@dataclass(kw_only=True)
class Worker:
    """A worker with a claim; `place` is its job's in the line before this turn."""

    account: uuid.UUID
    job: uuid.UUID
    api: str
    place: int
    claimed_at: float
    token: uuid.UUID | None = None


@dataclass(kw_only=True)
class PromisedAccount:
    quota: int
    next_turn: Span
    status: str = "ok"
    lease: Worker | None = None
    failures: int = 0
    slower: float = 1.0  # times the pace, since a 429
    wait: str = ""
    dispatched_at: float | None = None
    dispatches: int = 0
    answered: tuple[int, uuid.UUID] | None = None
    # hour → api → rows, and when a request was last answered, at the latest
    usage: dict[float, dict[str, int]] = field(default_factory=dict)
    rows: list[tuple[float, str, int]] = field(default_factory=list)
    last_answer: float = float("-inf")
    limits: dict[str, tuple[float, int]] = field(default_factory=dict)  # until, times

    @property
    def pace_s(self) -> float:
        return PACE_S * self.slower

    @property
    def leased_until(self) -> float:
        """A lease that lapsed counts as live for one pace more."""
        if self.lease is None:
            return float("-inf")
        return self.lease.claimed_at + LEASE_S + self.pace_s

    def is_leased(self, now: float) -> bool:
        return self.leased_until > now

    def is_limited(self, api: str, now: float) -> bool:
        return api in self.limits and self.limits[api][0] > now

    def meet_limit(self, api: str, *, asked_s: float | None, now: float) -> float:
        """Note that LinkedIn's month is used up: try a day later, then 2, then 4."""
        times = self.limits.get(api, (0.0, 0))[1] + 1
        until = now + (
            min(2.0 ** (times - 1), 4) * DAY_S if asked_s is None else asked_s
        )
        self.limits[api] = (until, times)
        return until

    def is_open(self, now: float) -> bool:
        return self.status == "ok" and self.next_turn[1] <= now

    def has_room(self, api: str, page_size: int, now: float) -> bool:
        used = self.used(api, now)
        return not self.quota or not used or self.quota - used >= page_size

    def left(self, api: str, now: float) -> int | None:
        return max(0, self.quota - self.used(api, now)) if self.quota else None

    def used(self, api: str, now: float) -> int:
        return sum(
            rows.get(api, 0)
            for hour, rows in self.usage.items()
            if hour > now - DAY_S - HOUR_S
        )

    def openings(self, api: str, pages: list[int], now: float) -> list[float]:
        """Say when each of these pages may be asked for: in turn, as hours leave."""
        used, at = self.used(api, now), now
        hours = sorted(
            (hour, rows[api])
            for hour, rows in self.usage.items()
            if api in rows and hour > now - DAY_S - HOUR_S
        )
        moments = []
        for page_size in pages:
            while self.quota and used and self.quota - used < page_size:
                hour, rows = hours.pop(0)
                used -= rows
                at = max(at, hour + DAY_S + HOUR_S)
            used += page_size
            hours.append((hour_of(at), page_size))
            moments.append(at)
        return moments

    def due_at(self, jobs: list[PromisedJob]) -> float:
        times = [
            min(job.not_before[1] for job in jobs),
            self.next_turn[1],
            self.leased_until,
        ]
        if self.dispatched_at is not None:
            unanswered = max(self.dispatches - 1, 0)
            times.append(
                self.dispatched_at
                + min(LONGEST_REDISPATCH_S, REDISPATCH_S * 2.0**unanswered)
            )
        return max(times)

    def end_turn(self, now: float) -> None:
        self.lease = None
        self.forget_dispatch()
        self.failures, self.wait = 0, ""
        self.next_turn = (now + self.pace_s, now + self.pace_s + JITTER_S)
        self.last_answer = now

    def back_off(self, reason: str, *, asked_s: float | None, now: float) -> None:
        """End a turn that the source spoilt; a 429 also makes the pace slower."""
        failures = self.failures + 1
        if reason == "rate_limited":
            self.slower = min(MOST_TIMES_SLOWER, self.slower * 2)
        self.end_turn(now)
        self.failures, self.wait = failures, reason
        self.next_turn = backoff(now, failures, pace_s=self.pace_s)
        if asked_s is not None:
            until = now + max(asked_s, self.pace_s)
            self.next_turn = (until, until)

    def forget_dispatch(self) -> None:
        self.dispatched_at, self.dispatches = None, 0
