"""A worker dies on each line of a turn; whoever comes after finds all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import AccountUsage, LinkedInAccount
from searchjobs import ingest, ledger, outcomes, passes, quotas, runner, turns
from searchjobs.models import SearchJob
from searchjobs.sources import GiveUp, NeedsPerson
from tests.factories import SearchJobFactory
from tests.searchjobs.playing import (
    Scripted,
    WorkerKilled,
    check,
    found,
    kinds,
    lapse,
    let_time_pass,
    now_of,
    page,
    people,
    play,
    run,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

PAGES = [
    page(people(100, start=start), next_cursor=str(start + 100))
    for start in (0, 100, 200)
]


@pytest.fixture
def job(account: LinkedInAccount) -> SearchJob:
    """A search of three pages, the first of which is stored."""
    search = SearchJobFactory(account=account, target_count=300)
    run(account, PAGES[0])
    let_time_pass(account)
    return search


def state() -> list[tuple[object, ...]]:
    """Return every row that a turn can write, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j::text FROM prospect_search_jobs j UNION ALL "
            "SELECT a::text FROM user_unipile_accounts a UNION ALL "
            "SELECT r.id::text FROM prospect_search_results r UNION ALL "
            "SELECT e::text FROM prospect_search_events e UNION ALL "
            "SELECT u::text FROM account_usage u ORDER BY 1"
        )
        rows: list[tuple[object, ...]] = cursor.fetchall()
    return rows


def die_after(do: Callable[[], Any]) -> None:
    """Do it in a transaction that is never committed."""
    with transaction.atomic():
        do()
        raise WorkerKilled


def finish(job: SearchJob, *, lost: int) -> None:
    """Let the lease lapse and play on: complete, nobody lost, nobody twice."""
    lapse(job.account)
    play(job.account, Scripted(*PAGES[now_of(job).next_batch :]))
    row = check(job)
    assert (row.status, row.completion_reason) == ("completed", "target_reached")
    assert found(job) == people(300)
    assert row.duplicates == 0
    assert kinds(job).count("lease_lost") == lost
    assert row.account.lease_token is None


def test_before_the_claim_is_committed_nothing_has_happened(job: SearchJob) -> None:
    before = state()
    with pytest.raises(WorkerKilled):
        die_after(lambda: runner._claim(job.account_id))
    assert state() == before
    finish(job, lost=0)


def test_after_the_claim_the_lease_keeps_everybody_else_away(job: SearchJob) -> None:
    runner._claim(job.account_id)
    let_time_pass(job.account)
    assert not runner.run_turn(job.account_id, Scripted())
    finish(job, lost=1)


def test_during_the_request_nothing_is_stored(job: SearchJob) -> None:
    with pytest.raises(WorkerKilled):
        runner.run_turn(job.account_id, Scripted(WorkerKilled()))
    assert check(job).progress_current == 100
    finish(job, lost=1)


def test_after_the_answer_but_before_the_end_its_page_is_asked_again(
    job: SearchJob,
) -> None:
    assert runner._claim(job.account_id) is not None
    # PAGES[1] was received here, and died with its worker
    finish(job, lost=1)


STEPS: dict[str, tuple[Any, str]] = {
    "the turn's end": (turns, "end"),
    "the usage": (quotas, "count"),
    "the rows": (ingest, "store"),
    "the look at the pass": (passes, "pass_history"),
    "the page's columns and its journal row": (ledger, "page_stored"),
}


@pytest.mark.parametrize("step", STEPS)
def test_in_the_middle_of_the_end_everything_is_undone(
    job: SearchJob, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies right after that step of the last transaction."""
    module, name = STEPS[step]
    do: Callable[..., Any] = getattr(module, name)

    def do_and_die(*args: Any, **kwargs: Any) -> Any:
        do(*args, **kwargs)
        raise WorkerKilled

    claimed = runner._claim(job.account_id)
    assert claimed is not None
    before = state()
    turn = outcomes.Turn(claim=claimed[0], outcome=PAGES[1], seconds=0.1)
    with monkeypatch.context() as patched:
        patched.setattr(module, name, do_and_die)
        with pytest.raises(WorkerKilled), transaction.atomic():
            outcomes.end(turn)
    assert state() == before
    finish(job, lost=1)


def test_just_before_the_end_is_committed_everything_is_undone(job: SearchJob) -> None:
    claimed = runner._claim(job.account_id)
    assert claimed is not None
    before = state()
    turn = outcomes.Turn(claim=claimed[0], outcome=PAGES[1], seconds=0.1)
    with pytest.raises(WorkerKilled):
        die_after(lambda: outcomes.end(turn))
    assert state() == before
    finish(job, lost=1)


def test_after_the_end_is_committed_nothing_is_left_to_lose(job: SearchJob) -> None:
    """Neither the event's publication nor the next message matters."""
    run(job.account, PAGES[1])
    assert check(job).progress_current == 200
    finish(job, lost=0)


@pytest.mark.parametrize(
    "outcome",
    [
        GiveUp(code="unipile_forbidden", message="No."),
        NeedsPerson(account_status="credentials"),
    ],
    ids=["given up", "a lost login"],
)
def test_what_a_dead_worker_learnt_is_learnt_again(
    job: SearchJob, outcome: Any
) -> None:
    claimed = runner._claim(job.account_id)
    assert claimed is not None
    turn = outcomes.Turn(claim=claimed[0], outcome=outcome, seconds=0.1)
    with pytest.raises(WorkerKilled):
        die_after(lambda: outcomes.end(turn))
    row = check(job)
    assert (row.status, row.account.status) == ("processing", "ok")
    finish(job, lost=1)


def test_the_same_end_twice_is_written_once(job: SearchJob) -> None:
    claimed = runner._claim(job.account_id)
    assert claimed is not None
    turn = outcomes.Turn(claim=claimed[0], outcome=PAGES[1], seconds=0.1)
    outcomes.end(turn)
    before = state()
    outcomes.end(turn)
    assert state() == before
    assert AccountUsage.objects.get().received == 200
