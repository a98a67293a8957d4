"""How is a change of a job numbered, recorded and told?

`change` is the one way to change a job (`change_by` in one statement, for each page;
`change_all` many at once): an UPDATE that names the statuses it may leave,
raises `revision`, writes the journal row and, after the commit, tells the sockets.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from accounts.advice import advice_for
from accounts.models import LinkedInAccount
from searchjobs import endings, live
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.rows import Rows, first
from searchjobs.states import ACTIVE, EventKind, JobStatus

_JOBS = Rows(SearchJob, "j")
_ACCOUNTS = Rows(LinkedInAccount, "a")
_JOB_AND_ACCOUNT = f"SELECT {_JOBS.columns}, {_ACCOUNTS.columns}"
_ITS_ACCOUNT = "JOIN user_unipile_accounts a ON a.id = j.account_id"


def change(
    job_id: uuid.UUID,
    *,
    leaving: Collection[JobStatus],
    kind: EventKind,
    data: dict[str, Any] | None = None,
    where: Q | None = None,
    **columns: Any,
) -> SearchJob | None:
    """Change a job that is in one of `leaving` (and as `where` says), and record it.

    `columns` are values or expressions for an UPDATE. Runs in the caller's transaction;
    the sockets are told on commit. Returns the row as it is now, with its account, or
    None when the job was in another status (then nothing changed).
    """
    rows = SearchJob.objects.filter(where or Q(), id=job_id, status__in=leaving)
    if not rows.update(revision=F("revision") + 1, **columns):
        return None
    return record(job_id, kind, data or {})


_RECORD = """
WITH recorded AS (
    INSERT INTO prospect_search_events (job_id, revision, kind, data)
    SELECT id, revision, %(kind)s, %(data)s
    FROM prospect_search_jobs WHERE id = %(job)s
)
"""


def record(job_id: uuid.UUID, kind: EventKind, data: dict[str, Any]) -> SearchJob:
    """Write the journal row of the job's present revision, and tell it on commit.

    Returns the job with its account.
    """
    found = first(
        f"{_RECORD} {_JOB_AND_ACCOUNT}"
        f" FROM prospect_search_jobs j {_ITS_ACCOUNT} WHERE j.id = %(job)s",
        {"kind": str(kind), "data": json.dumps(data), "job": job_id},
    )
    assert found is not None  # the caller holds its lock
    return _told(found, kind)


def _told(found: tuple[Any, ...], kind: EventKind) -> SearchJob:
    """Return the job with its account; the sockets are told of it on commit."""
    job, rest = _JOBS.take(found)
    job.account, _ = _ACCOUNTS.take(rest)
    tell(job, kind)
    return job


_CHANGE = """
WITH j AS (
    UPDATE prospect_search_jobs SET revision = revision + 1, {columns}
    WHERE id = %(job)s AND status = ANY(%(leaving)s)
    RETURNING *
), recorded AS (
    INSERT INTO prospect_search_events (job_id, revision, kind, data)
    SELECT id, revision, %(kind)s, %(data)s FROM j
)
"""


def change_by(
    columns: str,
    values: dict[str, Any],
    job_id: uuid.UUID,
    *,
    leaving: Collection[JobStatus],
    kind: EventKind,
    data: dict[str, Any],
) -> SearchJob | None:
    """Change a job as `change` does, in one statement; `columns` is what it sets.

    For what happens at every page.
    """
    found = first(
        f"{_CHANGE.format(columns=columns)} {_JOB_AND_ACCOUNT} FROM j {_ITS_ACCOUNT}",
        values
        | {
            "job": job_id,
            "leaving": list(leaving),
            "kind": str(kind),
            "data": json.dumps(data),
        },
    )
    return None if found is None else _told(found, kind)


def change_all(
    job_ids: Collection[uuid.UUID],
    *,
    leaving: Collection[JobStatus],
    kind: EventKind,
    data: dict[str, Any],
    where: Q | None = None,
    **columns: Any,
) -> list[SearchJob]:
    """Change many jobs alike, as `change` does one, in a few statements for all.

    The caller holds the lock of the account they share. Returns those that changed.
    """
    rows = SearchJob.objects.filter(where or Q(), id__in=job_ids, status__in=leaving)
    locked = rows.select_for_update(no_key=True, of=("self",)).order_by("id")
    ids = list(locked.values_list("id", flat=True))
    SearchJob.objects.filter(id__in=ids).update(revision=F("revision") + 1, **columns)
    jobs = list(SearchJob.objects.select_related("account").filter(id__in=ids))
    SearchEvent.objects.bulk_create(
        SearchEvent(job_id=job.id, revision=job.revision, kind=kind, data=data)
        for job in jobs
    )
    for job in jobs:
        tell(job, kind)
    return jobs


def tell(job: SearchJob, kind: EventKind) -> None:
    """Tell the sockets of the job's present revision, on commit."""
    transaction.on_commit(partial(_tell, job, kind), robust=True)


