"""The endpoints that steer the sandbox, and the request log."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.unipile_client.sandbox.asking import (
    ANNA,
    BEN,
    EXAMPLE,
    EXAMPLE_ON_CLASSIC,
    SEARCH,
    Unipile,
    recruiter,
    refusal,
)
from unipile_client.sandbox.journal import Journal
from unipile_client.sandbox.server import SandboxServer


def test_the_log_tells_each_request(unipile: Unipile, sandbox: SandboxServer) -> None:
    first = unipile.page(EXAMPLE, limit=100)
    unipile.page(EXAMPLE, limit=100, cursor=first["cursor"])

    told = [
        (r["method"], r["path"], r["account_id"], r["start"], r["limit"], r["rows"])
        for r in sandbox.requests()
    ]

    assert told == [
        ("POST", SEARCH, ANNA, 0, 100, 100),
        ("POST", SEARCH, ANNA, 100, 100, 100),
    ]


def test_the_log_tells_when(unipile: Unipile, sandbox: SandboxServer) -> None:
    began, began_at = time.monotonic(), time.time()
    unipile.page(EXAMPLE)
    ended, ended_at = time.monotonic(), time.time()

    (record,) = sandbox.requests()

    assert began <= record["arrived_s"] <= record["finished_s"] <= ended
    assert began_at <= record["arrived_at"] <= ended_at


def test_the_log_tells_status_and_fault(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "slow", "latency_s": 0}, {"kind": "status"}])
    unipile.search(EXAMPLE)
    unipile.search(EXAMPLE)

    told = [(r["status"], r["fault"], r["rows"]) for r in sandbox.requests()]

    assert told == [(500, "slow+status", None), (200, None, 10)]


def test_the_log_tells_of_dropped_connections(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "drop"}])
    with pytest.raises(httpx.TransportError):
        unipile.search(EXAMPLE)

    (record,) = sandbox.requests()
    assert (record["status"], record["fault"]) == (None, "drop")


def test_the_log_tells_of_requests_without_key(sandbox: SandboxServer) -> None:
    httpx.get(f"{sandbox.url}/api/v1/accounts")

    assert [record["status"] for record in sandbox.requests()] == [401]


def test_the_log_of_one_account(unipile: Unipile, sandbox: SandboxServer) -> None:
    unipile.page(EXAMPLE)
    unipile.page(EXAMPLE_ON_CLASSIC, BEN)

    assert [r["account_id"] for r in sandbox.requests(BEN)] == [BEN]


def test_the_log_since_a_time(unipile: Unipile, sandbox: SandboxServer) -> None:
    unipile.page(EXAMPLE)
    unipile.page(EXAMPLE)
    _, second = sandbox.requests()

    assert sandbox.requests(since=second["arrived_at"]) == [second]


def test_a_time_that_is_none_is_refused(unipile: Unipile) -> None:
    answer = unipile.http.get("/_sandbox/requests", params={"since": "noon"})

    assert refusal(answer) == (400, "invalid_parameters")


def test_steering_is_not_logged(sandbox: SandboxServer) -> None:
    sandbox.set_latency(0)

    assert sandbox.requests() == []


def test_steering_needs_no_key(sandbox: SandboxServer) -> None:
    assert httpx.get(f"{sandbox.url}/_sandbox/faults").status_code == 200


def test_numbers_go_on_after_the_log_is_cleared() -> None:
    journal = Journal()
    first = journal.arrive(method="GET", path="/", account_id=None)
    journal.clear()
    second = journal.arrive(method="GET", path="/", account_id=None)

    assert second.number == first.number + 1
    assert second.busy == 2


def test_what_is_finished_is_no_longer_busy() -> None:
    journal = Journal()
    first = journal.arrive(method="GET", path="/", account_id="a")
    journal.finish(first)

    assert journal.arrive(method="GET", path="/", account_id="a").busy == 1


def test_clearing_drops_faults_and_log(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    unipile.page(EXAMPLE)
    sandbox.put_faults([{"kind": "drop"}])

    sandbox.clear()

    assert sandbox.faults() == []
    assert sandbox.requests() == []


def test_reset_brings_everything_back(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "drop"}])
    sandbox.set_latency(9)
    sandbox.set_account_status(ANNA, "DELETED")
    sandbox.set_premium_features(BEN, ["recruiter"])

    sandbox.reset()

    assert unipile.http.get("/_sandbox/settings").json() == {"latency_s": 0}
    assert sandbox.faults() == []
    assert unipile.page(EXAMPLE)
    assert unipile.search(EXAMPLE, BEN).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/_sandbox/faults", [{"kind": "flood"}]),
        ("PUT", "/_sandbox/faults", {"kind": "drop"}),
        ("PUT", "/_sandbox/settings", {"latency": 1}),
        ("PUT", f"/_sandbox/accounts/{ANNA}", {"state": "OK"}),
        ("PUT", f"/_sandbox/accounts/{ANNA}", {"status": "FINE"}),
        ("POST", "/_sandbox/answer", {"api": "classic"}),
    ],
)
def test_a_wrong_command_is_refused(
    method: str, path: str, body: object, unipile: Unipile
) -> None:
    answer = unipile.http.request(method, path, json=body)

    assert refusal(answer) == (400, "invalid_parameters")


def test_the_server_raises_where_a_command_is_refused(sandbox: SandboxServer) -> None:
    with pytest.raises(httpx.HTTPStatusError):
        sandbox.put_faults([{"kind": "flood"}])


def test_the_answer_stops_at_the_ceiling(sandbox: SandboxServer) -> None:
    assert len(sandbox.answer(EXAMPLE)) == 2500
    assert len(sandbox.answer(EXAMPLE_ON_CLASSIC)) == 1000


def test_the_answer_speaks_the_ids_of_its_api(sandbox: SandboxServer) -> None:
    assert sandbox.answer(EXAMPLE)[0].startswith("ACwAA")
    assert sandbox.answer(EXAMPLE_ON_CLASSIC)[0].startswith("ACoAA")


def test_the_answer_of_an_account_asks_for_its_subscription(
    sandbox: SandboxServer,
) -> None:
    assert sandbox.answer(EXAMPLE, ANNA) == sandbox.answer(EXAMPLE)
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        sandbox.answer(recruiter(keywords="ceo"), ANNA)
