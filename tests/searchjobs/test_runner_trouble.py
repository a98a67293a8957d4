"""A turn that brings no page: who waits, who fails, and when it is enough."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from accounts.models import LinkedInAccount
from searchjobs import lifecycle, runner
from searchjobs.sources import CursorLost, GiveUp, NeedsPerson
from searchjobs.states import JobStatus
from tests.factories import LinkedInAccountFactory, SearchJobFactory, UserFactory
from tests.searchjobs.playing import (
    OWN_TROUBLE,
    RATE_LIMITED,
    SERVER_ERROR,
    Scripted,
    check,
    found,
    kinds,
    now_of,
    page,
    people,
    result_of,
    run,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

# --- a lost cursor ------------------------------------------------------------------


def test_a_cursor_refused_begins_a_new_pass_that_doubles_nobody(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account, target_count=200)
    source = run(
        account,
        page(people(100), next_cursor="b"),
        CursorLost(),
        page(people(100), next_cursor="b"),
        page(people(100, start=100)),
    )
    assert result_of(job) == ("completed", "target_reached")
    assert found(job) == people(200)
    assert [asked.next_cursor for asked in source.asked] == ["", "b", "", "b"]
    assert (now_of(job).duplicates, now_of(job).requests) == (100, 4)
    assert kinds(job).count("cursor_lost") == 1


def test_a_cursor_seen_before_begins_a_new_pass(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account, target_count=300)
    run(
        account,
        page(people(100), next_cursor="b"),
        page(people(100, start=100), next_cursor="b"),
    )
    row = check(job)
    assert (row.status, row.next_cursor, row.pass_received) == ("processing", "", 0)
    assert kinds(job)[-1] == "cursor_lost"


def test_a_cursor_lost_twice_without_anybody_new_fails_the_job(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    run(
        account,
        page(people(100), next_cursor="b"),
        CursorLost(),
        page(people(100), next_cursor="b"),
        CursorLost(),
    )
    row = check(job)
    assert (row.status, row.error_code) == ("failed", "cursor_lost")
    assert (row.progress_current, row.requests) == (100, 4)


def test_a_cursor_lost_twice_with_somebody_new_between_goes_on(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    run(
        account,
        page(people(100), next_cursor="b"),
        CursorLost(),
        page([*people(99), "somebody new"], next_cursor="b"),
        CursorLost(),
    )
    assert check(job).status == "processing"


def test_somebody_new_on_the_very_page_that_repeats_a_cursor_lets_a_pass_begin(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    run(account, page(people(100), next_cursor="b"), CursorLost())
    run(account, page(people(100), next_cursor="b"))
    run(account, page(["somebody new"], next_cursor="b"))
    assert check(job).status == "processing"
    assert kinds(job).count("cursor_lost") == 2


def test_retry_allows_one_more_new_pass(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account)
    run(account, page(people(100), next_cursor="b"), CursorLost())
    run(account, page(people(100), next_cursor="b"), CursorLost())
    lifecycle.retry(job.id, UserFactory())
    run(account, CursorLost())
    assert check(job).status == "processing"
    run(account, page(people(100), next_cursor="b"), CursorLost())
    assert check(job).status == "failed"


# --- trouble ------------------------------------------------------------------------


def test_the_eighth_trouble_of_its_own_in_a_row_fails_a_job(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    run(account, *[OWN_TROUBLE] * 7)
    row = check(job)
    assert (row.status, row.failures, row.wait_reason) == (
        "processing",
        7,
        "backing_off",
    )
    run(account, OWN_TROUBLE)
    row = check(job)
    assert (row.status, row.error_code) == ("failed", "unreadable_answer")


def test_a_page_between_two_troubles_begins_the_count_anew(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    run(account, *[OWN_TROUBLE] * 7, page(people(10), next_cursor="b"), OWN_TROUBLE)
    row = check(job)
    assert (row.status, row.failures) == ("processing", 1)


def test_an_accounts_trouble_never_fails_a_job(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account)
    run(account, *[RATE_LIMITED] * 30)
    row = check(job)
    assert (row.status, row.failures, row.requests) == ("processing", 0, 30)
    assert (row.account.failures, row.account.wait_reason) == (30, "rate_limited")
    run(account, page(people(10), next_cursor="b"))
    row = check(job)
    assert (row.account.failures, row.account.wait_reason) == (0, "")


def test_a_500_that_nobody_contradicts_is_the_providers(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    run(account, *[SERVER_ERROR] * 20)
    row = check(job)
    assert (row.status, row.failures) == ("processing", 0)
    assert row.account.wait_reason == "provider_down"


def test_a_500_while_another_job_is_answered_is_the_jobs_own(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    other = SearchJobFactory(
        account=LinkedInAccountFactory(), target_count=2500, page_size=100
    )
    for number in range(8):
        run(other.account, page(people(1), next_cursor=f"c{number}", total=9000))
        run(account, SERVER_ERROR)
    row = check(job)
    assert (row.status, row.error_code) == ("failed", "unipile_server_error")


def test_what_no_retry_helps_fails_at_once_and_says_so(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    run(account, GiveUp(code="unipile_not_found", message="Connect it again."))
    row = check(job)
    assert (row.status, row.error_code, row.error_message) == (
        "failed",
        "unipile_not_found",
        "Connect it again.",
    )
    assert (row.requests, row.failures) == (1, 0)


def test_a_lost_login_pauses_all_jobs_of_its_account_and_no_other(
    account: LinkedInAccount,
) -> None:
    jobs = [SearchJobFactory(account=account) for _ in range(3)]
    other = SearchJobFactory()
    run(account, NeedsPerson(account_status="credentials"))
    for job in jobs:
        row = check(job)
        assert (row.status, row.error_code) == ("paused", "account_disconnected")
    account.refresh_from_db()
    assert account.status == "credentials"
    assert check(other).status == "queued"
    assert not runner.run_turn(account.id, Scripted())


def test_what_a_person_paused_is_not_touched_by_a_lost_login(
    account: LinkedInAccount,
) -> None:
    paused = SearchJobFactory(
        account=account, status=JobStatus.PAUSED, paused_by=account.user
    )
    SearchJobFactory(account=account)
    run(account, NeedsPerson(account_status="restricted"))
    assert check(paused).revision == 0


# --- 'Job timeout' ------------------------------------------------------------------


def test_a_search_that_finds_nobody_new_for_a_quarter_of_an_hour_times_out(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS = 450
    job = SearchJobFactory(account=account)
    run(account, page(people(10), next_cursor="a"))
    run(account, page(people(10), next_cursor="b"))
    assert check(job).status == "processing"
    run(account, page(people(10), next_cursor="c"))
    row = check(job)
    assert (row.status, row.error_code, row.error_message) == (
        "failed",
        "job_timeout",
        "Job timeout",
    )


def test_somebody_new_begins_the_quarter_of_an_hour_anew(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS = 450
    job = SearchJobFactory(account=account)
    for number in range(4):
        run(account, page(people(10, start=10 * number), next_cursor=f"new {number}"))
        run(account, page(people(10), next_cursor=f"repeat {number}"))
    assert check(job).status == "processing"


def test_no_wait_counts_as_time_without_anybody(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS = 450
    job = SearchJobFactory(account=account)
    run(account, *[RATE_LIMITED] * 10)
    assert check(job).barren_seconds == 0
