"""What people read: their searches, each with its wait, place in line and forecast.

`visible_to` is the one door to jobs: it knows the caller's workspaces and no others.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.errors import NotFound
from accounts.models import LinkedInAccount, Membership, User
from searchjobs import backoff, events, quotas, schedule
from searchjobs.models import SearchJob
from searchjobs.states import RUNNABLE

FORESEEN_DAYS = 60  # of working hours; behind them at any hour


def visible_to(user: User) -> QuerySet[SearchJob]:
    """Return the jobs of the user's workspaces, with their accounts."""
    return SearchJob.objects.filter(workspace__memberships__user=user).select_related(
        "account"
    )


def job_of(user: User, job_id: uuid.UUID) -> SearchJob:
    """Return one job the user may see.

    Raises:
        NotFound: job_not_found, also for another workspace's.
    """
    return _one_of(visible_to(user), job_id)


def job_in(membership: Membership, job_id: uuid.UUID) -> SearchJob:
    """Return one job of the workspace.

    Raises:
        NotFound: job_not_found, also for another workspace's.
    """
    return _one_of(jobs_of(membership), job_id)


def _one_of(jobs: QuerySet[SearchJob], job_id: uuid.UUID) -> SearchJob:
    job = jobs.filter(id=job_id).first()
    if job is None:
        raise NotFound("Job not found", code="job_not_found")
    return job


def jobs_of(membership: Membership) -> QuerySet[SearchJob]:
    """Return the workspace's jobs, newest first."""
    return (
        SearchJob.objects.filter(workspace_id=membership.workspace_id)
        .select_related("account", "user")
        .order_by("-created_at", "-id")
    )


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What lies ahead of a running search.

    `place` counts from 1 the searches on its account that wait for a turn, its own
    included; seconds are from now; `wait` says why nothing happens before its time;
    `quota` is what its account and api may still receive today.
    """

    place: int
    line: int
    starts_s: float
    ends_s: float
    now: datetime
    wait: events.Wait | None
    quota: quotas.Quota

    @property
    def starts_at(self) -> datetime:
        return self.now + timedelta(seconds=self.starts_s)

    @property
    def ends_at(self) -> datetime:
        return self.now + timedelta(seconds=self.ends_s)

    @property
    def seconds_left(self) -> int:
        return max(0, round(self.ends_s))


def outlooks_of(jobs: Iterable[SearchJob]) -> dict[uuid.UUID, Outlook]:
    """Forecast the running ones among these jobs, which come with their accounts.

    One query reads the lines they stand in, of every other search there only what the
    forecast needs; one the quotas; one the working hours, where there are any.
    """
    asked = {job.id: job for job in jobs if job.status in RUNNABLE}
    if not asked:
        return {}
    accounts = {job.account_id: job.account for job in asked.values()}
    lines: dict[uuid.UUID, list[_Waiting]] = {}
    for waiting in _waiting_on(accounts):
        lines.setdefault(waiting.account_id, []).append(waiting)
    limits = _limits_of([accounts[account_id] for account_id in lines])
    return {
        job_id: outlook
        for account_id, line in lines.items()
        for job_id, outlook in _outlooks_on(
            accounts[account_id], line, asked, limits
        ).items()
    }


@dataclass(frozen=True, kw_only=True)
class _Limits:
    """What bounds accounts beside their pace."""

    quotas: Mapping[tuple[uuid.UUID, str], quotas.Quota]
    windows: Mapping[uuid.UUID, list[tuple[datetime, datetime]]]  # working hours


def _limits_of(accounts: Collection[LinkedInAccount]) -> _Limits:
    with_hours = [one.id for one in accounts if one.hours_from is not None]
    windows: dict[uuid.UUID, list[tuple[datetime, datetime]]] = {}
    if with_hours:
        with connection.cursor() as cursor:
            cursor.execute(_WINDOWS, [FORESEEN_DAYS, with_hours])
            for account_id, opens, closes in cursor.fetchall():
                windows.setdefault(account_id, []).append((opens, closes))
    return _Limits(quotas=quotas.quotas_of(accounts), windows=windows)


_WINDOWS = """
    SELECT a.id, w.opens, w.closes
    FROM user_unipile_accounts a, working_windows(
        statement_timestamp(), a.hours_from, a.hours_to, a.time_zone, a.working_days,
        %s) w
    WHERE a.id = ANY(%s)
    ORDER BY w.opens
"""


class _Waiting(NamedTuple):
    """A search in its account's line, as far as the forecast needs it."""

    id: uuid.UUID
    account_id: uuid.UUID
    wanted: int
    stored: int  # of the present pass
    page_size: int
    api: str
    not_before_s: float  # from now
    now_s: float  # the database's clock


