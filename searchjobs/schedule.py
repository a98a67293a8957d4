"""When will each search of an account begin and end, as its turns really go?

Plays the engine's own rules forward: one request at a time, the pace after each answer,
the search that waited longest first. Pure; seconds from now.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

MOST_TURNS_PLAYED = 20_000


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A search that takes turns, in the order in which they wait (longest first)."""

    key: object
    pages_left: int
    not_before_s: float = 0.0  # its own wait


@dataclass(frozen=True, kw_only=True)
class Line:
    """An account's line: when its next request may begin, and how long each takes."""

    opens_s: float
    turn_s: float  # the pace (with half the jitter) and an answer
    answer_s: float


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """When the next turn begins and the last one ends, in seconds from now."""

    starts_s: float
    ends_s: float


def pages_left(*, wanted: int, stored: int, page_size: int) -> int:
    """Return how many requests are needed; a running search needs at least one."""
    return max(1, math.ceil((wanted - stored) / page_size))


def play(line: Line, contenders: Sequence[Contender]) -> dict[object, Forecast]:
    """Return each search's forecast.

    While somebody waits the turns are played one by one; from then on, when each search
    ends is counted at once, so that hundreds of searches in a line cost a few ms.
    """
    now = line.opens_s
    left = [contender.pages_left for contender in contenders]
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    ready: list[tuple[int, int]] = []  # (how long it waited, as a number; which)
    waiting = [(one.not_before_s, place) for place, one in enumerate(contenders)]
    heapq.heapify(waiting)
    for turn in range(MOST_TURNS_PLAYED):
        while waiting and (waiting[0][0] <= now or turn == MOST_TURNS_PLAYED - 1):
            _, place = heapq.heappop(waiting)
            heapq.heappush(ready, (place, place))
        if not waiting:
            break
        if not ready:
            now = waiting[0][0]
            continue
        _, which = heapq.heappop(ready)
        starts.setdefault(which, now)
        left[which] -= 1
        if left[which]:
            heapq.heappush(ready, (len(contenders) + turn, which))
        else:
            ends[which] = now + line.answer_s
        now += line.turn_s
    order = [which for _, which in sorted(ready)]
    for place, which in enumerate(order):
        starts.setdefault(which, now + place * line.turn_s)
    for which, before in zip(order, _turns_before_last(left, order), strict=True):
        ends[which] = now + before * line.turn_s + line.answer_s
    return {
        one.key: Forecast(starts_s=starts[place], ends_s=ends[place])
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
