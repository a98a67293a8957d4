"""A search's people as CSV, written while it is read: constant memory at any size.

UTF-8 with a byte order mark, without which Excel reads it as something else. Each piece
is read by keyset in a query of its own, so a decision made during the download counts
for the people still to come; nobody is left out or written twice.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from prospects import review
from prospects.filters import ReviewFilter, Shown
from prospects.review import Row
from searchjobs.events import rfc3339
from searchjobs.models import SearchJob

PIECE: Final = 500
COLUMNS: Final = (
    "name",
    "first_name",
    "last_name",
    "title",
    "company",
    "headline",
    "location",
    "industry",
    "degree",
    "linkedin_url",
    "decision",
    "decided_by",
    "decided_at",
    "note",
    "search",
    "found_at",
)
_FORMULA: Final = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")


def pieces(job: SearchJob, *, decision: Shown) -> Iterator[bytes]:
    """Yield the file: its head, then 500 people at a time."""
    yield "\ufeff".encode() + _lines([COLUMNS])
    chosen = ReviewFilter(job_id=job.id, decision=decision)
    after: str | None = None
    while True:
        found = review.rows(chosen, after=after, limit=PIECE)
        if found.rows:
            yield _lines([_cells(row, job) for row in found.rows])
        after = found.next_after
        if after is None:
            return


def file_name(job: SearchJob, *, decision: Shown) -> str:
    """Return a name every file system takes: the search's, and which people."""
    name = re.sub(r"[^\w -]+", "", job.name).strip()[:80] or "Search"
    return f"{name} - {decision.label.lower()}.csv"


def _lines(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cells(row: Row, job: SearchJob) -> tuple[str, ...]:
    data = row.data
    return tuple(
        _harmless(value)
        for value in (
            row.name,
            data.get("firstName"),
            data.get("lastName"),
            data.get("title"),
            data.get("company"),
            data.get("headline"),
            data.get("location"),
            data.get("industry"),
            data.get("connectionDegree"),
            data.get("linkedinUrl"),
            row.decision,
            row.decided_by_name,
            rfc3339(row.decided_at),
            row.note,
            job.name,
            rfc3339(row.found_at),
        )
    )


def _harmless(value: object) -> str:
    """Return the cell's text, which no spreadsheet takes for a formula.

    Source: OWASP, CSV Injection.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text
