"""The curve of a search: its pages are its steps, and each wait has its reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from searchjobs.models import SearchEvent, SearchJob
from searchjobs.pages import curves
from searchjobs.pages.curves import Curve
from searchjobs.states import EventKind, JobStatus
from tests.factories import SearchJobFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def happened(
    job: SearchJob, *events: tuple[float, EventKind, dict[str, Any]]
) -> SearchJob:
    """Write a journal that began at noon; each event so many seconds later."""
    SearchJob.objects.filter(id=job.id).update(created_at=NOON)
    for revision, (seconds, kind, data) in enumerate(events, start=1):
        event = SearchEvent.objects.create(
            job=job, revision=revision, kind=kind, data=data
        )
        at = NOON + timedelta(seconds=seconds)
        SearchEvent.objects.filter(pk=event.pk).update(created_at=at)
    job.refresh_from_db()
    return job


def page(stored: int) -> dict[str, Any]:
    return {"stored": stored}


def drawn(job: SearchJob, *, after_s: float = 100) -> Curve:
    return curves.curve_of(job, now=NOON + timedelta(seconds=after_s))


def waits(curve: Curve) -> list[tuple[str, int, float]]:
    return [(one.why, one.times, one.seconds) for one in curve.waits]


STARTED = (
    (0.0, EventKind.CREATED, dict[str, Any]()),
    (1.0, EventKind.STARTED, dict[str, Any]()),
)


def test_each_page_is_a_step_up() -> None:
    job = happened(
        SearchJobFactory(progress_total=200, target_count=200),
        *STARTED,
        (25, EventKind.PAGE_STORED, page(100)),
        (50, EventKind.PAGE_STORED, page(50)),
    )
    curve = drawn(job)
    assert curve.line == "0,100 0,100 250,100 250,50 500,50 500,25 1000,25"
    assert (curve.stored, curve.most) == (150, 200)
    assert [people for _, people in curve.figures] == [0, 100, 150]
    assert waits(curve) == []


@pytest.mark.parametrize(
    ("kind", "data", "why"),
    [
        (EventKind.WAITING, {"reason": "rate_limited"}, "LinkedIn's rate limit"),
        (EventKind.WAITING, {"reason": "daily_quota"}, "The account's daily quota"),
        (EventKind.WAITING, {"reason": "provider_down"}, "LinkedIn did not answer"),
        (EventKind.WAITING, {"reason": "unreadable_answer"}, "Waited to ask again"),
        (EventKind.DOUBTED, {}, "Asked again whether that was everybody"),
        (EventKind.PAUSED, {"by": "account"}, "Paused for its LinkedIn account"),
        (EventKind.PAUSED, {"by": "8a6e"}, "Paused by a person"),
        (EventKind.FAILED, {}, "Failed, until it was retried"),
    ],
    ids=str,
)
def test_a_wait_lasts_until_the_next_event_and_says_why(
    kind: EventKind, data: dict[str, Any], why: str
) -> None:
    job = happened(
        SearchJobFactory(),
        *STARTED,
        (2, kind, data),
        (32, EventKind.PAGE_STORED, page(100)),
    )
    curve = drawn(job, after_s=40)
    assert waits(curve) == [(why, 1, 30)]
    assert curve.waits[0].last.is_over
    assert [(band.start, band.length) for band in curve.bands] == [("5", "75")]


def test_a_wait_that_still_lasts_ends_now() -> None:
    job = happened(
        SearchJobFactory(), *STARTED, (10, EventKind.WAITING, {"reason": "daily_quota"})
    )
    curve = drawn(job)
    assert waits(curve) == [("The account's daily quota", 1, 90)]
    assert not curve.waits[0].last.is_over


def test_another_name_ends_no_wait() -> None:
    job = happened(
        SearchJobFactory(),
        *STARTED,
        (10, EventKind.WAITING, {"reason": "daily_quota"}),
        (20, EventKind.RENAMED, {}),
    )
    assert waits(drawn(job)) == [("The account's daily quota", 1, 90)]


def test_waits_of_a_kind_are_one_line_and_the_longest_kind_is_first() -> None:
    job = happened(
        SearchJobFactory(),
        *STARTED,
        (2, EventKind.WAITING, {"reason": "rate_limited"}),
        (12, EventKind.WAITING, {"reason": "rate_limited"}),
        (22, EventKind.PAGE_STORED, page(10)),
        (23, EventKind.WAITING, {"reason": "provider_down"}),
        (58, EventKind.PAGE_STORED, page(10)),
        (60, EventKind.WAITING, {"reason": "rate_limited"}),
        (70, EventKind.PAGE_STORED, page(10)),
    )
    curve = drawn(job)
    assert waits(curve) == [
        ("LinkedIn did not answer", 1, 35),
        ("LinkedIn's rate limit", 2, 30),
    ]
    assert {band.number for band in curve.bands} == {1, 2}


def test_a_lost_worker_explains_the_time_before_it_was_missed() -> None:
    job = happened(
        SearchJobFactory(),
        *STARTED,
        (50, EventKind.LEASE_LOST, {}),
        (52, EventKind.PAGE_STORED, page(1)),
    )
    assert waits(drawn(job)) == [("Its worker was lost; another took over", 1, 49)]


def test_a_long_silence_is_no_turn_of_its_account() -> None:
    job = happened(
        SearchJobFactory(),
        *STARTED,
        (5, EventKind.PAGE_STORED, page(1)),
        (95, EventKind.PAGE_STORED, page(1)),
    )
    assert [why for why, _, _ in waits(drawn(job))] == [curves.NO_TURN]


def test_an_ended_search_is_drawn_to_its_end_and_full() -> None:
    ended = NOON + timedelta(seconds=50)
    job = happened(
        SearchJobFactory(
            status=JobStatus.FAILED, completed_at=ended, progress_current=80
        ),
        *STARTED,
        (40, EventKind.PAGE_STORED, page(80)),
        (50, EventKind.FAILED, {}),
    )
    curve = drawn(job, after_s=100_000)
    assert (curve.ends, curve.most, waits(curve)) == (ended, 80, [])


def test_thousands_of_pages_are_thinned_but_keep_both_ends(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    job = SearchJobFactory(progress_total=1000, progress_current=1000)
    SearchJob.objects.filter(id=job.id).update(created_at=NOON)
    job.refresh_from_db()
    SearchEvent.objects.bulk_create(
        SearchEvent(job=job, revision=number, kind=EventKind.PAGE_STORED, data=page(1))
        for number in range(1, 1001)
    )
    with django_assert_num_queries(1):
        curve = drawn(job)
    assert len(curve.line.split()) == 2 * curves.MOST_STEPS + 1
    assert [curve.figures[0][1], curve.figures[-1][1]] == [0, 1000]
