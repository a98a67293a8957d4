"""A look-up is a turn of its account: one request at a time, at the pace."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.errors import Refusal
from accounts.models import LinkedInAccount, Membership
from searchjobs import errands, lookups, runner, turns
from searchjobs.models import ParameterLookup, SearchEvent, SearchJob
from searchjobs.states import JobStatus
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
)
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer
from unipile_client.types import Api

HERE = {"type": "LOCATION", "keywords": "berlin"}


@pytest.fixture
def member(anna: LinkedInAccount) -> Membership:
    """The owner of an account that the local Unipile knows."""
    return MembershipFactory.create(user=anna.user, workspace=anna.workspace)


def again(account: LinkedInAccount) -> LinkedInAccount:
    account.refresh_from_db()
    return account


def refusal(member: Membership, **question: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        lookups.parameters(membership=member, patience_s=0, **HERE | question)
    return refused.value


def paths(sandbox: SandboxServer) -> list[str]:
    return [request["path"] for request in sandbox.requests()]


def test_the_ids_and_names_are_returned(member: Membership) -> None:
    items = lookups.parameters(membership=member, type="LOCATION", keywords="germany")
    assert any(item["title"].startswith("Germany") for item in items)
    assert all(item["id"].isdigit() for item in items)


def test_after_a_look_up_the_account_keeps_its_pace(
    member: Membership, anna: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS, settings.SEARCH_PACE_JITTER_SECONDS = 60.0, 0.0
    lookups.parameters(membership=member, **HERE)
    account = again(anna)
    assert account.lease_token is None
    assert LinkedInAccount.objects.filter(
        next_turn_at__gt=Now() + timedelta(seconds=50)
    ).exists()


def test_while_a_look_up_is_under_way_no_search_takes_a_turn(
    anna: LinkedInAccount, member: Membership, settings: Settings
) -> None:
    """The engine finds the lease, and lets the message go."""
    job = SearchJobFactory.create(account=anna)
    assert isinstance(errands.claim(anna.id, api=Api.CLASSIC), turns.Claim)
    assert runner.run_turn(anna.id) is False
    job.refresh_from_db()
    assert job.status == "queued"


def test_while_a_search_takes_its_turn_no_look_up_does(
    anna: LinkedInAccount, member: Membership, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(
        lease_token=uuid.uuid4(),
        lease_expires_at=Now() + timedelta(minutes=1),
        lease_job=uuid.uuid4(),
    )
    assert refusal(member).code == "throttled"
    assert paths(sandbox) == []


def test_a_lapsed_turn_of_a_search_is_left_to_the_engine_to_count(
    anna: LinkedInAccount, member: Membership
) -> None:
    job = SearchJobFactory.create(account=anna, status=JobStatus.PROCESSING)
    lapse(job)
    assert refusal(member).code == "throttled"


def test_a_lapsed_turn_of_a_search_that_ended_stops_no_look_up(
    anna: LinkedInAccount, member: Membership
) -> None:
    job = SearchJobFactory.create(account=anna, status=JobStatus.PAUSED)
    lapse(job)
    assert isinstance(errands.claim(anna.id, api=Api.CLASSIC), turns.Claim)


def lapse(job: SearchJob) -> None:
    """Leave a lease for the job that nobody ended in time."""
    LinkedInAccount.objects.update(
        lease_token=uuid.uuid4(),
        lease_expires_at=Now() - timedelta(hours=1),
        lease_job=job.id,
    )


def test_a_lapsed_look_up_blames_nobody(
    anna: LinkedInAccount, member: Membership, no_pace: None
) -> None:
    """The process died while it asked."""
    job = SearchJobFactory.create(account=anna, target_count=5, page_size=5)
    assert isinstance(errands.claim(anna.id, api=Api.CLASSIC), turns.Claim)
    LinkedInAccount.objects.update(lease_expires_at=Now() - timedelta(hours=1))
    assert runner.run_turn(anna.id) is True
    assert not SearchEvent.objects.filter(job=job, kind="lease_lost").exists()


def test_a_lapsed_look_up_does_not_stop_the_next(
    anna: LinkedInAccount, member: Membership
) -> None:
    assert isinstance(errands.claim(anna.id, api=Api.CLASSIC), turns.Claim)
    LinkedInAccount.objects.update(lease_expires_at=Now() - timedelta(hours=1))
    assert lookups.parameters(membership=member, type="LOCATION", keywords="germany")


def test_the_account_that_is_free_is_asked(
    anna: LinkedInAccount, member: Membership, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(next_turn_at=Now() + timedelta(hours=1))
    free = LinkedInAccountFactory.create(
        user=anna.user,
        workspace=anna.workspace,
        unipile_account_id=account_id(1),
    )
    lookups.parameters(membership=member, **HERE)
    assert [request["account_id"] for request in sandbox.requests()] == [
        free.unipile_account_id
    ]


def test_a_colleagues_account_is_never_asked(
    anna: LinkedInAccount, sandbox: SandboxServer
) -> None:
    colleague = MembershipFactory.create(workspace=anna.workspace)
    assert refusal(colleague).code == "no_linkedin_account"
    assert paths(sandbox) == []


@pytest.mark.parametrize(
    ("features", "service"),
    [
        (["sales_navigator", "recruiter"], "SALES_NAVIGATOR"),
        (["recruiter"], "RECRUITER"),
        ([], "CLASSIC"),
    ],
)
def test_the_strongest_products_ids_are_asked_for(
    anna: LinkedInAccount,
    member: Membership,
    sandbox: SandboxServer,
    features: list[str],
    service: str,
) -> None:
    LinkedInAccount.objects.update(premium_features=features)
    lookups.parameters(membership=member, **HERE)
    assert ParameterLookup.objects.get().service == service.lower()


def test_a_product_the_caller_lacks_is_no_account(
    anna: LinkedInAccount, member: Membership
) -> None:
    assert refusal(member, api=Api.RECRUITER).code == "no_linkedin_account"


def test_an_answer_is_kept_for_30_days(
    member: Membership, sandbox: SandboxServer, no_pace: None
) -> None:
    lookups.parameters(membership=member, **HERE)
    ParameterLookup.objects.update(fetched_at=Now() - timedelta(days=29))
    lookups.parameters(membership=member, **HERE)
    assert len(paths(sandbox)) == 1
    ParameterLookup.objects.update(fetched_at=Now() - timedelta(days=30))
    lookups.parameters(membership=member, **HERE)
    assert len(paths(sandbox)) == 2
    assert ParameterLookup.objects.count() == 1


def test_that_nothing_matches_is_kept_as_well(
    member: Membership, sandbox: SandboxServer, no_pace: None
) -> None:
    for _ in range(2):
        assert not lookups.parameters(
            membership=member, type="LOCATION", keywords="zzzzzz"
        )
    assert len(paths(sandbox)) == 1


def test_a_kept_answer_needs_no_free_account(
    anna: LinkedInAccount, member: Membership
) -> None:
    known = lookups.parameters(membership=member, **HERE)
    LinkedInAccount.objects.update(next_turn_at=Now() + timedelta(hours=1))
    assert lookups.parameters(membership=member, **HERE) == known


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"status": 429, "retry_after": 7}, 429, "throttled"),
        ({"status": 503}, 503, "provider_down"),
        ({"status": 500}, 503, "unipile_server_error"),
        (
            {"status": 401, "type": "errors/disconnected_account"},
            409,
            "account_disconnected",
        ),
        (
            {"status": 401, "type": "errors/missing_credentials"},
            502,
            "unipile_unauthorized",
        ),
    ],
)
def test_what_unipile_refuses_is_said(
    member: Membership,
    anna: LinkedInAccount,
    sandbox: SandboxServer,
    fault: dict[str, Any],
    status: int,
    code: str,
) -> None:
    sandbox.put_faults([{"kind": "status", "endpoint": "parameters", **fault}])
    refused = refusal(member)
    assert (refused.status, refused.code) == (status, code)
    assert not ParameterLookup.objects.exists()
    assert again(anna).lease_token is None


def test_rate_limited_the_account_waits_as_long_as_linkedin_asks(
    member: Membership, anna: LinkedInAccount, sandbox: SandboxServer
) -> None:
    sandbox.put_faults(
        [
            {
                "kind": "status",
                "endpoint": "parameters",
                "status": 429,
                "retry_after": 600,
            }
        ]
    )
    assert refusal(member).details["retry_after"] == 600
    account = again(anna)
    assert (account.wait_reason, account.failures) == ("rate_limited", 1)
    assert LinkedInAccount.objects.filter(
        next_turn_at__gt=Now() + timedelta(seconds=590)
    ).exists()


def test_where_the_login_is_lost_its_searches_pause(
    member: Membership, anna: LinkedInAccount, sandbox: SandboxServer
) -> None:
    job = SearchJobFactory.create(account=anna)
    sandbox.put_faults(
        [
            {
                "kind": "status",
                "endpoint": "parameters",
                "status": 401,
                "type": "errors/disconnected_account",
            }
        ]
    )
    refusal(member)
    assert again(anna).status == "credentials"
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("paused", "account_disconnected")


def test_a_look_up_that_comes_late_writes_nothing(
    anna: LinkedInAccount, member: Membership
) -> None:
    claim = errands.claim(anna.id, api=Api.CLASSIC)
    assert isinstance(claim, turns.Claim)
    taken = uuid.uuid4()
    LinkedInAccount.objects.update(lease_token=taken)
    lookups._end(claim, None)
    assert again(anna).lease_token == taken


@pytest.mark.django_db(transaction=True)
def test_look_ups_at_once_ask_one_after_the_other(
    sandbox: SandboxServer, no_pace: None
) -> None:
    account = LinkedInAccountFactory.create(unipile_account_id=account_id(0))
    member = MembershipFactory.create(user=account.user, workspace=account.workspace)
    start = threading.Barrier(4)

    def look_up(keywords: str) -> list[Any]:
        start.wait()
        try:
            return lookups.parameters(
                membership=member, type="LOCATION", keywords=keywords, patience_s=60
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look_up, ["berlin", "paris", "london", "madrid"]))
    assert [request["busy"] for request in sandbox.requests()] == [1, 1, 1, 1]
    assert SearchJob.objects.count() == 0
