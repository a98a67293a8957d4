"""Who is told of an account's status, how, and how often it is tried."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.unipile_client.sandbox.asking import ANNA, BEN, EXAMPLE, Unipile, refusal
from tests.unipile_client.sandbox.test_wire import assert_like, example
from unipile_client.sandbox import webhooks
from unipile_client.sandbox.server import SandboxServer


class Listener:
    """A server that is told; it answers `statuses` one after the other, then 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.told: list[tuple[dict[str, str], Any]] = []
        self._spoke = threading.Condition()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(listener.note(dict(self.headers), body))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/told"

    def note(self, headers: dict[str, str], body: bytes) -> int:
        with self._spoke:
            self.told.append((headers, json.loads(body)))
            self._spoke.notify_all()
            return self.statuses.pop(0) if self.statuses else 200

    def wait_for(self, count: int) -> None:
        with self._spoke:
            assert self._spoke.wait_for(lambda: len(self.told) >= count, 20)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    thread = threading.Thread(target=listening.server.serve_forever, args=(0.01,))
    thread.start()
    yield listening
    listening.server.shutdown()
    thread.join()
    listening.server.server_close()


@pytest.fixture
def connect(unipile: Unipile, listener: Listener) -> Callable[..., str]:
    def make(**fields: Any) -> str:
        body = {
            "request_url": listener.url,
            "source": "account_status",
            "headers": [{"key": "Unipile-Auth", "value": "s3cret"}],
        }
        answer = unipile.http.post("/api/v1/webhooks", json=body | fields)
        assert answer.status_code == 201, answer.text
        made: str = answer.json()["webhook_id"]
        return made

    return make


Connect = Callable[..., str]


def test_a_status_is_told_with_the_configured_headers(
    sandbox: SandboxServer, listener: Listener, connect: Connect
) -> None:
    connect()
    sandbox.set_account_status(ANNA, "CREDENTIALS")
    listener.wait_for(1)
    ((headers, body),) = listener.told
    theirs = example("delivery_account_status")
    assert headers["Unipile-Auth"] == "s3cret"
    assert body.keys() == theirs.keys()
    assert_like([body["AccountStatus"]], [theirs["AccountStatus"]])
    assert body["AccountStatus"]["account_id"] == ANNA
    assert body["AccountStatus"]["message"] == "CREDENTIALS"


def test_a_login_that_a_fault_disconnects_is_told(
    sandbox: SandboxServer, unipile: Unipile, listener: Listener, connect: Connect
) -> None:
    connect()
    sandbox.put_faults([{"kind": "disconnect"}])
    unipile.search(EXAMPLE)
    listener.wait_for(1)
    assert listener.told[0][1]["AccountStatus"]["message"] == "CREDENTIALS"


def test_only_who_wants_to_know_is_told(
    sandbox: SandboxServer, listener: Listener, connect: Connect
) -> None:
    connect(source="messaging")
    connect(enabled=False)
    connect(account_ids=[BEN])
    wanted = connect(account_ids=[ANNA])
    sandbox.set_account_status(ANNA, "STOPPED")
    listener.wait_for(1)
    assert [one["webhook_id"] for one in sandbox.deliveries()] == [wanted]


def test_whoever_does_not_answer_well_is_told_again(
    sandbox: SandboxServer,
    listener: Listener,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhooks, "FIRST_RETRY_S", 0.0)
    listener.statuses = [500, 403]
    connect()
    sandbox.set_account_status(ANNA, "OK")
    listener.wait_for(3)
    assert len({json.dumps(body) for _, body in listener.told}) == 1


def test_but_not_for_ever(
    sandbox: SandboxServer,
    listener: Listener,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhooks, "FIRST_RETRY_S", 0.0)
    listener.statuses = [500] * 6
    connect()
    sandbox.set_account_status(ANNA, "OK")
    listener.wait_for(1 + webhooks.RETRIES)
    (delivery,) = sandbox.deliveries()
    assert delivery["attempts"] == 6


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"request_url": "nowhere", "source": "account_status"}, 400),
        ({"request_url": "http://a", "source": "weather"}, 400),
        ({"request_url": "http://a", "source": "email", "format": "form"}, 501),
    ],
)
def test_a_webhook_that_is_none_is_refused(
    unipile: Unipile, body: dict[str, Any], status: int
) -> None:
    answer = unipile.http.post("/api/v1/webhooks", json=body)
    assert refusal(answer)[0] == status


def test_an_unknown_webhook_cannot_be_deleted(unipile: Unipile) -> None:
    answer = unipile.http.delete("/api/v1/webhooks/unknown")
    assert refusal(answer) == (404, "resource_not_found")
