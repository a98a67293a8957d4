"""Starting and stopping: in a test's thread, and as a process of its own."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.unipile_client.sandbox.asking import ANNA, EXAMPLE, SEARCH
from unipile_client.sandbox.server import SandboxServer, listen

KEY = {"X-API-KEY": "any"}
COMMAND = [sys.executable, "-m", "unipile_client.sandbox"]


@contextmanager
def started(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *options], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        found = re.fullmatch(r"Unipile sandbox on (http://127\.0\.0\.1:\d+)\n", ready)
        assert found is not None, ready
        yield process, found[1]
    finally:
        process.kill()
        process.communicate()


def accounts_at(url: str) -> int:
    answer = httpx.get(f"{url}/api/v1/accounts", headers=KEY, params={"limit": 250})
    return len(answer.json()["items"])


def test_the_command_says_one_line_and_serves() -> None:
    with started() as (_, url):
        assert accounts_at(url) == 8


def test_the_command_takes_options() -> None:
    with started("--accounts", "20", "--latency-s", "0.5") as (_, url):
        settings = httpx.get(f"{url}/_sandbox/settings").json()

        assert accounts_at(url) == 20
        assert settings == {"latency_s": 0.5}


def test_the_demo_has_a_latency_that_looks_real() -> None:
    with started() as (_, url):
        assert httpx.get(f"{url}/_sandbox/settings").json() == {"latency_s": 0.1}


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_when_told(sent: signal.Signals) -> None:
    with started() as (process, _):
        process.send_signal(sent)

        assert process.wait(timeout=10) in (0, -sent)


def test_the_command_ends_though_a_request_stalls() -> None:
    with started("--latency-s", "0") as (process, url):
        httpx.put(f"{url}/_sandbox/faults", json=[{"kind": "stall"}])
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                f"{url}{SEARCH}",
                params={"account_id": ANNA},
                json=EXAMPLE,
                headers=KEY,
                timeout=0.2,
            )
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=10) in (0, -signal.SIGTERM)


@pytest.mark.parametrize("count", ["0", "501", "many"])
def test_the_command_refuses_a_wrong_number_of_accounts(count: str) -> None:
    ended = subprocess.run(
        [*COMMAND, "--port", "0", "--accounts", count], capture_output=True, check=False
    )

    assert ended.returncode == 2
    assert b"--accounts" in ended.stderr


def test_the_server_is_there_within_its_block_alone() -> None:
    with SandboxServer(accounts=3) as server:
        assert accounts_at(server.url) == 3

    with pytest.raises(httpx.ConnectError):
        accounts_at(server.url)


def test_the_server_stops_though_a_request_stalls() -> None:
    stalled: list[int] = []

    def ask() -> None:
        answer = httpx.post(
            f"{server.url}{SEARCH}",
            params={"account_id": ANNA},
            json=EXAMPLE,
            headers=KEY,
            timeout=30,
        )
        stalled.append(answer.status_code)

    asking = threading.Thread(target=ask)
    with SandboxServer() as server:
        server.put_faults([{"kind": "stall"}])
        asking.start()
        while not server.faults()[0]["fired"]:
            pass
    asking.join(timeout=10)

    assert stalled == [200]


def test_two_servers_stand_side_by_side() -> None:
    with SandboxServer(accounts=2) as one, SandboxServer(accounts=3) as other:
        assert one.url != other.url
        assert (accounts_at(one.url), accounts_at(other.url)) == (2, 3)


def test_a_port_can_be_chosen() -> None:
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]

    with SandboxServer(port, accounts=1) as server:
        assert server.url == f"http://127.0.0.1:{port}"
