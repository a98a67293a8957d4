"""The caller's LinkedIn accounts, and LinkedIn's ids for what they type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role
from searchjobs.models import ParameterLookup
from tests.factories import AccountUsageFactory, LinkedInAccountFactory
from tests.searchjobs.api.callers import Colleague, colleague, refused
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

ACCOUNTS = "/api/linkedin/accounts"
PARAMETERS = "/api/linkedin/search/parameters"


def own(alice: Colleague) -> list[dict[str, Any]]:
    answer = alice.client.ask(ACCOUNTS).json()
    assert answer["success"] is True
    accounts: list[dict[str, Any]] = answer["accounts"]
    return accounts


def test_an_account_is_shown_with_what_it_can_do(alice: Colleague) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    type(alice.account).objects.update(next_turn_at=moment)
    AccountUsageFactory.create(account=alice.account, received=500)
    [shown] = own(alice)
    assert shown["id"] == str(alice.account.id)
    assert shown["unipile_account_id"] == alice.account.unipile_account_id
    assert (shown["name"], shown["status"]) == ("Alice's LinkedIn", "ok")
    assert (shown["api"], shown["apis"]) == (
        "sales_navigator",
        ["sales_navigator", "classic"],
    )
    assert shown["quota_left_today"] == 2000
    assert shown["quotas_left_today"] == {"sales_navigator": 2000, "classic": 1000}
    assert shown["next_turn_at"] == "2026-01-02T03:04:05Z"


def test_a_lost_account_is_shown_too(alice: Colleague) -> None:
    type(alice.account).objects.update(status="credentials")
    assert own(alice)[0]["status"] == "credentials"


def test_colleagues_accounts_are_not_shown(alice: Colleague, viewer: Colleague) -> None:
    assert [account["id"] for account in own(alice)] == [str(alice.account.id)]


def test_nothing_of_a_lease_is_shown(alice: Colleague) -> None:
    assert not [key for key in own(alice)[0] if "lease" in key]


def test_many_accounts_cost_no_more_queries(
    alice: Colleague, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    LinkedInAccountFactory.create_batch(5, user=alice.user, workspace=alice.workspace)
    with django_assert_num_queries(4):  # token, membership, accounts, usage
        own(alice)


def test_a_lost_account_says_what_to_do(alice: Colleague) -> None:
    assert own(alice)[0]["advice"] is None
    type(alice.account).objects.update(
        status="credentials", status_reason="multiple_sessions"
    )
    assert "one session" in own(alice)[0]["advice"]


# --- read again because a person asks ------------------------------------------------


def sync(who: Colleague, account: object) -> Any:
    return who.client.send(f"{ACCOUNTS}/{account}/sync")


def test_an_account_is_read_at_once(anna: Colleague, sandbox: SandboxServer) -> None:
    sandbox.set_account_status(account_id(0), "STOPPED")
    answer = sync(anna, anna.account.id).json()
    assert answer["success"] is True
    assert answer["account"]["status"] == "stopped"
    assert "Restart" in answer["account"]["advice"]


def test_asked_again_at_once_it_is_throttled(anna: Colleague) -> None:
    sync(anna, anna.account.id)
    response = sync(anna, anna.account.id)
    assert refused(response, 429, "throttled")["retry_after"] == 10
    assert response.headers["Retry-After"] == "10"


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("admin", 200), ("member", 404)]
)
def test_who_leads_the_workspace_may_read_a_colleagues_account(
    anna: Colleague, role: str, status: int
) -> None:
    other = colleague(anna.workspace, Role(role))
    assert sync(other, anna.account.id).status_code == status


def test_a_viewer_may_not(anna: Colleague, viewer: Colleague) -> None:
    refused(sync(viewer, viewer.account.id), 403, "permission_denied")


def test_a_strangers_account_is_unknown(anna: Colleague, stranger: Colleague) -> None:
    refused(sync(stranger, anna.account.id), 404, "account_not_found")
    refused(sync(stranger, "5"), 400, "invalid_request")


def test_a_unipile_that_does_not_answer_is_said(alice: Colleague) -> None:
    refused(sync(alice, alice.account.id), 502, "network_trouble")


# --- LinkedIn's ids -----------------------------------------------------------------


@pytest.fixture
def anna(alice: Colleague, sandbox: SandboxServer) -> Colleague:
    """Alice, whose account the local Unipile knows."""
    type(alice.account).objects.update(unipile_account_id=account_id(0))
    return alice


def test_a_text_becomes_ids_and_names(anna: Colleague) -> None:
    answer = anna.client.ask(f"{PARAMETERS}?type=LOCATION&keywords=united").json()
    assert answer["success"] is True
    assert {"id", "title"} == set(answer["items"][0])
    assert all("united" in item["title"].lower() for item in answer["items"])


def test_the_second_time_nobody_is_asked(
    anna: Colleague, sandbox: SandboxServer
) -> None:
    first = anna.client.ask(f"{PARAMETERS}?type=LOCATION&keywords=United States")
    asked = len(sandbox.requests())
    again = anna.client.ask(f"{PARAMETERS}?type=LOCATION&keywords=%20united  states")
    assert again.json() == first.json()
    assert len(sandbox.requests()) == asked == 1
    assert ParameterLookup.objects.get().keywords == "united states"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("keywords=berlin", "type"),
        ("type=CITY&keywords=berlin", "type"),
        ("type=LOCATION", "keywords"),
        ("type=LOCATION&keywords=", "keywords"),
        ("type=LOCATION&keywords=%00", "keywords"),
        (f"type=LOCATION&keywords={'x' * 101}", "keywords"),
        ("type=LOCATION&keywords=berlin&api=xing", "api"),
    ],
)
def test_a_wrong_question_is_named(alice: Colleague, query: str, field: str) -> None:
    response = alice.client.ask(f"{PARAMETERS}?{query}")
    assert list(refused(response, 400, "invalid_request")["fields"]) == [field]


def test_an_account_that_is_busy_is_throttled(anna: Colleague) -> None:
    type(anna.account).objects.update(
        status="ok", next_turn_at=Now() + timedelta(seconds=90)
    )
    response = anna.client.ask(f"{PARAMETERS}?type=LOCATION&keywords=berlin")
    answer = refused(response, 429, "throttled")
    assert 2 < answer["retry_after"] <= 90
    assert response.headers["Retry-After"] == str(answer["retry_after"])
