"""Every fault of points 7, 8 and 9, met at a page in the middle, over a real socket.

Each is followed to its end: the fault is over, nobody is lost, nobody is there twice.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import LinkedInAccount
from searchjobs import lifecycle, runner
from searchjobs.models import SearchEvent, SearchJob, SearchResult
from searchjobs.sources import linkedin
from tests.factories import LinkedInAccountFactory, SearchJobFactory
from tests.searchjobs.playing import (
    CEOS,
    check,
    expected,
    found,
    kinds,
    let_time_pass,
    now_of,
    play,
)
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

MIDDLE = 2  # the page, from 0, that a fault meets


@pytest.fixture
def job(anna: LinkedInAccount) -> SearchJob:
    """A search of five pages, the first two of which are stored."""
    search = SearchJobFactory(account=anna, search_criteria=CEOS, target_count=500)
    for _ in range(MIDDLE):
        let_time_pass(anna)
        assert runner.run_turn(anna.id)
    return search


def meet(sandbox: SandboxServer, job: SearchJob, **fault: Any) -> SearchJob:
    """Let the next page meet the fault, once unless told, and return the row after."""
    sandbox.put_faults([{"page": MIDDLE, **fault}])
    let_time_pass(job.account)
    assert runner.run_turn(job.account_id)
    assert [each["fired"] for each in sandbox.faults()] == [1]
    return check(job)


def finish(
    sandbox: SandboxServer, job: SearchJob, reason: str = "target_reached"
) -> None:
    """Play on to the end, and find everybody there once, in LinkedIn's order."""
    play(job.account)
    row = check(job)
    assert (row.status, row.completion_reason) == ("completed", reason)
    assert (row.failures, row.error_code, row.error_message) == (0, "", None)
    assert found(job) == expected(sandbox, job)
    assert row.account.failures == 0


def seconds_until(moment: datetime) -> float:
    return (moment - datetime.now(UTC)).total_seconds()


# --- the account waits: never a failure of the job ----------------------------------

WHOLE_ACCOUNT = {
    "429": ({"kind": "status", "status": 429}, "rate_limited"),
    "408": ({"kind": "status", "status": 408}, "provider_down"),
    "425": ({"kind": "status", "status": 425}, "backing_off"),
    "502 in HTML": ({"kind": "html", "status": 502}, "provider_down"),
    "503": ({"kind": "status", "status": 503}, "provider_down"),
    "504": ({"kind": "status", "status": 504}, "provider_down"),
    "a cut body": ({"kind": "cut_body"}, "backing_off"),
    "a dropped connection": ({"kind": "drop"}, "backing_off"),
    "500 that nobody contradicts": ({"kind": "status", "status": 500}, "provider_down"),
}


@pytest.mark.parametrize("fault", WHOLE_ACCOUNT)
def test_the_account_waits_for_up_to_two_seconds_and_goes_on(
    sandbox: SandboxServer, job: SearchJob, fault: str
) -> None:
    dialled, reason = WHOLE_ACCOUNT[fault]

    row = meet(sandbox, job, **dialled)

    assert (row.status, row.failures, row.progress_current) == ("processing", 0, 200)
    assert (row.account.failures, row.account.wait_reason) == (1, reason)
    assert seconds_until(row.account.next_turn_at) <= 2
    assert row.account.lease_token is None
    assert (row.requests, row.next_batch) == (3, 2)
    assert SearchEvent.objects.filter(job=job).last().kind == "waiting"  # type: ignore[union-attr]
    finish(sandbox, job)


@pytest.mark.parametrize("fault", WHOLE_ACCOUNT)
def test_an_accounts_trouble_that_lasts_never_fails_the_search(
    sandbox: SandboxServer, job: SearchJob, fault: str
) -> None:
    dialled, _ = WHOLE_ACCOUNT[fault]
    sandbox.put_faults([{**dialled, "page": MIDDLE, "times": 12}])
    for _ in range(12):
        let_time_pass(job.account)
        assert runner.run_turn(job.account_id)
    row = check(job)
    assert (row.status, row.failures, row.account.failures) == ("processing", 0, 12)
    assert seconds_until(row.account.next_turn_at) <= 60
    finish(sandbox, job)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(
    sandbox: SandboxServer, job: SearchJob, status: int
) -> None:
    row = meet(sandbox, job, kind="status", status=status, retry_after=120)
    assert 115 < seconds_until(row.account.next_turn_at) <= 120
    assert not runner.run_turn(job.account_id)
    finish(sandbox, job)


