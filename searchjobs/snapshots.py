"""What does a socket say when it opens, and what did it miss?

Frames are dicts as the page reads them. Only states of the journal are told: each has
its revision, and the newest stands for all before it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts import memberships
from accounts.models import User
from searchjobs import events, selectors
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.states import ACTIVE

MOST_EVENTS = 1000
MOST_JOBS = 200

Frame = dict[str, Any]


def of_job(user: User, job_id: uuid.UUID, *, since: int) -> Frame | None:
    """Return the job's state, and its journal after a revision: at most 1,000 events.

    None for a job that does not exist, or that the user may not see.
    """
    job = selectors.visible_to(user).filter(id=job_id).first()
    if job is None:
        return None
    journal = SearchEvent.objects.filter(
        job_id=job.id, revision__gt=since, revision__lte=job.revision
    ).order_by("-revision")[:MOST_EVENTS]
    return {
        "type": "search_job.snapshot",
        **_state_of(job),
        "events": [
            {
                "revision": event.revision,
                "kind": event.kind,
                "data": event.data,
                "created_at": events.rfc3339(event.created_at),
            }
            for event in reversed(journal)
        ],
    }


def of_workspace(
    user: User, workspace_id: uuid.UUID, *, only: uuid.UUID | None = None
) -> Frame | None:
    """Return the states of the workspace's newest jobs, those that still run first; or
    of `only` one job.

    None for a workspace that does not exist, or that the user is no member of.
    """
    if memberships.membership_in(user, workspace_id) is None:
        return None
    jobs = SearchJob.objects.filter(workspace_id=workspace_id).select_related("account")
    if only is not None:
        jobs = jobs.filter(id=only)
    newest = jobs.order_by("-created_at", "-id")
    running = list(newest.filter(status__in=ACTIVE)[:MOST_JOBS])
    others = newest.exclude(status__in=ACTIVE)[: MOST_JOBS - len(running)]
    return {
        "type": "search_job.snapshot",
        "jobs": [_state_of(job) for job in (*running, *others)],
    }


def updates_of(job_ids: Collection[uuid.UUID]) -> list[Frame]:
    """Return the jobs' states, as the messages that would have told them."""
    last = SearchEvent.objects.filter(
        job_id=OuterRef("id"), revision=OuterRef("revision")
    )
    jobs = SearchJob.objects.filter(id__in=job_ids).select_related("account")
    return [
        {"type": "search_job.updated", "kind": job.kind, **_state_of(job)}
        for job in jobs.annotate(kind=Subquery(last.values("kind")))
    ]


def _state_of(job: SearchJob) -> Frame:
    return {
        "revision": job.revision,
        "new": events.row_of(job, now=timezone.now()),
        "text": job.progress_text,
    }
