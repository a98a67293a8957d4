from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import LinkedInAccount
from searchjobs import events, live
from searchjobs.events import change, pass_history, wait_of
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.states import ACTIVE, RUNNABLE, EventKind, JobStatus
from tests.factories import SearchJobFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Told(list[tuple[str, dict[str, Any]]]):
    """What the sockets were told: groups and messages."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Stand at the door to the channel layer, which has a test of its own."""
    messages = Told()
    monkeypatch.setattr(live, "send", lambda *message: messages.append(message))
    return messages


# --- a change -----------------------------------------------------------------------


def test_a_change_is_numbered_and_recorded() -> None:
    job = SearchJobFactory.create(revision=4)
    changed = change(
        job.id,
        leaving=RUNNABLE,
        kind=EventKind.DOUBTED,
        data={"doubts": 1},
        doubts=1,
    )
    assert changed is not None
    assert (changed.revision, changed.doubts) == (5, 1)
    event = SearchEvent.objects.get(job=job)
    assert (event.revision, event.kind, event.data) == (5, "doubted", {"doubts": 1})


def test_a_job_in_another_status_is_left_alone() -> None:
    job = SearchJobFactory.create(status="completed")
    assert change(job.id, leaving=ACTIVE, kind=EventKind.PAUSED, doubts=1) is None
    job.refresh_from_db()
    assert (job.revision, job.doubts, job.events.count()) == (0, 0, 0)


def test_an_unknown_job_is_nobodys() -> None:
    assert change(uuid.UUID(int=7), leaving=ACTIVE, kind=EventKind.PAUSED) is None


def test_a_change_that_is_rolled_back_leaves_no_event() -> None:
    job = SearchJobFactory.create()
    with transaction.atomic():
        change(job.id, leaving=ACTIVE, kind=EventKind.PAUSED)
        transaction.set_rollback(True)
    assert not job.events.exists()


def test_the_sockets_of_job_and_workspace_are_told_after_the_commit(
    told: Told, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = SearchJobFactory.create()
    with django_capture_on_commit_callbacks(execute=True):
        change(job.id, leaving=ACTIVE, kind=EventKind.DOUBTED)
        assert told == []
    assert [group for group, _ in told] == [
        f"job.{job.id}",
        f"workspace.{job.workspace_id}",
    ]
    message = told[0][1]
    assert message["type"] == "search_job.updated"
    assert (message["revision"], message["kind"]) == (1, "doubted")
    assert message["text"] == "Fetched 0/1000 (0%)"


def test_what_no_journal_keeps_is_told_after_the_commit_too(
    told: Told, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    message = {"type": "account.updated"}
    with django_capture_on_commit_callbacks(execute=True):
        events.publish_workspace(uuid.UUID(int=7), message)
        assert told == []
    assert told == [(f"workspace.{uuid.UUID(int=7)}", message)]


# --- the row as it is told ----------------------------------------------------------


def test_the_row_keeps_the_originals_columns() -> None:
    row = events.row_of(SearchJobFactory.create(progress_current=250))
    originals = {
        "id",
        "user_id",
        "workspace_id",
        "search_type",
        "search_source",
        "status",
        "progress_current",
        "progress_total",
        "total_results",
        "started_at",
        "completed_at",
        "error_message",
        "created_at",
        "updated_at",
    }
    assert originals <= set(row)
    assert (row["progress_current"], row["progress_total"]) == (250, 1000)


@pytest.mark.parametrize("column", ["next_cursor", "search_criteria", "lease_token"])
def test_the_row_holds_nothing_that_is_nobodys_business(column: str) -> None:
    assert column not in events.row_of(SearchJobFactory.create())


def test_times_are_told_in_utc() -> None:
    assert events.rfc3339(NOON) == "2026-11-23T12:00:00Z"
    assert events.rfc3339(None) is None


# --- why it waits -------------------------------------------------------------------


def waiting(
    *, job: tuple[str, int] = ("", 0), account: tuple[str, int] = ("", 0)
) -> SearchJob:
    """Return a job with these reasons, its own and its account's, minutes from noon."""
    return SearchJob(
        status=JobStatus.PROCESSING,
        wait_reason=job[0],
        next_step_at=NOON + job[1] * MINUTE,
        account=LinkedInAccount(
            wait_reason=account[0], next_turn_at=NOON + account[1] * MINUTE
        ),
    )


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        (waiting(), None),
        (waiting(job=("backing_off", 1)), "backing_off"),
        (waiting(job=("backing_off", -1)), None),
        (waiting(account=("rate_limited", 1)), "rate_limited"),
        (waiting(account=("", 1)), None),
        (waiting(job=("daily_quota", 9), account=("rate_limited", 1)), "daily_quota"),
        (waiting(job=("daily_quota", 1), account=("rate_limited", 9)), "rate_limited"),
    ],
    ids=["no wait", "its own", "over", "account's", "the pace", "later", "later too"],
)
def test_the_later_wait_is_shown_while_its_time_is_ahead(
    job: SearchJob, reason: str | None
) -> None:
    wait = wait_of(job, now=NOON)
    assert (wait.reason if wait else None) == reason


