"""Logins read again by themselves: what comes of it for searches and sockets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import rereads, sync
from accounts.errors import Refusal
from accounts.models import AccountStatus, LinkedInAccount
from searchjobs import accountsync, dispatcher, runner
from searchjobs.models import SearchJob
from searchjobs.sources import NeedsPerson, Outcome
from tests.factories import LinkedInAccountFactory, SearchJobFactory
from tests.searchjobs.playing import Scripted, kinds, let_time_pass, now_of, run
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db

LOST = NeedsPerson(account_status="credentials", reason="multiple_sessions")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the workspace's sockets are told of accounts."""
    messages: list[dict[str, Any]] = []

    def send(group: str, message: dict[str, Any]) -> None:
        if message["type"] == "account.updated":
            messages.append(message)

    monkeypatch.setattr("searchjobs.live.send", send)
    return messages


def status_of(login: LinkedInAccount) -> str:
    return LinkedInAccount.objects.get(id=login.id).status


def make_due(login: LinkedInAccount) -> None:
    LinkedInAccount.objects.filter(id=login.id).update(next_reread_at=Now())


def requests_of(sandbox: SandboxServer) -> int:
    return len(sandbox.requests())


# --- by itself ----------------------------------------------------------------------


def test_a_search_goes_on_when_its_login_is_found_in_order(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    job = SearchJobFactory(account=anna)
    run(anna, LOST)
    assert now_of(job).status == "paused"
    make_due(anna)
    accountsync.reread_due()
    dispatcher.step()
    assert status_of(anna) == "ok"
    assert now_of(job).status == "queued"
    assert kinds(job)[-2:] == ["paused", "resumed"]


def test_a_login_still_lost_keeps_its_searches_paused(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    job = SearchJobFactory(account=anna)
    run(anna, LOST)
    sandbox.set_account_status(account_id(0), "CREDENTIALS")
    make_due(anna)
    accountsync.reread_due()
    dispatcher.step()
    anna.refresh_from_db()
    assert (anna.status, anna.status_reason) == ("credentials", "multiple_sessions")
    assert now_of(job).status == "paused"


def test_nothing_is_asked_before_its_time(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    SearchJobFactory(account=anna)
    run(anna, LOST)
    accountsync.reread_due()
    assert requests_of(sandbox) == 0


def test_all_that_are_due_are_read_one_after_the_other(sandbox: SandboxServer) -> None:
    rows = [
        LinkedInAccountFactory.create(
            unipile_account_id=account_id(number), status=AccountStatus.CREDENTIALS
        )
        for number in range(5)
    ]
    LinkedInAccount.objects.update(
        next_reread_at=Now(), status_changed_at=Now() - timedelta(hours=1)
    )
    accountsync.reread_due()
    assert {status_of(row) for row in rows} == {"ok"}
    assert requests_of(sandbox) == 5


def test_a_unipile_that_does_not_answer_is_asked_once(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    LinkedInAccountFactory.create(
        unipile_account_id=account_id(1), next_reread_at=Now()
    )
    make_due(anna)
    sandbox.put_faults(
        [{"kind": "status", "status": 503, "endpoint": "accounts", "times": None}]
    )
    accountsync.reread_due()
    assert requests_of(sandbox) == 1
    assert rereads.is_reread_due()


def test_a_login_that_unipile_knows_no_more_is_deleted(
    sandbox: SandboxServer, anna: LinkedInAccount, told: list[dict[str, Any]]
) -> None:
    sandbox.set_account_status(account_id(0), "DELETED")
    make_due(anna)
    accountsync.reread_due()
    assert status_of(anna) == "deleted"


def test_a_404_of_somebody_else_deletes_nobody(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    sandbox.put_faults([{"kind": "html", "status": 404, "endpoint": "accounts"}])
    make_due(anna)
    accountsync.reread_due()
    assert status_of(anna) == "ok"


def test_the_dispatcher_sends_one_message_for_all_that_are_due(
    anna: LinkedInAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(
        "celery.canvas.Signature.apply_async", lambda self: sent.append(self.task)
    )
    dispatcher.send_rereads()
    make_due(LinkedInAccountFactory.create())
    make_due(anna)
    dispatcher.send_rereads()
    assert sent == ["searchjobs.reread_logins"]


# --- because a person asks ----------------------------------------------------------


def test_a_person_reads_a_login_at_once(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    sandbox.set_account_status(account_id(0), "STOPPED")
    assert accountsync.sync_one(anna).status == "stopped"


def test_but_not_twice_in_a_few_seconds(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    accountsync.sync_one(anna)
    with pytest.raises(Refusal) as refusal:
        accountsync.sync_one(anna)
    assert (refusal.value.code, refusal.value.status) == ("throttled", 429)
    assert requests_of(sandbox) == 1


# --- the sockets --------------------------------------------------------------------


def test_a_login_lost_by_a_turn_is_told(
    anna: LinkedInAccount,
    told: list[dict[str, Any]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    SearchJobFactory(account=anna)
    with django_capture_on_commit_callbacks(execute=True):
        run(anna, LOST)
    (message,) = told
    assert (message["id"], message["status"]) == (str(anna.id), "credentials")
    assert "one session" in message["advice"]
    assert message["quota_left_today"] == 2500


def test_a_login_found_in_order_is_told(
    sandbox: SandboxServer,
    anna: LinkedInAccount,
    told: list[dict[str, Any]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    SearchJobFactory(account=anna)
    run(anna, LOST)
    make_due(anna)
    with django_capture_on_commit_callbacks(execute=True):
        accountsync.reread_due()
    assert [(one["status"], one["advice"]) for one in told] == [("ok", None)]


# --- what happens at the same time --------------------------------------------------


@pytest.fixture
def while_asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Let something happen after Unipile answered and before that is written."""

    def arrange(happening: Callable[[], Any]) -> None:
        read_one = sync._read_one

        def slow(*asked: Any) -> Any:
            answer = read_one(*asked)
            monkeypatch.undo()
            happening()
            return answer

        monkeypatch.setattr(sync, "_read_one", slow)

    return arrange


def test_a_turn_that_loses_the_login_meanwhile_is_newer(
    sandbox: SandboxServer,
    anna: LinkedInAccount,
    while_asked: Callable[[Callable[[], Any]], None],
) -> None:
    job = SearchJobFactory(account=anna)
    make_due(anna)
    while_asked(lambda: run(anna, LOST))
    accountsync.reread_due()
    dispatcher.step()
    assert status_of(anna) == "credentials"
    assert now_of(job).status == "paused"
    assert LinkedInAccount.objects.filter(id=anna.id, next_reread_at__gt=Now()).exists()


def test_an_older_sync_does_not_undo_a_newer_reading(
    sandbox: SandboxServer,
    anna: LinkedInAccount,
    while_asked: Callable[[Callable[[], Any]], None],
) -> None:
    """The older one read CREDENTIALS, the webhook's said OK and is written first."""
    sandbox.set_account_status(account_id(0), "CREDENTIALS")

    def newer() -> None:
        sandbox.set_account_status(account_id(0), "OK")
        sync.reread(anna.id)

    while_asked(newer)
    sync.reread(anna.id)
    assert status_of(anna) == "ok"


def test_a_login_lost_and_found_during_a_turn_loses_no_page(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    """A webhook's reading in the middle of a turn, and the turn then says: lost."""
    job = SearchJobFactory(account=anna)

    def lost_while_read(_: SearchJob) -> Outcome:
        make_due(anna)
        accountsync.reread_due()
        return LOST

    let_time_pass(anna)
    assert runner.run_turn(anna.id, Scripted(lost_while_read))
    assert status_of(anna) == "credentials"
    assert now_of(job).status == "paused"
    make_due(anna)
    accountsync.reread_due()
    dispatcher.step()
    assert now_of(job).status == "queued"


def test_many_lost_logins_at_once_do_not_keep_the_others_waiting(
    anna: LinkedInAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are paused and resumed by and by; whoever is due is sent in between."""
    monkeypatch.setattr(dispatcher, "MOST_ACCOUNTS_A_STEP", 3)
    monkeypatch.setattr("celery.canvas.Signature.apply_async", lambda self: None)
    lost = [
        SearchJobFactory(account__status=AccountStatus.CREDENTIALS) for _ in range(7)
    ]
    paused = SearchJob.objects.filter(status="paused")
    SearchJobFactory(account=anna)
    counts = []
    for _ in range(3):
        LinkedInAccount.objects.filter(id=anna.id).update(dispatched_at=None)
        assert dispatcher.step() == 0.0
        anna.refresh_from_db()
        assert anna.dispatched_at is not None
        counts.append(paused.count())
    assert counts == [3, 6, 7]
    LinkedInAccount.objects.update(status=AccountStatus.OK)
    for _ in range(3):
        dispatcher.step()
    assert {now_of(job).status for job in lost} == {"queued"}
