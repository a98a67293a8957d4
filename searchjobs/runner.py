"""How does one turn run, start to finish?

    1 claim   account, then job, locked; lease written                   one transaction
    2 fetch   one request                                                no transaction
    3 end     account, then job, locked; is the token still ours?        one transaction
              what came of it is written, whatever it is; the lease is gone

A worker can die on any line: before 1 commits nothing happened; after it the lease
lapses, and the next claim counts that against the job; 3 is all or nothing. A late
worker finds another token at 3 and writes nothing.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db import OperationalError, connection, transaction

from accounts.models import AccountWait, LinkedInAccount
from searchjobs import breaker, lifecycle, line, logins, outcomes, turns
from searchjobs.models import SearchJob
from searchjobs.sources import Source
from searchjobs.sources.linkedin import LinkedInSource
from searchjobs.states import EventKind, JobStatus

GO_ON_FOR_S = 1.0


def take_turns(account_id: uuid.UUID, source: Source | None = None) -> bool:
    """Run the account's turn; at pace 0 go on while there is another.

    Returns True when it stopped after a second: the caller sends itself another
    message, so that no account holds a worker.
    """
    began = time.monotonic()
    while run_turn(account_id, source) and settings.SEARCH_PACE_SECONDS == 0:
        if time.monotonic() - began >= GO_ON_FOR_S:
            return True
    return False


def run_turn(account_id: uuid.UUID, source: Source | None = None) -> bool:
    """Run one turn of the account; False when there was none to run."""
    began = time.monotonic()
    with transaction.atomic():
        claimed = _claim(account_id)
    if claimed is None:
        return False
    claim, job = claimed
    asked = time.monotonic()
    deadline_s = settings.SEARCH_LEASE_SECONDS * 2 / 3 - (asked - began)
    outcome = (source or LinkedInSource()).fetch(job, deadline_s=deadline_s)
    turn = outcomes.Turn(claim=claim, outcome=outcome, seconds=time.monotonic() - asked)
    try:
        _end_in_transaction(turn)
    except OperationalError:  # the connection was cut meanwhile; the token fences us
        connection.close()
        _end_in_transaction(turn)
    return True


def _end_in_transaction(turn: outcomes.Turn) -> None:
    with transaction.atomic():
        outcomes.end(turn)


def _claim(account_id: uuid.UUID) -> tuple[turns.Claim, SearchJob] | None:
    account = turns.lock(account_id)
    if account is None:
        return None
    if not account.is_leased and account.row.lease_job is not None:
        _lose_lease(account.row.lease_job)
    if account.is_leased or not account.is_open:
        turns.release(account)
        return None
    if _is_postponed(account):
        return None
    choice = line.choose(account)
    _park(choice.parked)
    if choice.job is None or not breaker.admits(account):
        turns.release(account)
        return None
    started = lifecycle.start(choice.job)
    if started is None:
        turns.release(account)
        return None
    return turns.take(account, choice.job), _with_account(started, account.row)


def _is_postponed(account: turns.LockedAccount) -> bool:
    """Move the account's time where nobody may ask: outside of its working hours, and
    while its source does not answer."""
    until, reason = turns.opens_at(account), AccountWait.OUTSIDE_HOURS
    if until <= account.now:
        shut_until = breaker.shut_until(account)
        if shut_until is None:
            return False
        until, reason = shut_until, AccountWait.PROVIDER_DOWN
    turns.postpone(account, until=until, wait_reason=reason)
    logins.tell([account.id])
    return True


def _park(parked: Sequence[line.Parked]) -> None:
    news = [one for one in parked if one.is_news]
    for reason, until in {(one.reason, one.until) for one in news}:
        ids = [one.job_id for one in news if (one.reason, one.until) == (reason, until)]
        lifecycle.wait(ids, reason=reason, until=until)
    line.move_parked([one for one in parked if not one.is_news])


def _with_account(job: SearchJob, account: LinkedInAccount) -> SearchJob:
    job.account = account
    return job


def _lose_lease(job_id: uuid.UUID) -> None:
    """Count a turn that nobody ended against its job, if that is still running."""
    job = turns.lock_job(job_id)
    if job is not None and job.status == JobStatus.PROCESSING:
        outcomes.stumble(
            job, EventKind.LEASE_LOST, "worker_lost", "The worker was lost"
        )
