"""Every status × every move: what is legal writes one event, the rest writes none."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from accounts.models import LinkedInAccount, User
from searchjobs import ledger, lifecycle
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.states import (
    TRANSITIONS,
    CompletionReason,
    EventKind,
    JobStatus,
    Move,
    WaitReason,
)
from tests.factories import SearchJobFactory, UserFactory

pytestmark = pytest.mark.django_db

Change = Callable[[SearchJob, User], SearchJob | None]


def only(changed: list[SearchJob]) -> SearchJob | None:
    """Return the one job that changed, or None."""
    assert len(changed) <= 1
    return changed[0] if changed else None


MOVES: dict[Move, tuple[Change, EventKind]] = {
    Move.START: (lambda job, by: lifecycle.start(job), EventKind.STARTED),
    Move.COMPLETE: (
        lambda job, by: lifecycle.complete(job.id, CompletionReason.EXHAUSTED),
        EventKind.COMPLETED,
    ),
    Move.FAIL: (
        lambda job, by: lifecycle.fail(job.id, code="x", message="It failed."),
        EventKind.FAILED,
    ),
    Move.PAUSE_FOR_ACCOUNT: (
        lambda job, by: only(lifecycle.pause_for_account([job.id])),
        EventKind.PAUSED,
    ),
    Move.RESUME_FOR_ACCOUNT: (
        lambda job, by: only(lifecycle.resume_for_account([job.id])),
        EventKind.RESUMED,
    ),
    Move.PAUSE: (lambda job, by: lifecycle.pause(job.id, by), EventKind.PAUSED),
    Move.RESUME: (lambda job, by: lifecycle.resume(job.id, by), EventKind.RESUMED),
    Move.CANCEL: (lambda job, by: lifecycle.cancel(job.id, by), EventKind.CANCELLED),
    Move.RETRY: (lambda job, by: lifecycle.retry(job.id, by), EventKind.RETRIED),
}
GRID = [(status, move) for status in JobStatus for move in MOVES]
LEGAL = [(status, move) for status, move in GRID if status in TRANSITIONS[move][0]]
FORBIDDEN = [pair for pair in GRID if pair not in LEGAL]


def make(status: JobStatus, move: Move, **columns: Any) -> SearchJob:
    """Return a job in that status; where it is paused, so that the move fits it."""
    if status == JobStatus.PAUSED and move in (
        Move.RESUME_FOR_ACCOUNT,
        Move.PAUSE,
    ):
        columns |= {"error_code": lifecycle.ACCOUNT_DISCONNECTED}
    return SearchJobFactory(status=status, revision=4, **columns)


def row(job: SearchJob) -> dict[str, Any]:
    return model_to_dict(SearchJob.objects.get(id=job.id)) | {
        "updated_at": SearchJob.objects.get(id=job.id).updated_at
    }


@pytest.mark.parametrize(("status", "move"), LEGAL)
def test_a_legal_move_writes_one_event_with_the_next_revision(
    status: JobStatus, move: Move
) -> None:
    change, kind = MOVES[move]
    job = make(status, move)

    changed = change(job, UserFactory())

    if (status, move) == (JobStatus.PROCESSING, Move.START):
        assert not SearchEvent.objects.filter(job=job).exists()
        return
    assert changed is not None
    event = SearchEvent.objects.get(job=job)
    assert (changed.status, changed.revision) == (TRANSITIONS[move][1], 5)
    assert (event.revision, event.kind) == (5, kind)


@pytest.mark.parametrize(("status", "move"), FORBIDDEN)
def test_a_forbidden_move_leaves_row_and_journal_untouched(
    status: JobStatus, move: Move
) -> None:
    job = make(status, move)
    before = row(job)

    changed = MOVES[move][0](job, UserFactory())

    assert changed is None
    assert row(job) == before
    assert not SearchEvent.objects.filter(job=job).exists()


OTHER_CHANGES: dict[str, tuple[Change, tuple[JobStatus, ...]]] = {
    "page_stored": (
        lambda job, by: ledger.page_stored(
            job.id,
            PAGE,
            pass_received=0,
            next_cursor="",
            doubts=0,
            available_total=None,
            barren_seconds=0,
        ),
        (JobStatus.QUEUED, JobStatus.PROCESSING, JobStatus.PAUSED),
    ),
    "doubt": (
        lambda job, by: lifecycle.doubt(job.id, doubts=1, delay_s=2),
        (JobStatus.QUEUED, JobStatus.PROCESSING, JobStatus.PAUSED),
    ),
    "begin_anew": (
        lambda job, by: lifecycle.begin_anew(job.id, counts_request=True),
        (JobStatus.QUEUED, JobStatus.PROCESSING, JobStatus.PAUSED),
    ),
    "wait": (
        lambda job, by: only(
            lifecycle.wait(
                [job.id], reason=WaitReason.DAILY_QUOTA, until=datetime.now(UTC)
            )
        ),
        (JobStatus.QUEUED, JobStatus.PROCESSING),
    ),
    "stumble": (
        lambda job, by: lifecycle.stumble(
            job.id,
            kind=EventKind.WAITING,
            delay_s=2,
            data={},
            barren_seconds=0,
            counts_request=True,
        ),
        (JobStatus.QUEUED, JobStatus.PROCESSING, JobStatus.PAUSED),
    ),
    "wait_for_account": (
        lambda job, by: lifecycle.wait_for_account(
            job.id, reason=WaitReason.RATE_LIMITED, delay_s=2
        ),
        (JobStatus.QUEUED, JobStatus.PROCESSING, JobStatus.PAUSED),
    ),
}
PAGE = ledger.PageRecord(
    batch=0,
    pass_number=0,
    cursor="",
    received=0,
    stored=0,
    duplicates=0,
    invalid=0,
    surplus=0,
    seconds=0,
)


@pytest.mark.parametrize("change", OTHER_CHANGES)
@pytest.mark.parametrize("status", JobStatus)
def test_what_a_turn_records_keeps_the_status_and_touches_nothing_finished(
    status: JobStatus, change: str
) -> None:
    job = SearchJobFactory(status=status)
    before = row(job)
    do, allowed = OTHER_CHANGES[change]

    changed = do(job, UserFactory())

    assert (changed is not None) == (status in allowed)
    assert SearchJob.objects.get(id=job.id).status == status
    assert SearchEvent.objects.filter(job=job).count() == (status in allowed)
    if status not in allowed:
        assert row(job) == before


def test_a_created_job_is_queued_with_its_first_event() -> None:
    like = SearchJobFactory()
    job = lifecycle.create(
        user=like.user,
        workspace=like.workspace,
        account=like.account,
        name="New",
        search_criteria={},
        search_source="classic",
        target_count=10,
        progress_total=10,
        page_size=10,
    )
    event = SearchEvent.objects.get(job=job)
    assert (job.status, job.revision) == (JobStatus.QUEUED, 1)
    assert (event.revision, event.kind) == (1, "created")
    assert event.data == {"target_count": 10}


def test_a_completed_job_ends_at_one_hundred_percent_of_what_it_has() -> None:
    job = SearchJobFactory(progress_current=534, available_total=600)
    done = lifecycle.complete(job.id, CompletionReason.ENDED_EARLY)
    assert done is not None
    assert (done.progress_current, done.progress_total) == (534, 534)
    assert (done.total_results, done.available_total) == (534, 600)
    assert (done.progress_percent, done.progress_text) == (
        100,
        "Fetched 534/534 (100%)",
    )


def test_a_failed_job_keeps_its_people_its_total_and_its_cursor() -> None:
    job = SearchJobFactory(
        status=JobStatus.PROCESSING, progress_current=300, next_cursor="next"
    )
    failed = lifecycle.fail(job.id, code="job_timeout", message="Job timeout")
    assert failed is not None
    assert (failed.progress_current, failed.progress_total) == (300, 1000)
    assert (failed.next_cursor, failed.total_results) == ("next", 300)
    assert (failed.error_code, failed.error_message) == ("job_timeout", "Job timeout")


def test_retry_clears_what_stood_in_the_way_and_keeps_the_place() -> None:
    job = SearchJobFactory(
        status=JobStatus.FAILED,
        progress_current=300,
        total_results=300,
        next_cursor="next",
        failures=8,
        doubts=3,
        barren_seconds=900.0,
        error_code="job_timeout",
        error_message="Job timeout",
        next_step_at=datetime.now(UTC) + timedelta(hours=1),
    )
    again = lifecycle.retry(job.id, UserFactory())
    assert again is not None
    assert (again.failures, again.doubts, again.barren_seconds) == (0, 0, 0)
    assert (again.error_code, again.error_message) == ("", None)
    assert (again.completed_at, again.total_results) == (None, 0)
    assert (again.next_cursor, again.progress_current) == ("next", 300)
    assert again.retry_count == 1
    assert again.next_step_at <= datetime.now(UTC)


def test_a_pause_for_the_account_says_so() -> None:
    paused = only(lifecycle.pause_for_account([SearchJobFactory().id]))
    assert paused is not None
    assert (paused.error_code, paused.error_message) == (
        "account_disconnected",
        "LinkedIn account disconnected",
    )


def test_pausing_what_paused_for_its_account_makes_it_the_persons() -> None:
    job, person = SearchJobFactory(), UserFactory()
    lifecycle.pause_for_account([job.id])
    paused = lifecycle.pause(job.id, person)
    assert paused is not None
    assert (paused.paused_by, paused.error_code) == (person, "")
    assert lifecycle.resume_for_account([job.id]) == []


def test_what_a_person_paused_cannot_be_paused_again() -> None:
    job = SearchJobFactory()
    lifecycle.pause(job.id, UserFactory())
    before = row(job)
    assert lifecycle.pause(job.id, UserFactory()) is None
    assert row(job) == before


def test_the_account_that_is_back_resumes_only_what_paused_for_it() -> None:
    job = SearchJobFactory(status=JobStatus.PAUSED)
    assert lifecycle.resume_for_account([job.id]) == []


def test_many_jobs_move_alike_each_with_its_own_next_revision() -> None:
    jobs = [SearchJobFactory(revision=revision) for revision in (0, 7)]
    finished = SearchJobFactory(status=JobStatus.COMPLETED)
    paused = lifecycle.pause_for_account([job.id for job in (*jobs, finished)])
    assert {(job.id, job.revision) for job in paused} == {
        (jobs[0].id, 1),
        (jobs[1].id, 8),
    }
    journal = SearchEvent.objects.filter(kind="paused")
    assert set(journal.values_list("job_id", "revision")) == {
        (jobs[0].id, 1),
        (jobs[1].id, 8),
    }


def test_a_move_of_a_deleted_job_changes_nothing() -> None:
    assert lifecycle.pause(uuid.uuid4(), UserFactory()) is None


def test_the_database_itself_keeps_the_time_of_each_change() -> None:
    job = SearchJobFactory()
    before = SearchJob.objects.get(id=job.id).updated_at
    SearchJob.objects.filter(id=job.id).update(name="Renamed", updated_at=None)
    assert SearchJob.objects.get(id=job.id).updated_at > before


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("job_status_known", {"status": "lost"}),
        ("job_type_known", {"search_type": "yellow pages"}),
        ("job_source_known", {"search_source": "navigator"}),
        ("job_wait_reason_known", {"wait_reason": "tired"}),
        (
            "job_progress_within_total",
            {"progress_total": 0, "progress_current": 1, "received": 1},
        ),
        ("job_ledger_adds_up", {"received": 7}),
        (
            "job_finished_iff_completed_at",
            {"completed_at": datetime(2026, 1, 1, tzinfo=UTC)},
        ),
        ("job_completed_iff_reason", {"completion_reason": "exhausted"}),
        ("job_page_size_within_api", {"page_size": 101}),
    ],
)
def test_the_database_refuses_a_job_that_cannot_be(
    constraint: str, columns: dict[str, Any]
) -> None:
    job = SearchJobFactory()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SearchJob.objects.filter(id=job.id).update(**columns)


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("account_status_known", {"status": "away"}),
        ("account_wait_reason_known", {"wait_reason": "tired"}),
        ("account_lease_whole", {"lease_token": uuid.uuid4()}),
        ("account_lease_whole", {"lease_job": uuid.uuid4()}),
        ("account_lease_whole", {"lease_expires_at": datetime(2026, 1, 1, tzinfo=UTC)}),
    ],
)
def test_the_database_refuses_an_account_that_cannot_be(
    constraint: str, columns: dict[str, Any]
) -> None:
    job = SearchJobFactory()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LinkedInAccount.objects.filter(id=job.account_id).update(**columns)


def test_the_database_refuses_an_event_of_an_unknown_kind() -> None:
    with pytest.raises(IntegrityError, match="event_kind_known"), transaction.atomic():
        SearchEvent.objects.create(job=SearchJobFactory(), revision=1, kind="danced")
