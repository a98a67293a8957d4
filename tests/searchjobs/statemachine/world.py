"""The database the machine runs against: its clock, its rows, what leaves on commit."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.models import LinkedInAccount
from searchjobs import events, line, live, tasks
from searchjobs.models import SourceHealth
from tests.searchjobs.clock import Clock
from tests.searchjobs.playing import lapse, let_time_pass

# Years from what any machine's clock says: whoever asks that is found out.
BEGINNING = datetime(2031, 3, 4, 10, 17, tzinfo=UTC)
A_MOMENT_S = 0.001  # what is done later is later


class WorkerDied(Exception):
    """Undoes the transaction that it leaves."""


@contextmanager
def transaction_that(commits: bool) -> Iterator[None]:
    """Commit or, where the process dies just before, undo."""
    try:
        with transaction.atomic():
            yield
            if not commits:
                raise WorkerDied
    except WorkerDied:
        pass


class World:
    """One transaction that is never committed, with a clock that the test moves."""

    def __init__(self) -> None:
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self._clock = Clock(BEGINNING)

    def close(self) -> None:
        transaction.set_rollback(True)
        self._transaction.__exit__(None, None, None)

    def now(self) -> float:
        return self._clock.now.timestamp()

    def pass_time(self, seconds: float = A_MOMENT_S) -> float:
        """Move the database's clock, which stands still, and return its time."""
        self._clock.advance(seconds)
        return self.now()

    def let_all_waits_end(self) -> None:
        let_time_pass()
        lapse()
        LinkedInAccount.objects.update(dispatched_at=None)
        SourceHealth.objects.exclude(retry_at=None).update(retry_at=Now())

    def jobs(self) -> dict[uuid.UUID, dict[str, Any]]:
        return {row.pop("id"): row for row in _fetch_rows(_JOBS)}

    def accounts(self) -> dict[uuid.UUID, dict[str, Any]]:
        return {row.pop("id"): row for row in _fetch_rows(_ACCOUNTS)}

    def hints(self) -> list[uuid.UUID]:
        """Take what the last commits sent to workers."""
        return [call.args[0] for call in self._take(tasks.hint)]

    def pushes(self) -> list[dict[str, Any]]:
        """Take what the last commits told to pages."""
        told = [call.args for call in self._take(events._tell)]
        return [events.row_of(job) | {"kind": str(kind)} for job, kind in told]

    def looks_at_quotas(self, *, are_taken: bool) -> bool:
        """Do what the last commits left to be done of it, or die first."""
        looks = self._take(line.look_at_quotas_again)
        for look in looks * are_taken:
            look()
        return bool(looks) and are_taken

    def told_of_accounts(self) -> list[uuid.UUID]:
        """Take what the last commits told workspaces of their accounts."""
        return [uuid.UUID(call.args[1]["id"]) for call in self._take(live.send)]

    def _take(self, wanted: object) -> list[Any]:
        """Take the callbacks of that function, which nothing else runs here."""
        waiting = connection.run_on_commit
        connection.run_on_commit = [each for each in waiting if each[1].func != wanted]
        return [callback for _, callback, _ in waiting if callback.func == wanted]

    def source(self) -> dict[str, Any]:
        rows = _fetch_rows(_SOURCE) or [
            {"state": "closed", "probe_account": None, "failed_probes": 0}
        ]
        return rows[0]

    def every_row(self) -> list[tuple[Any, ...]]:
        """Return all that a turn may write, as text."""
        return _fetch(_EVERY_ROW)


def _fetch(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def _fetch_rows(statement: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


_JOBS = """
SELECT id, status, progress_current, progress_total, received, duplicates, invalid,
    surplus, pass_received, next_cursor, available_total, doubts, failures, requests,
    next_batch, retry_count, replays, missed, error_code,
    paused_by_id IS NOT NULL AS paused_by_person,
    wait_reason, completion_reason,
    extract(epoch FROM next_step_at)::float AS not_before,
    ARRAY(SELECT provider_id::text FROM prospect_search_results
          WHERE job_id = j.id ORDER BY position) AS people,
    ARRAY(SELECT kind::text FROM prospect_search_events
          WHERE job_id = j.id ORDER BY revision) AS journal
FROM prospect_search_jobs j
"""
_ACCOUNTS = """
SELECT id, status, failures, wait_reason, lease_token, lease_job, dispatches,
    pace_factor,
    extract(epoch FROM next_turn_at)::float AS next_turn,
    extract(epoch FROM lease_expires_at)::float AS lease_until,
    extract(epoch FROM dispatched_at)::float AS dispatched_at,
    (SELECT coalesce(sum(received), 0)::int FROM account_usage
     WHERE account_id = a.id) AS used
FROM user_unipile_accounts a
"""
_SOURCE = """
SELECT state, probe_account, failed_probes,
    extract(epoch FROM retry_at)::float AS retry_at
FROM source_health
"""
_EVERY_ROW = """
SELECT j::text FROM prospect_search_jobs j
UNION ALL SELECT a::text FROM user_unipile_accounts a
UNION ALL SELECT r::text FROM prospect_search_results r
UNION ALL SELECT e::text FROM prospect_search_events e
UNION ALL SELECT u::text FROM account_usage u
UNION ALL SELECT h::text FROM source_health h
"""
