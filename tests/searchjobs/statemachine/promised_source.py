"""What must become of the circuit breaker that all accounts share, in plain Python."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from tests.searchjobs.statemachine.promised_jobs import LEASE_S

MOST_TROUBLES = 3  # in a row, of fewer accounts than the engine itself asks for
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 60.0
LONGEST_RETRY_AFTER_S = 600.0


@dataclass(kw_only=True)
class PromisedSource:
    state: str = "closed"
    troubles: int = 0
    failed_probes: int = 0
    retry_at: float = float("-inf")
    probe: uuid.UUID | None = None

    @property
    def is_closed(self) -> bool:
        return self.state == "closed"

    def is_shut(self, now: float) -> bool:
        return self.state == "open" and self.retry_at > now

    def admits(self, account: uuid.UUID, *, pace_s: float, now: float) -> bool:
        """Half open, one asks at a time; a probe that died is replaced."""
        if self.is_closed:
            return True
        if self.retry_at > now:
            return False
        self.state, self.probe = "half_open", account
        self.retry_at = now + LEASE_S + pace_s
        return True

    def answered(self, account: uuid.UUID) -> bool:
        """Note an answer; True where it closes, and those who waited come back."""
        if self.is_closed:
            self.troubles = 0
        elif self.probe == account:
            self.state, self.probe, self.retry_at = "closed", None, float("-inf")
            self.troubles = self.failed_probes = 0
            return True
        return False

    def spoilt(self, account: uuid.UUID, *, asked_s: float, now: float) -> bool:
        """Note a turn that the source spoilt; True where nobody asks until retry_at."""
        if not self.is_closed:
            return self.probe_fails(account, asked_s=asked_s, now=now)
        self.troubles += 1
        if self.troubles < MOST_TROUBLES:
            return False
        self.failed_probes = 0
        self._open(asked_s, now)
        return True

    def probe_fails(
        self, account: uuid.UUID, *, now: float, asked_s: float = 0.0
    ) -> bool:
        if self.is_closed or self.probe != account:
            return False
        self.failed_probes += 1
        self._open(asked_s, now)
        return True

    def _open(self, asked_s: float, now: float) -> None:
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**self.failed_probes)
        self.state, self.probe = "open", None
        self.retry_at = now + max(wait_s, min(asked_s, LONGEST_RETRY_AFTER_S))
