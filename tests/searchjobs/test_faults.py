"""Every fault of points 7, 8 and 9, met at a page in the middle, over a real socket.

Each is followed to its end: the fault is over, nobody is lost, nobody is there twice.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import LinkedInAccount
from searchjobs import lifecycle, runner
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.sources import linkedin
from tests.factories import LinkedInAccountFactory, SearchJobFactory
from tests.searchjobs.meeting import MIDDLE, begin, finish, meet, seconds_until
from tests.searchjobs.playing import (
    CEOS,
    check,
    let_time_pass,
    now_of,
    play,
)
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]


@pytest.fixture
def job(anna: LinkedInAccount) -> SearchJob:
    """A search of five pages, the first two of which are stored."""
    return begin(anna)


# --- the account waits: never a failure of the job ----------------------------------

WHOLE_ACCOUNT = {
    "429": ({"kind": "status", "status": 429}, "rate_limited"),
    "408": ({"kind": "status", "status": 408}, "provider_down"),
    "425": ({"kind": "status", "status": 425}, "backing_off"),
    "502 in HTML": ({"kind": "html", "status": 502}, "provider_down"),
    "503": ({"kind": "status", "status": 503}, "provider_down"),
    "504": ({"kind": "status", "status": 504}, "provider_down"),
    "a cut body": ({"kind": "cut_body"}, "provider_down"),
    "a dropped connection": ({"kind": "drop"}, "provider_down"),
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
    assert 55 < seconds_until(row.account.next_turn_at) <= 60


def test_an_answer_that_never_comes_ends_by_its_deadline(
    sandbox: SandboxServer, job: SearchJob, settings: Settings
) -> None:
    settings.SEARCH_LEASE_SECONDS = 0.6
    row = meet(sandbox, job, kind="stall")
    assert (row.status, row.account.wait_reason) == ("processing", "provider_down")
    assert row.account.lease_token is None
    settings.SEARCH_LEASE_SECONDS = 90
    finish(sandbox, job)


def test_an_answer_that_drips_ends_by_its_deadline(
    sandbox: SandboxServer, job: SearchJob, settings: Settings
) -> None:
    settings.SEARCH_LEASE_SECONDS = 0.6
    row = meet(sandbox, job, kind="drip")
    assert (row.status, row.account.wait_reason) == ("processing", "provider_down")
    settings.SEARCH_LEASE_SECONDS = 90
    finish(sandbox, job)


@pytest.fixture
def nobody_there(settings: Settings) -> Iterator[None]:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings.UNIPILE_DSN = f"http://127.0.0.1:{port}"
    linkedin.forget_client()
    yield
    linkedin.forget_client()


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
    lifecycle.resume_for_account([job.id])
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
