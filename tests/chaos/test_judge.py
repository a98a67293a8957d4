"""Each way in which a search can go wrong is found, and nothing that went well is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chaos.evidence import Event, Evidence, Job, Request
from chaos.judge import judge
from chaos.plans import Wish
from chaos.stack import Account
from unipile_client.types import Api

ACCOUNT = Account(id="a", unipile_id="u", api=Api.SALES_NAVIGATOR)
WISH = Wish(
    account=ACCOUNT, criteria={}, api=ACCOUNT.api, target=6, page_size=3, at_s=0, key=""
)
ANSWER = [f"person {number}" for number in range(12)]


def request(start: int, at: float, *faults: str, **columns: Any) -> Request:
    fields: dict[str, Any] = {
        "arrived_at": at,
        "arrived_s": at,
        "finished_s": at + 0.5,
        "start": start,
        "limit": WISH.page_size,
        "status": 200,
        "faults": faults,
    }
    return Request(**fields | columns)


def stored(start: int, at: float) -> Event:
    return Event(kind="page_stored", at=at, start=start)


def told(kind: str, at: float) -> Event:
    return Event(kind=kind, at=at, start=None)


GOOD = Job(
    wish=WISH,
    id="job",
    status="completed",
    reason="target_reached",
    error="",
    people=ANSWER[:6],
    positions=list(range(6)),
    events=[stored(0, 2), stored(3, 4), told("completed", 4)],
    requests=[request(0, 1), request(3, 3)],
    answer=ANSWER,
)


def found(**columns: Any) -> dict[str, int]:
    """Return the columns that are not zero for the good job with these changes."""
    job = replace(GOOD, **columns)
    evidence = Evidence(jobs=[job], unwished=0, missing=0, requests={"u": job.requests})
    counts = judge(evidence).counts()
    return {name: count for name, count in counts.items() if count}


def test_a_search_that_went_well_is_clean() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            {"people": ANSWER[:5], "positions": list(range(5))},
            {"lost": 1, "failed": 1},  # it says that its target was reached
        ),
        (
            {"people": [*ANSWER[:6], ANSWER[0]], "positions": list(range(7))},
            {"doubled": 1, "failed": 1},
        ),
        ({"people": [*ANSWER[1:6], ANSWER[0]]}, {"disorder": 1}),
        ({"people": [*ANSWER[:5], "nobody"]}, {"lost": 1, "disorder": 1}),
        ({"positions": [0, 1, 2, 3, 4, 6]}, {"disorder": 1}),
        ({"status": "processing", "reason": ""}, {"stuck": 1}),
        ({"status": "failed", "reason": ""}, {"failed": 1}),
        ({"reason": "exhausted"}, {"failed": 1}),
    ],
    ids=["lost", "doubled", "order", "stranger", "gap", "stuck", "failed", "reason"],
)
def test_what_is_wrong_with_a_search_is_found(
    columns: dict[str, Any], expected: dict[str, int]
) -> None:
    assert found(**columns) == expected


def test_a_page_asked_for_again_after_it_was_stored_is_beyond_need() -> None:
    requests = [*GOOD.requests, request(0, 5)]
    assert found(requests=requests) == {"beyond": 1}


def test_a_page_stored_twice_is_beyond_need() -> None:
    events = [stored(0, 2), stored(0, 3), stored(3, 4)]
    assert found(events=events) == {"beyond": 1}


@pytest.mark.parametrize("kind", ["doubted", "cursor_lost", "replayed", "retried"])
def test_a_page_may_be_asked_for_again_once_the_journal_says_why(kind: str) -> None:
    events = [stored(0, 2), told(kind, 2), stored(0, 4), stored(3, 6)]
    requests = [request(0, 1), request(0, 3), request(3, 5)]
    assert found(events=events, requests=requests) == {}


def test_a_request_whose_answer_was_not_stored_is_no_waste() -> None:
    requests = [request(0, 0), *GOOD.requests]
    assert found(requests=requests) == {}


def test_two_requests_of_an_account_at_once_are_hasty() -> None:
    requests = [request(0, 1, finished_s=3.5), request(3, 3)]
    assert found(requests=requests) == {"hasty": 1}


def test_half_a_request_that_a_stopped_worker_left_is_none() -> None:
    whole = request(0, 0.5, finished_s=3.2)
    half = replace(whole, start=None, status=None)
    assert found(requests=[half, *GOOD.requests]) == {}


def test_a_request_sooner_than_the_pace_is_hasty() -> None:
    requests = [request(0, 1, finished_s=2.99), request(3, 3)]
    assert found(requests=requests) == {"hasty": 1}


def test_a_shifted_page_is_judged_by_what_it_held() -> None:
    """It goes two rows back: two come again, and two are never shown."""
    held = [*ANSWER[:3], ANSWER[3]]
    requests = [request(0, 1), request(3, 3, "shift")]
    columns = {"people": held, "positions": list(range(4)), "reason": "ended_early"}
    assert found(requests=requests, **columns) == {}
    columns["people"] = [*held[:3], ANSWER[4]]
    assert found(requests=requests, **columns) == {"lost": 1, "disorder": 1}


def test_rows_repeated_from_the_page_before_change_nothing() -> None:
    assert found(requests=[request(0, 1), request(3, 3, "repeat_rows")]) == {}


def test_searches_too_many_and_too_few_are_found() -> None:
    counts = judge(Evidence(jobs=[], unwished=2, missing=1, requests={})).counts()
    assert (counts["doubled"], counts["lost"]) == (2, 1)
