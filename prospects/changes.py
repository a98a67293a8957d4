"""What was decided on a search's people, or said of them, since a page last asked?

Each log of a workspace is written by one person at a time, so a higher id is later: who
has seen it up to an id misses nothing by asking for what came behind, and whatever they
are told twice is the same.
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from prospects import people
from prospects.models import LabelChange, ProspectDecision
from searchjobs.models import SearchJob


@dataclass(frozen=True, kw_only=True)
class Change:
    """What some people are now, and by whom; nobody's where they are pending."""

    decision: str
    by: uuid.UUID | None
    by_name: str
    at: datetime | None
    result_ids: list[uuid.UUID]


_CHANGED = f"""
SELECT p.decision, p.decided_by_id, coalesce(nullif(u.name, ''), u.email, ''),
       p.decided_at, r.id
FROM prospect_search_results r
CROSS JOIN LATERAL (
    SELECT p.id, p.decision, p.decided_by_id, p.decided_at {people.PROSPECT_OF_RESULT}
) p
LEFT JOIN accounts_user u ON u.id = p.decided_by_id
WHERE r.job_id = %(job)s AND p.id IN (
    SELECT d.prospect_id FROM prospect_decisions d
    WHERE d.workspace_id = %(workspace)s AND d.id > %(since)s
)
ORDER BY p.decided_at, p.decision, p.decided_by_id, r.position
"""


def latest(workspace_id: uuid.UUID) -> int:
    """Return the id that the workspace's log has reached; 0 before its first row."""
    log = ProspectDecision.objects.filter(workspace_id=workspace_id)
    return log.order_by("-id").values_list("id", flat=True).first() or 0


def since(job: SearchJob, log_id: int) -> list[Change]:
    """Return the search's people who were decided on behind `log_id`, as they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGED, {"job": job.id, "workspace": job.workspace_id, "since": log_id}
        )
        rows = cursor.fetchall()
    return [
        Change(
            decision=decision,
            by=by,
            by_name=by_name,
            at=at,
            result_ids=[row[4] for row in alike],
        )
        for (decision, by, by_name, at), alike in itertools.groupby(
            rows, key=lambda row: row[:4]
        )
    ]


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What the workspace says of somebody; `id` is that of their result."""

    id: uuid.UUID
    tags: list[str]
    lists: list[str]
    note: str


_MARKED = f"""
WITH told AS (
    SELECT c.prospect_id FROM prospect_label_changes c
    WHERE c.workspace_id = %(workspace)s AND c.id > %(since)s
)
SELECT r.id, p.tags, p.lists, p.note
FROM prospect_search_results r
CROSS JOIN LATERAL (
    SELECT p.id, {people.TAGS_OF_PROSPECT} AS tags,
           {people.LISTS_OF_PROSPECT} AS lists, p.note {people.PROSPECT_OF_RESULT}
) p
WHERE r.job_id = %(job)s AND (
    p.id IN (SELECT prospect_id FROM told)
    OR EXISTS (SELECT FROM told WHERE prospect_id IS NULL)
)
"""


def latest_mark(workspace_id: uuid.UUID) -> int:
    """Return the id that the workspace's log of tags, lists and notes has reached."""
    log = LabelChange.objects.filter(workspace_id=workspace_id)
    return log.order_by("-id").values_list("id", flat=True).first() or 0


def marks_since(job: SearchJob, log_id: int) -> list[Marks]:
    """Return the marks, as they are, of the search's people whose marks changed behind
    `log_id`: where a tag or list was renamed or deleted, of all with a record."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MARKED, {"job": job.id, "workspace": job.workspace_id, "since": log_id}
        )
        return [
            Marks(id=result_id, tags=tags, lists=lists, note=note)
            for result_id, tags, lists, note in cursor.fetchall()
        ]