def _tell(job: SearchJob, kind: EventKind) -> None:
    message = {
        "type": "search_job.updated",
        "revision": job.revision,
        "kind": str(kind),
        "new": row_of(job),
        "text": job.progress_text,
    }
    if kind != EventKind.CREATED:  # nobody knows its id yet
        live.send(live.job_group(job.id), message)
    live.send(live.workspace_group(job.workspace_id), message)


def publish_workspace(workspace_id: uuid.UUID, message: dict[str, Any]) -> None:
    """Tell the workspace's sockets, on commit, something that no journal keeps."""
    transaction.on_commit(
        partial(live.send, live.workspace_group(workspace_id), message), robust=True
    )


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Why nothing happens before `until` (aware UTC)."""

    reason: str
    until: datetime


def wait_of(job: SearchJob, *, now: datetime) -> Wait | None:
    """Return the later of the job's wait and its account's, while its time is ahead."""
    if job.status not in ACTIVE or job.status == JobStatus.PAUSED:
        return None
    waits = [
        Wait(reason=reason, until=until)
        for reason, until in (
            (job.wait_reason, job.next_step_at),
            (job.account.wait_reason, job.account.next_turn_at),
        )
        if reason and until > now
    ]
    return max(waits, key=lambda wait: wait.until, default=None)


def row_of(job: SearchJob, *, now: datetime | None = None) -> dict[str, Any]:
    """Return the row as sockets and the API give it: original columns, then ours.

    A wait that is over at `now` (None: when the row was last written) is not told.
    Nothing of the fence (lease, cursor) is in it. Times are RFC 3339 in UTC.
    """
    wait = wait_of(job, now=now or job.updated_at)
    return {
        "id": str(job.id),
        "user_id": str(job.user_id),
        "workspace_id": str(job.workspace_id),
        "search_type": job.search_type,
        "search_source": job.search_source,
        "status": str(job.status),
        "progress_current": job.progress_current,
        "progress_total": job.progress_total,
        "total_results": job.total_results,
        "started_at": rfc3339(job.started_at),
        "completed_at": rfc3339(job.completed_at),
        "error_message": job.error_message,
        "created_at": rfc3339(job.created_at),
        "updated_at": rfc3339(job.updated_at),
        "name": job.name,
        "revision": job.revision,
        "progress_percent": job.progress_percent,
        "error_code": job.error_code,
        "account_status": job.account.status,
        "account_advice": advice_for(job.account),
        "completion_reason": job.completion_reason or None,
        "completion_text": endings.text_of(job),
        "target_count": job.target_count,
        "available_total": job.available_total,
        "received": job.received,
        "duplicates": job.duplicates,
        "invalid": job.invalid,
        "surplus": job.surplus,
        "missed": job.missed,
        "replays": job.replays,
        "requests": job.requests,
        "wait_reason": wait.reason if wait else None,
        "next_step_at": rfc3339(wait.until) if wait else None,
    }


def rfc3339(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
