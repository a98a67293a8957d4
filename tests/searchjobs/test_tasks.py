"""What Celery carries: a hint, which may be lost, late or doubled."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

import pytest
from celery import current_app
from pytest_django import Settings

from accounts.models import LinkedInAccount
from searchjobs import runner, tasks
from searchjobs.sources import linkedin
from tests.factories import SearchJobFactory
from tests.searchjobs.playing import CEOS, check, expected, found, now_of
from unipile_client.sandbox.server import SandboxServer


def messages(count: int) -> list[Any]:
    """Take so many messages off the real broker."""
    with current_app.connection_for_read() as broker:
        queue = broker.SimpleQueue("celery")
        taken = []
        for _ in range(count):
            message = queue.get(timeout=10)
            message.ack()
            taken.append(message)
        queue.close()
    return taken


@pytest.fixture
def empty_queue() -> None:
    with current_app.connection_for_read() as broker:
        queue = broker.SimpleQueue("celery")
        queue.clear()
        queue.close()


@pytest.mark.django_db
@pytest.mark.usefixtures("no_pace")
def test_a_message_runs_the_turns_of_its_account(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    job = SearchJobFactory(account=anna, search_criteria=CEOS, target_count=300)
    tasks.take_turn(str(anna.id))
    assert check(job).status == "completed"
    assert found(job) == expected(sandbox, job)


@pytest.mark.django_db
@pytest.mark.usefixtures("sandbox")
def test_a_doubled_message_finds_nothing_to_do(anna: LinkedInAccount) -> None:
    job = SearchJobFactory(account=anna, search_criteria=CEOS, target_count=300)
    for _ in range(5):
        tasks.take_turn(str(anna.id))
    assert check(job).requests == 1


@pytest.mark.django_db
def test_a_message_for_an_account_that_is_gone_returns_quietly() -> None:
    tasks.take_turn(str(uuid.uuid4()))


@pytest.mark.django_db
@pytest.mark.usefixtures("no_pace", "empty_queue", "sandbox")
def test_after_a_second_the_task_sends_itself_and_gives_its_worker_back(
    anna: LinkedInAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "GO_ON_FOR_S", 0.0)
    job = SearchJobFactory(account=anna, search_criteria=CEOS, target_count=300)
    tasks.take_turn(str(anna.id))
    assert now_of(job).requests == 1
    (message,) = messages(1)
    assert message.payload[0] == [str(anna.id)]


@pytest.mark.django_db
@pytest.mark.usefixtures("sandbox")
def test_a_bug_in_a_turn_raises_and_costs_a_lease_alone(
    anna: LinkedInAccount, settings: Settings
) -> None:
    job = SearchJobFactory(account=anna)
    settings.UNIPILE_DSN = object()
    linkedin.forget_client()
    with pytest.raises(AttributeError):
        tasks.take_turn(str(anna.id))
    anna.refresh_from_db()
    assert anna.lease_job == job.id
    assert check(job).status == "processing"


@pytest.mark.usefixtures("empty_queue")
def test_hints_are_sent_in_order_by_a_thread_of_their_own() -> None:
    ids = [uuid.uuid4() for _ in range(20)]
    for account_id in ids:
        tasks.hint(account_id)
    sent = [message.payload[0][0] for message in messages(20)]
    assert sent == [str(account_id) for account_id in ids]


def test_hints_past_what_may_wait_are_dropped_at_once() -> None:
    sender = tasks._Sender()
    sender._thread = threading.Thread()  # one that takes nothing
    began = time.monotonic()
    for _ in range(tasks.MOST_WAITING + 100):
        sender.put(uuid.uuid4())
    assert sender._waiting.qsize() == tasks.MOST_WAITING
    assert time.monotonic() - began < 5
