"""Answers that refuse, come late, in part, or never."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from tests.unipile_client.sandbox.asking import (
    ANNA,
    BEN,
    DILAN,
    EXAMPLE,
    SEARCH,
    Unipile,
    refusal,
)
from unipile_client.sandbox.server import SandboxServer


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_parameters"),
        (401, "disconnected_account"),
        (403, "insufficient_permissions"),
        (404, "resource_not_found"),
        (408, "request_timeout"),
        (422, "unprocessable_entity"),
        (425, "auth_in_progress"),
        (429, "too_many_requests"),
        (500, "unexpected_error"),
        (501, "feature_not_implemented"),
        (503, "service_unavailable"),
        (504, "request_timeout"),
        (418, "unexpected_error"),
    ],
)
def test_any_status_can_be_dialled(
    status: int, kind: str, unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "status", "status": status}])

    assert refusal(unipile.search(EXAMPLE)) == (status, kind)


@pytest.mark.parametrize("kind", ["errors/account_restricted", "account_restricted"])
def test_any_type_can_be_dialled(
    kind: str, unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "status", "status": 403, "type": kind}])

    assert refusal(unipile.search(EXAMPLE)) == (403, "account_restricted")


def test_title_and_detail_can_be_dialled(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    words = {"title": "Limit", "detail": "commercial use limit reached"}
    sandbox.put_faults([{"kind": "status", "status": 403, **words}])

    assert words.items() <= unipile.search(EXAMPLE).json().items()


def test_a_429_says_nothing_of_when_to_come_back(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "status", "status": 429}])

    assert "retry-after" not in unipile.search(EXAMPLE).headers


@pytest.mark.parametrize("when", [7, "Mon, 23 Nov 2026 23:00:00 GMT"])
def test_a_429_may_say_when_to_come_back(
    when: int | str, unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "status", "status": 429, "retry_after": when}])

    assert unipile.search(EXAMPLE).headers["retry-after"] == str(when)


def test_a_500_has_no_detail(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "status", "status": 500}])

    assert "detail" not in unipile.search(EXAMPLE).json()


@pytest.mark.parametrize("status", [200, 502])
def test_a_proxy_may_answer_in_html(
    status: int, unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "html", "status": status}])

    answer = unipile.search(EXAMPLE)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.startswith("<!DOCTYPE html>")


def test_html_is_a_502_unless_told_otherwise(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "html"}])

    assert unipile.search(EXAMPLE).status_code == 502


def test_an_expired_cursor_is_a_400(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "expired_cursor"}])
    first = unipile.page(EXAMPLE)

    answer = unipile.search(EXAMPLE, cursor=first["cursor"])

    assert refusal(answer) == (400, "invalid_parameters")


def test_a_disconnect_lasts(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "disconnect"}])

    answers = [refusal(unipile.search(EXAMPLE)) for _ in range(2)]

    assert answers == [(401, "disconnected_account")] * 2
    sources = unipile.get(f"/accounts/{ANNA}").json()["sources"]
    assert sources[0]["status"] == "CREDENTIALS"


def test_a_disconnect_hits_one_account(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "disconnect", "account_id": ANNA}])
    unipile.search(EXAMPLE)

    assert unipile.search(EXAMPLE, DILAN).status_code == 200


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [
        ("accounts", "/accounts"),
        ("accounts", f"/accounts/{ANNA}"),
        ("users", "/users/me"),
        ("parameters", "/linkedin/search/parameters"),
    ],
)
def test_other_endpoints_fail_too(
    endpoint: str, path: str, unipile: Unipile, sandbox: SandboxServer
) -> None:
    fault = {"kind": "status", "status": 503, "endpoint": endpoint}
    sandbox.put_faults([fault])

    answer = unipile.get(path, account_id=ANNA, type="LOCATION")

    assert refusal(answer) == (503, "service_unavailable")


def test_a_dropped_connection_has_no_answer(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "drop"}])

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        unipile.search(EXAMPLE)


def test_a_cut_body_ends_before_its_length(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "cut_body"}])

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        unipile.search(EXAMPLE)


def test_the_server_lives_on_after_a_broken_connection(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "drop"}])
    with pytest.raises(httpx.TransportError):
        unipile.search(EXAMPLE)

    assert unipile.search(EXAMPLE).status_code == 200


def test_a_slow_answer_takes_its_time(unipile: Unipile, sandbox: SandboxServer) -> None:
    sandbox.put_faults([{"kind": "slow", "latency_s": 0.2}])
    began = time.monotonic()

    unipile.page(EXAMPLE)

    assert time.monotonic() - began >= 0.2


def test_a_slow_answer_may_be_too_slow(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "slow", "latency_s": 60}])

    with pytest.raises(httpx.ReadTimeout):
        unipile.http.post(
            SEARCH, params={"account_id": ANNA}, json=EXAMPLE, timeout=0.1
        )


def test_latency_holds_for_every_search(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.set_latency(0.1)
    began = time.monotonic()

    unipile.page(EXAMPLE)
    unipile.page(EXAMPLE)

    assert time.monotonic() - began >= 0.2


def test_latency_holds_for_refusals_too(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.set_latency(0.1)
    sandbox.put_faults([{"kind": "status"}])
    began = time.monotonic()

    unipile.search(EXAMPLE)

    assert time.monotonic() - began >= 0.1


def test_drips_add_up_to_the_whole_answer(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    whole = unipile.page(EXAMPLE, limit=1)
    sandbox.put_faults([{"kind": "drip", "interval_s": 0}])

    assert unipile.page(EXAMPLE, limit=1) == whole


def test_drips_outlast_a_client_that_waits_for_each_byte_alone(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "drip", "interval_s": 0.01}])

    with unipile.http.stream(
        "POST", SEARCH, params={"account_id": ANNA}, json=EXAMPLE
    ) as answer:
        drips = answer.iter_raw()
        heard = next(drips) + next(drips)

    assert answer.status_code == 200
    assert 2 <= len(heard) < 100


async def _until_fired(client: httpx.AsyncClient) -> None:
    while not (await client.get("/_sandbox/faults")).json()[0]["fired"]:
        pass


@pytest.fixture
def caller(sandbox: SandboxServer) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=sandbox.url, headers={"X-API-KEY": "any"}, trust_env=False, timeout=30
    )


async def test_a_stalled_request_is_answered_when_released(
    caller: httpx.AsyncClient, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "stall"}])
    async with caller:
        stalled = asyncio.create_task(
            caller.post(SEARCH, params={"account_id": ANNA}, json=EXAMPLE)
        )
        await _until_fired(caller)
        assert not stalled.done()
        await caller.delete("/_sandbox/faults")

        assert (await stalled).status_code == 200


async def test_a_stalled_request_blocks_nobody(
    caller: httpx.AsyncClient, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "stall", "account_id": ANNA, "times": None}])
    async with caller:
        stalled = asyncio.create_task(
            caller.post(SEARCH, params={"account_id": ANNA}, json=EXAMPLE)
        )
        await _until_fired(caller)

        other = await caller.post(SEARCH, params={"account_id": DILAN}, json=EXAMPLE)

        assert other.status_code == 200
        assert not stalled.done()
        await caller.delete("/_sandbox/faults")
        await stalled


async def test_accounts_are_answered_at_the_same_time(
    caller: httpx.AsyncClient, sandbox: SandboxServer
) -> None:
    sandbox.set_latency(0.3)
    began = time.monotonic()
    async with caller:
        answers = await asyncio.gather(
            *(
                caller.post(SEARCH, params={"account_id": account}, json=EXAMPLE)
                for account in [ANNA, DILAN] * 10
            )
        )

    assert {answer.status_code for answer in answers} == {200}
    assert time.monotonic() - began < 20 * 0.3


async def test_the_log_counts_what_is_under_way_of_an_account(
    caller: httpx.AsyncClient, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "stall", "account_id": ANNA, "times": 1}])
    async with caller:
        stalled = asyncio.create_task(
            caller.post(SEARCH, params={"account_id": ANNA}, json=EXAMPLE)
        )
        await _until_fired(caller)
        for account in (ANNA, BEN, ANNA):
            await caller.post(SEARCH, params={"account_id": account}, json=EXAMPLE)
        records = (await caller.get("/_sandbox/requests")).json()
        await caller.delete("/_sandbox/faults")
        await stalled

    assert [record["busy"] for record in records] == [1, 2, 1, 2]


async def test_a_client_that_hangs_up_is_no_longer_under_way(
    caller: httpx.AsyncClient, sandbox: SandboxServer
) -> None:
    sandbox.put_faults([{"kind": "stall"}])
    async with caller:
        with pytest.raises(httpx.ReadTimeout):
            await caller.post(
                SEARCH, params={"account_id": ANNA}, json=EXAMPLE, timeout=0.1
            )
        while True:
            (record,) = (await caller.get("/_sandbox/requests")).json()
            if record["finished_s"] is not None:
                break

    assert record["status"] is None
