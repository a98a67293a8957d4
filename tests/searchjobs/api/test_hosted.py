"""A login is connected on Unipile's page; the call that ends it proves itself."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from django.core import signing
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings

from accounts import hosted
from accounts.models import HostedSignIn, LinkedInAccount, Membership, Role
from searchjobs import dispatcher
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
)
from tests.searchjobs.api.callers import Colleague, colleague, refused
from tests.unipile_client.sandbox.test_webhooks import Listener, listener
from unipile_client.sandbox.accounts import FIRST_NEWCOMER, account_id
from unipile_client.sandbox.server import SandboxServer

__all__ = ["listener"]

CONNECT = "/api/linkedin/accounts/connect"
INES = account_id(FIRST_NEWCOMER)
ANNA = account_id(0)


def call(body: Any) -> Any:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post(hosted.PATH, json.dumps(body), content_type="application/json")


def told(sign_in: HostedSignIn, **fields: Any) -> dict[str, Any]:
    """Return what Unipile would tell of a sign-in that went well."""
    state = signing.dumps(str(sign_in.id), salt=hosted.SALT)
    return {"status": "CREATION_SUCCESS", "account_id": INES, "name": state} | fields


def sign_in_of(who: Colleague, account: LinkedInAccount | None = None) -> HostedSignIn:
    return HostedSignIn.objects.create(
        user=who.user,
        workspace=who.workspace,
        account=account,
        is_reconnect=account is not None,
    )


@pytest.fixture
def ines(sandbox: SandboxServer) -> str:
    """A login that was just connected at Unipile and that nobody here knows."""
    with httpx.Client(
        base_url=sandbox.url, headers={"X-API-KEY": "k"}, trust_env=False
    ) as client:
        body = {
            "type": "create",
            "providers": ["LINKEDIN"],
            "api_url": sandbox.url,
            "expiresOn": "2100-01-01T00:00:00.000Z",
        }
        link = client.post("/api/v1/hosted/accounts/link", json=body).json()["url"]
        client.post(link, data={"outcome": "success", "login": "0"})
    return INES


def outcome_of(sign_in: HostedSignIn) -> str:
    sign_in.refresh_from_db()
    return sign_in.outcome


# --- the whole way --------------------------------------------------------------------


def test_a_person_connects_a_login_and_it_is_theirs(
    alice: Colleague,
    sandbox: SandboxServer,
    settings: Settings,
    listener: Listener,
) -> None:
    settings.SITE_URL = listener.url.removesuffix("/told")
    answer = alice.client.send(CONNECT).json()
    assert answer["success"] is True

    form = {"outcome": "success", "login": "0"}
    onward = httpx.post(answer["url"], data=form, trust_env=False)
    listener.wait_for(1)
    response = call(listener.told[0][1])

    assert (response.status_code, response.json()) == (200, {"success": True})
    connected = LinkedInAccount.objects.get(unipile_account_id=INES)
    assert (connected.user, connected.workspace) == (alice.user, alice.workspace)
    assert (connected.name, connected.apis[0]) == ("Ines Moreau", "sales_navigator")
    sign_in = HostedSignIn.objects.get()
    assert sign_in.outcome == "done"
    assert onward.headers["location"].endswith(f"?sign_in={sign_in.id}&went=well")


def test_the_link_is_asked_for_when_it_is_wanted_and_kept_if_it_came(
    alice: Colleague,
) -> None:
    refused(alice.client.send(CONNECT), 502, "network_trouble")
    assert not HostedSignIn.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_after_reconnecting_its_paused_searches_go_on(
    alice: Colleague, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.filter(id=alice.account.id).update(
        unipile_account_id=ANNA, status="credentials", status_changed_at=Now()
    )
    job = SearchJobFactory.create(
        account=alice.account,
        status="paused",
        error_code="account_disconnected",
        error_message="LinkedIn account disconnected",
    )
    path = f"/api/linkedin/accounts/{alice.account.id}/reconnect"
    assert alice.client.send(path).json()["url"].startswith(sandbox.url)
    state = signing.dumps(str(HostedSignIn.objects.get().id), salt=hosted.SALT)

    body = {"status": "RECONNECTED", "account_id": ANNA, "name": state}
    assert call(body).status_code == 200
    dispatcher.step()

    alice.account.refresh_from_db()
    job.refresh_from_db()
    assert (alice.account.status, job.status) == ("ok", "queued")


# --- what is not believed -------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        5,
        "forged",
        signing.dumps("no-uuid", salt=hosted.SALT),
        signing.dumps("1f0c3b3e-0000-4000-8000-000000000000", salt=hosted.SALT),
        signing.dumps("1f0c3b3e-0000-4000-8000-000000000000", salt="another"),
        "x" * 5000,
    ],
    ids=["none", "empty", "number", "forged", "no uuid", "unknown", "salt", "long"],
)
def test_without_our_signature_nothing_is_done(alice: Colleague, name: Any) -> None:
    refused(call(told(sign_in_of(alice), name=name)), 401, "not_authenticated")


def test_too_late_nothing_is_done(
    alice: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = told(sign_in_of(alice))
    monkeypatch.setattr(hosted, "CALL_GOOD_FOR", -1)
    refused(call(body), 401, "not_authenticated")


@pytest.mark.parametrize("body", [[], {}, "text", None, 5])
def test_what_is_no_call_is_refused(db: None, body: Any) -> None:
    refused(call(body), 401, "not_authenticated")


@pytest.mark.parametrize("status", [None, 5, [], {}, "CREATION_FAILED"])
def test_whatever_is_no_word_of_success_is_a_failure(
    alice: Colleague, status: Any
) -> None:
    sign_in = sign_in_of(alice)
    assert call(told(sign_in, status=status)).status_code == 200
    assert outcome_of(sign_in) == "failed"


@pytest.mark.parametrize("account", [None, "", "..", 5, "nul\0", "x" * 101])
def test_a_call_that_names_no_account_is_refused(
    alice: Colleague, account: Any
) -> None:
    response = call(told(sign_in_of(alice), account_id=account))
    refused(response, 400, "invalid_request")


def test_a_long_body_is_refused(alice: Colleague) -> None:
    body = told(sign_in_of(alice), padding="x" * 20_000)
    refused(call(body), 413, "body_too_large")


def test_an_account_that_unipile_has_not_is_not_written(
    alice: Colleague, sandbox: SandboxServer
) -> None:
    sign_in = sign_in_of(alice)
    refused(call(told(sign_in)), 404, "not_found")
    assert not LinkedInAccount.objects.filter(unipile_account_id=INES).exists()
    assert outcome_of(sign_in) == ""


def test_while_unipile_does_not_answer_it_may_be_told_again(
    alice: Colleague, ines: str, sandbox: SandboxServer
) -> None:
    sign_in = sign_in_of(alice)
    sandbox.put_faults([{"kind": "status", "status": 503, "endpoint": "accounts"}])
    assert call(told(sign_in)).status_code == 502
    sandbox.release()
    assert call(told(sign_in)).status_code == 200
    assert outcome_of(sign_in) == "done"


# --- twice, late, out of order --------------------------------------------------------


def test_told_twice_it_is_done_once(alice: Colleague, ines: str) -> None:
    body = told(sign_in_of(alice))
    assert [call(body).status_code for _ in range(2)] == [200, 200]
    assert LinkedInAccount.objects.filter(unipile_account_id=ines).count() == 1


def test_a_used_sign_in_connects_nothing_else(alice: Colleague, ines: str) -> None:
    sign_in = sign_in_of(alice)
    call(told(sign_in))
    refused(call(told(sign_in, account_id=ANNA)), 409, "sign_in_used")
    assert not LinkedInAccount.objects.filter(unipile_account_id=ANNA).exists()


def test_a_failure_told_late_takes_nothing_back(alice: Colleague, ines: str) -> None:
    sign_in = sign_in_of(alice)
    call(told(sign_in))
    assert call(told(sign_in, status="CREATION_FAILED")).status_code == 200
    assert outcome_of(sign_in) == "done"


def test_after_a_failure_the_same_page_may_still_succeed(
    alice: Colleague, ines: str
) -> None:
    sign_in = sign_in_of(alice)
    call(told(sign_in, status="CREATION_FAILED", account_id=None))
    assert outcome_of(sign_in) == "failed"
    assert call(told(sign_in)).status_code == 200
    assert outcome_of(sign_in) == "done"


def test_a_sync_that_was_faster_hands_the_login_over(
    alice: Colleague, ines: str
) -> None:
    sign_in = sign_in_of(alice)
    boss = colleague(alice.workspace, Role.OWNER)
    LinkedInAccountFactory.create(
        user=boss.user, workspace=alice.workspace, unipile_account_id=ines
    )
    assert call(told(sign_in)).status_code == 200
    assert LinkedInAccount.objects.get(unipile_account_id=ines).user == alice.user


# --- whose it is ----------------------------------------------------------------------


def test_a_login_of_another_workspace_is_refused(
    alice: Colleague, stranger: Colleague, ines: str
) -> None:
    LinkedInAccount.objects.filter(id=stranger.account.id).update(
        unipile_account_id=ines
    )
    sign_in = sign_in_of(alice)
    refused(call(told(sign_in)), 409, "account_taken")
    stranger.account.refresh_from_db()
    assert stranger.account.user == stranger.user
    assert outcome_of(sign_in) == "taken"


def test_a_colleagues_older_login_is_refused(alice: Colleague, ines: str) -> None:
    boss = colleague(alice.workspace, Role.OWNER)
    LinkedInAccount.objects.filter(id=boss.account.id).update(unipile_account_id=ines)
    refused(call(told(sign_in_of(alice))), 409, "account_taken")


def test_another_login_does_not_reconnect_this_one(alice: Colleague, ines: str) -> None:
    sign_in = sign_in_of(alice, alice.account)
    refused(call(told(sign_in, status="RECONNECTED")), 409, "wrong_account")
    assert outcome_of(sign_in) == "wrong"


def test_who_left_meanwhile_connects_nothing(alice: Colleague, ines: str) -> None:
    sign_in = sign_in_of(alice)
    Membership.objects.filter(id=alice.membership.id).delete()
    refused(call(told(sign_in)), 409, "not_a_member")
    assert not LinkedInAccount.objects.filter(unipile_account_id=ines).exists()


def test_it_belongs_to_the_workspace_it_was_begun_in(
    alice: Colleague, ines: str
) -> None:
    other = MembershipFactory.create(user=alice.user)
    sign_in = HostedSignIn.objects.create(user=alice.user, workspace=other.workspace)
    call(told(sign_in))
    connected = LinkedInAccount.objects.get(unipile_account_id=ines)
    assert connected.workspace == other.workspace


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("admin", 200), ("member", 404)]
)
def test_who_leads_the_workspace_may_reconnect_a_colleagues_login(
    alice: Colleague, sandbox: SandboxServer, role: str, status: int
) -> None:
    LinkedInAccount.objects.filter(id=alice.account.id).update(unipile_account_id=ANNA)
    other = colleague(alice.workspace, Role(role))
    path = f"/api/linkedin/accounts/{alice.account.id}/reconnect"
    assert other.client.send(path).status_code == status


def test_a_strangers_login_cannot_be_reconnected(
    alice: Colleague, stranger: Colleague
) -> None:
    path = f"/api/linkedin/accounts/{alice.account.id}/reconnect"
    refused(stranger.client.send(path), 404, "account_not_found")
