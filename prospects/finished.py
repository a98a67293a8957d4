"""Is a search's review finished, with what, and whose was the last word?

It follows from the rows: the search is over and nobody is pending. One that failed is
not over, for it can go on where it stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from prospects import people
from prospects.review import Counts
from searchjobs.models import SearchJob
from searchjobs.states import JobStatus

OVER = (JobStatus.COMPLETED, JobStatus.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Finished:
    """How a search's people were decided on, who decided last, and did some already
    before the search?"""

    approved: int
    rejected: int
    last_by_name: str
    last_at: datetime
    counts_earlier: bool


_LAST = f"""
SELECT coalesce(nullif(u.name, ''), u.email), p.decided_at,
    min(p.decided_at) OVER () < %s
FROM prospect_search_results r
CROSS JOIN LATERAL (
    SELECT p.decided_by_id, p.decided_at {people.PROSPECT_OF_RESULT}
) p
JOIN accounts_user u ON u.id = p.decided_by_id
WHERE r.job_id = %s ORDER BY p.decided_at DESC LIMIT 1
"""


def finished(job: SearchJob, counts: Counts) -> Finished | None:
    """Return how the review ended; None while the search runs or somebody is left."""
    if job.status not in OVER or counts.total < job.progress_current:
        return None
    if counts.pending or not counts.decided:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [job.created_at, job.id])
        last = cursor.fetchone()
    if last is None:  # put back meanwhile
        return None
    return Finished(
        approved=counts.approved,
        rejected=counts.rejected,
        last_by_name=last[0],
        last_at=last[1],
        counts_earlier=last[2],
    )
