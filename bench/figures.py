"""How are figures written? Ratios first: times depend on the machine and its load."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence


def load() -> str:
    """Return the load averages of the last minute and of five; above the cores: noisy.

    A measurement loads the machine itself: read it before one begins.
    """
    one, five, _ = os.getloadavg()
    return f"load {one:.1f} / {five:.1f}"


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spread(values: Sequence[float]) -> str:
    """Return p50, p99, the most and how many there are, of milliseconds."""
    return (
        f"p50 {statistics.median(values):.1f}, p99 {percentile(values, 0.99):.1f}, "
        f"most {max(values):.1f} ms (n = {len(values)})"
    )


def milliseconds(seconds: Sequence[float]) -> list[float]:
    return [one * 1000 for one in seconds]


def against(value: float, floor: float) -> str:
    """Return the ratio of two medians or sums in one unit."""
    return f"x {value / floor:.2f}"