@pytest.mark.parametrize("status", ["paused", "completed", "failed", "cancelled"])
def test_what_does_not_run_waits_for_nothing(status: str) -> None:
    job = waiting(job=("backing_off", 1))
    job.status = status
    assert wait_of(job, now=NOON) is None


# --- the present pass ---------------------------------------------------------------


def journal(*entries: tuple[str, dict[str, Any]]) -> SearchJob:
    job = SearchJobFactory.create()
    SearchEvent.objects.bulk_create(
        SearchEvent(job=job, revision=revision, kind=kind, data=data, created_at=Now())
        for revision, (kind, data) in enumerate(entries, start=1)
    )
    return job


def stored(cursor: str, received: int, people: int = 1) -> tuple[str, dict[str, Any]]:
    data = {"cursor": cursor, "received": received, "stored": people, "invalid": 0}
    return "page_stored", data


LOST: tuple[str, dict[str, Any]] = ("cursor_lost", {})
RETRIED: tuple[str, dict[str, Any]] = ("retried", {})
REPLAYED: tuple[str, dict[str, Any]] = ("replayed", {"repeated": 2})


def test_a_page_asked_again_counts_by_its_last_answer() -> None:
    job = journal(stored("a", 100), stored("b", 40), stored("b", 60))
    answers = pass_history(job.id).answers
    assert {cursor: answer.received for cursor, answer in answers.items()} == {
        "a": 100,
        "b": 60,
    }


def test_a_lost_cursor_begins_a_pass_that_knows_no_cursor() -> None:
    history = pass_history(journal(stored("a", 100), LOST).id)
    assert (history.number, history.answers) == (1, {})


@pytest.mark.parametrize(
    ("entries", "may"),
    [
        ([], True),
        ([LOST], False),
        ([LOST, stored("a", 10, people=0)], False),
        ([LOST, stored("a", 10, people=1)], True),
        ([LOST, RETRIED], True),
        ([LOST, stored("a", 10), LOST], False),
    ],
)
def test_a_pass_may_begin_anew_once_between_two_pages_that_stored_somebody(
    entries: list[tuple[str, dict[str, Any]]], may: bool
) -> None:
    assert pass_history(journal(*entries).id).may_begin_anew is may


def test_a_replay_begins_a_pass_that_knows_where_the_one_before_ended() -> None:
    before = [stored("a", 100), stored("b", 40), stored("b", 60)]
    history = pass_history(journal(*before, REPLAYED).id)
    assert (history.number, history.answers, history.last_pass_received) == (1, {}, 160)


@pytest.mark.parametrize(
    ("entries", "brought"),
    [
        ([stored("a", 10, people=0)], True),
        ([stored("a", 10), REPLAYED, stored("a", 10, people=0)], False),
        ([REPLAYED, stored("a", 10, people=1)], True),
        ([REPLAYED, stored("a", 10, people=1), LOST], True),
        ([REPLAYED, stored("a", 10, people=1), REPLAYED], False),
    ],
)
def test_a_replay_has_brought_somebody_or_not(
    entries: list[tuple[str, dict[str, Any]]], brought: bool
) -> None:
    assert pass_history(journal(*entries).id).brought_somebody is brought


def test_a_page_more_is_as_if_the_journal_held_it() -> None:
    job = journal(stored("a", 100), LOST, REPLAYED)
    with_page = pass_history(job.id).with_page("b", received=7, invalid=0, stored=1)
    SearchEvent.objects.create(
        job=job, revision=9, kind="page_stored", data=stored("b", 7)[1]
    )
    assert pass_history(job.id) == with_page


def test_the_journal_keeps_no_cursor_but_its_hash() -> None:
    assert "secret" not in events.cursor_hash("secret")
    assert events.cursor_hash("secret") == events.cursor_hash("secret")
    assert events.cursor_hash("secret") != events.cursor_hash("another")
