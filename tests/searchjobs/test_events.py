from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import LinkedInAccount
from searchjobs import events, live
from searchjobs.events import change, wait_of
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
