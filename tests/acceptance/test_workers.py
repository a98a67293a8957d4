"""A search outlives whatever happens to the processes that run it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from accounts.models import LinkedInAccount, Membership
from searchjobs import audit
from searchjobs.models import SearchEvent, SearchJob, SearchResult
from tests.acceptance.conftest import Engine, connect_account
from unipile_client.criteria import translate
from unipile_client.sandbox.server import SandboxServer
from unipile_client.types import Api

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db(transaction=True)]

NewSearch = Callable[..., SearchJob]


def people_of(job: SearchJob) -> list[str]:
    """Return whom the job stored, in the order of their positions."""
    rows = SearchResult.objects.filter(job=job).order_by("position")
    assert list(rows.values_list("position", flat=True)) == list(range(len(rows)))
    return [row.provider_id for row in rows]


def people_expected(
    sandbox: SandboxServer, account: LinkedInAccount, job: SearchJob
) -> list[str]:
    """Return whom the sandbox itself says such a search finds."""
    body = translate(job.search_criteria, Api(job.search_source)).body
    answer = sandbox.answer(body, account.unipile_account_id)
    return answer[: job.target_count]


def stored(job: SearchJob) -> int:
    return SearchResult.objects.filter(job=job).count()


def test_2500_people_arrive_in_25_requests_one_at_a_time(
    engine: Engine,
    account: LinkedInAccount,
    sandbox_server: SandboxServer,
    new_search: NewSearch,
) -> None:
    job = engine.finish(new_search())

    assert (job.status, job.completion_reason) == ("completed", "target_reached")
    assert people_of(job) == people_expected(sandbox_server, account, job)
    requests = sandbox_server.requests(account.unipile_account_id)
    assert len([r for r in requests if r["path"].endswith("/search")]) == 25
    assert {r["busy"] for r in requests} == {1}


def test_a_request_never_begins_sooner_than_the_pace_after_the_last_answer(
    account: LinkedInAccount, sandbox_server: SandboxServer, new_search: NewSearch
) -> None:
    engine = Engine(sandbox_server, SEARCH_PACE_SECONDS="0.4")
    engine.start()
    try:
        engine.finish(new_search(600))
    finally:
        engine.stop()

    requests = sandbox_server.requests(account.unipile_account_id)
    gaps = [
        later["arrived_s"] - earlier["finished_s"]
        for earlier, later in pairwise(requests)
    ]
    assert len(gaps) == 5
    assert min(gaps) >= 0.4


def test_three_killed_workers_and_a_flushed_redis_lose_and_double_nobody(
    engine: Engine,
    account: LinkedInAccount,
    sandbox_server: SandboxServer,
    new_search: NewSearch,
) -> None:
    sandbox_server.set_latency(0.05)
    job = new_search()
    for reached in (300, 900, 1500):
        engine.wait_until(lambda reached=reached: stored(job) >= reached)
        engine.worker.kill()
        engine.start_worker()
    engine.wait_until(lambda: stored(job) >= 2000)
    engine.broker.flush()

    job = engine.finish(job)

    sandbox_server.set_latency(0)
    assert (job.status, job.error_message) == ("completed", None)
    assert people_of(job) == people_expected(sandbox_server, account, job)
    assert audit.audit(job.id) == []


def test_a_worker_killed_in_the_middle_of_a_request_costs_one_lost_lease(
    engine: Engine, sandbox_server: SandboxServer, new_search: NewSearch
) -> None:
    sandbox_server.put_faults([{"kind": "stall", "after": 2}])
    job = new_search(500)
    engine.wait_until(
        lambda: (
            stored(job) == 200
            and len(sandbox_server.requests()) >= 3
            and LinkedInAccount.objects.filter(lease_job=job.id).exists()
        )
    )
    engine.worker.kill()
    sandbox_server.release()
    engine.start_worker()

    job = engine.finish(job)

    assert (job.status, stored(job)) == ("completed", 500)
    lost = SearchEvent.objects.filter(job=job, kind="lease_lost")
    assert lost.count() == 1


def test_a_search_created_while_redis_is_down_runs_when_it_is_back(
    engine: Engine, new_search: NewSearch
) -> None:
    engine.broker.kill()
    job = new_search(200)
    assert SearchJob.objects.get(id=job.id).status == "queued"

    engine.broker.start()

    assert engine.finish(job).progress_current == 200


def test_redis_killed_in_the_middle_of_a_search_delays_it_only(
    engine: Engine, sandbox_server: SandboxServer, new_search: NewSearch
) -> None:
    sandbox_server.set_latency(0.05)
    job = new_search(1500)
    engine.wait_until(lambda: stored(job) >= 300)
    engine.broker.kill()
    engine.broker.start()

    job = engine.finish(job)

    sandbox_server.set_latency(0)
    assert (job.status, stored(job)) == ("completed", 1500)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 429, "retry_after": "1"},
        {"kind": "status", "status": 500, "type": "errors/provider_error"},
        {"kind": "html", "status": 502},
        {"kind": "cut_body"},
        {"kind": "drop"},
        {"kind": "empty_page"},
        {"kind": "expired_cursor"},
        {"kind": "stall"},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values()),
)
def test_a_fault_in_the_middle_of_a_search_loses_and_doubles_nobody(
    engine: Engine,
    account: LinkedInAccount,
    sandbox_server: SandboxServer,
    new_search: NewSearch,
    fault: dict[str, Any],
) -> None:
    sandbox_server.put_faults([{**fault, "page": 2, "times": 1}])

    job = engine.finish(new_search(500))

    assert [f["fired"] for f in sandbox_server.faults()] == [1]
    assert (job.status, job.completion_reason) == ("completed", "target_reached")
    assert people_of(job) == people_expected(sandbox_server, account, job)


def test_three_searches_of_one_account_take_turns(
    account: LinkedInAccount, sandbox_server: SandboxServer, new_search: NewSearch
) -> None:
    jobs = [new_search(500) for _ in range(3)]
    engine = Engine(sandbox_server)
    engine.start()
    try:
        for job in jobs:
            engine.finish(job)
    finally:
        engine.stop()

    pages = SearchEvent.objects.filter(kind="page_stored").order_by("created_at")
    served = list(pages.values_list("job_id", flat=True))
    assert served == [job.id for job in jobs] * 5


def test_accounts_do_not_wait_for_each_other(
    engine: Engine,
    membership: Membership,
    account: LinkedInAccount,
    sandbox_server: SandboxServer,
    new_search: NewSearch,
) -> None:
    other = connect_account(membership, sandbox_server, place=3)
    sandbox_server.put_faults(
        [{"kind": "stall", "account_id": account.unipile_account_id, "times": None}]
    )
    held = new_search(300, account_id=account.id)
    free = new_search(300, account_id=other.id)

    assert engine.finish(free).progress_current == 300
    assert stored(held) == 0

    sandbox_server.release()
    assert engine.finish(held).progress_current == 300
