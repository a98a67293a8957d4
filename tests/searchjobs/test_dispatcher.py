"""Which accounts are sent to the workers, how often, and when to look again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import LinkedInAccount
from searchjobs import dispatcher, lifecycle, runner
from searchjobs.models import SearchJob
from tests.factories import LinkedInAccountFactory, SearchJobFactory, UserFactory
from tests.searchjobs.playing import Scripted, check, kinds, now_of, page, people, run

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _times(settings: Settings) -> None:
    settings.SEARCH_PACE_SECONDS = 2
    settings.SEARCH_REDISPATCH_SECONDS = 5


@contextmanager
def broker_at(port: int) -> Iterator[None]:
    """Let Celery speak to another broker."""
    app = current_app
    before = app.conf.broker_url
    app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
    app._after_fork()  # forgets its connections
    try:
        yield
    finally:
        app.conf.broker_url = before
        app._after_fork()


@pytest.fixture
def broker_down() -> Iterator[None]:
    """Nobody listens where the broker should be."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with broker_at(port):
        yield


def change(account: LinkedInAccount, **columns: Any) -> None:
    LinkedInAccount.objects.filter(id=account.id).update(**columns)


def in_seconds(seconds: float) -> Any:
    return Now() + timedelta(seconds=seconds)


# --- what is due --------------------------------------------------------------------


def test_an_account_with_a_due_job_is_sent(account: LinkedInAccount) -> None:
    SearchJobFactory(account=account)
    assert dispatcher.look().due == [account.id]
    account.refresh_from_db()
    assert account.dispatches == 1


def test_an_account_without_jobs_is_not_sent(account: LinkedInAccount) -> None:
    assert dispatcher.look().due == []


@pytest.mark.parametrize("status", ["paused", "completed", "failed", "cancelled"])
def test_a_job_that_cannot_run_makes_nothing_due(
    account: LinkedInAccount, status: str
) -> None:
    SearchJobFactory(account=account, status=status)
    assert dispatcher.look().due == []


def test_an_account_whose_jobs_all_wait_is_not_sent(account: LinkedInAccount) -> None:
    SearchJobFactory(account=account, next_step_at=datetime.now(UTC) + 9 * SECOND)
    assert dispatcher.look().due == []


def test_an_account_within_its_pace_is_not_sent(account: LinkedInAccount) -> None:
    SearchJobFactory(account=account)
    change(account, next_turn_at=in_seconds(1))
    assert dispatcher.look().due == []


def test_an_account_that_is_not_in_order_is_not_sent(account: LinkedInAccount) -> None:
    SearchJobFactory(account=account)
    change(account, status="credentials")
    assert dispatcher.look().due == []


@pytest.mark.parametrize(
    ("lapsed_for_s", "is_sent"), [(-60, False), (1, False), (2.1, True)]
)
def test_a_lease_keeps_an_account_from_being_sent_until_a_pace_after_it_lapsed(
    account: LinkedInAccount, lapsed_for_s: float, is_sent: bool
) -> None:
    job = SearchJobFactory(account=account)
    change(
        account,
        lease_token=job.id,
        lease_job=job.id,
        lease_expires_at=in_seconds(-lapsed_for_s),
    )
    assert bool(dispatcher.look().due) == is_sent


def test_many_due_accounts_are_sent_by_one_look() -> None:
    accounts = {SearchJobFactory().account_id for _ in range(30)}
    assert set(dispatcher.look().due) == accounts


# --- how often ----------------------------------------------------------------------


def test_what_was_sent_is_not_sent_again_at_once(account: LinkedInAccount) -> None:
    SearchJobFactory(account=account)
    dispatcher.look()
    assert dispatcher.look().due == []


@pytest.mark.parametrize(
    ("unanswered", "after_s"),
    [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (6, 60), (5000, 60)],
)
def test_what_nobody_answers_is_sent_again_ever_later_up_to_a_minute(
    account: LinkedInAccount, unanswered: int, after_s: float
) -> None:
    SearchJobFactory(account=account)
    change(account, dispatches=unanswered, dispatched_at=in_seconds(0.5 - after_s))
    assert dispatcher.look().due == []
    change(account, dispatched_at=in_seconds(-after_s))
    assert dispatcher.look().due == [account.id]


def test_an_answered_message_lets_the_next_turn_be_sent_at_its_time(
    account: LinkedInAccount,
) -> None:
    SearchJobFactory(account=account)
    dispatcher.look()
    run(account, page(people(1), next_cursor="b"))
    change(account, next_turn_at=Now())
    assert dispatcher.look().due == [account.id]


# --- when to look again -------------------------------------------------------------


def test_an_idle_dispatcher_sleeps_for_a_second(account: LinkedInAccount) -> None:
    assert dispatcher.look().sleep_s == 1.0


def test_a_busy_dispatcher_sleeps_for_a_quarter_at_most(
    account: LinkedInAccount,
) -> None:
    SearchJobFactory(account=account)
    change(account, next_turn_at=in_seconds(30))
    assert dispatcher.look().sleep_s == 0.25


@pytest.mark.parametrize("what", ["pace", "job", "lease", "dispatch"])
def test_it_sleeps_until_the_next_turn_is_due(
    account: LinkedInAccount, what: str
) -> None:
    soon = in_seconds(0.2)
    job = SearchJobFactory(account=account)
    if what == "pace":
        change(account, next_turn_at=soon)
    elif what == "job":
        SearchJob.objects.update(next_step_at=soon)
    elif what == "lease":
        columns = {"lease_token": job.id, "lease_job": job.id}
        change(account, lease_expires_at=in_seconds(-1.8), **columns)
    else:
        change(account, dispatched_at=in_seconds(-4.8), dispatches=1)
    found = dispatcher.look()
    assert found.due == []
    assert 0 < found.sleep_s <= 0.2


