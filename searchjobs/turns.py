"""Whose turn is it, and when?

The unit is the account, because LinkedIn watches accounts: one request of an account
at a time, the next no sooner than the pace after the last was answered, its jobs in
turn. All times are compared by the database's clock. Locks are taken account first,
then jobs; whoever locks two jobs of an account holds its lock, so none can cross.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, F, Func
from django.db.models.functions import Now

from accounts.models import AccountStatus, AccountWait, LinkedInAccount
from searchjobs import backoff, limits, quotas
from searchjobs.models import SearchJob
from searchjobs.rows import Rows, execute, first
from searchjobs.states import RUNNABLE, JobStatus, WaitReason

ANSWER_WEIGHT = 0.3  # of the newest answer in the moving average


@dataclass(frozen=True, kw_only=True)
class LockedAccount:
    """An account row under this transaction's lock, and the database's time.

    `source_in_doubt`: its source failed somebody since it last answered (`breaker`).
    """

    row: LinkedInAccount
    now: datetime
    source_in_doubt: bool

    @property
    def id(self) -> uuid.UUID:
        return self.row.id

    @property
    def pace(self) -> timedelta:
        """The least time between its requests: longer since a 429."""
        return timedelta(seconds=settings.SEARCH_PACE_SECONDS * self.row.pace_factor)

    @property
    def is_leased(self) -> bool:
        """Whether a turn is under way, or may have been answered under a pace ago."""
        until = self.row.lease_expires_at
        return until is not None and until + self.pace > self.now

    @property
    def is_open(self) -> bool:
        return self.row.status == AccountStatus.OK and self.row.next_turn_at <= self.now


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to one request of an account for one job."""

    account_id: uuid.UUID
    token: uuid.UUID
    job_id: uuid.UUID
    api: str
    last_served_at: datetime


_ACCOUNTS = Rows(LinkedInAccount, "a")
_JOBS = Rows(SearchJob, "j")


def lock(account_id: uuid.UUID) -> LockedAccount | None:
    """Lock the account's row against every other turn and people's resuming."""
    return _locked("a.id = %s FOR NO KEY UPDATE", account_id)


def lock_if_free(account_id: uuid.UUID) -> LockedAccount | None:
    """Lock the account's row, or return None at once where somebody else holds it."""
    return _locked("a.id = %s FOR NO KEY UPDATE SKIP LOCKED", account_id)


def lock_leased(claim: Claim) -> LockedAccount | None:
    """Lock the account if the claim's token is still its own.

    None fences a late worker: somebody else has the turn, and it must write nothing.
    """
    return _locked(
        "a.id = %s AND a.lease_token = %s FOR NO KEY UPDATE",
        claim.account_id,
        claim.token,
    )


def _locked(where: str, *values: uuid.UUID) -> LockedAccount | None:
    found = first(
        f"SELECT {_ACCOUNTS.columns}, statement_timestamp(), {_IN_DOUBT}"
        f" FROM user_unipile_accounts a WHERE {where}",
        values,
    )
    if found is None:
        return None
    row, (now, source_in_doubt) = _ACCOUNTS.take(found)
    return LockedAccount(row=row, now=now, source_in_doubt=source_in_doubt)


_IN_DOUBT = """EXISTS (
    SELECT FROM source_health h
    WHERE h.source = a.provider AND NOT (h.state = 'closed' AND h.troubles = 0))"""


def lock_job(
    job_id: uuid.UUID, *, among: Collection[JobStatus] = tuple(JobStatus)
) -> SearchJob | None:
    """Lock the job's row, if it is in one of these statuses."""
    found = first(
        f"SELECT {_JOBS.columns} FROM prospect_search_jobs j"
        " WHERE j.id = %s AND j.status = ANY(%s) FOR NO KEY UPDATE",
        [job_id, list(among)],
    )
    return None if found is None else _JOBS.take(found)[0]


def opens_at(account: LockedAccount) -> datetime:
    """Return when its working hours let the account ask: now, or at their opening."""
    if account.row.hours_from is None:
        return account.now
    rows = LinkedInAccount.objects.filter(id=account.id)
    opening: datetime = rows.values_list(_opening(Now()), flat=True).get()
    return opening


def _opening(moment: Any) -> Func:
    columns = ("hours_from", "hours_to", "time_zone", "working_days")
    return Func(
        moment,
        *(F(column) for column in columns),
        function="working_hours_open",
        output_field=DateTimeField(),
    )


_TAKE = """
    WITH leased AS (
        UPDATE user_unipile_accounts
        SET lease_token = %(token)s, lease_job = %(job)s,
            lease_expires_at = statement_timestamp() + make_interval(secs => %(for_s)s),
            dispatched_at = NULL, dispatches = 0
        WHERE id = %(account)s
    )
    UPDATE prospect_search_jobs
    SET served_at = statement_timestamp(), wait_reason = ''
    WHERE id = %(job)s
"""


def take(account: LockedAccount, job: SearchJob) -> Claim:
    """Write the lease, and that the job, locked too, is served."""
    claim = Claim(
        account_id=account.id,
        token=uuid.uuid4(),
        job_id=job.id,
        api=job.search_source,
        last_served_at=job.served_at or job.created_at,
    )
    execute(
        _TAKE,
        {
            "account": account.id,
            "job": job.id,
            "token": claim.token,
            "for_s": settings.SEARCH_LEASE_SECONDS,
        },
    )
    return claim


NO_LEASE: dict[str, Any] = {
    "lease_token": None,
    "lease_expires_at": None,
    "lease_job": None,
}
NOT_DISPATCHED: dict[str, Any] = {"dispatched_at": None, "dispatches": 0}


