"""One turn after another: what is stored, what is counted, how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import AccountUsage, LinkedInAccount
from searchjobs import events, lifecycle, runner, turns
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.sources import CursorLost, GiveUp, NeedsPerson, RetryAfter, Scope
from searchjobs.states import JobStatus, WaitReason
from tests.factories import LinkedInAccountFactory, SearchJobFactory, UserFactory
from tests.searchjobs.playing import (
    CEOS,
    Scripted,
    WorkerKilled,
    check,
    expected,
    found,
    kinds,
    lapse,
    let_time_pass,
    now_of,
    page,
    people,
    play,
    run,
)
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

OWN_TROUBLE = RetryAfter(
    scope=Scope.JOB,
    reason=WaitReason.BACKING_OFF,
    code="unreadable_answer",
    message="Unipile's answer could not be understood.",
)
RATE_LIMITED = RetryAfter(
    scope=Scope.ACCOUNT,
    reason=WaitReason.RATE_LIMITED,
    code="rate_limited",
    message="Slow down.",
)
SERVER_ERROR = RetryAfter(
    scope=Scope.JOB,
    reason=WaitReason.BACKING_OFF,
    code="unipile_server_error",
    message="Unipile failed.",
    may_be_provider=True,
)


def result_of(job: SearchJob) -> tuple[str, str]:
    """Return how it ended, after checking what always holds."""
    row = check(job)
    return row.status, row.completion_reason


# --- the whole way, against the local Unipile ---------------------------------------


def test_2500_people_are_found_in_their_order_in_25_requests(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    job = SearchJobFactory(account=anna, search_criteria=CEOS, target_count=2500)

    assert play(anna) == 25

    assert result_of(job) == ("completed", "target_reached")
    assert found(job) == expected(sandbox, job)
    assert len(set(found(job))) == 2500
    row = now_of(job)
    assert (row.requests, row.duplicates, row.surplus) == (25, 0, 0)


def test_250_people_are_found_in_three_pages_of_84(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    job = SearchJobFactory(
        account=anna, search_criteria=CEOS, target_count=250, page_size=84
    )
    assert play(anna) == 3
    assert result_of(job) == ("completed", "target_reached")
    assert found(job) == expected(sandbox, job)
    assert now_of(job).surplus == 2
    asked = [request["limit"] for request in sandbox.requests()]
    assert asked == [84, 84, 84]


@pytest.mark.parametrize(
    ("login", "api", "target", "size", "requests"),
    [(1, "classic", 1000, 50, 20), (2, "recruiter", 900, 100, 9)],
)
def test_each_api_gives_its_people(
    sandbox: SandboxServer,
    login: int,
    api: str,
    target: int,
    size: int,
    requests: int,
) -> None:
    account = LinkedInAccountFactory(unipile_account_id=account_id(login))
    job = SearchJobFactory(
        account=account,
        search_criteria=CEOS,
        search_source=api,
        target_count=target,
        page_size=size,
    )
    assert play(account) == requests
    assert result_of(job) == ("completed", "target_reached")
    assert found(job) == expected(sandbox, job)


def test_a_search_that_finds_fewer_than_wanted_finds_them_all(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    criteria = {**CEOS, "keywords": "CEO tech startup", "industry": ["4"]}
    job = SearchJobFactory(account=anna, search_criteria=criteria, target_count=2500)
    everybody = expected(sandbox, job)
    assert 0 < len(everybody) < 2500, "the search must find some, but too few"

    play(anna)

    assert result_of(job) == ("completed", "exhausted")
    assert found(job) == everybody
    assert now_of(job).progress_text == (
        f"Fetched {len(everybody)}/{len(everybody)} (100%)"
    )


def test_a_search_that_finds_nobody_ends_at_zero_of_zero(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    criteria = {"keywords": "zzzz no such words anywhere"}
    job = SearchJobFactory(account=anna, search_criteria=criteria)
    assert play(anna) == 1
    assert result_of(job) == ("completed", "exhausted")
    assert now_of(job).progress_text == "Fetched 0/0 (100%)"


# --- whose turn ---------------------------------------------------------------------


def served(account: LinkedInAccount) -> list[str]:
    """Return the names of the jobs in the order of their stored pages."""
    journal = SearchEvent.objects.filter(job__account=account, kind="page_stored")
    return list(journal.order_by("created_at").values_list("job__name", flat=True))


def scripted_jobs(account: LinkedInAccount, **pages: int) -> dict[str, SearchJob]:
    return {
        name: SearchJobFactory(
            account=account, name=name, target_count=count * 100, created_at=Now()
        )
        for name, count in pages.items()
    }


class Endless:
    """Gives each job ten new people a page, with a cursor, for ever."""

    def __init__(self) -> None:
        self.count = 0

    def fetch(self, job: SearchJob, *, deadline_s: float) -> Any:
        self.count += 1
        return page(
            people(100, start=self.count * 100),
            next_cursor=f"cursor {self.count}",
            total=100_000,
        )


def test_three_searches_of_one_account_alternate(account: LinkedInAccount) -> None:
    jobs = [
        SearchJobFactory(account=account, name=name, target_count=300) for name in "abc"
    ]
    play(account, Endless())
    assert "".join(served(account)) == "abcabcabc"
    assert [result_of(job)[1] for job in jobs] == ["target_reached"] * 3


def test_a_small_search_waits_for_one_turn_of_a_big_one_and_no_more(
    account: LinkedInAccount,
) -> None:
    source = Endless()
    SearchJobFactory(account=account, name="B", target_count=2500)
    for _ in range(5):
        runner.run_turn(account.id, source)
    SearchJobFactory(account=account, name="s", target_count=50)
    play(account, source)
    assert "".join(served(account)) == "B" * 6 + "s" + "B" * 19


def test_a_turn_of_an_unknown_account_is_none(account: LinkedInAccount) -> None:
    assert runner.run_turn(account.user_id, Scripted()) is False


def test_turns_that_are_due_at_once_go_on_in_one_task(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account, target_count=500)
    assert runner.take_turns(account.id, Endless()) is False
    assert result_of(job) == ("completed", "target_reached")


def test_with_a_pace_one_task_takes_one_turn(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS = 2
    job = SearchJobFactory(account=account, target_count=500)
    runner.take_turns(account.id, Endless())
    assert now_of(job).requests == 1


def test_the_next_request_waits_for_the_pace_after_the_answer(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS, settings.SEARCH_PACE_JITTER_SECONDS = 2, 1
    SearchJobFactory(account=account)
    source = Endless()

    assert runner.run_turn(account.id, source)

    row = LinkedInAccount.objects.annotate(
        wait=F("next_turn_at") - F("answered_at")
    ).get(id=account.id)
    assert timedelta(seconds=1.99) < row.wait < timedelta(seconds=3)
    assert not runner.run_turn(account.id, source)
    LinkedInAccount.objects.update(next_turn_at=Now())
    assert runner.run_turn(account.id, source)


# --- how an end is said -------------------------------------------------------------


def test_an_early_end_is_asked_again_three_times_and_then_said(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account, available_total=1400)
    early = page(people(100), total=1400)
    source = run(account, early, early, early, early)

    assert result_of(job) == ("completed", "ended_early")
    row = now_of(job)
    assert (row.progress_current, row.progress_total) == (100, 100)
    assert (row.available_total, row.duplicates, row.requests) == (1400, 300, 4)
    assert row.pass_received == 100
    assert [asked.next_cursor for asked in source.asked] == [""] * 4
    assert kinds(job).count("doubted") == 3


def test_a_doubted_end_that_was_none_is_overcome(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account, target_count=300)
    run(
        account,
        page(people(100), next_cursor="b"),
        page(people(40, start=100)),
        page(people(100, start=100), next_cursor="c"),
        page(people(100, start=200)),
    )
    assert result_of(job) == ("completed", "target_reached")
    assert found(job) == people(300)
    row = now_of(job)
    assert (row.pass_received, row.received, row.duplicates) == (300, 340, 40)


def test_an_empty_page_in_the_middle_says_nothing_of_what_exists(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account, target_count=200)
    run(
        account,
        page(people(100), next_cursor="b", total=900),
        page(next_cursor="c", total=0),
    )
    row = check(job)
    assert (row.status, row.available_total, row.doubts) == ("processing", 900, 1)
    assert row.next_cursor == "b"
    run(account, page(people(100, start=100), total=900))
    assert result_of(job) == ("completed", "target_reached")


def test_a_trailing_cursor_costs_one_request_and_no_doubt(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    run(
        account,
        page(people(34), next_cursor="b", total=34),
        page(total=34),
    )
    assert result_of(job) == ("completed", "exhausted")
    assert "doubted" not in kinds(job)


def test_the_ceiling_ends_a_search_whose_rows_repeated(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(
        account=account, search_source="classic", target_count=1000, page_size=50
    )
    for number in range(19):
        run(
            account,
            page(
                people(50, start=number * 50),
                next_cursor=f"after {number}",
                total=1000,
            ),
        )
    run(account, page(people(50, start=940), next_cursor="more", total=1000))
    assert result_of(job) == ("completed", "provider_ceiling")
    assert now_of(job).progress_current == 990


def test_the_last_answer_of_a_doubted_page_counts_also_after_a_retry(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account, target_count=1000)
    run(
        account,
        page(people(100), next_cursor="b", total=900),
        page(people(60, start=100), total=900),
        GiveUp(code="unipile_forbidden", message="No."),
    )
    assert check(job).status == "failed"
    lifecycle.retry(job.id, UserFactory())
    run(account, page(people(80, start=100), total=900, next_cursor="c"))
    assert check(job).pass_received == 180


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


# --- the journal --------------------------------------------------------------------


def test_a_page_is_journalled_with_its_ledger_and_never_its_cursor(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    run(account, page(people(3), next_cursor="secret", invalid=2))
    event = SearchEvent.objects.get(job=job, kind="page_stored")
    assert event.data.pop("seconds") >= 0
    assert event.data == {
        "batch": 0,
        "pass_number": 0,
        "cursor": events.cursor_hash(""),
        "received": 5,
        "stored": 3,
        "duplicates": 0,
        "invalid": 2,
        "surplus": 0,
    }


def test_the_account_remembers_how_long_its_answers_take(
    account: LinkedInAccount,
) -> None:
    SearchJobFactory(account=account)
    claimed = runner._claim(account.id)
    assert claimed is not None
    runner._end(
        runner.Turn(claim=claimed[0], outcome=page(people(1), total=9), seconds=5.0)
    )
    account.refresh_from_db()
    assert account.answer_seconds == pytest.approx(1.0 * 0.7 + 5.0 * 0.3)
    assert turns.is_due(account.id) is False  # the doubted end waits
