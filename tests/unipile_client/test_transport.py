"""A request ends by its deadline, whatever the server does. Over real sockets."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from unipile_client import UnipileClient
from unipile_client.errors import NetworkTrouble

DEADLINE_S = 0.3
# The deadline itself is kept within a few ms; the rest is for a busy machine.
TOLERANCE_S = 0.25
EMPTY_PAGE = b'{"items": [], "cursor": null}'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"


def ask(
    client: UnipileClient, *, deadline_s: float = DEADLINE_S, text: str = ""
) -> Any:
    return client.search(
        account_id="a",
        body={"keywords": text},
        page_size=100,
        cursor=None,
        deadline_s=deadline_s,
    )


def seconds_until_it_gives_up(address: str, *, text: str = "") -> float:
    with UnipileClient(dsn=address, api_key="key") as client:
        start = time.monotonic()
        with pytest.raises(NetworkTrouble, match=r"within 0.3 s"):
            ask(client, text=text)
        return time.monotonic() - start


def stall_at_once(visit: Any) -> None:
    visit.read_request()
    visit.stall()


def stall_in_the_head(visit: Any) -> None:
    visit.read_request()
    visit.send(b"HTTP/1.1 200 OK\r\ncontent-")
    visit.stall()


def drip_the_head(visit: Any) -> None:
    visit.read_request()
    visit.drip(HEAD * 100)


def stall_in_the_body(visit: Any) -> None:
    visit.read_request()
    visit.send(HEAD + b'{"items":')
    visit.stall()


def drip_the_body(visit: Any) -> None:
    visit.read_request()
    visit.send(HEAD)
    visit.drip(b" " * 1000)


def drip_an_endless_chunked_body(visit: Any) -> None:
    visit.read_request()
    visit.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    visit.drip(b"1\r\n \r\n" * 1000)


def drip_a_refusal(visit: Any) -> None:
    visit.read_request()
    visit.send(HEAD.replace(b"200 OK", b"401 Unauthorized"))
    visit.drip(b" " * 1000)


def redirect_slowly_for_ever(visit: Any) -> None:
    while visit.read_request():
        visit.send(b"HTTP/1.1 307 Temporary Redirect\r\nlocation: /again")
        visit.drip(b"\r\ncontent-length: 0\r\n\r\n")


@pytest.mark.parametrize(
    "script",
    [
        stall_at_once,
        stall_in_the_head,
        drip_the_head,
        stall_in_the_body,
        drip_the_body,
        drip_an_endless_chunked_body,
        drip_a_refusal,
        redirect_slowly_for_ever,
    ],
)
def test_a_slow_server_cannot_hold_a_request_past_its_deadline(
    serve: Callable[[Any], str], script: Callable[[Any], None]
) -> None:
    took_s = seconds_until_it_gives_up("http://" + serve(script))

    assert DEADLINE_S <= took_s < DEADLINE_S + TOLERANCE_S


def test_a_server_that_reads_nothing_cannot_hold_a_request(
    serve: Callable[[Any], str],
) -> None:
    address = "http://" + serve(lambda visit: visit.stall())

    took_s = seconds_until_it_gives_up(address, text="x" * 20_000_000)

    assert took_s < DEADLINE_S + TOLERANCE_S


def test_a_tls_handshake_that_never_ends_is_cut_off(
    serve: Callable[[Any], str],
) -> None:
    took_s = seconds_until_it_gives_up(serve(lambda visit: visit.stall()))

    assert took_s < DEADLINE_S + TOLERANCE_S


def test_a_host_that_does_not_take_connections_is_given_up() -> None:
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as listener:
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for sock in waiting:  # they fill the queue; nobody accepts them
            sock.setblocking(False)
            sock.connect_ex(address)

        took_s = seconds_until_it_gives_up(f"http://127.0.0.1:{address[1]}")

        for sock in waiting:
            sock.close()
    assert took_s < DEADLINE_S + TOLERANCE_S


def test_a_name_that_is_never_resolved_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_over = threading.Event()

    def never_answer(*args: object, **kwargs: object) -> list[Any]:
        is_over.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never_answer)
    try:
        took_s = seconds_until_it_gives_up("api1.unipile.example:13111")
    finally:
        is_over.set()

    assert took_s < DEADLINE_S + TOLERANCE_S


def test_the_next_address_is_tried_where_the_first_refuses(
    serve: Callable[[Any], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(serve(lambda visit: answer_all(visit)).rpartition(":")[2])
    both = [
        (socket.AF_INET, socket.SOCK_STREAM, 0, "", (host, port))
        for host in ("127.0.0.2", "127.0.0.1")
    ]
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: both if host == "two.example" else real(host, *a, **k),
    )

    with UnipileClient(dsn=f"http://two.example:{port}", api_key="key") as client:
        assert ask(client, deadline_s=5).people == ()


@pytest.mark.parametrize("host", ["nobody.invalid", "a..b"])
def test_a_host_without_an_address_is_network_trouble(host: str) -> None:
    with (
        UnipileClient(dsn=f"http://{host}:80", api_key="key") as client,
        pytest.raises(NetworkTrouble),
    ):
        ask(client, deadline_s=20)


def test_a_closed_port_is_network_trouble_at_once() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    with (
        UnipileClient(dsn=f"http://127.0.0.1:{port}", api_key="key") as client,
        pytest.raises(NetworkTrouble, match="refused"),
    ):
        ask(client, deadline_s=20)


@pytest.mark.parametrize("deadline_s", [0, -1])
def test_no_time_left_is_network_trouble_without_a_request(
    serve: Callable[[Any], str], deadline_s: float
) -> None:
    visits: list[bytes] = []
    address = serve(lambda visit: visits.append(visit.read_request()))
    with (
        UnipileClient(dsn=f"http://{address}", api_key="key") as client,
        pytest.raises(NetworkTrouble),
    ):
        ask(client, deadline_s=deadline_s)

    assert visits == []


def answer_all(visit: Any) -> None:
    while visit.read_request():
        visit.answer(EMPTY_PAGE)


def test_one_connection_serves_one_request_after_another(
    serve: Callable[[Any], str],
) -> None:
    visits: list[Any] = []

    def script(visit: Any) -> None:
        visits.append(visit)
        answer_all(visit)

    with UnipileClient(dsn="http://" + serve(script), api_key="key") as client:
        for _ in range(3):
            ask(client, deadline_s=5)

    assert len(visits) == 1


def test_a_connection_that_died_while_idle_is_not_used_again(
    serve: Callable[[Any], str],
) -> None:
    closed = threading.Event()

    def answer_once(visit: Any) -> None:
        visit.read_request()
        visit.answer(EMPTY_PAGE)
        visit.close()
        closed.set()

    with UnipileClient(dsn="http://" + serve(answer_once), api_key="key") as client:
        for _ in range(3):
            closed.clear()
            assert ask(client, deadline_s=5).people == ()
            assert closed.wait(5)


def test_each_thread_has_its_own_deadline(serve: Callable[[Any], str]) -> None:
    hurried_is_late = threading.Event()
    patient_page: list[Any] = []

    def script(visit: Any) -> None:
        if b"patient" not in visit.read_request():
            visit.stall()
        hurried_is_late.wait(5)
        visit.answer(EMPTY_PAGE)

    with UnipileClient(dsn="http://" + serve(script), api_key="key") as client:
        patient = threading.Thread(
            target=lambda: patient_page.append(
                ask(client, deadline_s=20, text="patient")
            )
        )
        patient.start()
        with pytest.raises(NetworkTrouble):
            ask(client)
        hurried_is_late.set()
        patient.join(10)

    assert len(patient_page) == 1


def test_httpx_logs_none_of_our_addresses(
    serve: Callable[[Any], str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    with UnipileClient(dsn="http://" + serve(answer_all), api_key="KEY") as client:
        client.search(
            account_id="a", body={}, page_size=1, cursor="CURSOR", deadline_s=5
        )

    assert "CURSOR" not in caplog.text
    assert "KEY" not in caplog.text


# What breaks off on the way


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
        UnipileClient(dsn="http://" + serve(script), api_key="key") as client,
        pytest.raises(NetworkTrouble),
    ):
        ask(client, deadline_s=5)


def test_a_whole_page_without_a_length_is_read(serve: Callable[[Any], str]) -> None:
    def script(visit: Any) -> None:
        visit.read_request()
        visit.send(b'HTTP/1.1 200 OK\r\n\r\n{"items": [{"id": "a"}], "cursor": null}')

    with UnipileClient(dsn="http://" + serve(script), api_key="key") as client:
        assert ask(client, deadline_s=5).people[0].provider_id == "a"


def test_a_page_crosses_a_socket_as_it_is(
    serve: Callable[[Any], str], wire_bytes: Callable[[str], bytes]
) -> None:
    requests: list[bytes] = []

    def script(visit: Any) -> None:
        requests.append(visit.read_request())
        visit.answer(wire_bytes("search_sales_navigator"))

    with UnipileClient(dsn="http://" + serve(script), api_key="key") as client:
        page = ask(client, deadline_s=5, text="é")

    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(
        b"POST /api/v1/linkedin/search?account_id=a&limit=100 HTTP/1.1"
    )
    assert body == '{"keywords":"é"}'.encode()
    assert len(page.people) == 3
