"""Workers on several machines share the work, whatever their clocks and wires do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
import redis
from django.conf import settings
from django.db import connection
from websockets.sync.client import connect

from accounts import tokens
from accounts.models import LinkedInAccount, Membership
from searchjobs import audit
from searchjobs.models import SearchEvent, SearchJob, SearchResult
from tests.acceptance.conftest import connect_account
from tests.acceptance.hosts.conftest import PACE_S, Network
from tests.acceptance.test_workers import people_expected, people_of, stored
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db(transaction=True)]

NewSearch = Callable[..., SearchJob]


@pytest.fixture
def accounts(
    membership: Membership, sandbox_server: SandboxServer, network: Network
) -> list[LinkedInAccount]:
    return [
        connect_account(membership, sandbox_server, place=place)
        for place in (0, 3, 5, 6)
    ]


def assert_paced(sandbox: SandboxServer, account: LinkedInAccount) -> None:
    """One request at a time, each a pace after the last answer, by the server's log."""
    log = sandbox.requests(account.unipile_account_id)
    assert {request["busy"] for request in log} == {1}
    gaps = [b["arrived_s"] - a["finished_s"] for a, b in pairwise(log)]
    assert min(gaps) >= PACE_S


def farthest_times() -> tuple[float, float]:
    """Return seconds until the last lease ends and the last turn opens, 0 for none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(extract(epoch FROM lease_expires_at - now())), 0),"
            " max(extract(epoch FROM next_turn_at - now()))"
            " FROM user_unipile_accounts"
        )
        lease_s, turn_s = cursor.fetchone()
    return float(lease_s), float(turn_s)


def clocks_of(jobs: list[SearchJob]) -> set[int]:
    """Return by how many seconds the clocks were off of those who stored people.

    `scrapedAt` is what a worker's own clock said, and nothing but shown.
    """
    rows = SearchResult.objects.filter(job__in=jobs)
    pages = rows.values_list("prospect_data__scrapedAt", "created_at").distinct()
    return {
        round((datetime.fromisoformat(said) - stored_at) / timedelta(seconds=30)) * 30
        for said, stored_at in pages
    }


def test_three_machines_two_of_them_with_wrong_clocks_find_everybody_once(
    network: Network,
    accounts: list[LinkedInAccount],
    sandbox_server: SandboxServer,
    new_search: NewSearch,
) -> None:
    network.worker(network.one)
    network.worker(network.two, clock_is_off_s=30)
    network.worker(network.three, clock_is_off_s=-30)
    for machine, off_s in ((network.two, 30), (network.three, -30)):
        network.dispatcher(machine, clock_is_off_s=off_s)
    jobs = [
        new_search(600, account_id=account.id) for account in accounts for _ in "ab"
    ]
    seen: list[tuple[float, float]] = []

    def are_finished() -> bool:
        seen.append(farthest_times())
        return not SearchJob.objects.exclude(status="completed").exists()

    network.wait_until(are_finished)

    assert clocks_of(jobs) == {-30, 0, 30}
    lease_s, turn_s = (max(times) for times in zip(*seen, strict=True))
    assert lease_s <= network.lease_s
    assert turn_s <= PACE_S
    for job in SearchJob.objects.select_related("account"):
        assert people_of(job) == people_expected(sandbox_server, job.account, job)
        assert audit.audit(job.id) == []
    for account in accounts:
        assert_paced(sandbox_server, account)
    assert not SearchEvent.objects.filter(kind="lease_lost").exists()


def test_what_a_worker_stores_is_shown_live_by_the_web_of_another_machine(
    network: Network,
    accounts: list[LinkedInAccount],
    membership: Membership,
    new_search: NewSearch,
) -> None:
    network.web(network.one)
    network.worker(network.two, clock_is_off_s=30)
    network.dispatcher(network.three, clock_is_off_s=-30)
    token = tokens.issue(membership.user, lifetime=timedelta(hours=1))
    there = f"{network.one.address}:8000"
    assert httpx.get(f"http://{there}/readyz").status_code == 200

    job = new_search(300)
    with connect(
        f"ws://{there}/ws/search-jobs/{job.id}", subprotocols=[f"token.{token}"]
    ) as socket:
        shown: dict[str, Any] = {}
        while shown.get("new", {}).get("status") != "completed":
            shown = json.loads(socket.recv(timeout=30))

    assert shown["new"]["progress_current"] == 300


def forget(network_address: str) -> None:
    """Let both servers end their connections with a machine; it cannot be told."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE client_addr = %s",
            [network_address],
        )
        assert cursor.rowcount
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for one in client.client_list():
            if one["addr"].startswith(f"{network_address}:"):
                client.client_kill(one["addr"])


def test_a_machine_cut_off_in_mid_turn_loses_it_to_another_and_comes_back(
    network: Network,
    accounts: list[LinkedInAccount],
    sandbox_server: SandboxServer,
    new_search: NewSearch,
) -> None:
    network.lease_s = 3
    network.dispatcher(network.one, clock_is_off_s=30)
    late = network.worker(network.two, clock_is_off_s=-30)
    sandbox_server.put_faults([{"kind": "stall", "page": 2, "times": 1}])
    job = new_search(500, account_id=accounts[0].id)
    network.wait_until(lambda: sandbox_server.faults()[0]["fired"])
    network.two.cut()
    sandbox_server.release()
    other = network.worker(network.three, clock_is_off_s=30)
    job = network.finish(job)

    assert people_of(job) == people_expected(sandbox_server, job.account, job)
    assert SearchEvent.objects.filter(job=job, kind="lease_lost").count() == 1
    turns_ended = late.count("succeeded")
    forget(network.two.address)

    network.two.heal()

    network.wait_until(lambda: late.count("succeeded") > turns_ended)  # and was fenced
    assert stored(job) == 500
    assert SearchJob.objects.get(id=job.id).requests == job.requests
    assert audit.audit(job.id) == []
    other.stop()
    job = network.finish(new_search(500, account_id=accounts[0].id))
    assert people_of(job) == people_expected(sandbox_server, job.account, job)
