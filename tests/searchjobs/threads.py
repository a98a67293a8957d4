"""How two things happen at the same moment, over committed rows, without a sleep."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection, transaction

from accounts.errors import Refusal
from accounts.models import LinkedInAccount, Membership
from searchjobs import outcomes, runner
from searchjobs.models import SearchJob
from tests.factories import SearchJobFactory

TIMEOUT_S = 20


class Threads:
    """Runs functions in threads that give their database connections back."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(8)

    def start(self, do: Callable[[], Any]) -> Future[Any]:
        def run() -> Any:
            try:
                return do()
            finally:
                connection.close()

        return self._pool.submit(run)

    def at_once(self, *dos: Callable[[], Any]) -> list[Any]:
        """Run them together, and return what each returned or refused with."""
        gate = threading.Barrier(len(dos))

        def run(do: Callable[[], Any]) -> Any:
            gate.wait(TIMEOUT_S)
            try:
                return do()
            except Refusal as refusal:
                return refusal

        started = [self.start(lambda do=do: run(do)) for do in dos]  # type: ignore[misc]
        return [each.result(TIMEOUT_S) for each in started]

    def close(self) -> None:
        self._pool.shutdown()


def new_job(member: Membership, account: LinkedInAccount, **columns: Any) -> SearchJob:
    return SearchJobFactory(
        account=account, user=member.user, workspace=member.workspace, **columns
    )


def wait_until_somebody_waits_for_a_lock() -> None:
    """Return when another connection is blocked by ours; give up with the test."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone() != (0,):
                return


def claim(account: LinkedInAccount) -> Any:
    with transaction.atomic():
        return runner._claim(account.id)


def end(claimed: Any, outcome: Any) -> None:
    with transaction.atomic():
        outcomes.end(outcomes.Turn(claim=claimed[0], outcome=outcome, seconds=0.1))
