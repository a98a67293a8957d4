"""Whole searches over lists whose order, length and count change while one pages.

The list knows the truth; the search knows what it is shown. What the runner does with
a verdict is played here without a database.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from searchjobs import paging
from searchjobs.states import CompletionReason

PAGE_SIZE = 5
CEILING = 60


@dataclass(kw_only=True)
class Shifting:
    """A list of people that changes before each request."""

    people: list[int]
    rng: random.Random
    moves: int = 0
    removals: int = 0
    arrivals: int = 0
    total: Callable[[int], int | None] = lambda honest: honest
    longest: int = 0

    def page(self, start: int) -> tuple[list[int], int | None]:
        """Change, then show the rows from `start`, and how many are said to exist."""
        for _ in range(min(self.moves, len(self.people))):
            mover = self.people.pop(self.rng.randrange(len(self.people)))
            self.people.insert(self.rng.randint(0, len(self.people)), mover)
        for _ in range(min(self.removals, len(self.people))):
            self.people.pop(self.rng.randrange(len(self.people)))
        for _ in range(self.arrivals):
            newcomer = self.rng.randrange(10**9, 10**10)
            self.people.insert(self.rng.randint(0, len(self.people)), newcomer)
        self.longest = max(self.longest, len(self.people))
        rows = self.people[start : min(start + PAGE_SIZE, CEILING)]
        return rows, self.total(len(self.people))

    def goes_on(self, start: int) -> bool:
        return start + PAGE_SIZE < min(len(self.people), CEILING)


@dataclass(kw_only=True)
class Search:
    """What a search has; `verdicts` holds one for each request."""

    target: int
    stored: set[int] = field(default_factory=set)
    available: int | None = None
    replays: int = 0
    last_pass: int | None = None
    verdicts: list[paging.Verdict] = field(default_factory=list)

    @property
    def end(self) -> paging.Complete:
        ended = self.verdicts[-1]
        assert isinstance(ended, paging.Complete)
        return ended

    def run(self, source: Shifting) -> Search:
        """Ask until it completes."""
        for said in self._asking(source):
            self.verdicts.append(said)
            assert len(self.verdicts) < 1000, "it asks for ever"
        return self

    def _asking(self, source: Shifting) -> Iterator[paging.Verdict]:
        start, doubts, brought = 0, 0, True
        answers: dict[int, int] = {}
        while True:
            rows, total = source.page(start)
            before = len(self.stored)
            for person in rows:
                if len(self.stored) < self.target:
                    self.stored.add(person)
            brought = brought or len(self.stored) > before
            answers[start] = len(rows)
            if total is not None and (rows or self.available is None):
                self.available = max(total, self.available or 0)
            said = paging.judge(
                paging.Standing(
                    stored=len(self.stored),
                    invalid=0,
                    pass_received=sum(answers.values()),
                    progress_total=self.target,
                    ceiling=CEILING,
                    available_total=self.available,
                    last_pass_received=self.last_pass,
                    doubts=doubts,
                    replays=self.replays,
                    brought_somebody=brought,
                ),
                paging.PageEnd(
                    rows=len(rows),
                    has_next=source.goes_on(start),
                    next_is_known=False,
                    may_begin_anew=True,
                ),
            )
            yield said
            match said:
                case paging.Complete():
                    return
                case paging.AskAgain():
                    doubts = said.doubts
                case paging.Replay():
                    self.last_pass = sum(answers.values())
                    self.replays, brought = self.replays + 1, False
                    start, doubts, answers = 0, 0, {}
                case _:
                    start, doubts = start + PAGE_SIZE, 0


sizes, targets, strengths = st.integers(0, 80), st.integers(1, 60), st.integers(0, 6)
dice = st.integers(0, 2**32).map(random.Random)


def a_list(count: int, rng: random.Random, **changes: int) -> Shifting:
    return Shifting(people=list(range(count)), rng=rng, **changes)


@given(sizes, targets, dice)
def test_a_list_that_keeps_still_costs_no_request_too_many(
    count: int, target: int, rng: random.Random
) -> None:
    search = Search(target=target).run(a_list(count, rng))

    pages = max(1, math.ceil(min(count, target, CEILING) / PAGE_SIZE))
    assert len(search.verdicts) == pages
    assert len(search.stored) == min(count, target)
    assert search.end.missed == 0


@given(sizes, targets, dice, strengths, st.sampled_from(["removals", "arrivals", ""]))
def test_everybody_is_said_only_where_nobody_is_missing(
    count: int, target: int, rng: random.Random, strength: int, change: str
) -> None:
    """Whether people move, move and leave, or move and arrive: the count is honest."""
    changes = {change: strength // 3} if change else {}
    source = a_list(count, rng, moves=strength, **changes)
    search = Search(target=target).run(source)

    match search.end.reason:
        case CompletionReason.EXHAUSTED:
            assert set(source.people) <= search.stored
        case CompletionReason.TARGET_REACHED:
            assert len(search.stored) == target
        case _:
            assert len(search.stored) < target


@given(sizes, targets, dice, strengths)
def test_who_was_missed_is_counted_exactly_where_people_only_move(
    count: int, target: int, rng: random.Random, strength: int
) -> None:
    source = a_list(count, rng, moves=strength)
    search = Search(target=target).run(source)
    assert search.end.missed == min(count, target, CEILING) - len(search.stored)


@given(
    sizes,
    targets,
    dice,
    strengths,
    st.integers(0, 2),
    st.integers(0, 2),
    st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=5),
)
def test_whatever_the_list_does_and_says_the_search_ends_within_its_bound(
    count: int,
    target: int,
    rng: random.Random,
    moves: int,
    removals: int,
    arrivals: int,
    totals: list[int | None],
) -> None:
    source = a_list(count, rng, moves=moves, removals=removals, arrivals=arrivals)
    source.total = lambda honest: rng.choice([honest, *totals])
    search = Search(target=target).run(source)

    longest = min(source.longest, CEILING)
    pages = 1 + math.ceil(longest / PAGE_SIZE)
    passes = 1 + paging.MOST_REPLAYS
    assert len(search.verdicts) <= passes * pages * (1 + paging.MOST_DOUBTS)
    assert search.replays <= paging.MOST_REPLAYS


@given(sizes, targets, dice, strengths)
def test_a_replay_that_brought_nobody_is_the_last(
    count: int, target: int, rng: random.Random, strength: int
) -> None:
    search = Search(target=target)
    found_at_replays = [0]
    for said in search._asking(a_list(count, rng, moves=strength)):
        if isinstance(said, paging.Replay):
            assert len(search.stored) > found_at_replays[-1]
            found_at_replays.append(len(search.stored))
        elif search.replays and isinstance(said, paging.GoOn):
            assert len(search.stored) < min(count, target), "nobody is left to find"
    assert len(found_at_replays) <= 1 + paging.MOST_REPLAYS
