"""A forecast is what would come of taking the turns one by one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchjobs import schedule
from searchjobs.schedule import Contender, Line

LINE = Line(opens_s=1.0, turn_s=2.5, answer_s=0.5)


def by_hand(
    line: Line, contenders: Sequence[Contender]
) -> dict[object, tuple[float, float]]:
    """Take one turn after another: the first of the order that need not wait."""
    left = {one.key: one.pages_left for one in contenders}
    waits = {one.key: one.not_before_s for one in contenders}
    order = [one.key for one in contenders]
    starts: dict[object, float] = {}
    ends: dict[object, float] = {}
    now = line.opens_s
    while order:
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
    return {key: (starts[key], ends[key]) for key in starts}


@given(
    st.lists(
        st.tuples(
            st.integers(1, 9), st.sampled_from([-5.0, 0.0, 1.0, 4.0, 30.0, 200.0])
        ),
        max_size=12,
    )
)
def test_the_forecast_is_what_taking_turns_comes_to(
    searches: list[tuple[int, float]],
) -> None:
    contenders = [
        Contender(key=number, pages_left=pages, not_before_s=wait)
        for number, (pages, wait) in enumerate(searches)
    ]
    foretold = schedule.play(LINE, contenders)
    assert {
        key: pytest.approx((forecast.starts_s, forecast.ends_s))
        for key, forecast in foretold.items()
    } == by_hand(LINE, contenders)


def test_a_search_alone_takes_its_pages_at_the_pace() -> None:
    forecast = schedule.play(LINE, [Contender(key="a", pages_left=10)])["a"]
    assert (forecast.starts_s, forecast.ends_s) == (1.0, 1.0 + 9 * 2.5 + 0.5)


def test_a_thousand_searches_that_wait_for_a_day_are_still_foretold() -> None:
    contenders = [
        Contender(key=number, pages_left=25, not_before_s=86_400.0 * (number % 2))
        for number in range(1000)
    ]
    forecasts = schedule.play(LINE, contenders)
    assert max(one.ends_s for one in forecasts.values()) > 86_400


@pytest.mark.parametrize(
    ("wanted", "stored", "pages"),
    [(1000, 0, 10), (1000, 950, 1), (0, 0, 1), (101, 0, 2)],
)
def test_a_running_search_needs_at_least_one_page(
    wanted: int, stored: int, pages: int
) -> None:
    assert schedule.pages_left(wanted=wanted, stored=stored, page_size=100) == pages
