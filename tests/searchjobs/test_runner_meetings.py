"""What a turn meets at its end: what people did meanwhile, and a lost lease."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import AccountUsage, LinkedInAccount
from searchjobs import lifecycle, runner
from searchjobs.models import SearchJob
from searchjobs.sources import CursorLost, GiveUp, NeedsPerson
from tests.factories import SearchJobFactory
from tests.searchjobs.playing import (
    OWN_TROUBLE,
    RATE_LIMITED,
    SERVER_ERROR,
    Scripted,
    WorkerKilled,
    check,
    found,
    kinds,
    lapse,
    let_time_pass,
    now_of,
    page,
    people,
    result_of,
    run,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

# --- what people do while a request is under way ------------------------------------


def test_a_pause_during_the_request_stores_its_page_and_stops(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)

    def pause(asked: SearchJob) -> Any:
        lifecycle.pause(job.id, account.user)
        return page(people(100), next_cursor="b")

    run(account, pause)

    row = check(job)
    assert (row.status, row.progress_current) == ("paused", 100)
    assert row.next_cursor == "b"
    let_time_pass(account)
    assert not runner.run_turn(account.id, Scripted())


def test_a_paused_job_can_be_completed_by_the_page_under_way(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account, target_count=100)

    def pause(asked: SearchJob) -> Any:
        lifecycle.pause(job.id, account.user)
        return page(people(100))

    run(account, pause)
    assert result_of(job) == ("completed", "target_reached")
    assert now_of(job).paused_by is None


def test_a_pause_and_resume_during_the_request_lose_nothing(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account, target_count=200)

    def pause_and_resume(asked: SearchJob) -> Any:
        lifecycle.pause(job.id, account.user)
        lifecycle.resume(job.id, account.user)
        assert not runner.run_turn(account.id, Scripted()), "two requests at once"
        return page(people(100), next_cursor="b")

    run(account, pause_and_resume, page(people(100, start=100)))
    assert result_of(job) == ("completed", "target_reached")
    assert found(job) == people(200)


def test_a_cancel_during_the_request_drops_its_page_and_counts_its_rows(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)

    def cancel(asked: SearchJob) -> Any:
        lifecycle.cancel(job.id, account.user)
        return page(people(100, start=100), next_cursor="c")

    run(account, page(people(100), next_cursor="b"), cancel)

    row = check(job)
    assert (row.status, found(job)) == ("cancelled", people(100))
    assert (row.requests, row.next_batch) == (2, 1)
    assert AccountUsage.objects.get(account=account).received == 200
    assert kinds(job)[-1] == "cancelled"


def test_a_delete_during_the_request_ends_the_turn(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account)

    def delete(asked: SearchJob) -> Any:
        SearchJob.objects.filter(id=job.id).delete()
        return page(people(100), next_cursor="b")

    run(account, delete)
    account.refresh_from_db()
    assert account.lease_token is None
    assert AccountUsage.objects.get(account=account).received == 100


@pytest.mark.parametrize(
    "outcome",
    [
        OWN_TROUBLE,
        RATE_LIMITED,
        SERVER_ERROR,
        CursorLost(),
        GiveUp(code="x", message="No."),
        NeedsPerson(account_status="credentials"),
        page(people(10)),
    ],
    ids=lambda outcome: type(outcome).__name__,
)
@pytest.mark.parametrize("doing", ["cancel", "pause", "delete"])
def test_whatever_comes_of_a_turn_that_somebody_met_the_turn_ends(
    account: LinkedInAccount, outcome: Any, doing: str
) -> None:
    job = SearchJobFactory(account=account)

    def meet(asked: SearchJob) -> Any:
        if doing == "delete":
            SearchJob.objects.filter(id=job.id).delete()
        else:
            getattr(lifecycle, doing)(job.id, account.user)
        return outcome

    run(account, meet)

    account.refresh_from_db()
    assert account.lease_token is None
    if doing != "delete":
        assert check(job).requests == 1
    if doing == "cancel":
        assert now_of(job).status == "cancelled"


# --- the lease ----------------------------------------------------------------------


def test_a_late_worker_commits_nothing(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account)

    def be_late(asked: SearchJob) -> Any:
        lapse(account)
        let_time_pass(account)
        runner.run_turn(account.id, Scripted(OWN_TROUBLE))  # the rival's turn
        let_time_pass(account)
        runner.run_turn(account.id, Scripted(page(people(100), next_cursor="b")))
        return page(["late"], next_cursor="late")

    run(account, be_late)

    row = check(job)
    assert (found(job), row.next_cursor) == (people(100), "b")


def test_a_worker_whose_lease_lapsed_unnoticed_commits_its_page(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)

    def be_slow(asked: SearchJob) -> Any:
        lapse(account)
        return page(people(100), next_cursor="b")

    run(account, be_slow)
    assert check(job).progress_current == 100


def test_a_live_lease_lets_nobody_else_ask(account: LinkedInAccount) -> None:
    SearchJobFactory(account=account)
    run(account, WorkerKilled())
    let_time_pass(account)
    assert not runner.run_turn(account.id, Scripted())


def test_a_lease_that_lapsed_counts_as_live_for_one_pace_more(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS = 2
    SearchJobFactory(account=account)
    run(account, WorkerKilled())
    let_time_pass(account)
    just_now = Now() - timedelta(seconds=1)
    LinkedInAccount.objects.filter(id=account.id).update(lease_expires_at=just_now)
    assert not runner.run_turn(account.id, Scripted())
    long_ago = Now() - timedelta(seconds=2.1)
    LinkedInAccount.objects.filter(id=account.id).update(lease_expires_at=long_ago)
    other = SearchJobFactory(account=account)
    assert runner.run_turn(account.id, Scripted(page(people(1), next_cursor="b")))
    assert check(other).progress_current == 1


def test_a_lapsed_lease_counts_a_failure_of_its_job(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account)
    run(account, WorkerKilled())
    lapse(account)
    runner.run_turn(account.id, Scripted())
    row = check(job)
    assert (row.failures, row.status) == (1, "processing")
    assert kinds(job) == ["started", "lease_lost"]
    account.refresh_from_db()
    assert account.lease_token is None


def test_a_lapsed_lease_is_counted_once(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account)
    run(account, WorkerKilled())
    lapse(account)
    for _ in range(3):
        runner.run_turn(account.id, Scripted())
    assert check(job).failures == 1


@pytest.mark.parametrize("doing", ["pause", "cancel"])
def test_a_lapsed_lease_of_a_job_that_was_stopped_counts_nothing(
    account: LinkedInAccount, doing: str
) -> None:
    job = SearchJobFactory(account=account)
    run(account, WorkerKilled())
    getattr(lifecycle, doing)(job.id, account.user)
    lapse(account)
    runner.run_turn(account.id, Scripted())
    assert check(job).failures == 0


def test_the_eighth_lapsed_lease_fails_the_job(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account)
    for _ in range(8):
        run(account, WorkerKilled())
        lapse(account)
        let_time_pass(account)
        runner.run_turn(account.id, Scripted())
    row = check(job)
    assert (row.status, row.error_code) == ("failed", "worker_lost")


def test_a_request_may_take_two_thirds_of_the_lease(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_LEASE_SECONDS = 30
    SearchJobFactory(account=account)
    deadlines = []

    class Clocked:
        def fetch(self, job: SearchJob, *, deadline_s: float) -> Any:
            deadlines.append(deadline_s)
            return page(people(1), next_cursor="b")

    runner.run_turn(account.id, Clocked())
    assert 15 < deadlines[0] <= 20
