"""When will each search of an account begin and end, as its turns really go?

Plays the engine's own rules forward: one request at a time, the pace after each answer,
the search that waited longest first. Pure; seconds from now.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

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
    """Return each search's forecast."""
    left = {contender.key: contender.pages_left for contender in contenders}
    waits = {contender.key: contender.not_before_s for contender in contenders}
    order = [contender.key for contender in contenders]
    starts: dict[object, float] = {}
    ends: dict[object, float] = {}
    now = line.opens_s
    for _ in range(MOST_TURNS_PLAYED):
        if not order:
            break
        ready = [key for key in order if waits[key] <= now]
        if not ready:
            now = min(waits[key] for key in order)
            continue
        key = ready[0]
        starts.setdefault(key, now)
        left[key] -= 1
        order.remove(key)
        if left[key]:
            order.append(key)
        else:
            ends[key] = now + line.answer_s
        now += line.turn_s
    return {
        contender.key: Forecast(
            starts_s=starts.get(contender.key, now), ends_s=ends.get(contender.key, now)
        )
        for contender in contenders
    }
