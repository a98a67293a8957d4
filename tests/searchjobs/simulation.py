"""The engine over the real database, hours of it in seconds: its own dispatcher and
turns, PostgreSQL's clock moved to the next turn whenever nothing is due."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

import pytest

from searchjobs import dispatcher, runner
from searchjobs.models import SearchJob
from searchjobs.sources import Outcome
from searchjobs.states import RUNNABLE
from tests.searchjobs.clock import Clock
from tests.searchjobs.playing import page, people

HOUR_S = 3600.0


def next_page(job: SearchJob) -> Outcome:
    """Answer a full page of people nobody has met, for ever."""
    start = int(job.next_cursor or 0)
    ids = people(job.page_size, start=start)
    return page(ids, next_cursor=str(start + job.page_size), total=10**6)


class Simulation:
    """Runs turns; `requests` is each one's time, in seconds from the beginning, and
    account; `ended` when each search ended."""

    def __init__(self, clock: Clock, answer: Callable[[SearchJob], Outcome]) -> None:
        self.clock = clock
        self.began = clock.now
        self.requests: list[tuple[float, uuid.UUID]] = []
        self.ended: dict[uuid.UUID, float] = {}
        self._answer = answer

    @property
    def passed_s(self) -> float:
        return self.seconds(self.clock.now)

    def seconds(self, moment: datetime) -> float:
        return (moment - self.began).total_seconds()

    def fetch(self, job: SearchJob, *, deadline_s: float) -> Outcome:
        self.requests.append((self.passed_s, job.account_id))
        return self._answer(job)

    def run(self, *, until_s: float) -> None:
        """Run until no search is left, or until that time."""
        with pytest.MonkeyPatch.context() as patch:
            # it need not look again every moment: nothing comes from outside
            patch.setattr(dispatcher, "LONGEST_SLEEP_S", HOUR_S)
            while self.passed_s < until_s:
                found = dispatcher.look()
                for account_id in found.due:
                    runner.run_turn(account_id, self)
                self._note_ended()
                if not SearchJob.objects.filter(status__in=RUNNABLE).exists():
                    return
                if not found.due:
                    self.clock.advance(max(0.001, found.sleep_s))

    def _note_ended(self) -> None:
        for job_id in SearchJob.objects.exclude(status__in=RUNNABLE).values_list(
            "id", flat=True
        ):
            self.ended.setdefault(job_id, self.passed_s)
