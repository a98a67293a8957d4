"""Whose turn it is: what is chosen, the day's quota, and the columns of the lease."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import AccountUsage, LinkedInAccount
from searchjobs import lifecycle, line, quotas, runner, turns
from searchjobs.models import SearchJob
from tests.factories import (
    AccountUsageFactory,
    LinkedInAccountFactory,
    SearchJobFactory,
)
from tests.searchjobs.playing import (
    Scripted,
    check,
    kinds,
    let_time_pass,
    now_of,
    page,
    people,
    run,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

HOUR = timedelta(hours=1)


def this_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def locked(account: LinkedInAccount) -> turns.LockedAccount:
    found = turns.lock(account.id)
    assert found is not None
    return found


def chosen(account: LinkedInAccount) -> SearchJob | None:
    return line.choose(locked(account)).job


# --- choosing -----------------------------------------------------------------------


def test_the_due_job_that_waited_longest_is_chosen(account: LinkedInAccount) -> None:
    now = datetime.now(UTC)
    SearchJobFactory(account=account, served_at=now - HOUR)
    waited = SearchJobFactory(account=account, served_at=now - 3 * HOUR)
    SearchJobFactory(account=account, served_at=now - 2 * HOUR)
    assert chosen(account) == waited


def test_a_job_never_served_waits_since_it_was_created(
    account: LinkedInAccount,
) -> None:
    now = datetime.now(UTC)
    SearchJobFactory(account=account, served_at=now - HOUR)
    new = SearchJobFactory(account=account, created_at=now - 2 * HOUR)
    assert chosen(account) == new


def test_a_job_that_waits_is_passed_over(account: LinkedInAccount) -> None:
    later = datetime.now(UTC) + HOUR
    SearchJobFactory(account=account, next_step_at=later)
    due = SearchJobFactory(account=account)
    assert chosen(account) == due


@pytest.mark.parametrize("status", ["paused", "completed", "failed", "cancelled"])
def test_only_queued_and_processing_jobs_take_turns(
    account: LinkedInAccount, status: str
) -> None:
    SearchJobFactory(account=account, status=status)
    assert chosen(account) is None


def test_the_jobs_of_other_accounts_are_not_looked_at(
    account: LinkedInAccount,
) -> None:
    SearchJobFactory()
    assert chosen(account) is None


# --- the lease ----------------------------------------------------------------------


def test_a_claim_writes_the_whole_lease_and_answers_the_dispatcher(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_LEASE_SECONDS = 90
    LinkedInAccount.objects.update(dispatched_at=Now(), dispatches=3)
    job = SearchJobFactory(account=account)

    claimed = runner._claim(account.id)

    assert claimed is not None
    account.refresh_from_db()
    assert account.lease_token == claimed[0].token
    assert account.lease_job == job.id
    assert account.lease_expires_at is not None
    left = account.lease_expires_at - datetime.now(UTC)
    assert timedelta(seconds=85) < left < timedelta(seconds=90)
    assert (account.dispatched_at, account.dispatches) == (None, 0)
    row = now_of(job)
    assert row.status == "processing"
    assert row.served_at is not None
    assert row.started_at is not None


def test_a_second_turn_keeps_the_first_start(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account)
    run(account, page(people(1), next_cursor="b"))
    first = now_of(job)
    run(account, page(people(1, start=1), next_cursor="c"))
    second = now_of(job)
    assert second.started_at == first.started_at
    assert first.served_at is not None
    assert second.served_at is not None
    assert second.served_at > first.served_at


def test_a_message_that_finds_nothing_is_answered_and_spoils_no_lease(
    account: LinkedInAccount,
) -> None:
    SearchJobFactory(account=account)
    claimed = runner._claim(account.id)
    assert claimed is not None
    LinkedInAccount.objects.update(dispatched_at=Now(), dispatches=3)
    let_time_pass(account)

    assert runner._claim(account.id) is None

    account.refresh_from_db()
    assert (account.dispatched_at, account.dispatches) == (None, 0)
    assert account.lease_token == claimed[0].token


def test_an_ended_turn_leaves_nothing_of_its_lease(account: LinkedInAccount) -> None:
    SearchJobFactory(account=account)
    run(account, page(people(1), next_cursor="b"))
    account.refresh_from_db()
    assert account.lease_token is None
    assert account.lease_expires_at is None
    assert account.lease_job is None


def test_another_token_locks_nothing(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account)
    claim = turns.take(locked(account), job)
    assert turns.lock_leased(claim) is not None
    stranger = turns.Claim(
        account_id=account.id,
        token=uuid.uuid4(),
        job_id=job.id,
        api="sales_navigator",
        last_served_at=job.created_at,
    )
    assert turns.lock_leased(stranger) is None


@pytest.mark.parametrize("status", ["connecting", "credentials", "deleted"])
def test_an_account_that_is_not_in_order_takes_no_turn(
    account: LinkedInAccount, status: str
) -> None:
    SearchJobFactory(account=account)
    LinkedInAccount.objects.update(status=status)
    assert not runner.run_turn(account.id, Scripted())


# --- the day's quota ----------------------------------------------------------------


def quota(account: LinkedInAccount, rows: int | None) -> None:
    LinkedInAccount.objects.filter(id=account.id).update(
        daily_quota_sales_navigator=rows
    )


def used(account: LinkedInAccount, rows: int, *, hours_ago: int = 0) -> None:
    AccountUsageFactory(
        account=account, received=rows, hour=this_hour() - hours_ago * HOUR
    )


def test_a_job_past_the_quota_is_parked_until_enough_hours_have_left(
    account: LinkedInAccount,
) -> None:
    quota(account, 300)
    used(account, 150, hours_ago=20)
    used(account, 90, hours_ago=10)
    used(account, 60)
    job = SearchJobFactory(account=account)

    assert not runner.run_turn(account.id, Scripted())

    row = check(job)
    assert (row.status, row.wait_reason) == ("queued", "daily_quota")
    assert row.next_step_at == this_hour() + 5 * HOUR
    assert kinds(job) == ["waiting"]
    account.refresh_from_db()
    assert account.wait_reason == ""
    assert account.lease_token is None


def test_a_page_must_fit_into_what_is_left(account: LinkedInAccount) -> None:
    quota(account, 199)
    used(account, 100)
    job = SearchJobFactory(account=account)
    assert not runner.run_turn(account.id, Scripted())
    assert now_of(job).wait_reason == "daily_quota"


def test_the_last_page_that_fits_is_asked_for(account: LinkedInAccount) -> None:
    quota(account, 200)
    used(account, 100)
    SearchJobFactory(account=account)
    assert runner.run_turn(account.id, Scripted(page(people(100), next_cursor="b")))


def test_a_quota_smaller_than_a_page_lets_one_page_a_day_go(
    account: LinkedInAccount,
) -> None:
    quota(account, 40)
    job = SearchJobFactory(account=account)
    run(account, page(people(100), next_cursor="b"))
    let_time_pass(account)
    assert not runner.run_turn(account.id, Scripted())
    assert now_of(job).next_step_at == this_hour() + 25 * HOUR


def test_an_hour_counts_until_a_day_after_its_end(account: LinkedInAccount) -> None:
    quota(account, 100)
    used(account, 100, hours_ago=24)
    job = SearchJobFactory(account=account)
    assert not runner.run_turn(account.id, Scripted())
    assert now_of(job).next_step_at == this_hour() + HOUR
    AccountUsage.objects.update(hour=this_hour() - 25 * HOUR)
    let_time_pass(account)
    assert runner.run_turn(account.id, Scripted(page(people(1), next_cursor="b")))


def test_a_spent_quota_stops_that_api_alone(account: LinkedInAccount) -> None:
    quota(account, 100)
    used(account, 100)
    parked = SearchJobFactory(account=account)
    goes_on = SearchJobFactory(account=account, search_source="classic", page_size=50)
    run(account, page(people(50), next_cursor="b"))
    assert now_of(parked).wait_reason == "daily_quota"
    assert check(goes_on).progress_current == 50


def test_zero_is_no_limit(account: LinkedInAccount) -> None:
    quota(account, 0)
    used(account, 100_000)
    SearchJobFactory(account=account)
    assert runner.run_turn(account.id, Scripted(page(people(1), next_cursor="b")))


def test_the_setting_holds_where_the_account_has_no_quota_of_its_own(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_DAILY_QUOTA = {"sales_navigator": 500}
    quota(account, None)
    assert quotas.quota_of(LinkedInAccount.objects.get(), "sales_navigator").left == 500


def test_every_row_received_counts_also_the_unusable(account: LinkedInAccount) -> None:
    quota(account, 1000)
    SearchJobFactory(account=account, target_count=150)
    run(account, page(people(100), next_cursor="b", invalid=3))
    run(account, page([*people(50), *people(60, start=100)]))
    assert AccountUsage.objects.get().received == 213


def test_the_quota_is_the_accounts_not_the_jobs(account: LinkedInAccount) -> None:
    quota(account, 200)
    jobs = [SearchJobFactory(account=account) for _ in range(3)]
    run(account, page(people(100), next_cursor="b"))
    run(account, page(people(100), next_cursor="b"))
    let_time_pass(account)
    assert not runner.run_turn(account.id, Scripted())
    assert {now_of(job).wait_reason for job in jobs} == {"daily_quota"}


def test_a_raised_quota_takes_the_wait_back(account: LinkedInAccount) -> None:
    quota(account, 100)
    used(account, 100)
    job = SearchJobFactory(account=account)
    runner.run_turn(account.id, Scripted())
    other = SearchJobFactory(
        wait_reason="daily_quota", next_step_at=this_hour() + 5 * HOUR
    )

    quota(account, 200)
    assert line.look_at_quotas_again(account.id) == 1

    assert runner.run_turn(account.id, Scripted(page(people(100), next_cursor="b")))
    assert check(job).wait_reason == ""
    assert now_of(other).next_step_at > datetime.now(UTC)


def test_all_quotas_can_be_looked_at_again(account: LinkedInAccount) -> None:
    tomorrow = this_hour() + 24 * HOUR
    waiting: dict[str, Any] = {
        "wait_reason": "daily_quota",
        "next_step_at": tomorrow,
    }
    jobs = [SearchJobFactory(account=account, **waiting), SearchJobFactory(**waiting)]
    backing_off = SearchJobFactory(wait_reason="backing_off", next_step_at=tomorrow)
    assert line.look_at_quotas_again() == 2
    assert all(now_of(job).next_step_at <= datetime.now(UTC) for job in jobs)
    assert now_of(backing_off).next_step_at == tomorrow


def test_a_paused_job_that_waited_for_its_quota_is_judged_anew(
    account: LinkedInAccount,
) -> None:
    quota(account, 100)
    used(account, 100)
    job = SearchJobFactory(account=account)
    runner.run_turn(account.id, Scripted())
    lifecycle.pause(job.id, account.user)
    lifecycle.resume(job.id, account.user)
    assert not runner.run_turn(account.id, Scripted())
    assert now_of(job).wait_reason == "daily_quota"


def test_many_jobs_past_the_quota_ask_for_it_once(
    account: LinkedInAccount, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    quota(account, 100)
    used(account, 100)
    SearchJobFactory.create_batch(20, account=account)
    account_locked = locked(LinkedInAccount.objects.get())
    with django_assert_num_queries(3):
        assert len(line.choose(account_locked).parked) == 20


def test_usage_is_counted_by_the_hour_of_the_database(
    account: LinkedInAccount,
) -> None:
    SearchJobFactory(account=account)
    run(account, page(people(7), next_cursor="b"))
    usage = AccountUsage.objects.get()
    assert (usage.api, usage.received, usage.hour) == (
        "sales_navigator",
        7,
        this_hour(),
    )


def test_a_page_of_nobody_counts_nothing(account: LinkedInAccount) -> None:
    SearchJobFactory(account=account)
    run(account, page(total=0))
    assert not AccountUsage.objects.exists()


def test_jobs_past_the_quota_are_let_go_in_turn_a_page_each(
    account: LinkedInAccount,
) -> None:
    quota(account, 200)
    used(account, 100, hours_ago=20)
    used(account, 100, hours_ago=10)
    jobs = [SearchJobFactory(account=account) for _ in range(4)]

    assert not runner.run_turn(account.id, Scripted())

    assert [now_of(job).next_step_at - this_hour() for job in jobs] == [
        5 * HOUR,
        15 * HOUR,
        30 * HOUR,
        40 * HOUR,
    ]


def test_a_job_woken_too_early_is_parked_again_without_an_event(
    account: LinkedInAccount,
) -> None:
    quota(account, 100)
    used(account, 100)
    jobs = [SearchJobFactory(account=account) for _ in range(3)]
    runner.run_turn(account.id, Scripted())
    line.look_at_quotas_again(account.id)

    assert not runner.run_turn(account.id, Scripted())

    assert [kinds(job) for job in jobs] == [["waiting"]] * 3
    assert min(now_of(job).next_step_at for job in jobs) == this_hour() + 25 * HOUR


def test_when_a_search_is_done_those_behind_it_move_up(
    account: LinkedInAccount,
) -> None:
    quota(account, 300)
    first = SearchJobFactory(account=account, target_count=100)
    second = SearchJobFactory(
        account=account,
        wait_reason="daily_quota",
        next_step_at=this_hour() + 9 * HOUR,
        created_at=datetime.now(UTC),
    )
    LinkedInAccount.objects.update(next_turn_at=Now())
    assert runner.run_turn(account.id, Scripted(page(people(100), total=100)))
    assert check(first).status == "completed"
    assert now_of(second).next_step_at <= datetime.now(UTC)


# --- who was answered ---------------------------------------------------------------


def test_an_answer_to_any_other_job_is_seen(account: LinkedInAccount) -> None:
    job, other = SearchJobFactory(account=account), SearchJobFactory()
    before = datetime.now(UTC)
    run(other.account, page(people(1), next_cursor="b"))
    assert turns.somebody_was_answered_since(before, other_than=job.id)
    assert not turns.somebody_was_answered_since(before, other_than=other.id)
    later = datetime.now(UTC)
    assert not turns.somebody_was_answered_since(later, other_than=job.id)


def test_an_account_nobody_used_answers_nothing(account: LinkedInAccount) -> None:
    LinkedInAccountFactory()
    assert not turns.somebody_was_answered_since(
        datetime(2000, 1, 1, tzinfo=UTC), other_than=account.id
    )
