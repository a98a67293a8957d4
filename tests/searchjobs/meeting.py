"""How a search meets a fault of the local Unipile at a page in the middle."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from accounts.models import LinkedInAccount
from searchjobs import runner
from searchjobs.models import SearchJob
from tests.factories import SearchJobFactory
from tests.searchjobs.playing import CEOS, check, expected, found, let_time_pass, play
from unipile_client.sandbox.server import SandboxServer

MIDDLE = 2  # the page, from 0, that a fault meets


def begin(account: LinkedInAccount) -> SearchJob:
    """Return a search of five pages, the first two of which are stored."""
    job = SearchJobFactory(account=account, search_criteria=CEOS, target_count=500)
    for _ in range(MIDDLE):
        let_time_pass(account)
        assert runner.run_turn(account.id)
    return job


def meet(sandbox: SandboxServer, job: SearchJob, **fault: Any) -> SearchJob:
    """Let the next page meet the fault, once unless told, and return the row after."""
    sandbox.put_faults([{"page": MIDDLE, **fault}])
    let_time_pass(job.account)
    assert runner.run_turn(job.account_id)
    assert [each["fired"] for each in sandbox.faults()] == [1]
    return check(job)


def finish(
    sandbox: SandboxServer, job: SearchJob, reason: str = "target_reached"
) -> None:
    """Play on to the end, and find everybody there once, in LinkedIn's order."""
    play(job.account)
    row = check(job)
    assert (row.status, row.completion_reason) == ("completed", reason)
    assert (row.failures, row.error_code, row.error_message) == (0, "", None)
    assert found(job) == expected(sandbox, job)
    assert row.account.failures == 0


def seconds_until(moment: datetime) -> float:
    return (moment - datetime.now(UTC)).total_seconds()