def release(account: LockedAccount) -> None:
    """Answer a message that found nothing to do; a live lease stays."""
    columns = NOT_DISPATCHED if account.is_leased else NOT_DISPATCHED | NO_LEASE
    LinkedInAccount.objects.filter(id=account.id).update(**columns)


def forget_dispatch(account_id: uuid.UUID) -> None:
    """Take back that a worker was told: the message could not be sent."""
    LinkedInAccount.objects.filter(id=account_id).update(**NOT_DISPATCHED)


# The next turn comes after so many seconds, or at the opening of its hours after that.
_END = """
    WITH next AS (
        SELECT a.id, moment AS paced_at,
            CASE WHEN a.hours_from IS NULL THEN moment ELSE working_hours_open(
                moment, a.hours_from, a.hours_to, a.time_zone, a.working_days) END
                AS opens_at
        FROM user_unipile_accounts a, LATERAL (
            SELECT statement_timestamp() + make_interval(secs => %(after_s)s)) m(moment)
        WHERE a.id = %(account)s
    )
    UPDATE user_unipile_accounts a
    SET lease_token = NULL, lease_expires_at = NULL, lease_job = NULL,
        dispatched_at = NULL, dispatches = 0,
        failures = %(failures)s, pace_factor = %(pace_factor)s,
        next_turn_at = next.opens_at,
        wait_reason = CASE WHEN next.opens_at > next.paced_at
            THEN 'outside_hours' ELSE %(wait_reason)s END
        {more}
    FROM next WHERE a.id = next.id
"""
_ANSWERED = """,
        answered_at = statement_timestamp(), answered_job = a.lease_job, rereads = 0,
        answer_seconds = a.answer_seconds
            + %(answer_weight)s * (%(seconds)s - a.answer_seconds)"""


def end(
    account: LockedAccount,
    *,
    delay_s: float | None = None,
    wait_reason: str = "",
    failures: int = 0,
    pace_factor: float | None = None,
    answer_s: float | None = None,
) -> None:
    """End the turn: the lease is gone, the next may begin after the pace or later."""
    factor = account.row.pace_factor if pace_factor is None else pace_factor
    execute(
        _END.format(more="" if answer_s is None else _ANSWERED),
        {
            "account": account.id,
            "after_s": _paced_delay_s(factor) if delay_s is None else delay_s,
            "wait_reason": wait_reason,
            "failures": failures,
            "pace_factor": factor,
            "answer_weight": ANSWER_WEIGHT,
            "seconds": answer_s,
        },
    )


def end_answered(
    account: LockedAccount, *, rows: int, seconds: float, api: str
) -> None:
    """End a turn that brought a page: the pace comes back to its floor step by step.

    The rows count against the day's quota, and who was answered is remembered.
    """
    end(
        account,
        pace_factor=backoff.quicker(account.row.pace_factor),
        answer_s=seconds,
    )
    limits.forget(account.row, api)
    if rows:
        quotas.count(account.id, api, rows=rows, now=account.now)


def back_off(
    account: LockedAccount, *, reason: WaitReason, asked_s: float | None
) -> float:
    """End a turn that the network or the source spoilt; return the seconds to wait.

    `asked_s` is what the source asked for. A 429 also makes the account's pace slower.
    """
    failures = account.row.failures + 1
    factor = account.row.pace_factor
    if reason == WaitReason.RATE_LIMITED:
        factor = backoff.slower(factor)
    pace_s = settings.SEARCH_PACE_SECONDS * factor
    delay_s = (
        backoff.delay_s(failures, pace_s=pace_s)
        if asked_s is None
        else max(asked_s, pace_s)
    )
    end(
        account,
        delay_s=delay_s,
        wait_reason=reason,
        failures=failures,
        pace_factor=factor,
    )
    return delay_s


def _paced_delay_s(factor: float) -> float:
    jitter = random.uniform(0.0, settings.SEARCH_PACE_JITTER_SECONDS)
    return float(settings.SEARCH_PACE_SECONDS * factor + jitter)


def postpone(account: LockedAccount, *, until: datetime, wait_reason: str) -> None:
    """Answer a message that came too early, and note until when nothing happens."""
    release(account)
    LinkedInAccount.objects.filter(id=account.id, next_turn_at__lt=until).update(
        next_turn_at=until, wait_reason=wait_reason
    )


def runnable_jobs(account_id: uuid.UUID, *, api: str | None = None) -> list[uuid.UUID]:
    """Return the account's runnable jobs, of one api or all, in id order."""
    jobs = SearchJob.objects.filter(account_id=account_id, status__in=RUNNABLE)
    if api is not None:
        jobs = jobs.filter(search_source=api)
    return list(jobs.order_by("id").values_list("id", flat=True))


def somebody_was_answered_since(moment: datetime, *, other_than: uuid.UUID) -> bool:
    """Say whether Unipile answered a turn of any other job since then."""
    return (
        LinkedInAccount.objects.filter(answered_at__gt=moment)
        .exclude(answered_job=other_than)
        .exists()
    )


# --- working hours ------------------------------------------------------------------


def look_at_hours_again(account_id: uuid.UUID) -> None:
    """Let an account that waits for its hours be judged anew, as after a change.

    After a pace: when its last request was is no longer known.
    """
    LinkedInAccount.objects.filter(
        id=account_id, wait_reason=AccountWait.OUTSIDE_HOURS
    ).update(
        next_turn_at=Now() + timedelta(seconds=settings.SEARCH_PACE_SECONDS),
        wait_reason="",
    )
