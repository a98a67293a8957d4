"""What a request can come to: the truth, or anything else."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from searchjobs.models import SearchJob
from searchjobs.sources import (
    CeilingReached,
    CursorLost,
    GiveUp,
    LimitReached,
    NeedsPerson,
    Outcome,
    Page,
    RetryAfter,
    Scope,
)
from searchjobs.states import WaitReason
from tests.searchjobs.playing import page

PAGE_SIZE = 4
WORLD = 12  # people that exist; few, so that pages repeat them
PAST_ANY_CEILING = 2500

Answer = Callable[[SearchJob], Outcome]


def truth(job: SearchJob) -> Page:
    """Answer as LinkedIn would that has these people, in this order, and no faults."""
    return honest_page(int(job.next_cursor or 0), job.page_size)


def honest_page(start: int, page_size: int) -> Page:
    end = start + page_size
    return page(
        [f"p{number}" for number in range(start, min(end, WORLD))],
        next_cursor=str(end) if end < WORLD else None,
        total=WORLD,
    )


def always(outcome: Outcome) -> Answer:
    return lambda _: outcome


troubles = st.sampled_from(
    [
        RetryAfter(scope=scope, reason=reason, code=code, message="Later.", **more)
        for scope, reason, code, more in (
            (Scope.ACCOUNT, WaitReason.RATE_LIMITED, "limit", {"delay_s": 4000.0}),
            (Scope.ACCOUNT, WaitReason.RATE_LIMITED, "limit", {"delay_s": 1.0}),
            (Scope.ACCOUNT, WaitReason.PROVIDER_DOWN, "provider_down", {}),
            (Scope.ACCOUNT, WaitReason.PROVIDER_DOWN, "down", {"delay_s": 500.0}),
            (Scope.JOB, WaitReason.BACKING_OFF, "error", {"delay_s": 3000.0}),
            (Scope.JOB, WaitReason.BACKING_OFF, "unreadable_answer", {}),
            (Scope.JOB, WaitReason.BACKING_OFF, "error", {"may_be_provider": True}),
        )
    ]
    + [
        CursorLost(),
        CeilingReached(),
        LimitReached(),
        LimitReached(delay_s=4000.0),
        NeedsPerson(account_status="credentials"),
        GiveUp(code="unipile_forbidden", message="Ask your administrator."),
    ]
)
# After these everybody is still found, nobody twice, with no month to wait.
passing_troubles = troubles.filter(
    lambda one: not isinstance(one, CursorLost | CeilingReached | LimitReached)
)
pages = st.builds(
    page,
    st.lists(st.integers(0, WORLD - 1).map("p{}".format), max_size=PAGE_SIZE),
    next_cursor=st.none() | st.integers(0, WORLD + 4).map(str),
    total=st.none() | st.integers(0, WORLD),
    invalid=st.sampled_from([0, 0, 0, 1, 2, PAST_ANY_CEILING]),
)
answers: st.SearchStrategy[Answer] = st.one_of(
    st.just(truth), st.just(truth), pages.map(always), troubles.map(always)
)

# The same again and again is how doubts, failures and the breaker come to their end.
several: st.SearchStrategy[list[Answer]] = st.one_of(
    st.lists(answers, min_size=1, max_size=6),
    st.builds(lambda answer, times: [answer] * times, answers, st.integers(2, 9)),
)
