"""A preview is a turn of its account: it counts, keeps the pace, and stores nothing."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.errors import NotFound, Refusal
from accounts.models import LinkedInAccount, Membership, Role
from searchjobs import errands, previews, quotas, runner, turns
from searchjobs.models import SearchEvent, SearchJob, SearchResult
from searchjobs.previews import Preview
from searchjobs.states import JobStatus
from tests.factories import (
    AccountUsageFactory,
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
)
from tests.searchjobs import playing
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer
from unipile_client.types import Api


@pytest.fixture
def member(anna: LinkedInAccount) -> Membership:
    """The owner of an account that the local Unipile knows."""
    return MembershipFactory.create(user=anna.user, workspace=anna.workspace)


def look(member: Membership, **change: Any) -> Preview:
    asked = {"search_criteria": playing.CEOS, "target_count": 1000, "account_id": None}
    return previews.preview(membership=member, patience_s=0, **asked | change)


def refusal(member: Membership, **change: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        look(member, **change)
    return refused.value


def used(account: LinkedInAccount) -> int:
    return quotas.quota_of(account, "sales_navigator").used


def test_it_says_how_many_match_and_shows_the_first_ten(member: Membership) -> None:
    seen = look(member)
    assert seen.available_total is not None
    assert seen.available_total > 2500
    assert len(seen.people) == 10
    assert all(person["name"] and "raw" not in person for person in seen.people)


def test_it_is_one_request_of_ten(member: Membership, sandbox: SandboxServer) -> None:
    look(member)
    assert [asked["limit"] for asked in sandbox.requests()] == [10]


def test_the_first_ten_are_those_that_the_search_finds_first(
    member: Membership, anna: LinkedInAccount, no_pace: None
) -> None:
    seen = look(member)
    job = SearchJobFactory.create(account=anna, search_criteria=playing.CEOS)
    runner.run_turn(anna.id)
    found = SearchResult.objects.filter(job=job, position__lt=10).order_by("position")
    assert [person["id"] for person in seen.people] == [
        result.prospect_data["id"] for result in found
    ]


def test_nothing_is_stored(member: Membership) -> None:
    look(member)
    assert not SearchJob.objects.exists()
    assert not SearchEvent.objects.exists()
    assert not SearchResult.objects.exists()


def test_its_people_count_against_the_day_s_quota(
    member: Membership, anna: LinkedInAccount
) -> None:
    seen = look(member)
    assert (seen.received, used(anna), seen.quota_left) == (10, 10, 2490)


def test_what_the_search_would_take_is_no_more_than_there_is(
    member: Membership,
) -> None:
    few = look(member, search_criteria={"first_name": "Mira", "title": "CEO"})
    assert few.available_total is not None
    assert few.wanted == few.available_total < 1000


def test_it_says_how_long_the_search_takes_behind_what_is_in_line(
    member: Membership, anna: LinkedInAccount, no_pace: None
) -> None:
    alone = look(member).forecast
    SearchJobFactory.create(account=anna, target_count=2500)
    assert look(member).forecast.ends_s > alone.ends_s


def test_afterwards_the_account_keeps_its_pace(
    member: Membership, anna: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS, settings.SEARCH_PACE_JITTER_SECONDS = 60.0, 0.0
    look(member)
    assert LinkedInAccount.objects.filter(
        lease_token=None, next_turn_at__gt=Now() + timedelta(seconds=50)
    ).exists()


def test_ten_quick_rows_do_not_shorten_the_forecasts(
    member: Membership, anna: LinkedInAccount
) -> None:
    LinkedInAccount.objects.update(answer_seconds=4.0)
    look(member)
    anna.refresh_from_db()
    assert anna.answer_seconds == 4.0


# --- not now --------------------------------------------------------------------------


def test_within_the_pace_it_waits_no_longer_than_it_may(
    member: Membership, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(next_turn_at=Now() + timedelta(seconds=30))
    refused = refusal(member)
    assert (refused.status, refused.code) == (429, "throttled")
    assert 28 <= refused.details["retry_after"] <= 30
    assert sandbox.requests() == []


def test_while_a_search_has_its_turn_it_is_not_asked(
    member: Membership, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(
        lease_token=uuid.uuid4(),
        lease_expires_at=Now() + timedelta(minutes=1),
        lease_job=uuid.uuid4(),
    )
    refused = refusal(member)
    assert refused.code == "throttled"
    assert "busy with a search" in refused.message
    assert sandbox.requests() == []


def test_while_it_asks_no_search_takes_a_turn(
    member: Membership, anna: LinkedInAccount
) -> None:
    SearchJobFactory.create(account=anna)
    claimed = errands.claim(anna.id, api=Api.SALES_NAVIGATOR, rows=10)
    assert isinstance(claimed, turns.Claim)
    assert runner.run_turn(anna.id) is False


def test_an_account_that_waits_says_why_and_until_when(member: Membership) -> None:
    LinkedInAccount.objects.update(
        next_turn_at=Now() + timedelta(minutes=5), wait_reason="rate_limited"
    )
    refused = refusal(member)
    assert refused.code == "throttled"
    assert "LinkedIn asked it to slow down" in refused.message
    until = datetime.fromisoformat(refused.details["until"])
    assert f"waits until {until:%H:%M} UTC" in refused.message


def test_a_spent_quota_is_said_with_the_hour_of_its_opening(
    member: Membership, anna: LinkedInAccount, sandbox: SandboxServer
) -> None:
    AccountUsageFactory.create(account=anna, received=2495)
    refused = refusal(member)
    assert (refused.status, refused.code) == (409, "daily_quota")
    assert "received 2,495 of 2,500 people today" in refused.message
    assert datetime.fromisoformat(refused.details["until"]) > datetime.now(UTC)
    assert sandbox.requests() == []


def test_linkedin_s_monthly_limit_is_said_and_not_tried(
    member: Membership, anna: LinkedInAccount, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(
        limits={"sales_navigator": {"until": "2999-01-01T00:00:00+00:00", "times": 1}}
    )
    refused = refusal(member)
    assert refused.code == "commercial_limit"
    assert refused.details["until"] == "2999-01-01T00:00:00Z"
    assert sandbox.requests() == []


def test_a_colleague_s_account_is_never_asked(
    anna: LinkedInAccount, member: Membership, sandbox: SandboxServer
) -> None:
    colleague = MembershipFactory.create(workspace=anna.workspace)
    with pytest.raises(NotFound):
        look(colleague, account_id=anna.id)
    assert refusal(colleague).code == "no_linkedin_account"
    assert sandbox.requests() == []


def test_a_viewer_asks_nothing(anna: LinkedInAccount, member: Membership) -> None:
    Membership.objects.update(role=Role.VIEWER)
    member.refresh_from_db()
    assert refusal(member).code == "permission_denied"


# --- what LinkedIn answers ------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"status": 429, "retry_after": 7}, 429, "throttled"),
        ({"status": 503}, 503, "provider_down"),
        ({"status": 500}, 503, "unipile_server_error"),
        ({"status": 400}, 400, "unipile_bad_request"),
        (
            {"status": 401, "type": "errors/disconnected_account"},
            409,
            "account_disconnected",
        ),
        (
            {"status": 403, "type": "errors/feature_not_subscribed"},
            502,
            "feature_not_subscribed",
        ),
    ],
)
def test_what_unipile_refuses_is_said_and_ends_the_turn(
    member: Membership,
    anna: LinkedInAccount,
    sandbox: SandboxServer,
    fault: dict[str, Any],
    status: int,
    code: str,
) -> None:
    sandbox.put_faults([{"kind": "status", "endpoint": "search", **fault}])
    refused = refusal(member)
    assert (refused.status, refused.code) == (status, code)
    assert refused.message
    anna.refresh_from_db()
    assert anna.lease_token is None
    assert used(anna) == 0


def test_where_the_login_is_lost_its_searches_pause(
    member: Membership, anna: LinkedInAccount, sandbox: SandboxServer
) -> None:
    job = SearchJobFactory.create(account=anna)
    sandbox.put_faults(
        [
            {
                "kind": "status",
                "endpoint": "search",
                "status": 401,
                "type": "errors/disconnected_account",
            }
        ]
    )
    assert "Reconnect it in Settings" in refusal(member).message
    job.refresh_from_db()
    assert job.status == JobStatus.PAUSED


@pytest.mark.django_db(transaction=True)
def test_previews_at_once_ask_one_after_the_other(
    sandbox: SandboxServer, no_pace: None
) -> None:
    account = LinkedInAccountFactory.create(unipile_account_id=account_id(0))
    member = MembershipFactory.create(user=account.user, workspace=account.workspace)
    start = threading.Barrier(4)

    def ask(_: int) -> None:
        start.wait()
        try:
            previews.preview(
                membership=member,
                search_criteria=playing.CEOS,
                target_count=100,
                account_id=None,
                patience_s=60,
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))
    assert [request["busy"] for request in sandbox.requests()] == [1, 1, 1, 1]
    assert quotas.quota_of(account, "sales_navigator").used == 40
