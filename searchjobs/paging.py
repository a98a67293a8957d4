"""What does a page mean for its search: go on, ask again, begin anew, or the end?

Pure decisions on numbers (docs/architecture.md, invariants 4 and 9): no database, no
clock.

When LinkedIn's order changes between two pages, people move over the boundary: as many
as come twice (overlaps) were never shown (holes). They may be anywhere, so only a whole
new pass can find them: a replay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from searchjobs.states import CompletionReason

MOST_DOUBTS = 3
MOST_REPLAYS = 2


def page_size_for(target_count: int, *, max_page_size: int) -> int:
    """Return the smallest page that needs no more requests: 250 → 84, 2,500 → 100."""
    pages = math.ceil(target_count / max_page_size)
    return math.ceil(target_count / pages)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a search stands once a page is counted in; all but the last three are rows.

    `invalid` and `pass_received` are this pass's; `last_pass_received` is what the pass
    gave that came to its end before a replay; `brought_somebody` is whether anybody was
    stored since this replay began.
    """

    stored: int
    invalid: int
    pass_received: int
    progress_total: int
    ceiling: int
    available_total: int | None
    last_pass_received: int | None = None
    doubts: int
    replays: int = 0
    brought_somebody: bool = True

    @property
    def listed(self) -> int:
        """Return how many rows the source can show."""
        if self.available_total is None:
            return self.ceiling
        return min(self.ceiling, self.available_total)

    @property
    def repeated(self) -> int:
        """Return for how many wanted people's rows this pass gave others' again."""
        return self._wanted_of(min(self.pass_received, self.listed))

    @property
    def missed(self) -> int | None:
        """Return about how many of those wanted never came.

        None where nobody said how many exist.
        """
        return None if self.available_total is None else self._wanted_of(self.listed)

    def _wanted_of(self, rows: int) -> int:
        missing = rows - self.stored - self.invalid
        return max(0, min(missing, self.progress_total - self.stored))


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
    missed: int | None = 0


@dataclass(frozen=True, kw_only=True)
class Replay:
    """The pass is over and has holes: a new one, deduplicated, can find who was missed.

    It may take `rows` of the day's quota; where that has no room, `otherwise`.
    """

    repeated: int
    rows: int
    otherwise: Complete


Verdict = GoOn | AskAgain | BeginAnew | LoseCursor | Complete | Replay


def judge(standing: Standing, page: PageEnd) -> Verdict:
    """Say what follows a page.

    The order matters: a reached target is the end whatever the cursor says, and so is
    everybody in a replay, which asks for no page more than it needs; a ceiling is
    before any doubt; only then is the source's own 'end' looked at.
    """
    if standing.stored >= standing.progress_total:
        return Complete(reason=CompletionReason.TARGET_REACHED)
    if standing.replays and _everybody_is_here(standing):
        return Complete(reason=CompletionReason.EXHAUSTED)
    if standing.pass_received >= standing.ceiling:
        return _replay_or_complete(standing)
    if not page.has_next or page.rows == 0:
        return _judge_end(standing)
    if page.next_is_known:
        return lost_cursor(standing, may_begin_anew=page.may_begin_anew)
    return GoOn()


def lost_cursor(
    standing: Standing, *, may_begin_anew: bool
) -> BeginAnew | LoseCursor | Complete:
    """Say what follows a lost cursor; a replay that loses it twice is given up."""
    if may_begin_anew:
        return BeginAnew()
    return end_short(standing) if standing.replays else LoseCursor()


def end_short(standing: Standing) -> Complete:
    """End a search that has fewer than wanted, and say how many were missed."""
    rows = max(standing.pass_received, standing.last_pass_received or 0)
    is_ceiling = rows >= standing.ceiling
    return Complete(
        reason=(
            CompletionReason.PROVIDER_CEILING
            if is_ceiling
            else CompletionReason.ENDED_EARLY
        ),
        missed=standing.missed,
    )


def _judge_end(standing: Standing) -> Verdict:
    if _everybody_is_here(standing):
        return Complete(reason=CompletionReason.EXHAUSTED)
    if not _enough_rows_came(standing) and standing.doubts < MOST_DOUBTS:
        return AskAgain(doubts=standing.doubts + 1)
    return _replay_or_complete(standing)


def _replay_or_complete(standing: Standing) -> Replay | Complete:
    """Replay only where rows repeated: rows that never came a replay cannot bring.

    One hole is enough. Measured (docs/architecture.md): one replay completes most
    searches, a second nearly all; after one that brought nobody there is none.
    """
    otherwise = end_short(standing)
    may_help = standing.brought_somebody and standing.replays < MOST_REPLAYS
    if not standing.repeated or not may_help:
        return otherwise
    return Replay(
        repeated=standing.repeated, rows=standing.pass_received, otherwise=otherwise
    )


def _everybody_is_here(standing: Standing) -> bool:
    return (
        standing.available_total is not None
        and standing.stored + standing.invalid >= standing.available_total
    )


def _enough_rows_came(standing: Standing) -> bool:
    """Say whether the end is where it was to be expected; a replay knows where."""
    expected = min(standing.progress_total, standing.listed)
    if standing.last_pass_received is not None:
        expected = min(expected, standing.last_pass_received)
    return standing.pass_received >= expected
