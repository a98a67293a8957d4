"""Whose turn is it, and when?

The unit is the account, because LinkedIn watches accounts: one request of an account
at a time, the next no sooner than the pace after the last was answered, its jobs in
turn. All times are compared by the database's clock. Locks are taken account first,
then jobs; whoever locks two jobs of an account holds its lock, so none can cross.
"""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now

from accounts.models import AccountStatus, AccountUsage, LinkedInAccount
from searchjobs.models import SearchJob
from searchjobs.states import RUNNABLE, WaitReason

ANSWER_WEIGHT = 0.3  # of the newest answer in the moving average
USAGE_COUNTS_FOR = timedelta(hours=25)  # from the hour's beginning: 24 h after its end


@dataclass(frozen=True, kw_only=True)
class LockedAccount:
    """An account row under this transaction's lock, and the database's time."""

    row: LinkedInAccount
    now: datetime

    @property
    def id(self) -> uuid.UUID:
        return self.row.id

    @property
    def is_leased(self) -> bool:
        """Whether a turn is under way, or may have been answered under a pace ago."""
        until = self.row.lease_expires_at
        return until is not None and until + pace() > self.now

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


def pace() -> timedelta:
    return timedelta(seconds=settings.SEARCH_PACE_SECONDS)


def lock(account_id: uuid.UUID) -> LockedAccount | None:
    """Lock the account's row against every other turn and people's resuming."""
    return _locked(LinkedInAccount.objects.filter(id=account_id))


def lock_if_free(account_id: uuid.UUID) -> LockedAccount | None:
    """Lock the account's row, or return None at once where somebody else holds it."""
    return _locked(LinkedInAccount.objects.filter(id=account_id), skip_locked=True)


def lock_leased(claim: Claim) -> LockedAccount | None:
    """Lock the account if the claim's token is still its own.

    None fences a late worker: somebody else has the turn, and it must write nothing.
    """
    return _locked(
        LinkedInAccount.objects.filter(id=claim.account_id, lease_token=claim.token)
    )


def _locked(
    rows: QuerySet[LinkedInAccount], *, skip_locked: bool = False
) -> LockedAccount | None:
    locking = rows.select_for_update(no_key=True, skip_locked=skip_locked)
    row = locking.annotate(db_now=Now()).first()
    return None if row is None else LockedAccount(row=row, now=row.db_now)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The job whose turn it is, if any; and jobs whose quota is spent, until when."""

    job: SearchJob | None
    parked: dict[uuid.UUID, datetime]


def choose(account: LockedAccount) -> Choice:
    """Choose the due job that waited longest, and lock it.

    Between the look and the lock a person may pause or cancel it: the status is looked
    at again under the lock, and the next one is tried.
    """
    parked: dict[uuid.UUID, datetime] = {}
    quotas: dict[str, Quota] = {}
    for job in _due_jobs(account):
        if job.search_source not in quotas:
            quotas[job.search_source] = quota_of(account.row, job.search_source)
        quota = quotas[job.search_source]
        if not quota.has_room(job.page_size):
            parked[job.id] = quota.opens_at(job.page_size)
            continue
        locked = (
            SearchJob.objects.filter(id=job.id, status__in=RUNNABLE)
            .select_for_update(no_key=True, of=("self",))
            .first()
        )
        if locked is not None:
            return Choice(job=locked, parked=parked)
    return Choice(job=None, parked=parked)


def _due_jobs(account: LockedAccount) -> list[SearchJob]:
    return list(
        SearchJob.objects.filter(
            account_id=account.id, status__in=RUNNABLE, next_step_at__lte=Now()
        )
        .only("id", "search_source", "page_size")
        .order_by(Coalesce("served_at", "created_at"), "id")
    )


def take(account: LockedAccount, job: SearchJob) -> Claim:
    """Write the lease."""
    claim = Claim(
        account_id=account.id,
        token=uuid.uuid4(),
        job_id=job.id,
        api=job.search_source,
        last_served_at=job.served_at or job.created_at,
    )
    LinkedInAccount.objects.filter(id=account.id).update(
        lease_token=claim.token,
        lease_expires_at=Now() + timedelta(seconds=settings.SEARCH_LEASE_SECONDS),
        lease_job=job.id,
        **NOT_DISPATCHED,
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


def end(
    account: LockedAccount,
    *,
    delay_s: float | None = None,
    wait_reason: str = "",
    failures: int = 0,
) -> None:
    """End the turn: the lease is gone, the next may begin after the pace or later."""
    LinkedInAccount.objects.filter(id=account.id).update(
        next_turn_at=Now()
        + timedelta(seconds=_paced_delay_s() if delay_s is None else delay_s),
        wait_reason=wait_reason,
        failures=failures,
        **NO_LEASE,
        **NOT_DISPATCHED,
    )


def _paced_delay_s() -> float:
    jitter = random.uniform(0.0, settings.SEARCH_PACE_JITTER_SECONDS)
    return float(settings.SEARCH_PACE_SECONDS + jitter)


def answered(account: LockedAccount, *, rows: int, seconds: float, api: str) -> None:
    """Count an answered page against the day's quota, and remember who was answered."""
    LinkedInAccount.objects.filter(id=account.id).update(
        answered_at=Now(),
        answered_job=account.row.lease_job,
        rereads=0,
        answer_seconds=F("answer_seconds") * (1 - ANSWER_WEIGHT)
        + seconds * ANSWER_WEIGHT,
    )
    if rows:
        hour = account.now.replace(minute=0, second=0, microsecond=0)
        AccountUsage.objects.bulk_create(
            [
                AccountUsage(
                    account_id=account.id,
                    api=api,
                    hour=hour,
                    received=0,
                )
            ],
            ignore_conflicts=True,
        )
        AccountUsage.objects.filter(account_id=account.id, api=api, hour=hour).update(
            received=F("received") + rows
        )


