"""Which of an account's jobs has the turn?

The due one that waited longest; those whose quota is spent, or whom LinkedIn's monthly
limit meets, are parked until then, in turn. The caller holds the account's lock.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models.functions import Coalesce, Now

from searchjobs import limits, turns
from searchjobs.models import SearchJob
from searchjobs.quotas import Quota, quota_of
from searchjobs.rows import prepared
from searchjobs.states import RUNNABLE, WaitReason
from searchjobs.turns import LockedAccount


@dataclass(frozen=True, kw_only=True)
class Parked:
    """A job that may not go now; `is_news`: it did not wait for that before."""

    job_id: uuid.UUID
    reason: WaitReason
    until: datetime
    is_news: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The job whose turn it is, if any; and those passed over for their quota, or for
    LinkedIn's monthly limit."""

    job: SearchJob | None
    parked: list[Parked]


def choose(account: LockedAccount) -> Choice:
    """Choose the due job that waited longest, and lock it.

    Between the look and the lock a person may pause or cancel it: the status is looked
    at again under the lock, and the next one is tried.
    """
    spent: dict[str, list[_Due]] = {}
    known: dict[str, Quota] = {}
    chosen: SearchJob | None = None
    parked: list[Parked] = []
    for job in _due_jobs(account):
        api = job.search_source
        limited_until = limits.until(account.row, api, now=account.now)
        if limited_until is not None:
            parked.append(_parked(job, WaitReason.COMMERCIAL_LIMIT, limited_until))
            continue
        if api not in known:
            known[api] = quota_of(account.row, api)
        if not known[api].has_room(job.page_size):
            spent.setdefault(api, []).append(job)
            continue
        chosen = turns.lock_job(job.id, among=RUNNABLE)
        if chosen is not None:
            break
    for api, jobs in spent.items():
        parked += _park(account, jobs, api, known[api])
    return Choice(job=chosen, parked=parked)


def _park(
    account: LockedAccount, jobs: list[_Due], api: str, quota: Quota
) -> list[Parked]:
    """Say when each may go on: in turn, a page each, as the quota opens.

    All who take turns count, so that one parked earlier keeps its place.
    """
    line = list(
        SearchJob.objects.filter(
            account_id=account.id, status__in=RUNNABLE, search_source=api
        )
        .order_by(*_LONGEST_WAITING)
        .values_list("id", "page_size")
    )
    moments = quota.openings([page_size for _, page_size in line], now=account.now)
    opens = dict(zip((job_id for job_id, _ in line), moments, strict=True))
    return [
        _parked(job, WaitReason.DAILY_QUOTA, opens[job.id])
        for job in jobs
        if job.id in opens
    ]


def _parked(job: _Due, reason: WaitReason, until: datetime) -> Parked:
    return Parked(
        job_id=job.id, reason=reason, until=until, is_news=job.wait_reason != reason
    )


_LONGEST_WAITING = (Coalesce("served_at", "created_at"), "id")


class _Due(NamedTuple):
    """A job that could have the turn, as far as the choice needs it."""

    id: uuid.UUID
    search_source: str
    page_size: int
    wait_reason: str


_DUE = """
    SELECT id, search_source, page_size, wait_reason FROM prospect_search_jobs
    WHERE account_id = %s AND status IN ('queued', 'processing')
        AND next_step_at <= statement_timestamp()
    ORDER BY coalesce(served_at, created_at), id
"""


def _due_jobs(account: LockedAccount) -> list[_Due]:
    with prepared() as cursor:
        cursor.execute(_DUE, [account.id])
        return [_Due._make(row) for row in cursor.fetchall()]


def move_parked(parked: Sequence[Parked]) -> None:
    """Give jobs that wait for the same already a new time, which is no event."""
    for reason, until in {(one.reason, one.until) for one in parked}:
        ids = [
            one.job_id for one in parked if (one.reason, one.until) == (reason, until)
        ]
        SearchJob.objects.filter(
            id__in=ids, status__in=RUNNABLE, wait_reason=reason
        ).update(next_step_at=until)


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
            turns.lock(one_id)
            count += waiting.filter(account_id=one_id).update(next_step_at=Now())
    return count
