"""What answers look like: the original's keys, then ours."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.advice import advice_for
from accounts.models import LinkedInAccount
from searchjobs import endings, listings, quotas, selectors
from searchjobs.events import rfc3339
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.pages import paces
from searchjobs.previews import Preview
from searchjobs.selectors import Outlook
from searchjobs.services import Created
from unipile_client.types import Api


def created(made: Created, *, asked: int) -> dict[str, Any]:
    """Return create-job's answer, with what the account's real turns foretell."""
    job = made.job
    api = Api(job.search_source)
    outlook = selectors.outlooks_of([job]).get(job.id)
    quota = outlook.quota if outlook else quotas.quota_of(job.account, api)
    return {
        "success": True,
        "job_id": str(job.id),
        "status": str(job.status),
        "message": _message(job, api, asked=asked),
        "metadata": {
            "api": str(api),
            "max_results": api.ceiling,
            "estimated_time_seconds": max(
                1, math.ceil(outlook.ends_s if outlook else 0)
            ),
            "capped": made.capped,
            "page_size": job.page_size,
            "warnings": list(made.warnings),
            "quota_left_today": quota.left,
        },
    }


def _message(job: SearchJob, api: Api, *, asked: int) -> str:
    text = f"Search queued for {job.target_count} prospects"
    if job.target_count == asked:
        return text
    return (
        f"{text}: {api.label} gives at most {api.ceiling:,} of the {asked:,} asked for"
    )


def preview(seen: Preview) -> dict[str, Any]:
    plan = seen.plan
    return {
        "success": True,
        "available_total": seen.available_total,
        "prospects": seen.people,
        "metadata": {
            "api": str(plan.api),
            "account_id": str(plan.account.id),
            "max_results": plan.api.ceiling,
            "target_count": plan.target_count,
            "estimated_results": seen.wanted,
            "estimated_requests": seen.pages,
            "estimated_time_seconds": max(1, math.ceil(seen.forecast.ends_s)),
            "capped": plan.capped,
            "page_size": plan.page_size,
            "warnings": list(plan.warnings),
            "quota_used": seen.received,
            "quota_left_today": seen.quota_left,
        },
    }


def jobs(jobs: Iterable[SearchJob]) -> list[dict[str, Any]]:
    """Return the jobs, each with its forecast: one query for all their accounts."""
    shown = list(jobs)
    outlooks = selectors.outlooks_of(shown)
    return [_job(job, outlooks) for job in shown]


def job(job: SearchJob) -> dict[str, Any]:
    return jobs([job])[0]


def _job(job: SearchJob, outlooks: Mapping[uuid.UUID, Outlook]) -> dict[str, Any]:
    outlook = outlooks.get(job.id)
    wait = outlook.wait if outlook else None
    return {
        "id": str(job.id),
        "status": str(job.status),
        "progress": {
            "current": job.progress_current,
            "total": job.progress_total,
            "percentage": job.progress_percent,
        },
        "results_count": job.progress_current,
        "started_at": rfc3339(job.started_at),
        "completed_at": rfc3339(job.completed_at),
        "error_message": job.error_message,
        "error_code": job.error_code or None,
        "account_status": job.account.status,
        "account_advice": advice_for(job.account),
        "revision": job.revision,
        "name": job.name,
        "search_criteria": job.search_criteria,
        "search_type": job.search_type,
        "search_source": job.search_source,
        "account_id": str(job.account_id),
        "user_id": str(job.user_id),
        "workspace_id": str(job.workspace_id),
        "created_at": rfc3339(job.created_at),
        "updated_at": rfc3339(job.updated_at),
        "target_count": job.target_count,
        "completion_reason": job.completion_reason or None,
        "completion_text": endings.text_of(job),
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
        "estimated_seconds_left": outlook.seconds_left if outlook else None,
        "estimated_start_at": rfc3339(outlook.starts_at) if outlook else None,
        "estimated_end_at": rfc3339(outlook.ends_at) if outlook else None,
        "forecast": paces.forecast(outlook, job.account) if outlook else None,
        "quota_used": outlook.quota.used if outlook else None,
        "quota_limit": (outlook.quota.limit or None) if outlook else None,
    }


def event(event: SearchEvent) -> dict[str, Any]:
    return {
        "revision": event.revision,
        "kind": event.kind,
        "data": event.data,
        "created_at": rfc3339(event.created_at),
    }


def accounts(accounts: list[LinkedInAccount]) -> list[dict[str, Any]]:
    left = listings.quotas_left(accounts)
    return [
        {
            "id": str(account.id),
            "unipile_account_id": account.unipile_account_id,
            "name": account.name,
            "status": account.status,
            "advice": advice_for(account),
            "api": account.apis[0],
            "apis": list(account.apis),
            "quota_left_today": left[account.id, account.apis[0]],
            "quotas_left_today": {api: left[account.id, api] for api in account.apis},
            "next_turn_at": rfc3339(account.next_turn_at),
            "wait_reason": account.wait_reason or None,
            "pace": paces.pace(account) or None,
            "working_hours": paces.hours(account) or None,
            "status_changed_at": rfc3339(account.status_changed_at),
            "synced_at": rfc3339(account.synced_at),
        }
        for account in accounts
    ]
