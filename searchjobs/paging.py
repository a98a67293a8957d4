"""What does a page mean for its search: go on, ask again, begin anew, or the end?

Pure decisions on numbers (DESIGN.md section 4, points 4 and 9): no database, no clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from searchjobs.states import CompletionReason

MOST_DOUBTS = 3


def page_size_for(target_count: int, *, max_page_size: int) -> int:
    """Return the smallest page that needs no more requests: 250 → 84, 2,500 → 100."""
    pages = math.ceil(target_count / max_page_size)
    return math.ceil(target_count / pages)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a search stands once a page is counted in; all are rows."""

    stored: int
    invalid: int
    pass_received: int
    progress_total: int
    ceiling: int
    available_total: int | None
    doubts: int


@dataclass(frozen=True, kw_only=True)
class PageEnd:
    """What the page said of what follows: how many rows, and the next cursor if any."""

    rows: int
    has_next: bool
    next_is_known: bool  # the next cursor was asked already in this pass
    may_begin_anew: bool


@dataclass(frozen=True, kw_only=True)
class GoOn:
    pass


@dataclass(frozen=True, kw_only=True)
class AskAgain:
    """The source said 'end' too early to be believed; ask the same page again."""

    doubts: int


@dataclass(frozen=True, kw_only=True)
class BeginAnew:
    """The cursor is lost; a new pass begins, deduplicated."""


@dataclass(frozen=True, kw_only=True)
class LoseCursor:
    """The cursor is lost again, and nobody was stored in between: failed."""


@dataclass(frozen=True, kw_only=True)
class Complete:
    reason: CompletionReason


Verdict = GoOn | AskAgain | BeginAnew | LoseCursor | Complete


def judge(standing: Standing, page: PageEnd) -> Verdict:
    """Say what follows a page.

    The order matters: a reached target is the end whatever the cursor says; a ceiling
    is before any doubt; only then is the source's own 'end' looked at.
    """
    if standing.stored >= standing.progress_total:
        return Complete(reason=CompletionReason.TARGET_REACHED)
    if standing.pass_received >= standing.ceiling:
        return Complete(reason=CompletionReason.PROVIDER_CEILING)
    if not page.has_next or page.rows == 0:
        return _judge_end(standing)
    if page.next_is_known:
        return lost_cursor(may_begin_anew=page.may_begin_anew)
    return GoOn()


def lost_cursor(*, may_begin_anew: bool) -> BeginAnew | LoseCursor:
    return BeginAnew() if may_begin_anew else LoseCursor()


def _judge_end(standing: Standing) -> Verdict:
    if _everybody_is_here(standing):
        return Complete(reason=CompletionReason.EXHAUSTED)
    if not _enough_rows_came(standing) and standing.doubts < MOST_DOUBTS:
        return AskAgain(doubts=standing.doubts + 1)
    return Complete(reason=CompletionReason.ENDED_EARLY)


def _everybody_is_here(standing: Standing) -> bool:
    return (
        standing.available_total is not None
        and standing.stored + standing.invalid >= standing.available_total
    )


def _enough_rows_came(standing: Standing) -> bool:
    bounds = [standing.progress_total, standing.ceiling]
    if standing.available_total is not None:
        bounds.append(standing.available_total)
    return standing.pass_received >= min(bounds)
