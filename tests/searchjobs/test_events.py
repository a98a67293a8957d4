"""Each change is numbered, journalled, and told once it is committed."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import LinkedInAccount
from searchjobs import events, live
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.states import ACTIVE, EventKind, JobStatus
from tests.factories import LinkedInAccountFactory, SearchJobFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def change(job: SearchJob, **columns: Any) -> SearchJob | None:
    return events.change(
        job.id, leaving=ACTIVE, kind=EventKind.WAITING, data={"n": 1}, **columns
    )


def test_a_change_is_the_row_as_it_is_now_and_its_event() -> None:
    job = SearchJobFactory()
    changed = change(job, name="Renamed")
    assert changed is not None
    assert (changed.name, changed.revision) == ("Renamed", 1)
    event = SearchEvent.objects.get(job=job)
    assert (event.revision, event.kind, event.data) == (1, "waiting", {"n": 1})
    assert event.created_at is not None


def test_changes_are_numbered_without_a_gap() -> None:
    job = SearchJobFactory()
    for _ in range(3):
        change(job)
    journal = SearchEvent.objects.filter(job=job).order_by("revision")
    assert list(journal.values_list("revision", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled"])
def test_a_change_that_names_other_statuses_changes_nothing(status: str) -> None:
    job = SearchJobFactory(status=status)
    assert change(job, name="Renamed") is None
    assert SearchJob.objects.get(id=job.id).name != "Renamed"
    assert not SearchEvent.objects.exists()


def test_a_condition_that_does_not_hold_changes_nothing() -> None:
    job = SearchJobFactory()
    assert change(job, where=Q(progress_current=7)) is None


def test_a_job_that_is_gone_is_not_changed() -> None:
    missing = events.change(uuid.uuid4(), leaving=ACTIVE, kind=EventKind.WAITING)
    assert missing is None


def test_a_change_that_is_rolled_back_leaves_no_event() -> None:
    job = SearchJobFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        change(job, received=F("received") + 1)
    assert not SearchEvent.objects.exists()
    assert SearchJob.objects.get(id=job.id).revision == 0


def test_a_revision_is_used_once() -> None:
    job = SearchJobFactory()
    change(job)
    SearchJob.objects.update(revision=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(job)


def test_a_change_is_three_statements() -> None:
    job = SearchJobFactory()
    with CaptureQueriesContext(connection) as queries:
        change(job)
    assert len(queries) == 3


def test_nobody_is_told_before_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        change(SearchJobFactory())
    assert len(callbacks) == 1


def test_telling_returns_at_once_and_never_raises() -> None:
    for _ in range(live.MOST_WAITING * 2):
        live.send("nobody", {"type": "x"})


# --- what is told -------------------------------------------------------------------


def test_a_row_is_told_in_the_originals_names_and_json() -> None:
    job = SearchJobFactory(progress_current=250, started_at=NOW)
    row = events.row_of(SearchJob.objects.select_related("account").get(id=job.id))
    assert json.loads(json.dumps(row)) == row
    assert (row["progress_current"], row["progress_total"]) == (250, 1000)
    assert row["started_at"] == "2026-11-23T12:00:00Z"
    assert row["completed_at"] is None


def test_nothing_of_the_fence_is_told() -> None:
    job = SearchJobFactory(next_cursor="secret cursor")
    LinkedInAccount.objects.update(
        lease_token=job.id, lease_job=job.id, lease_expires_at=NOW
    )
    row = events.row_of(SearchJob.objects.select_related("account").get(id=job.id))
    assert "secret cursor" not in json.dumps(row)
    assert not {key for key in row if "lease" in key or "cursor" in key}


def test_a_moment_is_told_in_utc() -> None:
    assert events.rfc3339(NOW) == "2026-11-23T12:00:00Z"
    assert events.rfc3339(None) is None


def test_a_cursor_is_kept_as_a_hash_that_differs() -> None:
    hashes = {events.cursor_hash(cursor) for cursor in ("", "a", "b")}
    assert len(hashes) == 3
    assert events.cursor_hash("a") == events.cursor_hash("a") != "a"


# --- waits --------------------------------------------------------------------------


def wait_of(
    job_wait: tuple[str, timedelta],
    account_wait: tuple[str, timedelta],
    status: str = "processing",
) -> events.Wait | None:
    job = SearchJobFactory.build(
        status=status,
        wait_reason=job_wait[0],
        next_step_at=NOW + job_wait[1],
        account=LinkedInAccountFactory.build(
            wait_reason=account_wait[0],
            next_turn_at=NOW + account_wait[1],
        ),
    )
    return events.wait_of(job, now=NOW)


def test_the_later_of_the_jobs_and_the_accounts_wait_is_shown() -> None:
    quota = events.Wait(reason="daily_quota", until=NOW + 9 * MINUTE)
    limited = events.Wait(reason="rate_limited", until=NOW + 9 * MINUTE)
    assert wait_of(("daily_quota", 9 * MINUTE), ("rate_limited", MINUTE)) == quota
    assert wait_of(("daily_quota", MINUTE), ("rate_limited", 9 * MINUTE)) == limited


def test_a_wait_that_is_over_is_not_shown() -> None:
    assert wait_of(("backing_off", -MINUTE), ("rate_limited", -MINUTE)) is None


def test_a_place_in_line_is_no_wait() -> None:
    assert wait_of(("", MINUTE), ("", MINUTE)) is None


@pytest.mark.parametrize("status", ["paused", "completed", "failed", "cancelled"])
def test_what_does_not_run_does_not_wait(status: str) -> None:
    assert wait_of(("backing_off", MINUTE), ("", MINUTE), status) is None


# --- the present pass ---------------------------------------------------------------


def journal(*entries: tuple[EventKind, dict[str, Any]]) -> SearchJob:
    job = SearchJobFactory()
    for revision, (kind, data) in enumerate(entries, start=1):
        SearchEvent.objects.create(job=job, revision=revision, kind=kind, data=data)
    return job


def stored(cursor: str, received: int, new: int) -> tuple[EventKind, dict[str, Any]]:
    data = {"cursor": cursor, "received": received, "stored": new}
    return EventKind.PAGE_STORED, data


LOST = (EventKind.CURSOR_LOST, dict[str, Any]())
RETRIED = (EventKind.RETRIED, dict[str, Any]())
WAITED = (EventKind.WAITING, dict[str, Any]())


def test_the_first_pass_knows_no_cursor_and_may_begin_anew() -> None:
    assert events.pass_history(journal().id) == events.PassHistory(
        number=0, rows_by_cursor={}, may_begin_anew=True
    )


def test_of_a_page_asked_again_the_last_answer_counts() -> None:
    job = journal(
        stored("a", 100, 100), stored("b", 60, 60), WAITED, stored("b", 80, 20)
    )
    assert events.pass_history(job.id).rows_by_cursor == {"a": 100, "b": 80}


def test_a_lost_cursor_begins_a_pass_that_knows_nothing() -> None:
    job = journal(stored("a", 100, 100), LOST)
    assert events.pass_history(job.id) == events.PassHistory(
        number=1, rows_by_cursor={}, may_begin_anew=False
    )


def test_somebody_new_lets_another_pass_begin() -> None:
    job = journal(LOST, stored("a", 100, 0))
    assert not events.pass_history(job.id).may_begin_anew
    job = journal(LOST, stored("a", 100, 0), stored("b", 100, 1))
    assert events.pass_history(job.id).may_begin_anew


def test_a_retry_lets_another_pass_begin_and_keeps_what_this_one_knows() -> None:
    job = journal(stored("a", 100, 100), LOST, stored("a", 100, 0), RETRIED)
    assert events.pass_history(job.id) == events.PassHistory(
        number=1, rows_by_cursor={"a": 100}, may_begin_anew=True
    )


def test_the_events_of_a_job_go_with_it() -> None:
    job = journal(LOST)
    SearchJob.objects.filter(id=job.id, status=JobStatus.QUEUED).delete()
    assert not SearchEvent.objects.exists()
