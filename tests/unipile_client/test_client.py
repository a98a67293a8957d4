"""What the client puts on the wire, what it follows, and what it never shows."""

from __future__ import annotations

import gzip
import json
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unipile_client import Api, UnipileClient
from unipile_client.client import BODY_LIMIT, LONGEST_CURSOR_IN_QUERY, base_url
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


# Addresses


@pytest.mark.parametrize(
    ("dsn", "address"),
    [
        ("api1.unipile.com:13111", "https://api1.unipile.com:13111/api/v1"),
        (" api1.unipile.com:13111\n", "https://api1.unipile.com:13111/api/v1"),
        ("localhost:8080", "https://localhost:8080/api/v1"),
        ("http://127.0.0.1:3114", "http://127.0.0.1:3114/api/v1"),
        ("http://127.0.0.1:3114/", "http://127.0.0.1:3114/api/v1"),
        ("https://api1.unipile.com", "https://api1.unipile.com/api/v1"),
        (
            "https://api1.unipile.com:13111/api/v1",
            "https://api1.unipile.com:13111/api/v1",
        ),
        (
            "https://api1.unipile.com:13111/api/v1/",
            "https://api1.unipile.com:13111/api/v1",
        ),
        ("http://[::1]:8080", "http://[::1]:8080/api/v1"),
    ],
)
def test_the_forms_of_a_dsn(dsn: str, address: str) -> None:
    assert base_url(dsn) == address


@pytest.mark.parametrize(
    "dsn",
    [
        "",
        "api9.unipile.com",
        "api1.unipile.com:13111/api/v1",
        "api1.unipile.com:port",
        "api1.unipile.com:99999",
        "ftp://api1.unipile.com:13111",
        "https://",
        "https://me:secret@api1.unipile.com",
        "https://api1.unipile.com/other",
        "https://api1.unipile.com/api/v2",
        "https://api1.unipile.com?x=1",
        "https://api1.unipile.com#x",
        "https://api1 unipile.com",
        "https://[::1",
        "S3CRET+key/pasted==",
    ],
)
def test_anything_else_is_refused_without_repeating_it(dsn: str) -> None:
    with pytest.raises(ValueError, match="must be host:port") as caught:
        base_url(dsn)

    assert not dsn or dsn not in str(caught.value)


@given(dsn=st.text())
def test_any_dsn_is_an_address_or_a_clear_refusal(dsn: str) -> None:
    try:
        address = base_url(dsn)
    except ValueError:
        return
    assert httpx.URL(address).path == "/api/v1"


@pytest.mark.parametrize("key", ["", "  ", "two words", "line\nbreak", "schlüssel"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    with pytest.raises(ValueError, match="API key") as caught:
        UnipileClient(dsn="http://localhost", api_key=key)

    assert not key.strip() or key not in str(caught.value)


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


# Over a socket: what breaks off on the way


def cut_by_length(visit: Any) -> None:
    visit.read_request()
    visit.send(b'HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{"items": [')


def cut_by_chunk(visit: Any) -> None:
    visit.read_request()
    visit.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n")


def cut_without_length(visit: Any) -> None:
    visit.read_request()
    visit.send(b'HTTP/1.1 200 OK\r\n\r\n{"items": [{"id": "a"}')


def cut_refusal(visit: Any) -> None:
    visit.read_request()
    visit.send(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 99\r\n\r\n{")


def cut_head(visit: Any) -> None:
    visit.read_request()
    visit.send(b"HTTP/1.1 200")


def hang_up(visit: Any) -> None:
    visit.read_request()


def speak_another_language(visit: Any) -> None:
    visit.read_request()
    visit.send(b"220 smtp.example ESMTP\r\n")


@pytest.mark.parametrize(
    "script",
    [
        cut_by_length,
        cut_by_chunk,
        cut_without_length,
        cut_refusal,
        cut_head,
        hang_up,
        speak_another_language,
    ],
)
def test_what_stops_short_is_network_trouble(
    serve: Callable[[Any], str], script: Callable[[Any], None]
) -> None:
    with (
        client_of(dsn="http://" + serve(script)) as client,
        pytest.raises(NetworkTrouble),
    ):
        search(client)


def test_a_whole_page_without_a_length_is_read(serve: Callable[[Any], str]) -> None:
    def script(visit: Any) -> None:
        visit.read_request()
        visit.send(b'HTTP/1.1 200 OK\r\n\r\n{"items": [{"id": "a"}], "cursor": null}')

    with client_of(dsn="http://" + serve(script)) as client:
        assert search(client).people[0].provider_id == "a"


def test_a_page_crosses_a_socket_as_it_is(
    serve: Callable[[Any], str], wire_bytes: Callable[[str], bytes]
) -> None:
    requests: list[bytes] = []

    def script(visit: Any) -> None:
        requests.append(visit.read_request())
        visit.answer(wire_bytes("search_sales_navigator"))

    with client_of(dsn="http://" + serve(script)) as client:
        page = search(client, body={"keywords": "é"})

    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(
        b"POST /api/v1/linkedin/search?account_id=a&limit=50 HTTP/1.1"
    )
    assert body == '{"keywords":"é"}'.encode()
    assert len(page.people) == 3


# Secrets


def everything_shown(error: BaseException) -> str:
    """Return all that an error reporter would: the chain, each frame's locals."""
    shown = []
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        shown += [repr(one), str(one), repr(vars(one))]
        shown += [repr(value) for value in locals_of(one.__traceback__)]
        waiting += [one.__cause__, one.__context__]
    return "\n".join([*shown, "".join(traceback.format_exception(error))])


def locals_of(trace: TracebackType | None) -> list[object]:
    """Return the locals of the frames that are the client's, httpx's or below."""
    found: list[object] = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename != __file__:
            found += trace.tb_frame.f_locals.values()
        trace = trace.tb_next
    return found


def echo_the_key(visit: Any) -> None:
    visit.read_request()
    body = json.dumps({"title": f"Wrong key {KEY}", "detail": KEY, "type": KEY})
    visit.answer(body.encode(), status="401 Unauthorized")


def answer_nonsense(visit: Any) -> None:
    visit.read_request()
    visit.answer(b"<html>")


def redirect_away(visit: Any) -> None:
    visit.read_request()
    visit.send(b"HTTP/1.1 302 Found\r\nlocation: http://e.example\r\n\r\n")


@pytest.mark.parametrize(
    "script",
    [
        echo_the_key,
        answer_nonsense,
        redirect_away,
        hang_up,
        cut_by_length,
        cut_head,
        lambda visit: visit.stall(),
    ],
)
def test_no_error_shows_the_key(
    serve: Callable[[Any], str], script: Callable[[Any], None]
) -> None:
    with client_of(dsn="http://" + serve(script)) as client:
        with pytest.raises(UnipileError) as caught:
            search(client, deadline_s=0.3)

        assert KEY not in everything_shown(caught.value)


def test_no_repr_shows_the_key() -> None:
    client = client_of()

    assert KEY not in repr(client) + repr(vars(client)) + str(client)
