from __future__ import annotations

import uuid
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from accounts.models import LinkedInAccount
from searchjobs import events, lifecycle
from searchjobs.audit import audit
from searchjobs.models import SearchEvent, SearchJob, SearchResult
from searchjobs.sources import (
    CursorLost,
    GiveUp,
    LimitReached,
    NeedsPerson,
    RetryAfter,
    Scope,
)
from searchjobs.states import EventKind, WaitReason
from tests.factories import SearchJobFactory, UserFactory
from tests.searchjobs.playing import (
    Scripted,
    WorkerKilled,
    lapse,
    now_of,
    page,
    people,
    play,
    run,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

SLOW_DOWN = RetryAfter(
    scope=Scope.ACCOUNT,
    reason=WaitReason.RATE_LIMITED,
    code="rate_limited",
    message="Slow down.",
)
OWN_TROUBLE = RetryAfter(
    scope=Scope.JOB,
    reason=WaitReason.BACKING_OFF,
    code="unreadable_answer",
    message="Unipile's answer could not be understood.",
)


@pytest.fixture
def job(account: LinkedInAccount) -> SearchJob:
    """A queued search of 5 people, as it is created."""
    return new_job(account)


def new_job(account: LinkedInAccount) -> SearchJob:
    job = SearchJobFactory.create(
        account=account, target_count=5, page_size=3, revision=1
    )
    events.record(job.id, EventKind.CREATED, {"target_count": 5})
    return job


@pytest.fixture
def completed(job: SearchJob) -> SearchJob:
    """The same after two pages: a duplicate, a row without an id, one too many."""
    run(
        job.account,
        page(people(3), next_cursor="second"),
        page(["p00000", *people(3, start=3)], invalid=1),
    )
    return now_of(job)


def found(job_id: uuid.UUID | None = None) -> set[str]:
    return {difference.what for difference in audit(job_id)}


def change(job: SearchJob, **columns: Any) -> None:
    SearchJob.objects.filter(id=job.id).update(**columns)


# --- what adds up ---------------------------------------------------------------------


def test_a_new_search_adds_up(job: SearchJob) -> None:
    assert audit() == []


def test_a_completed_search_adds_up(completed: SearchJob) -> None:
    assert (completed.status, completed.surplus) == ("completed", 1)
    assert audit() == []


def test_a_search_that_met_every_trouble_adds_up(job: SearchJob) -> None:
    run(
        job.account,
        SLOW_DOWN,
        page(people(1), next_cursor="second"),
        OWN_TROUBLE,
        CursorLost(),
        page(people(2), next_cursor="second"),
        page([]),  # doubted
        page([]),
    )
    assert audit() == []


def test_a_search_that_failed_and_was_retried_adds_up(job: SearchJob) -> None:
    run(
        job.account,
        page(people(2), next_cursor="second"),
        GiveUp(code="unipile_bad_request", message="No."),
    )
    assert audit() == []
    lifecycle.retry(job.id, UserFactory.create())
    assert audit() == []


def test_a_search_that_lost_its_account_adds_up(job: SearchJob) -> None:
    run(job.account, page(people(2), next_cursor="second"))
    run(job.account, NeedsPerson(account_status="credentials"))
    assert audit() == []


def test_a_search_that_met_linkedins_limit_adds_up(job: SearchJob) -> None:
    run(job.account, LimitReached())
    assert now_of(job).requests == 1
    assert audit() == []


def test_a_search_cancelled_during_a_request_adds_up(job: SearchJob) -> None:
    def cancelled_meanwhile(asked: SearchJob) -> Any:
        lifecycle.cancel(asked.id, asked.user)
        return page(people(2))

    run(job.account, cancelled_meanwhile)
    assert now_of(job).status == "cancelled"
    assert audit() == []


def test_a_search_whose_worker_died_adds_up(job: SearchJob) -> None:
    run(job.account, WorkerKilled())
    lapse(job.account)
    play(job.account, Scripted(page(people(5))))
    assert now_of(job).status == "completed"
    assert audit() == []


# --- what does not --------------------------------------------------------------------


def test_a_missing_row_is_found(completed: SearchJob) -> None:
    SearchResult.objects.filter(job=completed, position=1).delete()
    assert found() == {
        "progress_current",
        "last position",
        "total_results",
        "progress_total",
    }


def test_an_extra_row_is_found(completed: SearchJob) -> None:
    row = SearchResult.objects.get(job=completed, position=4)
    row.id, row.position, row.provider_id = uuid.uuid4(), 5, "extra"
    row.save(force_insert=True)
    assert "progress_current" in found()


def test_a_gap_in_the_positions_is_found(completed: SearchJob) -> None:
    SearchResult.objects.filter(job=completed, position=4).update(position=9)
    assert found() == {"last position"}


@pytest.mark.parametrize(
    "columns",
    [
        {"progress_current": F("progress_current") - 1, "received": F("received") - 1},
        {"duplicates": F("duplicates") + 1, "received": F("received") + 1},
        {"duplicates": F("duplicates") + 1, "invalid": F("invalid") - 1},
        {"surplus": F("surplus") + 1, "received": F("received") + 1},
        {"pass_received": F("pass_received") + 1},
        {"requests": F("requests") + 1},
        {"requests": F("requests") - 1},
        {"next_batch": F("next_batch") + 1},
        {"retry_count": 1},
        {"revision": F("revision") + 1},
        {"total_results": 0},
        {"progress_total": 6},
        {"started_at": None},
        {"status": "failed", "completion_reason": ""},
    ],
    ids=lambda columns: " and ".join(columns),
)
def test_a_counter_that_somebody_edited_is_found(
    completed: SearchJob, columns: dict[str, Any]
) -> None:
    change(completed, **columns)
    assert found()


def test_a_missing_event_is_found(completed: SearchJob) -> None:
    SearchEvent.objects.filter(job=completed, revision=3).delete()
    assert {"number of events", "received", "event 4, its revision"} <= found()


def test_a_page_that_is_counted_twice_is_found(completed: SearchJob) -> None:
    """The event is repeated with all that belongs to it: only its number betrays it."""
    repeat(completed)
    assert "event 6, its page" in found()


def repeat(job: SearchJob) -> None:
    """Write the last page's event a second time."""
    last = SearchEvent.objects.filter(job=job, kind="page_stored").latest("revision")
    SearchEvent.objects.create(
        job=job, revision=job.revision + 1, kind=last.kind, data=last.data
    )


def test_events_out_of_order_are_found(completed: SearchJob) -> None:
    journal = SearchEvent.objects.filter(job=completed)
    journal.filter(revision=3).update(revision=99)
    journal.filter(revision=4).update(revision=3)
    journal.filter(revision=99).update(revision=4)
    assert {"event 3, its page", "event 4, its page"} <= found()


def test_an_event_after_the_end_is_found(completed: SearchJob) -> None:
    SearchEvent.objects.create(job=completed, revision=6, kind="waiting")
    assert "event 6, what follows an end" in found()


def test_a_change_that_is_not_allowed_is_found(completed: SearchJob) -> None:
    SearchEvent.objects.filter(job=completed, revision=5).update(kind="resumed")
    assert "event 5, whether it may follow processing" in found()


def test_one_search_is_audited_alone(
    completed: SearchJob, account: LinkedInAccount
) -> None:
    other = new_job(account)
    change(completed, requests=99)
    assert found(other.id) == set()
    assert found(completed.id) == {"requests"}


# --- the command ----------------------------------------------------------------------


def test_the_command_says_that_all_is_well(completed: SearchJob) -> None:
    said = StringIO()
    call_command("audit_jobs", stdout=said)
    assert said.getvalue() == "1 searches add up.\n"


@pytest.mark.parametrize(
    "damage",
    [
        lambda job: SearchResult.objects.filter(job=job, position=0).delete(),
        lambda job: change(job, requests=99),
        repeat,
    ],
    ids=["a row deleted", "a counter edited", "an event repeated"],
)
def test_the_command_fails_and_names_the_search(
    completed: SearchJob, damage: Any
) -> None:
    damage(completed)
    said = StringIO()
    with pytest.raises(CommandError, match="1 of 1 searches do not add up") as failed:
        call_command("audit_jobs", stdout=said)
    assert failed.value.returncode == 1
    assert all(
        line.startswith(str(completed.id)) for line in said.getvalue().split("\n")[:-1]
    )


def test_the_command_knows_no_unknown_search(db: None) -> None:
    with pytest.raises(CommandError, match="There is no search"):
        call_command("audit_jobs", job=uuid.UUID(int=7))


def test_thousands_of_searches_take_no_more_statements(
    completed: SearchJob,
    account: LinkedInAccount,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    new_job(account)
    with django_assert_num_queries(3):
        audit()
