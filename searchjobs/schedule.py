"""When will each search of an account begin and end, as its turns really go?

Plays the engine's own rules forward: one request at a time, the pace after each answer,
the search that waited longest first, within the account's working hours and as far as
each api's quota of the day has room. Pure; seconds from now.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain

MOST_TURNS_PLAYED = 20_000
HOUR_S = 3600.0
ROWS_COUNT_FOR_S = 25 * HOUR_S  # from the hour's beginning, as `quotas` has it


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A search that takes turns, in the order in which they wait (longest first)."""

    key: object
    pages_left: int
    not_before_s: float = 0.0  # its own wait
    api: str = ""
    page_rows: int = 0


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """An api's quota: its limit in rows (0: none), and what counts until when."""

    limit: int
    counted: tuple[tuple[float, int], ...] = ()  # (until, rows), earliest first


@dataclass(frozen=True, kw_only=True)
class Line:
    """An account's line: when its next request may begin, and how long each takes."""

    opens_s: float
    turn_s: float  # the pace (with half the jitter) and an answer
    answer_s: float
    slow_s: float = 0.0  # how much longer a turn takes now, since a 429
    quicker_s: float = 0.0  # how much of that each answered page takes away
    hour_s: float = 0.0  # passed of this hour of the clock
    allowances: Mapping[str, Allowance] = field(default_factory=dict)
    windows: tuple[tuple[float, float], ...] = ()  # working hours; none: at any time


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """When the next turn begins and the last one ends, in seconds from now."""

    starts_s: float
    ends_s: float


def pages_left(*, wanted: int, stored: int, page_size: int) -> int:
    """Return how many requests are needed; a running search needs at least one."""
    return max(1, math.ceil((wanted - stored) / page_size))


class _Room:
    """What one api may still receive, as the play goes on."""

    def __init__(self, allowance: Allowance, hour_s: float) -> None:
        self._limit = allowance.limit
        self._counted = deque(allowance.counted)
        self._used = sum(rows for _, rows in allowance.counted)
        self._hour_s = hour_s

    def opens_s(self, now: float, rows: int) -> float:
        """Return `now` where a page fits, else when something next leaves the day."""
        while self._counted and self._counted[0][0] <= now:
            self._used -= self._counted.popleft()[1]
        has_room = not self._limit or not self._used or self._limit - self._used >= rows
        return now if has_room else self._counted[0][0]

    def may_run_out(self, rows: int) -> bool:
        return bool(self._limit) and self._used + rows > self._limit

    def count(self, now: float, rows: int) -> None:
        self._used += rows
        began = (now + self._hour_s) // HOUR_S * HOUR_S - self._hour_s
        self._counted.append((began + ROWS_COUNT_FOR_S, rows))


class _Play:
    """Turns taken one by one; afterwards the rest is counted at once."""

    def __init__(self, line: Line, contenders: Sequence[Contender]) -> None:
        self.line = line
        self.contenders = contenders
        self.now = line.opens_s
        self.slow_s = line.slow_s
        self.left = [one.pages_left for one in contenders]
        self.starts: dict[int, float] = {}
        self.ends: dict[int, float] = {}
        self.waiting = [(one.not_before_s, n) for n, one in enumerate(contenders)]
        heapq.heapify(self.waiting)
        # (api, rows of a page) → heap of (how long it waited, as a number; which)
        self.ready: dict[tuple[str, int], list[tuple[int, int]]] = {}
        self._windows = deque(line.windows)
        self._rooms = {
            api: _Room(line.allowances.get(api, Allowance(limit=0)), line.hour_s)
            for api in {one.api for one in contenders}
        }
        self._is_bound = bool(line.windows) or any(
            room.may_run_out(
                sum(o.pages_left * o.page_rows for o in contenders if o.api == api)
            )
            for api, room in self._rooms.items()
        )

    def run(self) -> None:
        """Take turns while somebody waits, or anything but the pace decides."""
        for turn in range(MOST_TURNS_PLAYED):
            if not (self.waiting or self._is_bound or self.slow_s):
                break
            self._wake(self.now)
            if not (self.waiting or any(self.ready.values())):
                break
            opens_s, heap = self._next()
            if heap is None or opens_s > self.now:
                self.now = opens_s
            else:
                self._take(heapq.heappop(heap)[1], turn)
        self._wake(math.inf)

    def _wake(self, now: float) -> None:
        while self.waiting and self.waiting[0][0] <= now:
            self._join(heapq.heappop(self.waiting)[1], order=None)

    def _join(self, which: int, *, order: int | None) -> None:
        one = self.contenders[which]
        heap = self.ready.setdefault((one.api, one.page_rows), [])
        heapq.heappush(heap, (which if order is None else order, which))

    def _next(self) -> tuple[float, list[tuple[int, int]] | None]:
        """Return when the next turn can be, and of whom if it can be now."""
        while self._windows and self._windows[0][1] <= self.now:
            self._windows.popleft()
        if self._windows and self._windows[0][0] > self.now:
            return self._windows[0][0], None
        later = self.waiting[0][0] if self.waiting else math.inf
        best: list[tuple[int, int]] | None = None
        for (api, rows), heap in self.ready.items():
            if not heap:
                continue
            opens_s = self._rooms[api].opens_s(self.now, rows)
            if opens_s > self.now:
                later = min(later, opens_s)
            elif best is None or heap[0] < best[0]:
                best = heap
        return (later if best is None else self.now), best

    def _take(self, which: int, turn: int) -> None:
        one = self.contenders[which]
        self._rooms[one.api].count(self.now, one.page_rows)
        self.starts.setdefault(which, self.now)
        self.left[which] -= 1
        if self.left[which]:
            self._join(which, order=len(self.contenders) + turn)
        else:
            self.ends[which] = self.now + self.line.answer_s
        self.slow_s = max(0.0, self.slow_s - self.line.quicker_s)
        self.now += self.line.turn_s + self.slow_s


def play(line: Line, contenders: Sequence[Contender]) -> dict[object, Forecast]:
    """Return each search's forecast.

    While something but the pace decides the turns are played one by one; from then on,
    when each search ends is counted at once, so that hundreds of searches in a line
    cost a few ms.
    """
    game = _Play(line, contenders)
    game.run()
    order = [which for _, which in sorted(chain(*game.ready.values()))]
    for place, which in enumerate(order):
        game.starts.setdefault(which, game.now + place * line.turn_s)
    for which, before in zip(order, _turns_before_last(game.left, order), strict=True):
        game.ends[which] = game.now + before * line.turn_s + line.answer_s
    return {
        one.key: Forecast(starts_s=game.starts[place], ends_s=game.ends[place])
        for place, one in enumerate(contenders)
    }


def _turns_before_last(left: Sequence[int], order: Sequence[int]) -> Iterator[int]:
    """Return for each search in the round how many turns precede its last one.

    With m pages left it has m - 1 of its own, and of every other search as many as that
    has, but m - 1 at most; and one more of each before it in the round that has m.
    """
    sizes = sorted(left[which] for which in order)
    sums = list(accumulate(sizes, initial=0))
    earlier: list[int] = []
    for which in order:
        pages = left[which]
        small = bisect_left(sizes, pages)
        within = sums[small] + (len(sizes) - small) * (pages - 1)
        yield within + len(earlier) - bisect_left(earlier, pages)
        insort(earlier, pages)