def test_the_earliest_of_many_decides_how_long_it_sleeps() -> None:
    for seconds in (9, 0.1, 5):
        change(SearchJobFactory().account, next_turn_at=in_seconds(seconds))
    assert 0 < dispatcher.look().sleep_s <= 0.1


# --- accounts lost and back ---------------------------------------------------------


def test_jobs_of_an_account_that_is_back_go_on_by_themselves(
    account: LinkedInAccount,
) -> None:
    jobs = SearchJobFactory.create_batch(3, account=account)
    for job in jobs:
        lifecycle.pause_for_account([job.id])
    assert dispatcher.step() == 0.0
    for job in jobs:
        row = check_resumed(job)
        assert (row.error_code, row.error_message) == ("", None)
    assert dispatcher.look().due == [account.id]


def check_resumed(job: SearchJob) -> SearchJob:
    row = now_of(job)
    assert row.status == "queued"
    assert kinds(job)[-1] == "resumed"
    return row


def test_what_a_person_paused_stays_paused_when_the_account_is_back(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    lifecycle.pause_for_account([job.id])
    lifecycle.pause(job.id, UserFactory())
    found = dispatcher.look()
    assert found.recovered == []
    dispatcher.resume_jobs_of(account.id)
    assert now_of(job).status == "paused"


def test_nobody_goes_on_while_the_account_is_lost(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account)
    lifecycle.pause_for_account([job.id])
    change(account, status="credentials")
    assert dispatcher.look().recovered == []
    assert dispatcher.resume_jobs_of(account.id) == 0
    assert now_of(job).status == "paused"


@pytest.mark.parametrize("status", ["credentials", "connecting", "deleted"])
def test_running_jobs_of_an_account_found_lost_by_a_sync_are_paused_and_say_why(
    account: LinkedInAccount, status: str
) -> None:
    jobs = [
        SearchJobFactory(account=account),
        SearchJobFactory(account=account, status="processing"),
    ]
    change(account, status=status)
    dispatcher.step()
    for job in jobs:
        row = now_of(job)
        assert (row.status, row.error_code) == ("paused", "account_disconnected")
    change(account, status="ok")
    dispatcher.step()
    assert {now_of(job).status for job in jobs} == {"queued"}


def test_an_account_that_does_not_exist_resumes_nobody(
    account: LinkedInAccount,
) -> None:
    assert dispatcher.resume_jobs_of(account.user_id) == 0


# --- the broker ---------------------------------------------------------------------


@pytest.mark.usefixtures("broker_down")
def test_accounts_a_dead_broker_did_not_take_are_all_due_again_at_once() -> None:
    accounts = {SearchJobFactory().account_id for _ in range(3)}
    with pytest.raises(dispatcher.BrokerDown):
        dispatcher.step()
    rows = LinkedInAccount.objects.filter(id__in=accounts)
    assert set(rows.values_list("dispatched_at", "dispatches")) == {(None, 0)}


def test_what_is_sent_is_a_message_with_the_accounts_id_alone(
    account: LinkedInAccount,
) -> None:
    current_app.amqp.queues["celery"]
    with current_app.connection_for_read() as broker:
        queue = broker.SimpleQueue("celery")
        queue.clear()
        SearchJobFactory(account=account)
        dispatcher.step()
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    args, kwargs, _ = message.payload
    assert (args, kwargs) == ([str(account.id)], {})
    headers = message.headers
    assert headers["task"] == "searchjobs.take_turn"
    assert (headers["eta"], headers["expires"]) == (None, None)


# --- the loop -----------------------------------------------------------------------


def test_the_loop_ends_when_it_is_told_to() -> None:
    stop = threading.Event()
    stop.set()
    dispatcher.run(stop)


@pytest.mark.usefixtures("broker_down")
def test_the_loop_outlives_a_dead_broker(account: LinkedInAccount) -> None:
    SearchJobFactory(account=account)

    class StopAfterTwoLooks(threading.Event):
        waited: list[float | None] = []

        def wait(self, timeout: float | None = None) -> bool:
            self.waited.append(timeout)
            if len(self.waited) == 2:
                self.set()
            return True

    stop = StopAfterTwoLooks()
    dispatcher.run(stop)
    assert stop.waited == [1.0, 1.0]


def test_a_thousand_waiting_jobs_cost_a_look_one_statement() -> None:
    accounts = LinkedInAccountFactory.create_batch(20)
    later = datetime.now(UTC) + 3600 * SECOND
    for account in accounts:
        rows = {"account": account, "user": account.user}
        waiting = SearchJobFactory.build_batch(
            25, **rows, workspace=account.workspace, next_step_at=later
        )
        paused = SearchJobFactory.build_batch(
            25, **rows, workspace=account.workspace, status="paused", next_step_at=later
        )
        SearchJob.objects.bulk_create([*waiting, *paused])
    with CaptureQueriesContext(connection) as queries:
        assert dispatcher.look().due == []
    statements = [
        each for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]
    ]
    assert len(statements) == 1


def test_every_job_that_can_run_is_due_at_a_time_the_dispatcher_knows(
    account: LinkedInAccount,
) -> None:
    SearchJobFactory(account=account)
    dispatcher.look()
    runner.run_turn(account.id, Scripted(page(people(1), next_cursor="b")))
    found = dispatcher.look()
    assert found.due or found.sleep_s <= 0.25
    assert check(SearchJob.objects.get()).status == "processing"
