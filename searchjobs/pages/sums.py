"""What did each page of a search bring? As its journal tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from searchjobs.models import SearchEvent, SearchJob
from searchjobs.states import EventKind

MOST_PAGES = 1000


@dataclass(frozen=True, kw_only=True)
class PageSum:
    """One page, in people; `number` counts from 1, over all passes."""

    number: int
    received: int
    stored: int
    duplicates: int
    invalid: int
    surplus: int
    at: datetime


def pages_of(job: SearchJob) -> list[PageSum]:
    """Return the search's pages in their order, the latest 1,000."""
    told = SearchEvent.objects.filter(job_id=job.id, kind=EventKind.PAGE_STORED)
    latest = told.order_by("-revision")[:MOST_PAGES]
    return [
        PageSum(
            number=event.data["batch"] + 1,
            received=event.data["received"],
            stored=event.data["stored"],
            duplicates=event.data["duplicates"],
            invalid=event.data["invalid"],
            surplus=event.data["surplus"],
            at=event.created_at,
        )
        for event in reversed(latest)
    ]


def sum_of(job: SearchJob) -> dict[str, int]:
    """Return the ledger under the names of the pages' columns."""
    return {
        "received": job.received,
        "stored": job.progress_current,
        "duplicates": job.duplicates,
        "invalid": job.invalid,
        "surplus": job.surplus,
    }
