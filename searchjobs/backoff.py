"""How long to wait after a failure, and how slow to go after a 429."""

from __future__ import annotations

import random

from accounts.models import MOST_PACE_FACTOR

FIRST_S = 2.0
MOST_S = 60.0
SLOWER = 2.0  # times, at each 429
QUICKER = 0.25  # of the pace, at each page answered since


def delay_s(failures: int, *, pace_s: float) -> float:
    """Return the seconds to wait after the `failures`-th failure in a row (from 1).

    The pace, and above it full jitter over 2 s doubling to 60 s: many that failed
    together come back apart.
    """
    bound = min(MOST_S, FIRST_S * 2.0 ** min(failures - 1, 30))
    return pace_s + random.uniform(0.0, bound)


def slower(pace_factor: float) -> float:
    """Return how many times slower than the pace to go after one more 429."""
    return min(MOST_PACE_FACTOR, pace_factor * SLOWER)


def quicker(pace_factor: float) -> float:
    """Return the same after one more page: back in small steps, never below 1."""
    return max(1.0, pace_factor - QUICKER)
