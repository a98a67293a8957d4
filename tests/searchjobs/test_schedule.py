"""A forecast is what would come of taking the turns one by one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchjobs import schedule
from searchjobs.schedule import Allowance, Contender, Line

LINE = Line(opens_s=1.0, turn_s=2.5, answer_s=0.5)
DAY_S = 86_400.0


def by_hand(
    line: Line, contenders: Sequence[Contender]
) -> dict[object, tuple[float, float]]:
    """Take one turn after another: the first of the order that may.

    Nothing is remembered but who was served when: quota and hours are looked at anew
    for each turn, as the engine does.
    """
    left = {one.key: one.pages_left for one in contenders}
    order = list(contenders)
    served: list[tuple[float, str, int]] = []
    starts: dict[object, float] = {}
    ends: dict[object, float] = {}
    now, slow_s = line.opens_s, line.slow_s
    while order:
        ready = [one for one in order if may(line, one, served, now)]
        if not ready:
            now = min(moment for moment in moments(line, order, served) if moment > now)
            continue
        one = ready[0]
        served.append((now, one.api, one.page_rows))
        starts.setdefault(one.key, now)
        left[one.key] -= 1
        order.remove(one)
        if left[one.key]:
            order.append(one)
        else:
            ends[one.key] = now + line.answer_s
        slow_s = max(0.0, slow_s - line.quicker_s)
        now += line.turn_s + slow_s
    return {key: (starts[key], ends[key]) for key in starts}


def may(
    line: Line, one: Contender, served: list[tuple[float, str, int]], now: float
) -> bool:
    if one.not_before_s > now:
        return False
    is_past_all = all(closes <= now for _, closes in line.windows)
    if not is_past_all and not any(a <= now < b for a, b in line.windows):
        return False
    allowance = line.allowances.get(one.api, Allowance(limit=0))
    used = sum(rows for until, rows in counted(line, one.api, served) if until > now)
    return not allowance.limit or not used or allowance.limit - used >= one.page_rows


def counted(
    line: Line, api: str, served: list[tuple[float, str, int]]
) -> list[tuple[float, int]]:
    until = [
        ((at + line.hour_s) // 3600 * 3600 - line.hour_s + 25 * 3600, rows)
        for at, served_api, rows in served
        if served_api == api
    ]
    return [*line.allowances.get(api, Allowance(limit=0)).counted, *until]


def moments(
    line: Line, order: list[Contender], served: list[tuple[float, str, int]]
) -> list[float]:
    """Return every moment at which something may change."""
    leaving = [until for one in order for until, _ in counted(line, one.api, served)]
    opening = [opens for opens, _ in line.windows]
    return [one.not_before_s for one in order] + leaving + opening


searches = st.lists(
    st.builds(
        Contender,
        key=st.uuids(),
        pages_left=st.integers(1, 9),
        not_before_s=st.sampled_from([-5.0, 0.0, 1.0, 4.0, 30.0, 200.0, DAY_S]),
        api=st.sampled_from(["classic", "recruiter"]),
        page_rows=st.sampled_from([50, 100]),
    ),
    max_size=12,
)
allowances = st.dictionaries(
    st.sampled_from(["classic", "recruiter"]),
    st.builds(
        Allowance,
        limit=st.sampled_from([0, 40, 150, 400, 10_000]),
        counted=st.lists(
            st.tuples(st.integers(1, 90_000).map(float), st.integers(1, 200)),
            max_size=4,
        ).map(lambda rows: tuple(sorted(rows))),
    ),
)
windows = st.lists(st.integers(1, 5_000), max_size=6, unique=True).map(
    lambda at: tuple(
        (float(a), float(b))
        for a, b in zip(sorted(at)[::2], sorted(at)[1::2], strict=False)
    )
)
lines = st.builds(
    Line,
    opens_s=st.sampled_from([0.0, 1.0, 90.0]),
    turn_s=st.just(2.5),
    answer_s=st.just(0.5),
    slow_s=st.sampled_from([0.0, 1.0, 14.0]),
    quicker_s=st.just(0.5),
    hour_s=st.sampled_from([0.0, 1800.0, 3599.0]),
    allowances=allowances,
    windows=windows,
)


@given(lines, searches)
def test_the_forecast_is_what_taking_turns_comes_to(
    line: Line, contenders: list[Contender]
) -> None:
    foretold = schedule.play(line, contenders)
    assert {
        key: pytest.approx((forecast.starts_s, forecast.ends_s))
        for key, forecast in foretold.items()
    } == by_hand(line, contenders)


@pytest.mark.parametrize(
    ("line", "ends_s"),
    [
        (LINE, 1 + 3 * 2.5 + 0.5),
        (
            Line(opens_s=0, turn_s=2.5, answer_s=0.5, slow_s=3.0, quicker_s=1.0),
            3 * 2.5 + 2 + 1 + 0.5,
        ),
        (
            Line(opens_s=0, turn_s=2.5, answer_s=0.5, windows=((0, 4), (3600, 7200))),
            3600 + 2.5 + 0.5,
        ),
        (
            Line(
                opens_s=0,
                turn_s=2.5,
                answer_s=0.5,
                allowances={"classic": Allowance(limit=200)},
            ),
            25 * 3600 + 2.5 + 0.5,
        ),
    ],
    ids=["the pace", "slower since a 429", "working hours", "the day's quota"],
)
def test_a_search_alone_takes_its_pages_as_far_as_it_may(
    line: Line, ends_s: float
) -> None:
    alone = Contender(key="a", pages_left=4, api="classic", page_rows=100)
    assert schedule.play(line, [alone])["a"].ends_s == ends_s


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
