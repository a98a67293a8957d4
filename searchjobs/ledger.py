"""How is a page counted in?

received = stored + duplicates + invalid + surplus, always: the row's numbers, and the
journal's that they are the sum of, change in one statement with where paging goes on.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass

from searchjobs import events
from searchjobs.models import SearchJob
from searchjobs.states import ACTIVE, EventKind


@dataclass(frozen=True, kw_only=True)
class PageRecord:
    """A stored page as the journal keeps it; `cursor` is the hash of the one asked."""

    batch: int
    pass_number: int
    cursor: str
    received: int
    stored: int
    duplicates: int
    invalid: int
    surplus: int
    seconds: float


def page_stored(
    job_id: uuid.UUID,
    page: PageRecord,
    *,
    pass_received: int,
    next_cursor: str,
    doubts: int,
    available_total: int | None,
    barren_seconds: float,
) -> SearchJob | None:
    """Count a page in: the ledger, where to go on, and what LinkedIn says exists."""
    return events.change_by(
        _COUNT_PAGE,
        {
            **asdict(page),
            "pass_received": pass_received,
            "next_cursor": next_cursor,
            "doubts": doubts,
            "available_total": available_total,
            "barren_seconds": barren_seconds,
        },
        job_id,
        leaving=ACTIVE,
        kind=EventKind.PAGE_STORED,
        data=asdict(page),
    )


# A time that is over already stays: no index has to change.
_COUNT_PAGE = """
    progress_current = progress_current + %(stored)s,
    received = received + %(received)s,
    duplicates = duplicates + %(duplicates)s,
    invalid = invalid + %(invalid)s,
    surplus = surplus + %(surplus)s,
    pass_received = %(pass_received)s,
    next_cursor = %(next_cursor)s,
    next_batch = next_batch + 1,
    requests = requests + 1,
    doubts = %(doubts)s,
    available_total = %(available_total)s,
    barren_seconds = %(barren_seconds)s,
    failures = 0,
    wait_reason = '',
    next_step_at = least(next_step_at, statement_timestamp())
"""
