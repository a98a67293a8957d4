"""What a page means: examples of invariants 4 and 9, and what holds for every page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchjobs import paging
from searchjobs.paging import (
    AskAgain,
    BeginAnew,
    Complete,
    GoOn,
    LoseCursor,
    Replay,
    Verdict,
)
from searchjobs.states import CompletionReason

MIDDLE = paging.Standing(
    stored=500,
    invalid=0,
    pass_received=500,
    progress_total=1000,
    ceiling=2500,
    available_total=1400,
    doubts=0,
)
FULL = paging.PageEnd(rows=100, has_next=True, next_is_known=False, may_begin_anew=True)
LAST = replace(FULL, has_next=False)


def verdict(
    standing: paging.Standing, page: paging.PageEnd = LAST, **changes: int | None
) -> Verdict:
    return paging.judge(replace(standing, **changes), page)


def test_a_full_page_with_a_fresh_cursor_goes_on() -> None:
    assert verdict(MIDDLE, FULL) == GoOn()


def test_a_reached_target_ends_whatever_the_cursor_says() -> None:
    reached = Complete(reason=CompletionReason.TARGET_REACHED)
    for page in (FULL, LAST, replace(FULL, next_is_known=True), replace(LAST, rows=0)):
        assert verdict(MIDDLE, page, stored=1000, pass_received=1000) == reached


AT_THE_CEILING = replace(
    MIDDLE,
    stored=2400,
    pass_received=2500,
    progress_total=2500,
    available_total=9000,
)


def test_the_ceiling_of_the_api_ends_a_pass_before_its_cursor_does() -> None:
    ended = Complete(reason=CompletionReason.PROVIDER_CEILING, missed=100)
    assert verdict(AT_THE_CEILING, FULL) == Replay(
        repeated=100, rows=2500, otherwise=ended
    )
    assert verdict(AT_THE_CEILING, FULL, replays=paging.MOST_REPLAYS) == ended


def test_no_rows_past_the_ceiling_are_missed() -> None:
    assert verdict(AT_THE_CEILING, FULL, stored=2380, invalid=120) == Complete(
        reason=CompletionReason.PROVIDER_CEILING, missed=0
    )


def test_534_of_1000_wanted_are_everybody_where_534_exist() -> None:
    assert verdict(
        MIDDLE, stored=534, pass_received=534, available_total=534
    ) == Complete(reason=CompletionReason.EXHAUSTED)


def test_rows_without_an_id_count_as_part_of_what_exists() -> None:
    assert verdict(
        MIDDLE, stored=530, invalid=4, pass_received=534, available_total=534
    ) == Complete(reason=CompletionReason.EXHAUSTED)


def test_nobody_of_nobody_is_everybody() -> None:
    assert verdict(
        MIDDLE,
        replace(LAST, rows=0),
        stored=0,
        pass_received=0,
        available_total=0,
    ) == Complete(reason=CompletionReason.EXHAUSTED)


def test_an_end_too_early_is_doubted_three_times_and_then_said() -> None:
    verdicts = [verdict(MIDDLE, doubts=doubts) for doubts in range(4)]
    assert verdicts == [
        AskAgain(doubts=1),
        AskAgain(doubts=2),
        AskAgain(doubts=3),
        Complete(reason=CompletionReason.ENDED_EARLY, missed=500),
    ]


def test_an_empty_page_is_an_end_even_with_a_cursor() -> None:
    assert verdict(MIDDLE, replace(FULL, rows=0)) == AskAgain(doubts=1)


def test_an_empty_page_with_a_known_cursor_is_doubted_before_it_is_lost() -> None:
    page = replace(FULL, rows=0, next_is_known=True)
    assert verdict(MIDDLE, page) == AskAgain(doubts=1)


def test_a_trailing_cursor_after_everybody_is_followed_to_the_empty_page() -> None:
    everybody = replace(MIDDLE, stored=534, pass_received=534, available_total=534)
    assert verdict(everybody, FULL) == GoOn()
    assert verdict(everybody, replace(FULL, rows=0)) == Complete(
        reason=CompletionReason.EXHAUSTED
    )


HOLES = replace(MIDDLE, stored=532, pass_received=534, available_total=534)
TWO_MISSED = Complete(reason=CompletionReason.ENDED_EARLY, missed=2)


def test_an_end_after_all_rows_came_with_repeats_is_replayed_without_a_doubt() -> None:
    assert verdict(HOLES) == Replay(repeated=2, rows=534, otherwise=TWO_MISSED)


def test_where_more_exist_than_are_wanted_a_replay_need_not_find_them_all() -> None:
    drifted = replace(MIDDLE, stored=990, pass_received=1040, available_total=1040)
    said = verdict(drifted, invalid=30)
    assert isinstance(said, Replay)
    assert (said.repeated, said.otherwise.missed) == (10, 10)


def test_a_replay_is_followed_by_another_only_if_it_brought_somebody() -> None:
    assert isinstance(verdict(HOLES, replays=1), Replay)
    assert verdict(HOLES, replays=1, brought_somebody=False) == TWO_MISSED
    assert verdict(HOLES, replays=2) == TWO_MISSED


def test_a_replay_ends_at_the_page_that_makes_everybody_be_here() -> None:
    page = replace(HOLES, replays=1, pass_received=200)
    assert verdict(page, FULL) == GoOn()
    assert verdict(page, FULL, stored=534) == Complete(
        reason=CompletionReason.EXHAUSTED
    )


def test_rows_that_never_came_are_no_reason_to_replay() -> None:
    """LinkedIn gave 500 of about 1,400: a replay would be given the same 500."""
    assert not isinstance(verdict(MIDDLE, doubts=3), Replay)


def test_a_replay_believes_an_end_where_the_pass_before_ended() -> None:
    short = replace(MIDDLE, replays=1, brought_somebody=False)
    ended = Complete(reason=CompletionReason.ENDED_EARLY, missed=500)
    assert verdict(short, last_pass_received=500) == ended
    assert verdict(short, last_pass_received=600) == AskAgain(doubts=1)


def test_how_many_were_missed_is_unknown_where_nobody_said_how_many_exist() -> None:
    assert verdict(MIDDLE, available_total=None, doubts=3) == Complete(
        reason=CompletionReason.ENDED_EARLY, missed=None
    )


def test_a_replay_that_loses_its_cursor_twice_is_given_up_and_fails_nothing() -> None:
    known = replace(FULL, next_is_known=True)
    replay = replace(HOLES, replays=1, pass_received=200)
    assert verdict(replay, known) == BeginAnew()
    assert verdict(replay, replace(known, may_begin_anew=False)) == TWO_MISSED


@pytest.mark.parametrize("doubts", [0, 1, 2])
def test_an_end_is_doubted_where_nobody_ever_said_how_many_exist(doubts: int) -> None:
    assert verdict(MIDDLE, available_total=None, doubts=doubts) == AskAgain(
        doubts=doubts + 1
    )


def test_a_known_cursor_begins_anew_once_and_then_is_lost() -> None:
    known = replace(FULL, next_is_known=True)
    assert verdict(MIDDLE, known) == BeginAnew()
    assert verdict(MIDDLE, replace(known, may_begin_anew=False)) == LoseCursor()


@pytest.mark.parametrize(
    ("target", "most", "size"),
    [(250, 100, 84), (2500, 100, 100), (1, 100, 1), (101, 100, 51), (1000, 50, 50)],
)
def test_the_page_size_is_the_smallest_that_needs_no_more_pages(
    target: int, most: int, size: int
) -> None:
    assert paging.page_size_for(target, max_page_size=most) == size


@given(st.integers(1, 2500), st.sampled_from([50, 100]))
def test_no_page_size_costs_a_request_or_a_row(target: int, most: int) -> None:
    size = paging.page_size_for(target, max_page_size=most)

    pages = -(-target // most)
    assert 1 <= size <= most
    assert -(-target // size) == pages
    assert size == 1 or -(-target // (size - 1)) > pages


numbers = {
    "stored": st.integers(0, 2500),
    "invalid": st.integers(0, 50),
    "pass_received": st.integers(0, 2600),
    "progress_total": st.integers(1, 2500),
    "ceiling": st.sampled_from([1000, 2500]),
    "available_total": st.none() | st.integers(0, 5000),
    "doubts": st.integers(0, 3),
}
first_passes = st.builds(paging.Standing, **numbers)
later_passes = st.builds(
    paging.Standing,
    **numbers,
    last_pass_received=st.integers(0, 2600),
    replays=st.integers(1, 3),
    brought_somebody=st.booleans(),
)
standings = first_passes | later_passes
page_ends = st.builds(
    paging.PageEnd,
    rows=st.integers(0, 100),
    has_next=st.booleans(),
    next_is_known=st.booleans(),
    may_begin_anew=st.booleans(),
)


@given(standings, page_ends)
def test_exhausted_is_said_only_where_everybody_is_here(
    standing: paging.Standing, page: paging.PageEnd
) -> None:
    said = paging.judge(standing, page)
    if isinstance(said, Complete) and said.reason == CompletionReason.EXHAUSTED:
        assert said.missed == 0
        assert standing.available_total is not None
        assert standing.stored + standing.invalid >= standing.available_total


@given(standings, page_ends)
def test_a_search_that_goes_on_has_rows_a_new_cursor_and_something_to_find(
    standing: paging.Standing, page: paging.PageEnd
) -> None:
    if paging.judge(standing, page) == GoOn():
        assert page.rows
        assert page.has_next
        assert not page.next_is_known
        assert standing.stored < standing.progress_total
        assert standing.pass_received < standing.ceiling


@given(standings, page_ends)
def test_doubts_rise_by_one_and_end(
    standing: paging.Standing, page: paging.PageEnd
) -> None:
    said = paging.judge(standing, page)
    if isinstance(said, AskAgain):
        assert said.doubts == standing.doubts + 1 <= paging.MOST_DOUBTS


@given(first_passes, page_ends)
def test_an_early_end_is_said_only_after_all_doubts_or_all_rows(
    standing: paging.Standing, page: paging.PageEnd
) -> None:
    said = paging.judge(standing, page)
    if isinstance(said, Complete) and said.reason == CompletionReason.ENDED_EARLY:
        enough = min(
            standing.progress_total,
            standing.ceiling,
            5000 if standing.available_total is None else standing.available_total,
        )
        assert standing.doubts == paging.MOST_DOUBTS or standing.pass_received >= enough


@given(standings, page_ends)
def test_a_replay_can_bring_somebody(
    standing: paging.Standing, page: paging.PageEnd
) -> None:
    said = paging.judge(standing, page)
    if isinstance(said, Replay):
        assert 0 < said.repeated <= standing.progress_total - standing.stored
        assert said.repeated <= standing.listed - standing.stored - standing.invalid
        assert standing.replays < paging.MOST_REPLAYS
        assert standing.brought_somebody
        assert said.otherwise.missed != 0
