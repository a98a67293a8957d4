"""The hosted sign-in: which links are given out, and what its page does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.unipile_client.sandbox.asking import ANNA, Unipile, refusal
from tests.unipile_client.sandbox.test_webhooks import Listener, listener
from tests.unipile_client.sandbox.test_wire import assert_like, example
from unipile_client.sandbox.server import SandboxServer

__all__ = ["listener"]

LINK = "/api/v1/hosted/accounts/link"
FAR = "2100-01-01T00:00:00.000Z"
Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(unipile: Unipile, listener: Listener) -> Ask:
    def asked(kind: str = "create", **fields: Any) -> httpx.Response:
        body = example(f"request_hosted_{kind}")["body"]
        body |= {"notify_url": listener.url, "expiresOn": FAR}
        if kind == "reconnect":
            body["reconnect_account"] = ANNA
        return unipile.http.post(LINK, json=body | fields)

    return asked


def choose(url: str, **form: str) -> httpx.Response:
    return httpx.post(url, data=form, trust_env=False)


def test_a_link_is_like_the_example(ask: Ask, unipile: Unipile) -> None:
    answer = ask()
    assert answer.status_code == 201
    assert_like([answer.json()], [example("hosted_link")])
    assert "Ines Moreau" in httpx.get(answer.json()["url"], trust_env=False).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"expiresOn": "2100-01-01T00:00:00Z"},
        {"expiresOn": "2100-01-01T00:00:00.000+00:00"},
        {"expiresOn": "2100-13-01T00:00:00.000Z"},
        {"type": "renew"},
        {"providers": []},
        {"api_url": "https://api1.unipile.com:13111/api/v1"},
        {"notify_url": "nowhere"},
    ],
    ids=str,
)
def test_a_link_asked_for_wrongly_is_refused(ask: Ask, wrong: dict[str, Any]) -> None:
    assert refusal(ask(**wrong)) == (400, "invalid_parameters")


def test_no_link_reconnects_an_unknown_account(ask: Ask) -> None:
    answer = ask("reconnect", reconnect_account="nobody")
    assert refusal(answer) == (404, "resource_not_found")


def test_a_new_login_is_told_and_the_person_sent_on(
    ask: Ask,
    unipile: Unipile,
    listener: Listener,
) -> None:
    onward = choose(ask().json()["url"], outcome="success", login="1")
    listener.wait_for(1)
    ((_, told),) = listener.told
    assert_like([told], [example("delivery_hosted_create")])
    assert told["status"] == "CREATION_SUCCESS"
    assert told["name"] == "a-signed-state-token"
    account = unipile.get(f"/accounts/{told['account_id']}").json()
    assert account["name"] == "Jonas Weiss"
    assert onward.status_code == 303
    assert onward.headers["location"].endswith("connected=1")


def test_a_lost_login_is_well_again_after_reconnecting(
    ask: Ask,
    unipile: Unipile,
    sandbox: SandboxServer,
    listener: Listener,
) -> None:
    sandbox.set_account_status(ANNA, "CREDENTIALS")
    choose(ask("reconnect").json()["url"], outcome="success")
    listener.wait_for(1)
    assert listener.told[0][1] == example("delivery_hosted_reconnect") | {
        "account_id": ANNA
    }
    assert unipile.get(f"/accounts/{ANNA}").json()["sources"][0]["status"] == "OK"


def test_who_gives_up_is_sent_on_without_an_account(
    ask: Ask,
    unipile: Unipile,
    listener: Listener,
) -> None:
    before = unipile.get("/accounts").json()
    onward = choose(ask().json()["url"], outcome="failure")
    listener.wait_for(1)
    assert listener.told[0][1]["status"] == "CREATION_FAILED"
    assert onward.headers["location"].endswith("connected=0")
    assert unipile.get("/accounts").json() == before


def test_an_expired_link_opens_nothing(ask: Ask) -> None:
    url = ask(expiresOn="2026-01-02T03:04:05.678Z").json()["url"]
    assert httpx.get(url, trust_env=False).status_code == 404