def runnable_jobs(account_id: uuid.UUID) -> list[uuid.UUID]:
    return list(
        SearchJob.objects.filter(account_id=account_id, status__in=RUNNABLE)
        .order_by("id")
        .values_list("id", flat=True)
    )


def is_due(account_id: uuid.UUID) -> bool:
    """Say whether the account could take a turn at this moment."""
    return (
        LinkedInAccount.objects.filter(
            id=account_id,
            status=AccountStatus.OK,
            next_turn_at__lte=Now(),
            lease_token=None,
            search_jobs__status__in=RUNNABLE,
            search_jobs__next_step_at__lte=Now(),
        )
    ).exists()


def somebody_was_answered_since(moment: datetime, *, other_than: uuid.UUID) -> bool:
    """Say whether Unipile answered a turn of any other job since then (point 8)."""
    return (
        LinkedInAccount.objects.filter(answered_at__gt=moment)
        .exclude(answered_job=other_than)
        .exists()
    )


# --- the day's quota --------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Quota:
    """What one api of one account may still receive in the rolling 24 h, in rows."""

    limit: int  # 0: none
    hours: tuple[tuple[datetime, int], ...]  # (beginning, rows), oldest first

    @property
    def used(self) -> int:
        return sum(rows for _, rows in self.hours)

    @property
    def left(self) -> int | None:
        """Rows left now, or None where there is no limit."""
        return max(0, self.limit - self.used) if self.limit else None

    def has_room(self, page_size: int) -> bool:
        """One page must fit; where nothing was received one goes all the same."""
        return self.left is None or self.used == 0 or self.left >= page_size

    def opens_at(self, page_size: int) -> datetime:
        """Return when enough hours have left the 24 h for one page."""
        used = self.used
        for hour, rows in self.hours:
            used -= rows
            if used == 0 or self.limit - used >= page_size:
                return hour + USAGE_COUNTS_FOR
        raise ValueError("asked for the opening of a quota that has room")


def quota_of(account: LinkedInAccount, api: str) -> Quota:
    own = getattr(account, f"daily_quota_{api}")
    hours = (
        AccountUsage.objects.filter(
            account_id=account.id, api=api, hour__gt=Now() - USAGE_COUNTS_FOR
        )
        .order_by("hour")
        .values_list("hour", "received")
    )
    return Quota(
        limit=settings.SEARCH_DAILY_QUOTA[api] if own is None else own,
        hours=tuple(hours),
    )


def look_at_quotas_again(account_id: uuid.UUID | None = None) -> int:
    """Let jobs that wait for a quota be judged anew, as after one was raised.

    One account at a time, in a transaction each: whoever locks several jobs of an
    account holds its lock.
    """
    waiting = SearchJob.objects.filter(
        status__in=RUNNABLE, wait_reason=WaitReason.DAILY_QUOTA
    )
    if account_id is not None:
        waiting = waiting.filter(account_id=account_id)
    accounts = waiting.order_by("account_id").values_list("account_id", flat=True)
    count = 0
    for one_id in list(accounts.distinct()):
        with transaction.atomic():
            lock(one_id)
            count += waiting.filter(account_id=one_id).update(next_step_at=Now())
    return count
