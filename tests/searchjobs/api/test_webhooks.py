"""Unipile's call: believed by its secret alone, and in nothing that it says."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import rereads, webhooks
from accounts.models import LinkedInAccount
from searchjobs import tasks
from tests.searchjobs.api.callers import Colleague, refused

SECRET = "a-secret-that-nobody-would-guess"
WIRE = Path(__file__).parents[2] / "unipile_client" / "wire"


@pytest.fixture(autouse=True)
def hints(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An open webhook; what workers are told, in place of the broker."""
    settings.UNIPILE_WEBHOOK_SECRET = SECRET
    sent: list[str] = []
    monkeypatch.setattr(tasks._sender, "put", lambda message: sent.append(message.task))
    return sent


def call(body: Any, *, secret: str | None = SECRET, **extra: Any) -> Any:
    headers = {} if secret is None else {webhooks.SECRET_HEADER: secret}
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(
        webhooks.PATH,
        data,
        content_type=extra.get("content_type", "application/json"),
        headers=headers,
    )


def news(account: LinkedInAccount, message: str = "OK", **fields: Any) -> Any:
    status = {
        "account_id": account.unipile_account_id,
        "account_type": "LINKEDIN",
        "message": message,
    }
    return {"AccountStatus": status | fields}


def is_due(account: LinkedInAccount) -> bool:
    due = LinkedInAccount.objects.filter(id=account.id, next_reread_at__lte=Now())
    return due.exists()


# --- what is told -------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    ["OK", "RECONNECTED", "CREATION_SUCCESS", "CREDENTIALS", "DELETED", "SOMETHING"],
)
@pytest.mark.django_db(transaction=True)
def test_an_account_is_read_again_whatever_the_call_says(
    alice: Colleague, message: str, hints: list[str]
) -> None:
    response = call(news(alice.account, message))
    assert (response.status_code, response.json()) == (200, {"success": True})
    assert is_due(alice.account)
    assert hints == ["searchjobs.reread_logins"]
    alice.account.refresh_from_db()
    assert alice.account.status == "ok"  # until Unipile itself says otherwise


@pytest.mark.django_db(transaction=True)
def test_a_storm_of_calls_is_one_reading(alice: Colleague, hints: list[str]) -> None:
    for number in range(12):
        message = "OK" if number % 2 else "CREDENTIALS"
        assert call(news(alice.account, message)).status_code == 200
    assert len(hints) == 1
    assert rereads.claim_reread()
    assert rereads.claim_reread() is None


def test_a_call_takes_two_queries(
    alice: Colleague, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        call(news(alice.account))


def test_the_documented_delivery_is_understood(alice: Colleague) -> None:
    body = json.loads((WIRE / "delivery_account_status.json").read_text())
    login = body["AccountStatus"]["account_id"]
    LinkedInAccount.objects.filter(id=alice.account.id).update(unipile_account_id=login)
    assert call(body).status_code == 200
    assert is_due(alice.account)


@pytest.mark.parametrize(
    "body",
    [
        {"AccountStatus": {"account_id": "unknown", "message": "OK"}},
        {"AccountStatus": {"account_id": "mail", "account_type": "GOOGLE"}},
        {"AccountStatus": {"account_id": "unknown", "message": ["OK"]}},
        {"AccountStatus": {"account_id": "unknown", "message": {}}},
    ],
)
def test_what_is_no_business_of_ours_is_well(
    alice: Colleague, body: Any, hints: list[str]
) -> None:
    assert call(body).status_code == 200
    assert not is_due(alice.account)
    assert hints == []


def test_the_end_of_unipiles_own_sync_is_no_news(alice: Colleague) -> None:
    assert call(news(alice.account, "SYNC_SUCCESS")).status_code == 200
    assert not is_due(alice.account)


# --- who tells it -------------------------------------------------------------------


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "é"])
def test_without_the_secret_nothing_happens(
    alice: Colleague, secret: str | None
) -> None:
    refused(call(news(alice.account), secret=secret), 401, "not_authenticated")
    assert not is_due(alice.account)


def test_a_members_token_is_not_the_secret(alice: Colleague) -> None:
    response = alice.client.send(webhooks.PATH, news(alice.account))
    refused(response, 401, "not_authenticated")


@pytest.mark.parametrize("secret", ["", "short"])
def test_without_a_secret_of_ours_there_is_no_webhook(
    alice: Colleague,
    settings: Settings,
    secret: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.UNIPILE_WEBHOOK_SECRET = secret
    webhooks._say_that_it_is_closed.cache_clear()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            refused(call(news(alice.account), secret=secret), 404, "not_found")
    said = [line for line in caplog.messages if "UNIPILE_WEBHOOK_SECRET" in line]
    assert len(said) == 1


def test_the_secret_is_never_logged(
    alice: Colleague, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        call(news(alice.account))
        call(news(alice.account), secret="wrong-" + SECRET)
    assert SECRET not in caplog.text


# --- how it is told -----------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        None,
        {"AccountStatus": None},
        {"AccountStatus": {}},
        {"AccountStatus": {"account_id": 5}},
        {"AccountStatus": {"account_id": "nul\0"}},
        {"MessageReceived": {"account_id": "a"}},
        b"{",
        b"",
    ],
)
def test_what_is_no_account_status_is_refused(alice: Colleague, body: Any) -> None:
    refused(call(body), 400, "invalid_request")


def test_a_form_is_refused(alice: Colleague) -> None:
    response = call(b"a=b", content_type="application/x-www-form-urlencoded")
    refused(response, 415, "unsupported_media_type")


def test_a_long_body_is_refused(alice: Colleague) -> None:
    body = news(alice.account, padding="x" * 20_000)
    refused(call(body), 413, "body_too_large")
    assert not is_due(alice.account)


def test_a_get_is_refused(alice: Colleague) -> None:
    client = Client(headers={webhooks.SECRET_HEADER: SECRET})
    refused(client.get(webhooks.PATH), 405, "method_not_allowed")


def test_it_is_counted_as_every_caller_is(alice: Colleague, settings: Settings) -> None:
    settings.API_THROTTLE_PER_MINUTE = 1
    # of three calls two are in the same minute, whenever it begins
    assert 429 in [call(news(alice.account)).status_code for _ in range(3)]
