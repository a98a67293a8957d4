"""What the client puts on the wire, what it follows, and what it never shows."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from unipile_client import Api, UnipileClient
from unipile_client.client import BODY_LIMIT, LONGEST_CURSOR_IN_QUERY
from unipile_client.errors import (
    BadRequest,
    GiveUp,
    NeedsPerson,
    NetworkTrouble,
    ProviderDown,
    RateLimited,
    UnipileError,
    UnreadableAnswer,
)

KEY = "S3CRET-api-key=="
EMPTY_PAGE = {"items": [], "cursor": None}
Handler = Callable[[httpx.Request], httpx.Response]


class Recorder(httpx.MockTransport):
    """Keeps the requests, and answers each of them alike."""

    def __init__(self, answer: httpx.Response | Handler) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer
        super().__init__(self._record)

    def _record(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return (
            self._answer
            if isinstance(self._answer, httpx.Response)
            else self._answer(request)
        )


def client_of(
    transport: httpx.BaseTransport | None = None,
    dsn: str = "api1.unipile.example:13111",
) -> UnipileClient:
    return UnipileClient(dsn=dsn, api_key=KEY, transport=transport)


def search(client: UnipileClient, **changes: Any) -> Any:
    asked: dict[str, Any] = {
        "account_id": "a",
        "body": {"api": "classic"},
        "page_size": 50,
        "cursor": None,
        "deadline_s": 5,
    }
    return client.search(**asked | changes)


def answering(status: int, **kwargs: Any) -> UnipileClient:
    return client_of(Recorder(httpx.Response(status, **kwargs)))


def as_on_the_wire(request: httpx.Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.url.path,
        "query": dict(request.url.params),
        "body": json.loads(request.content) if request.content else None,
    }


# Requests


@pytest.mark.parametrize(
    "name",
    [
        "request_classic",
        "request_sales_navigator",
        "request_sales_navigator_next_page",
        "request_recruiter",
        "request_url",
    ],
)
def test_a_search_is_sent_as_documented(name: str, wire: Callable[[str], Any]) -> None:
    example = wire(name)
    transport = Recorder(httpx.Response(200, json=EMPTY_PAGE))

    search(
        client_of(transport),
        account_id=example["query"]["account_id"],
        body=example["body"],
        page_size=int(example["query"]["limit"]),
        cursor=example["query"].get("cursor"),
    )

    assert [as_on_the_wire(request) for request in transport.requests] == [example]


def test_a_long_cursor_goes_alone_into_the_body() -> None:
    transport = Recorder(httpx.Response(200, json=EMPTY_PAGE))
    cursor = "x" * (LONGEST_CURSOR_IN_QUERY + 1)

    search(client_of(transport), cursor=cursor)

    sent = as_on_the_wire(transport.requests[0])
    assert sent["query"] == {"account_id": "a", "limit": "50"}
    assert sent["body"] == {"cursor": cursor}


def test_the_cursors_signs_survive_the_address() -> None:
    transport = Recorder(httpx.Response(200, json=EMPTY_PAGE))

    search(client_of(transport), cursor="a+b/c==&d e%2B")

    assert b"cursor=a%2Bb%2Fc%3D%3D%26d" in transport.requests[0].url.query
    assert transport.requests[0].url.params["cursor"] == "a+b/c==&d e%2B"


def test_parameters_are_asked_for_as_documented(wire: Callable[[str], Any]) -> None:
    transport = Recorder(httpx.Response(200, json=wire("parameters")))
    example = wire("request_parameters")

    found = client_of(transport).parameters(
        account_id=example["query"]["account_id"],
        type="LOCATION",
        keywords="lyon",
        service=Api.SALES_NAVIGATOR,
    )

    assert as_on_the_wire(transport.requests[0]) == example
    assert [parameter.id for parameter in found] == ["6", "4"]


def test_accounts_are_asked_for_as_documented(wire: Callable[[str], Any]) -> None:
    transport = Recorder(httpx.Response(200, json=wire("accounts")))
    client = client_of(transport)

    client.accounts()
    client.accounts(cursor="a=", limit=10)

    assert as_on_the_wire(transport.requests[0]) == wire("request_accounts")
    assert dict(transport.requests[1].url.params) == {"cursor": "a=", "limit": "10"}


def test_one_account_is_asked_for_by_its_id(wire: Callable[[str], Any]) -> None:
    transport = Recorder(httpx.Response(200, json=wire("account")))

    assert client_of(transport).account("a/b?c").name == "Ada Example"
    assert transport.requests[0].url.raw_path == b"/api/v1/accounts/a%2Fb%3Fc"


def test_a_webhook_is_made_as_documented(wire: Callable[[str], Any]) -> None:
    transport = Recorder(httpx.Response(201, json=wire("webhook_created")))
    example = wire("request_create_webhook")
    (header,) = example["body"]["headers"]

    made = client_of(transport).create_webhook(
        request_url=example["body"]["request_url"],
        headers={header["key"]: header["value"]},
        name=example["body"]["name"],
    )

    assert as_on_the_wire(transport.requests[0]) == example
    assert made == wire("webhook_created")["webhook_id"]


def test_webhooks_are_asked_for_as_documented(wire: Callable[[str], Any]) -> None:
    transport = Recorder(httpx.Response(200, json=wire("webhooks")))

    (found,) = client_of(transport).webhooks().items

    assert as_on_the_wire(transport.requests[0]) == wire("request_webhooks")
    assert found.id == wire("webhooks")["items"][0]["id"]
    assert found.request_url == wire("webhooks")["items"][0]["request_url"]


def test_what_a_webhook_sends_along_is_not_kept(wire: Callable[[str], Any]) -> None:
    transport = Recorder(httpx.Response(200, json=wire("webhooks")))

    assert "secret" not in repr(client_of(transport).webhooks())


def test_a_webhook_is_deleted_as_documented(wire: Callable[[str], Any]) -> None:
    transport = Recorder(httpx.Response(200, json=wire("webhook_deleted")))
    example = wire("request_delete_webhook")

    client_of(transport).delete_webhook(example["path"].rpartition("/")[2])

    assert as_on_the_wire(transport.requests[0]) == example


@pytest.mark.parametrize("body", [{}, {"webhook_id": None}, {"webhook_id": ""}, []])
def test_a_webhook_without_an_id_is_not_made(body: object) -> None:
    with pytest.raises(UnreadableAnswer):
        answering(201, json=body).create_webhook(
            request_url="https://a.example", headers={}, name="n"
        )


@pytest.mark.parametrize("account_id", ["", ".", ".."])
def test_an_account_id_cannot_climb_the_path(account_id: str) -> None:
    with pytest.raises(ValueError, match="account id"):
        client_of(Recorder(httpx.Response(200))).account(account_id)


def test_the_key_and_what_is_accepted_go_along() -> None:
    transport = Recorder(httpx.Response(200, json=EMPTY_PAGE))

    search(client_of(transport))

    headers = transport.requests[0].headers
    assert headers["x-api-key"] == KEY
    assert headers["accept"] == "application/json"
    assert headers["content-type"] == "application/json"


def test_no_call_makes_more_than_one_request() -> None:
    for status in (429, 500, 503, 504):
        transport = Recorder(httpx.Response(status))
        with pytest.raises(UnipileError):
            search(client_of(transport))

        assert len(transport.requests) == 1


def test_nothing_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:1")
    monkeypatch.setenv("ALL_PROXY", "http://proxy.invalid:1")
    transport = Recorder(httpx.Response(200, json=EMPTY_PAGE))

    search(client_of(transport))

    assert transport.requests[0].url.host == "api1.unipile.example"


# Redirects


def test_a_redirect_within_the_server_is_followed_with_body_and_key() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/search"):
            return httpx.Response(301, headers={"location": f"{request.url.path}/"})
        return httpx.Response(200, json=EMPTY_PAGE)

    transport = Recorder(answer)
    search(client_of(transport), body={"keywords": "x"})

    again = transport.requests[1]
    assert (again.method, again.content) == ("POST", b'{"keywords":"x"}')
    assert again.headers["x-api-key"] == KEY
    assert again.headers["content-type"] == "application/json"


def test_a_303_is_followed_by_a_get() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(303, headers={"location": "/api/v1/there"})
        return httpx.Response(200, json=EMPTY_PAGE)

    transport = Recorder(answer)
    search(client_of(transport))

    assert as_on_the_wire(transport.requests[1]) == {
        "method": "GET",
        "path": "/api/v1/there",
        "query": {},
        "body": None,
    }


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/",
        "https://api1.unipile.example/",
        "https://api1.unipile.example:13112/",
        "http://api1.unipile.example:13111/",
        "//elsewhere.example:13111/",
        "https://api1.unipile.example.evil.example:13111/",
        "https://api1.unipile.example:13111@evil.example/",
        "http://[",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_another_server_is_never_followed(location: str) -> None:
    transport = Recorder(httpx.Response(302, headers={"location": location}))

    with pytest.raises(GiveUp) as caught:
        search(client_of(transport))

    assert caught.value.code == "unipile_redirected"
    assert len(transport.requests) == 1


def test_a_redirect_to_nowhere_is_given_up() -> None:
    with pytest.raises(GiveUp, match="Unipile API error: 302"):
        search(answering(302))


def test_the_default_port_is_the_same_server() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/there":
            return httpx.Response(200, json=EMPTY_PAGE)
        return httpx.Response(307, headers={"location": "https://u.example:443/there"})

    assert search(client_of(Recorder(answer), dsn="https://u.example")).people == ()


def test_a_ring_of_redirects_ends_after_three() -> None:
    transport = Recorder(httpx.Response(307, headers={"location": "/again"}))

    with pytest.raises(GiveUp):
        search(client_of(transport))

    assert len(transport.requests) == 4


# Answers


def test_a_refusal_is_its_error(wire: Callable[[str], Any]) -> None:
    refusals: dict[str, type[UnipileError]] = {
        "invalid_parameters": BadRequest,
        "disconnected_account": NeedsPerson,
        "missing_credentials": GiveUp,
        "too_many_requests": RateLimited,
        "service_unavailable": ProviderDown,
    }
    for name, kind in refusals.items():
        body = wire("errors")[name]
        with pytest.raises(kind, match=f"^Unipile API error: {body['status']}"):
            search(answering(body["status"], json=body))


def test_retry_after_is_handed_on() -> None:
    with pytest.raises(RateLimited) as caught:
        search(answering(429, headers={"retry-after": "17"}))

    assert caught.value.retry_after_s == 17


def test_a_complete_answer_that_is_no_page_is_unreadable() -> None:
    for body in (b"<html>Hello</html>", b'{"items": [{"id": "a"', b"", b"{}"):
        with pytest.raises(UnreadableAnswer):
            search(
                answering(200, content=body, headers={"content-length": str(len(body))})
            )


def test_an_answer_that_cannot_be_unpacked_is_unreadable() -> None:
    headers = {"content-encoding": "gzip"}
    with pytest.raises(UnreadableAnswer):
        search(client_of(Recorder(lambda _: lazily(200, b"no gzip", headers))))
    with pytest.raises(ProviderDown):
        search(client_of(Recorder(lambda _: lazily(503, b"no gzip", headers))))


def lazily(status: int, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """Return a response that httpx decodes when it is read, as over a socket."""
    return httpx.Response(status, content=iter([body]), headers=headers)


def test_a_bomb_is_not_read_to_its_end() -> None:
    bomb = gzip.compress(b" " * (BODY_LIMIT + 1))
    headers = {"content-encoding": "gzip"}

    with pytest.raises(UnreadableAnswer, match="too long"):
        search(client_of(Recorder(lambda _: lazily(200, bomb, headers))))
    with pytest.raises(ProviderDown):
        search(client_of(Recorder(lambda _: lazily(503, bomb, headers))))


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError]
)
def test_any_transports_failure_is_network_trouble(
    error: type[httpx.TransportError],
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("it broke")

    with pytest.raises(NetworkTrouble, match="it broke"):
        search(client_of(Recorder(fail)))