def test_retry_after_is_never_shorter_than_the_pace(
    sandbox: SandboxServer, job: SearchJob, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS = 30
    row = meet(sandbox, job, kind="status", status=429, retry_after=1)
    assert 25 < seconds_until(row.account.next_turn_at) <= 30


def test_an_answer_that_never_comes_ends_by_its_deadline(
    sandbox: SandboxServer, job: SearchJob, settings: Settings
) -> None:
    settings.SEARCH_LEASE_SECONDS = 0.6
    row = meet(sandbox, job, kind="stall")
    assert (row.status, row.account.wait_reason) == ("processing", "backing_off")
    assert row.account.lease_token is None
    settings.SEARCH_LEASE_SECONDS = 90
    finish(sandbox, job)


def test_an_answer_that_drips_ends_by_its_deadline(
    sandbox: SandboxServer, job: SearchJob, settings: Settings
) -> None:
    settings.SEARCH_LEASE_SECONDS = 0.6
    row = meet(sandbox, job, kind="drip")
    assert (row.status, row.account.wait_reason) == ("processing", "backing_off")
    settings.SEARCH_LEASE_SECONDS = 90
    finish(sandbox, job)


@pytest.fixture
def nobody_there(settings: Settings) -> Iterator[None]:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings.UNIPILE_DSN = f"http://127.0.0.1:{port}"
    linkedin.client().close()
    linkedin.client.cache_clear()
    yield
    linkedin.client().close()
    linkedin.client.cache_clear()


def test_a_unipile_that_is_away_costs_no_search(
    job: SearchJob, nobody_there: None
) -> None:
    for _ in range(10):
        let_time_pass(job.account)
        assert runner.run_turn(job.account_id)
    row = check(job)
    assert (row.status, row.failures, row.account.failures) == ("processing", 0, 10)


# --- the job's own trouble ----------------------------------------------------------


def test_an_answer_that_cannot_be_read_is_the_jobs_own(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    row = meet(sandbox, job, kind="html", status=200)
    assert (row.failures, row.wait_reason) == (1, "backing_off")
    assert (row.account.failures, row.account.wait_reason) == (0, "")
    assert seconds_until(row.next_step_at) <= 2
    finish(sandbox, job)


def test_eight_unreadable_answers_fail_the_search_and_retry_ends_it(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    sandbox.put_faults([{"kind": "html", "status": 200, "page": MIDDLE, "times": 8}])
    play(job.account)
    row = check(job)
    assert (row.status, row.error_code) == ("failed", "unreadable_answer")
    assert (row.progress_current, row.progress_total) == (200, 500)
    lifecycle.retry(job.id, job.user)
    finish(sandbox, job)


def test_eight_500s_while_another_account_is_answered_fail_the_search(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    other = SearchJobFactory(
        account=LinkedInAccountFactory(unipile_account_id=account_id(3)),
        search_criteria=CEOS,
        target_count=2500,
    )
    fault = {"kind": "status", "status": 500, "account_id": account_id(0)}
    sandbox.put_faults([{**fault, "times": None}])
    for _ in range(8):
        assert check(job).status == "processing"
        for account in (other.account, job.account):
            let_time_pass(account)
            assert runner.run_turn(account.id)
    row = check(job)
    assert (row.status, row.error_code, row.failures) == (
        "failed",
        "unipile_server_error",
        8,
    )
    sandbox.put_faults([])
    lifecycle.retry(job.id, job.user)
    finish(sandbox, job)


# --- a person is needed -------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "becomes"),
    [
        (401, "disconnected_account", "credentials"),
        (401, "expired_credentials", "credentials"),
        (401, "multiple_sessions", "credentials"),
        (401, "checkpoint_error", "credentials"),
        (403, "account_restricted", "restricted"),
        (403, "action_required", "restricted"),
        (403, "session_mismatch", "credentials"),
        (403, "unknown_authentication_context", "credentials"),
    ],
)
def test_a_lost_login_pauses_the_search_until_it_is_back(
    sandbox: SandboxServer, job: SearchJob, status: int, kind: str, becomes: str
) -> None:
    row = meet(sandbox, job, kind="status", status=status, type=f"errors/{kind}")
    assert (row.status, row.error_code, row.error_message) == (
        "paused",
        "account_disconnected",
        "LinkedIn account disconnected",
    )
    assert row.account.status == becomes
    assert (row.account.failures, row.requests) == (0, 3)

    LinkedInAccount.objects.update(status="ok")
    lifecycle.resume_for_account(job.id)
    finish(sandbox, job)


# --- given up, saying what to do ----------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"status": 401, "type": "errors/missing_credentials"}, "unipile_unauthorized"),
        (
            {"status": 403, "type": "errors/feature_not_subscribed"},
            "feature_not_subscribed",
        ),
        (
            {"status": 403, "type": "errors/subscription_required"},
            "feature_not_subscribed",
        ),
        (
            {"status": 403, "type": "errors/insufficient_permissions"},
            "unipile_forbidden",
        ),
        ({"status": 404, "type": "errors/resource_not_found"}, "unipile_not_found"),
        (
            {"status": 422, "type": "errors/unprocessable_entity"},
            "unipile_unprocessable",
        ),
        ({"status": 418, "type": "errors/teapot"}, "unipile_refused"),
    ],
)
def test_what_no_waiting_helps_fails_at_once_and_a_retry_goes_on(
    sandbox: SandboxServer, job: SearchJob, fault: dict[str, Any], code: str
) -> None:
    row = meet(sandbox, job, kind="status", **fault)
    assert (row.status, row.error_code, row.failures) == ("failed", code, 0)
    assert row.error_message
    assert row.account.status == "ok"
    assert (row.progress_current, row.total_results) == (200, 200)
    lifecycle.retry(job.id, job.user)
    finish(sandbox, job)
    assert now_of(job).retry_count == 1


def test_filters_that_unipile_refuses_fail_at_once(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    job = SearchJobFactory(account=anna, search_criteria=CEOS)
    sandbox.put_faults([{"kind": "status", "status": 400}])
    assert play(anna) == 1
    row = check(job)
    assert (row.status, row.error_code) == ("failed", "unipile_bad_request")


# --- cursors ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["expired_cursor", "repeat_cursor"])
def test_a_lost_cursor_begins_a_new_pass_in_which_nobody_is_doubled(
    sandbox: SandboxServer, job: SearchJob, kind: str
) -> None:
    row = meet(sandbox, job, kind=kind)
    assert (row.next_cursor, row.pass_received, row.status) == ("", 0, "processing")
    assert row.failures == 0
    finish(sandbox, job)
    assert kinds(job).count("cursor_lost") == 1


def test_a_400_to_a_request_with_a_cursor_is_a_lost_cursor(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    row = meet(sandbox, job, kind="status", status=400)
    assert kinds(job)[-1] == "cursor_lost"
    assert row.status == "processing"
    finish(sandbox, job)


def test_cursors_that_always_expire_fail_the_search_with_what_it_has(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    sandbox.put_faults([{"kind": "expired_cursor", "times": None}])
    play(job.account)
    row = check(job)
    assert (row.status, row.error_code) == ("failed", "cursor_lost")
    assert row.progress_current == 200
    sandbox.put_faults([])
    lifecycle.retry(job.id, job.user)
    finish(sandbox, job)


def test_a_trailing_cursor_ends_without_a_doubt(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    criteria = {**CEOS, "industry": ["4"]}
    job = SearchJobFactory(account=anna, search_criteria=criteria, target_count=2500)
    sandbox.put_faults([{"kind": "trailing_cursor"}])
    finish(sandbox, job, "exhausted")
    assert "doubted" not in kinds(job)


# --- pages that are not what they should be -----------------------------------------


def test_repeated_rows_are_counted_and_stored_once(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    row = meet(sandbox, job, kind="repeat_rows", count=7)
    assert (row.progress_current, row.duplicates, row.received) == (300, 7, 307)
    finish(sandbox, job)


def test_shifted_rows_are_counted_and_stored_once(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    row = meet(sandbox, job, kind="shift", by=7)
    assert (row.progress_current, row.duplicates) == (293, 7)
    play(job.account)
    row = check(job)
    assert row.status == "completed"
    assert len(set(found(job))) == row.progress_current == 500


@pytest.mark.parametrize("kind", ["empty_page", "empty_end", "early_end"])
def test_an_end_in_the_middle_is_not_believed(
    sandbox: SandboxServer, job: SearchJob, kind: str
) -> None:
    row = meet(sandbox, job, kind=kind)
    assert (row.status, row.doubts, row.wait_reason) == ("processing", 1, "backing_off")
    assert seconds_until(row.next_step_at) <= 2
    finish(sandbox, job)


@pytest.mark.parametrize("kind", ["empty_page", "empty_end", "early_end"])
def test_an_end_that_stays_so_is_said_after_exactly_three_doubts(
    sandbox: SandboxServer, job: SearchJob, kind: str
) -> None:
    sandbox.put_faults([{"kind": kind, "page": MIDDLE, "times": 4}])
    assert play(job.account) == 4
    row = check(job)
    assert (row.status, row.completion_reason) == ("completed", "ended_early")
    assert row.available_total is not None
    assert row.available_total > 2500
    assert row.progress_current == row.progress_total < 500
    assert kinds(job).count("doubted") == 3
    assert found(job) == expected(sandbox, job)[: row.progress_current]


def test_an_end_believed_after_the_third_doubt_only(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    sandbox.put_faults([{"kind": "empty_end", "page": MIDDLE, "times": 3}])
    finish(sandbox, job)
    assert kinds(job).count("doubted") == 3


def test_rows_without_an_id_are_counted_as_invalid(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    row = meet(sandbox, job, kind="missing_id", count=5)
    assert (row.invalid, row.progress_current, row.received) == (5, 295, 300)
    play(job.account)
    row = check(job)
    assert (row.status, row.progress_current) == ("completed", 500)


def test_people_without_a_name_are_kept_and_flagged(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    meet(sandbox, job, kind="null_name", count=3)
    nameless = SearchResult.objects.filter(
        job=job, prospect_data__flags__contains=["anonymous"]
    )
    assert (
        list(nameless.values_list("prospect_data__name", flat=True))
        == ["LinkedIn member"] * 3
    )
    finish(sandbox, job)


@pytest.mark.parametrize(
    "fault", [{"kind": "no_total"}, {"kind": "wrong_total", "total": 3}]
)
def test_a_missing_or_wrong_total_in_the_middle_ends_nothing(
    sandbox: SandboxServer, job: SearchJob, fault: dict[str, Any]
) -> None:
    row = meet(sandbox, job, **fault)
    assert (row.status, row.progress_current) == ("processing", 300)
    finish(sandbox, job)


def test_slow_answers_are_waited_for(sandbox: SandboxServer, job: SearchJob) -> None:
    row = meet(sandbox, job, kind="slow", latency_s=0.2)
    assert row.progress_current == 300
    finish(sandbox, job)


# --- all of it at once --------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_on_the_way_2500_people_arrive_once_each_in_order(
    sandbox: SandboxServer, anna: LinkedInAccount, seed: int
) -> None:
    job = SearchJobFactory(account=anna, search_criteria=CEOS, target_count=2500)
    odds: dict[str, Any] = {"times": None, "probability": 0.08, "seed": seed}
    sandbox.put_faults(
        [
            {"kind": "status", "status": 429, **odds},
            {"kind": "status", "status": 503, **odds},
            {"kind": "html", "status": 200, **odds},
            {"kind": "cut_body", **odds},
            {"kind": "drop", **odds},
            {"kind": "empty_page", **odds},
            {"kind": "empty_end", **odds},
            {"kind": "repeat_rows", "count": 3, **odds},
            {"kind": "null_name", **odds},
        ]
    )
    play(anna)
    sandbox.put_faults([])
    row = check(job)
    assert found(job) == expected(sandbox, job)[: row.progress_current]
    assert (row.status, row.completion_reason) in (
        ("completed", "target_reached"),
        ("completed", "provider_ceiling"),
    )
