"""Whom does a file hold? People of one search, or of the whole workspace.

Read by keyset, a piece at a time in a query of its own: a decision made during the
download counts for the people still to come; nobody is left out or written twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from accounts.models import Membership
from prospects import listings, review
from prospects.directory import ProspectFilter
from prospects.filters import ReviewFilter, Shown
from prospects.matching.marks import Match
from prospects.models import Prospect
from prospects.review import Row
from searchjobs.models import SearchJob

PIECE: Final = 500


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A line of a file: somebody, the decision on them, and the search they are from.

    `data` holds the keys of prospect_data as far as they are known.
    """

    data: Mapping[str, Any]
    decision: str
    decided_by: str
    decided_at: datetime | None
    note: str
    tags: tuple[str, ...]
    lists: tuple[str, ...]
    search: str
    found_at: datetime | None
    match: Match | None


Pieces = Iterator[list[Exported]]


def of_search(job: SearchJob, *, decision: Shown) -> Pieces:
    """Yield a search's people, in the order found."""
    chosen = ReviewFilter(job_id=job.id, decision=decision)
    after: str | None = None
    while True:
        found = review.rows(chosen, after=after, limit=PIECE)
        yield [_of_row(row, search=job.name) for row in found.rows]
        after = found.next_after
        if after is None:
            return


def of_workspace(membership: Membership, chosen: ProspectFilter) -> Pieces:
    """Yield the prospects that match, over all searches, the latest decided first."""
    after: str | None = None
    while True:
        listed = listings.prospects_of(membership, chosen, after=after, limit=PIECE)
        yield _of_prospects(membership, listed.prospects)
        after = listed.next_after
        if after is None:
            return


def _of_prospects(
    membership: Membership, prospects: tuple[Prospect, ...]
) -> list[Exported]:
    ids = [one.found_by_id for one in prospects if one.found_by_id]
    rows = {row.id: row for row in review.rows_named(membership, ids)}
    return [
        _of_prospect(one, rows.get(one.found_by_id) if one.found_by_id else None)
        for one in prospects
    ]


def _of_row(row: Row, *, search: str) -> Exported:
    return Exported(
        data=row.data,
        decision=row.decision,
        decided_by=row.decided_by_name,
        decided_at=row.decided_at,
        note=row.note,
        tags=row.tags,
        lists=row.lists,
        search=search,
        found_at=row.found_at,
        match=row.match,
    )


def _of_prospect(prospect: Prospect, row: Row | None) -> Exported:
    """A decision outlives its search; then what the prospect kept is all there is."""
    found_by = prospect.found_by
    kept = {
        "name": prospect.name,
        "title": prospect.title,
        "company": prospect.company,
        "location": prospect.location,
        "linkedinUrl": prospect.linkedin_url,
    }
    return Exported(
        data=row.data if row else kept,
        decision=prospect.decision,
        decided_by=prospect.decided_by.get_full_name() if prospect.decided_by else "",
        decided_at=prospect.decided_at,
        note=prospect.note,
        tags=tuple(prospect.tags),
        lists=tuple(prospect.lists),
        search=found_by.job.name if found_by else "",
        found_at=row.found_at if row else None,
        match=row.match if row else None,
    )
