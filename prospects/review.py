"""What the review page and the API show of a search's people."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery

from accounts.errors import NotFound
from accounts.models import Membership
from prospects import people
from prospects.filters import (
    Known,
    Place,
    ReviewFilter,
    Seniority,
    Shown,
    Sort,
    cursor_of,
    place_of,
)
from prospects.matching import reading
from prospects.matching.marks import Match
from prospects.matching.matcher import Matcher
from prospects.matching.subject import Subject
from prospects.models import ProspectDecision
from searchjobs.models import SearchResult


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How a search's people were decided on; the three add up to those stored."""

    approved: int = 0
    rejected: int = 0
    pending: int = 0

    @property
    def total(self) -> int:
        return self.approved + self.rejected + self.pending

    @property
    def decided(self) -> int:
        return self.approved + self.rejected


_COUNTS = f"""
SELECT r.job_id, coalesce(p.decision, 'pending') AS decision, count(*)
FROM prospect_search_results r
LEFT JOIN LATERAL (SELECT p.decision {people.PROSPECT_OF_RESULT}) p ON true
WHERE r.job_id = ANY(%s::uuid[])
GROUP BY 1, 2
"""


def counts(job_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Counts]:
    """Return each of these searches' counts, in one query; the empty ones too."""
    tallies: dict[uuid.UUID, dict[str, int]] = {job_id: {} for job_id in job_ids}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [list(job_ids)])
        for job_id, decision, number in cursor.fetchall():
            tallies[job_id][decision] = number
    return {job_id: Counts(**tally) for job_id, tally in tallies.items()}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One of a search's people, with what the workspace decided.

    `id` is the result's, which a decision names; `data` holds `prospect_data` without
    `raw` (that of one person's details has it). `decided_in` is the search it was
    decided in, where that is another one and still there.
    """

    id: uuid.UUID
    job_id: uuid.UUID
    position: int
    found_at: datetime
    data: dict[str, Any]
    known: Known
    flags: tuple[str, ...]
    seniority: Seniority
    decision: str
    prospect_id: uuid.UUID | None
    decided_by: uuid.UUID | None
    decided_by_name: str
    decided_at: datetime | None
    note: str
    note_by_name: str
    note_at: datetime | None
    tags: tuple[str, ...]
    lists: tuple[str, ...]
    decided_in: uuid.UUID | None
    decided_in_name: str
    match: Match

    @property
    def name(self) -> str:
        return self.data.get("name") or ""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Some of the people, in order; `next_after` leads to the rest, None at the end."""

    rows: tuple[Row, ...]
    next_after: str | None


_COLUMNS = """
id, job_id, position, found_at, {data}, flags, seniority, decision, prospect_id,
decided_by_id, decided_at, note, found_in,
(SELECT coalesce(nullif(u.name, ''), u.email) FROM accounts_user u
 WHERE u.id = decided_by_id),
(SELECT j.name FROM prospect_search_jobs j WHERE j.id = found_in), item, known, tags,
note_at,
(SELECT coalesce(nullif(u.name, ''), u.email) FROM accounts_user u
 WHERE u.id = note_by_id), lists
"""
_SHORT = _COLUMNS.format(data="prospect_data - 'raw'")
_WHOLE = _COLUMNS.format(data="prospect_data")


def rows(chosen: ReviewFilter, *, after: str | None = None, limit: int = 100) -> Rows:
    """Return up to `limit` of the people that match, in the filter's order.

    `after` is a previous answer's `next_after`: read by keyset, so that rows that come
    or go meanwhile shift nobody.

    Raises:
        Refusal: invalid_request for an `after` that is not ours.
    """
    matcher = reading.matcher_of(chosen.job_id)
    is_ranked = chosen.sort == Sort.MATCH
    sql, params = people.matching(
        chosen,
        _SHORT,
        after=place_of(after) if after else None,
        limit=limit + 1,
        scores=reading.scores_of(chosen.job_id, matcher) if is_ranked else (),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchall()
    shown = tuple(_row(columns, matcher) for columns in found[:limit])
    if len(found) <= limit:
        return Rows(rows=shown, next_after=None)
    last = Place(key=found[limit - 1][-1], position=shown[-1].position)
    return Rows(rows=shown, next_after=cursor_of(last))


def rows_named(
    membership: Membership, result_ids: Collection[uuid.UUID], *, whole: bool = False
) -> list[Row]:
    """Return these results of the workspace, in order; unknown ones are left out.

    `whole` gives `raw` too, the item as the source sent it.
    """
    sql = people.named(_WHOLE if whole else _SHORT)
    with connection.cursor() as cursor:
        cursor.execute(
            sql, {"workspace": membership.workspace_id, "ids": list(result_ids)}
        )
        found = cursor.fetchall()
    matchers = reading.matchers_of({columns[1] for columns in found})
    return [_row(columns, matchers[columns[1]]) for columns in found]


def row_named(membership: Membership, result_id: uuid.UUID) -> Row:
    """Return one person's details, `raw` too.

    Raises:
        NotFound: prospect_not_found, also for another workspace's.
    """
    found = rows_named(membership, [result_id], whole=True)
    if not found:
        raise NotFound("Prospect not found", code="prospect_not_found")
    return found[0]


def _row(columns: Sequence[Any], matcher: Matcher) -> Row:
    data = json.loads(columns[4])
    subject = Subject(data=data, raw=json.loads(columns[15]), seniority=columns[6])
    decided = columns[7] != Shown.PENDING
    elsewhere = columns[12] if decided and columns[12] != columns[1] else None
    return Row(
        id=columns[0],
        job_id=columns[1],
        position=columns[2],
        found_at=columns[3],
        data=data,
        flags=tuple(columns[5]),
        seniority=Seniority(columns[6]),
        decision=columns[7],
        prospect_id=columns[8],
        decided_by=columns[9],
        decided_at=columns[10],
        note=columns[11],
        decided_by_name=columns[13] or "",
        decided_in=elsewhere,
        decided_in_name=columns[14] or "" if elsewhere else "",
        match=matcher.match(subject),
        known=Known(columns[16]),
        tags=tuple(columns[17]),
        note_at=columns[18],
        note_by_name=columns[19] or "",
        lists=tuple(columns[20]),
    )


def history(membership: Membership, prospect_id: uuid.UUID) -> list[ProspectDecision]:
    """Return every decision on a prospect, newest first, with who made it; `search` is
    the name of the one it was made in, None where that is gone or there was none."""
    search = SearchResult.objects.filter(id=OuterRef("result")).values("job__name")
    return list(
        ProspectDecision.objects.filter(
            workspace_id=membership.workspace_id, prospect_id=prospect_id
        )
        .select_related("decided_by")
        .annotate(search=Subquery(search))
        .order_by("-id")
    )
