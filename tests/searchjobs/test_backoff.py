from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchjobs import backoff


@pytest.mark.parametrize(
    ("failures", "most_s"),
    [(1, 2), (2, 4), (3, 8), (5, 32), (6, 60), (7, 60), (10_000, 60)],
)
def test_the_wait_doubles_from_two_seconds_to_sixty(
    failures: int, most_s: float
) -> None:
    random.seed(failures)
    waits = [backoff.delay_s(failures, pace_s=0) for _ in range(2000)]
    assert max(waits) <= most_s
    assert max(waits) > most_s * 0.99
    assert min(waits) < most_s * 0.01


@given(st.integers(1, 1000), st.floats(0, 60))
def test_no_wait_is_shorter_than_the_pace(failures: int, pace_s: float) -> None:
    assert pace_s <= backoff.delay_s(failures, pace_s=pace_s) <= pace_s + 60
