"""A body over 1 MB is refused before it is stored; one in chunks is read whole."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from config.bodies import MOST_BYTES, MOST_BYTES_HEARD, LimitedBodies, Message, Scope


class Echo:
    """An application that notes what it was given."""

    def __init__(self) -> None:
        self.headers: dict[bytes, bytes] = {}
        self.body: bytes | None = None
        self.next: Any = None

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        self.headers = dict(scope["headers"])
        self.body = (await receive())["body"]
        self.next = await receive()


class Client:
    """Sends a body in parts, and notes the answer."""

    def __init__(self, *parts: bytes, **headers: str) -> None:
        last = len(parts) - 1
        self._messages: list[Message] = [
            {"type": "http.request", "body": part, "more_body": place < last}
            for place, part in enumerate(parts)
        ]
        self.scope: Scope = {
            "type": "http",
            "headers": [
                (name.replace("_", "-").encode(), value.encode())
                for name, value in headers.items()
            ],
        }
        self.answered: list[Message] = []
        self.asked = 0

    async def receive(self) -> Message:
        self.asked += 1
        return self._messages.pop(0) if self._messages else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.answered.append(message)

    def call(self, application: Echo) -> None:
        asyncio.run(LimitedBodies(application)(self.scope, self.receive, self.send))


def test_a_body_is_handed_on_whole() -> None:
    echo = Echo()
    Client(b'{"a":', b" 1}", content_length="8").call(echo)
    assert echo.body == b'{"a": 1}'
    assert echo.next == {"type": "http.disconnect"}


def test_one_in_chunks_gets_its_length() -> None:
    echo = Echo()
    Client(b"12", b"345", transfer_encoding="chunked").call(echo)
    assert echo.headers[b"content-length"] == b"5"


def test_a_length_that_is_not_true_is_put_right() -> None:
    echo = Echo()
    Client(b"12345", content_length="2").call(echo)
    assert echo.headers[b"content-length"] == b"5"


def test_without_a_body_there_is_no_length() -> None:
    echo = Echo()
    Client(b"").call(echo)
    assert b"content-length" not in echo.headers


def test_1_mb_is_let_through() -> None:
    echo = Echo()
    Client(b"x" * MOST_BYTES).call(echo)
    assert echo.body is not None
    assert len(echo.body) == MOST_BYTES


@pytest.mark.parametrize(
    "parts", [(b"x" * (MOST_BYTES + 1),), (b"x" * MOST_BYTES, b"x")]
)
def test_more_is_refused_in_the_errors_shape(parts: tuple[bytes, ...]) -> None:
    echo, client = Echo(), Client(*parts)
    client.call(echo)
    start, body = client.answered
    headers = dict(start["headers"])
    answer = json.loads(body["body"])
    assert start["status"] == 413
    assert (answer["success"], answer["code"]) == (False, "body_too_large")
    assert answer["request_id"].encode() == headers[b"x-request-id"]
    assert echo.body is None


def test_an_endless_body_is_cut_off() -> None:
    echo, client = Echo(), Client(*[b"x" * MOST_BYTES] * 100)
    client.call(echo)
    assert client.answered[0]["status"] == 413
    assert client.asked == MOST_BYTES_HEARD // MOST_BYTES + 1


def test_a_client_that_goes_while_it_sends_is_answered_nothing() -> None:
    echo, client = Echo(), Client()
    client.call(echo)
    assert (client.answered, echo.body) == ([], None)