# As floats: to read 300 datetimes takes longer than all the rest of the query.
_LINES = """
    SELECT id, account_id,
           least(progress_total, available_total),
           CASE next_cursor WHEN '' THEN 0 ELSE pass_received END,
           page_size, search_source,
           extract(epoch FROM next_step_at - statement_timestamp())::float8,
           extract(epoch FROM statement_timestamp())::float8
    FROM prospect_search_jobs
    WHERE account_id = ANY(%s) AND status IN ('queued', 'processing')
    ORDER BY coalesce(served_at, created_at), id
"""


def _waiting_on(account_ids: Iterable[uuid.UUID]) -> list[_Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(account_ids)])
        return [_Waiting._make(row) for row in cursor.fetchall()]


def _outlooks_on(
    account: LinkedInAccount,
    line: list[_Waiting],
    asked: Mapping[uuid.UUID, SearchJob],
    limits: _Limits,
) -> dict[uuid.UUID, Outlook]:
    now = datetime.fromtimestamp(line[0].now_s, UTC)
    # the one whose request is under way has the turn
    ordered = sorted(line, key=lambda waiting: waiting.id != account.lease_job)
    forecasts = schedule.play(
        _line_of(account, limits, now=now), [_contender(one) for one in ordered]
    )
    return {
        waiting.id: Outlook(
            place=place,
            line=len(ordered),
            starts_s=forecasts[waiting.id].starts_s,
            ends_s=forecasts[waiting.id].ends_s,
            now=now,
            wait=events.wait_of(asked[waiting.id], now=now),
            quota=limits.quotas[account.id, waiting.api],
        )
        for place, waiting in enumerate(ordered, start=1)
        if waiting.id in asked
    }


def forecast_of_newcomer(
    account: LinkedInAccount, *, api: str, target_count: int, page_size: int
) -> schedule.Forecast:
    """Forecast a search that would now join the end of the account's line."""
    newcomer = schedule.Contender(
        key=None,
        pages_left=schedule.pages_left(
            wanted=target_count, stored=0, page_size=page_size
        ),
        api=api,
        page_rows=page_size,
    )
    contenders = [_contender(waiting) for waiting in _waiting_on([account.id])]
    now = timezone.now()  # nothing is decided by it
    line = _line_of(account, _limits_of([account]), now=now)
    return schedule.play(line, [*contenders, newcomer])[None]


def _contender(waiting: _Waiting) -> schedule.Contender:
    return schedule.Contender(
        key=waiting.id,
        pages_left=schedule.pages_left(
            wanted=waiting.wanted, stored=waiting.stored, page_size=waiting.page_size
        ),
        not_before_s=waiting.not_before_s,
        api=waiting.api,
        page_rows=waiting.page_size,
    )


def _line_of(
    account: LinkedInAccount, limits: _Limits, *, now: datetime
) -> schedule.Line:
    """Return how the account's turns go, from its pace and its own answers."""
    opens_s = max(0.0, (account.next_turn_at - now).total_seconds())
    if account.lease_expires_at is not None and account.lease_expires_at > now:
        opens_s = 0.0  # a request is under way
    pace_s = settings.SEARCH_PACE_SECONDS
    return schedule.Line(
        opens_s=opens_s,
        answer_s=account.answer_seconds,
        turn_s=pace_s
        + settings.SEARCH_PACE_JITTER_SECONDS / 2
        + account.answer_seconds,
        slow_s=pace_s * (account.pace_factor - 1),
        quicker_s=pace_s * backoff.QUICKER,
        hour_s=(now - quotas.hour_of(now)).total_seconds(),
        allowances={
            api: schedule.Allowance(
                limit=quota.limit,
                counted=tuple(
                    ((hour + quotas.USAGE_COUNTS_FOR - now).total_seconds(), rows)
                    for hour, rows in quota.hours
                ),
            )
            for (account_id, api), quota in limits.quotas.items()
            if account_id == account.id
        },
        windows=tuple(
            ((opens - now).total_seconds(), (closes - now).total_seconds())
            for opens, closes in limits.windows.get(account.id, ())
        ),
    )


def name_of(criteria: Mapping[str, Any]) -> str:
    """Make a search's name from its criteria: 'CEO, tech startup'."""
    if criteria.get("url"):
        return "LinkedIn search by URL"
    named = [
        criteria.get(key) for key in ("title", "keywords", "first_name", "last_name")
    ]
    text = ", ".join(part for part in named if part)
    return text[:200] or "People on LinkedIn"
