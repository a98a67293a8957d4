"""What people read: only their own, and forecasts that come true."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.errors import NotFound
from accounts.models import LinkedInAccount
from searchjobs import runner, selectors
from searchjobs.models import SearchJob
from searchjobs.states import RUNNABLE
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
    UserFactory,
)
from tests.searchjobs.playing import let_time_pass, now_of, page, people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _times(settings: Settings) -> None:
    settings.SEARCH_PACE_SECONDS, settings.SEARCH_PACE_JITTER_SECONDS = 2, 1


# --- who sees what ------------------------------------------------------------------


def test_a_member_sees_the_searches_of_the_workspace_and_no_other() -> None:
    member = MembershipFactory()
    seen = SearchJobFactory(workspace=member.workspace)
    SearchJobFactory()
    assert list(selectors.visible_to(member.user)) == [seen]
    assert selectors.job_of(member.user, seen.id) == seen


def test_a_stranger_is_told_what_somebody_is_told_who_made_it_up() -> None:
    job, stranger = SearchJobFactory(), UserFactory()
    messages = set()
    for job_id in (job.id, uuid.uuid4()):
        with pytest.raises(NotFound) as refused:
            selectors.job_of(stranger, job_id)
        messages.add((refused.value.code, refused.value.message))
    assert messages == {("job_not_found", "Job not found")}


def test_searches_are_listed_newest_first() -> None:
    member = MembershipFactory()
    now = datetime.now(UTC)
    ages = [2, 0, 1]
    jobs = [
        SearchJobFactory(
            workspace=member.workspace, created_at=now - timedelta(hours=age)
        )
        for age in ages
    ]
    assert list(selectors.jobs_of(member)) == [jobs[1], jobs[2], jobs[0]]


# --- forecasts ----------------------------------------------------------------------


def outlook(job: SearchJob) -> selectors.Outlook:
    return selectors.outlooks_of([now_of(job)])[job.id]


class Endless:
    """Gives full pages of new people for ever."""

    def __init__(self) -> None:
        self.served: list[Any] = []
        self.given = 0

    def fetch(self, job: SearchJob, *, deadline_s: float) -> Any:
        self.served.append(job.id)
        self.given += 100
        return page(
            people(job.page_size, start=self.given),
            next_cursor=str(self.given),
            total=10**6,
        )


@pytest.mark.parametrize("turns_before", range(6))
def test_forecasts_are_what_happens_when_the_turns_are_played(
    account: LinkedInAccount, settings: Settings, turns_before: int
) -> None:
    settings.SEARCH_PACE_JITTER_SECONDS = 0
    jobs = [SearchJobFactory(account=account, target_count=n) for n in (700, 50, 300)]
    source = Endless()
    for _ in range(turns_before):
        let_time_pass(account)
        runner.run_turn(account.id, source)
    source.served.clear()
    let_time_pass(account)
    LinkedInAccount.objects.update(answer_seconds=0.5)
    foretold = selectors.outlooks_of(SearchJob.objects.select_related("account"))

    while SearchJob.objects.filter(status__in=RUNNABLE).exists():
        let_time_pass(account)
        runner.run_turn(account.id, source)

    turn_s = 2 + 0.5
    for job in jobs:
        turns = [n for n, served in enumerate(source.served) if served == job.id]
        if turns:
            assert foretold[job.id].starts_s == pytest.approx(turns[0] * turn_s)
            assert foretold[job.id].ends_s == pytest.approx(turns[-1] * turn_s + 0.5)
        else:
            assert job.id not in foretold


def test_a_place_in_line_is_counted_from_one(account: LinkedInAccount) -> None:
    now = datetime.now(UTC)
    ages = [1, 3, 2]
    jobs = [
        SearchJobFactory(account=account, created_at=now - timedelta(hours=age))
        for age in ages
    ]
    SearchJobFactory(account=account, status="paused")
    assert [outlook(job).place for job in jobs] == [3, 1, 2]
    assert {outlook(job).line for job in jobs} == {3}


def test_the_search_whose_request_is_under_way_is_first(
    account: LinkedInAccount,
) -> None:
    waiting = SearchJobFactory(account=account)
    served = SearchJobFactory(account=account, status="processing", served_at=Now())
    LinkedInAccount.objects.update(
        lease_token=served.id,
        lease_job=served.id,
        lease_expires_at=datetime.now(UTC) + timedelta(seconds=90),
    )
    assert (outlook(served).place, outlook(waiting).place) == (1, 2)
    assert outlook(served).starts_s == 0


@pytest.mark.parametrize("status", ["paused", "completed", "failed", "cancelled"])
def test_what_does_not_run_has_no_outlook(status: str) -> None:
    job = SearchJobFactory(status=status)
    assert selectors.outlooks_of([now_of(job)]) == {}


def test_an_outlook_names_the_wait_of_the_account(account: LinkedInAccount) -> None:
    until = datetime.now(UTC) + timedelta(minutes=5)
    job = SearchJobFactory(account=account, status="processing")
    LinkedInAccount.objects.update(wait_reason="rate_limited", next_turn_at=until)
    found = outlook(job)
    assert found.wait is not None
    assert (found.wait.reason, found.wait.until) == ("rate_limited", until)
    assert 290 < found.starts_s <= 300


def test_an_outlook_names_the_wait_of_the_job(account: LinkedInAccount) -> None:
    until = datetime.now(UTC) + timedelta(hours=5)
    job = SearchJobFactory(
        account=account, wait_reason="daily_quota", next_step_at=until
    )
    found = outlook(job)
    assert found.wait is not None
    assert (found.wait.reason, found.wait.until) == ("daily_quota", until)
    assert found.starts_s > 4.9 * 3600


def test_what_exists_bounds_what_is_left_to_fetch(account: LinkedInAccount) -> None:
    few = SearchJobFactory(account=account, available_total=100, target_count=2500)
    assert outlook(few).ends_s < 10


def test_the_rows_of_this_pass_are_not_fetched_again(account: LinkedInAccount) -> None:
    job = SearchJobFactory(
        account=account,
        target_count=1000,
        progress_current=900,
        pass_received=900,
        next_cursor="more",
    )
    last_page_s = outlook(job).ends_s
    SearchJob.objects.update(next_cursor="", pass_received=0)
    assert outlook(job).ends_s > 5 * last_page_s


def test_a_page_of_searches_is_forecast_by_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        account = LinkedInAccountFactory()
        SearchJobFactory.create_batch(4, account=account)
    jobs = list(SearchJob.objects.select_related("account"))
    with django_assert_num_queries(2):
        assert len(selectors.outlooks_of(jobs)) == 12


# --- names --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criteria", "name"),
    [
        ({"title": "CEO", "keywords": "tech"}, "CEO, tech"),
        (
            {"url": "https://www.linkedin.com/sales/search/people?query=x"},
            "LinkedIn search by URL",
        ),
        ({}, "People on LinkedIn"),
        ({"first_name": "Ada", "last_name": "L"}, "Ada, L"),
        ({"keywords": "x" * 300}, "x" * 200),
    ],
)
def test_a_search_is_named_after_its_criteria(
    criteria: dict[str, str], name: str
) -> None:
    assert selectors.name_of(criteria) == name
