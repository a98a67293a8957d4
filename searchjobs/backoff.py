"""How long to wait after a failure."""

from __future__ import annotations

import random

FIRST_S = 2.0
MOST_S = 60.0


def delay_s(failures: int, *, pace_s: float) -> float:
    """Return the seconds to wait after the `failures`-th failure in a row (from 1).

    The pace, and above it full jitter over 2 s doubling to 60 s: many that failed
    together come back apart. Source: DESIGN.md section 4, point 7.
    """
    bound = min(MOST_S, FIRST_S * 2.0 ** min(failures - 1, 30))
    return pace_s + random.uniform(0.0, bound)
