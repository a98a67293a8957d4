"""A login is lost, found and told of at the same moment: each happens once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db.models.functions import Now

from accounts import rereads, sync
from accounts.models import AccountStatus, LinkedInAccount
from searchjobs import accountsync, dispatcher, runner
from searchjobs.models import SearchJob
from searchjobs.sources import NeedsPerson, Outcome
from tests.factories import LinkedInAccountFactory, SearchJobFactory
from tests.searchjobs.playing import Scripted, now_of, page, people, run
from tests.searchjobs.threads import TIMEOUT_S, Threads
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db(transaction=True)

LOST = NeedsPerson(account_status="credentials")


@pytest.fixture
def anna(sandbox: SandboxServer) -> LinkedInAccount:
    """Our row of a login that Unipile calls OK."""
    return LinkedInAccountFactory.create(unipile_account_id=account_id(0))


def make_due(login: LinkedInAccount) -> None:
    LinkedInAccount.objects.filter(id=login.id).update(next_reread_at=Now())


def row(login: LinkedInAccount) -> LinkedInAccount:
    return LinkedInAccount.objects.get(id=login.id)


def test_workers_that_are_told_at_once_read_each_login_once(
    sandbox: SandboxServer, threads: Threads
) -> None:
    for number in range(4):
        make_due(LinkedInAccountFactory.create(unipile_account_id=account_id(number)))
    threads.at_once(*[accountsync.reread_due] * 4)
    assert len(sandbox.requests()) == 4
    assert not LinkedInAccount.objects.filter(next_reread_at__isnull=False).exists()


def test_a_storm_of_calls_and_workers_settles(
    sandbox: SandboxServer, anna: LinkedInAccount, threads: Threads
) -> None:
    run_calls = [lambda: rereads.ask_for_reread(account_id(0))] * 5
    threads.at_once(*run_calls, *[accountsync.reread_due] * 3)
    accountsync.reread_due()
    assert row(anna).next_reread_at is None
    assert row(anna).status == "ok"


def test_a_turn_that_finds_it_lost_while_a_reading_says_ok(
    sandbox: SandboxServer,
    anna: LinkedInAccount,
    threads: Threads,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Unipile said OK before LinkedIn refused: the loss is the newer word."""
    job = SearchJobFactory(account=anna)
    has_read, is_lost = threading.Event(), threading.Event()
    read_one = sync._read_one

    def slow(*asked: Any) -> Any:
        answer = read_one(*asked)
        has_read.set()
        assert is_lost.wait(TIMEOUT_S)
        return answer

    monkeypatch.setattr(sync, "_read_one", slow)
    make_due(anna)
    reading = threads.start(accountsync.reread_due)
    assert has_read.wait(TIMEOUT_S)
    run(anna, LOST)
    is_lost.set()
    reading.result(TIMEOUT_S)
    dispatcher.step()
    assert row(anna).status == "credentials"
    assert now_of(job).status == "paused"
    assert row(anna).next_reread_at is not None  # it will be read again


def test_a_reading_that_finds_it_lost_while_a_page_is_under_way(
    sandbox: SandboxServer, anna: LinkedInAccount, threads: Threads
) -> None:
    """The page is stored; then the search pauses, and it goes on from there."""
    job = SearchJobFactory(account=anna, target_count=200)

    def lost_meanwhile(_: SearchJob) -> Outcome:
        sandbox.set_account_status(account_id(0), "CREDENTIALS")
        make_due(anna)
        threads.start(accountsync.reread_due).result(TIMEOUT_S)
        threads.start(dispatcher.step).result(TIMEOUT_S)
        return page(people(100), next_cursor="b")

    assert runner.run_turn(anna.id, Scripted(lost_meanwhile))
    assert (now_of(job).status, now_of(job).progress_current) == ("paused", 100)
    sandbox.set_account_status(account_id(0), "OK")
    make_due(anna)
    accountsync.reread_due()
    dispatcher.step()
    run(anna, page(people(100, start=100)))
    assert now_of(job).status == "completed"
    assert row(anna).status == AccountStatus.OK
