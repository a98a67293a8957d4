"""Searches: read, listed, moved and deleted; and their journals."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from searchjobs import lifecycle
from searchjobs.models import SearchEvent, SearchJob, SearchResult
from searchjobs.states import JobStatus, Move, WaitReason, allowed_moves
from tests.factories import (
    MembershipFactory,
    SearchJobFactory,
    SearchResultFactory,
)
from tests.searchjobs.api.callers import CREATE_JOB, JOBS, Colleague, refused

UNKNOWN = "9b2f7c1e-0000-4000-8000-000000000000"


def status_of(alice: Colleague, job: SearchJob) -> dict[str, Any]:
    answer = alice.client.ask(f"{CREATE_JOB}?job_id={job.id}").json()
    assert answer["success"] is True
    shown: dict[str, Any] = answer["job"]
    return shown


def a_job(alice: Colleague, **columns: Any) -> SearchJob:
    return SearchJobFactory.create(account=alice.account, **columns)


# --- how a search is doing ----------------------------------------------------------


def test_a_running_search_is_shown_in_the_originals_keys(alice: Colleague) -> None:
    job = a_job(
        alice,
        status="processing",
        progress_current=250,
        started_at=datetime(2025, 10, 10, 12, tzinfo=UTC),
    )
    shown = status_of(alice, job)
    assert {
        key: shown[key]
        for key in (
            "id",
            "status",
            "progress",
            "results_count",
            "started_at",
            "completed_at",
            "error_message",
        )
    } == {
        "id": str(job.id),
        "status": "processing",
        "progress": {"current": 250, "total": 1000, "percentage": 25},
        "results_count": 250,
        "started_at": "2025-10-10T12:00:00Z",
        "completed_at": None,
        "error_message": None,
    }


def test_what_the_contract_added_is_there(alice: Colleague) -> None:
    job = a_job(alice, status="processing", available_total=5000, duplicates=3)
    shown = status_of(alice, job)
    assert shown["revision"] == job.revision
    assert shown["search_source"] == "sales_navigator"
    assert shown["available_total"] == 5000
    assert (shown["received"], shown["duplicates"]) == (3, 3)
    assert (shown["invalid"], shown["surplus"]) == (0, 0)
    assert shown["completion_reason"] is None
    assert shown["account_id"] == str(alice.account.id)


@pytest.mark.parametrize(
    ("columns", "percentage"),
    [
        ({"status": "processing", "progress_current": 999}, 99),
        ({"status": "processing", "progress_current": 1000}, 99),
        ({"status": "processing", "progress_current": 9}, 0),
        ({"status": "completed", "target_count": 0}, 100),
        ({"status": "failed", "progress_current": 500}, 50),
    ],
)
def test_the_percentage_is_floored_and_100_only_when_completed(
    alice: Colleague, columns: dict[str, Any], percentage: int
) -> None:
    assert status_of(alice, a_job(alice, **columns))["progress"]["percentage"] == (
        percentage
    )


def test_a_failed_search_says_why(alice: Colleague) -> None:
    job = a_job(
        alice, status="failed", error_code="job_timeout", error_message="Job timeout"
    )
    shown = status_of(alice, job)
    assert (shown["error_message"], shown["error_code"]) == (
        "Job timeout",
        "job_timeout",
    )
    assert shown["completed_at"].endswith("Z")


def test_a_waiting_search_says_why_and_until_when(alice: Colleague) -> None:
    until = timezone.now() + timedelta(hours=1)
    job = a_job(alice, wait_reason=WaitReason.DAILY_QUOTA, next_step_at=until)
    shown = status_of(alice, job)
    assert shown["wait_reason"] == "daily_quota"
    assert datetime.fromisoformat(shown["next_step_at"]) == until


def test_a_wait_of_the_account_is_the_searchs_own(alice: Colleague) -> None:
    job = a_job(alice)
    type(alice.account).objects.update(
        wait_reason="rate_limited", next_turn_at=Now() + timedelta(minutes=5)
    )
    assert status_of(alice, job)["wait_reason"] == "rate_limited"


def test_a_running_search_tells_how_long_it_will_take(alice: Colleague) -> None:
    assert status_of(alice, a_job(alice))["estimated_seconds_left"] > 0


@pytest.mark.parametrize("status", ["paused", "completed", "failed", "cancelled"])
def test_a_search_that_does_not_run_does_not(alice: Colleague, status: str) -> None:
    assert (
        status_of(alice, a_job(alice, status=status))["estimated_seconds_left"] is None
    )


def test_without_a_job_id_it_is_required(alice: Colleague) -> None:
    answer = refused(alice.client.ask(CREATE_JOB), 400, "job_id_required")
    assert answer["error"] == "job_id required"


@pytest.mark.parametrize("job_id", ["abc", "5", "%00", "{}", "a" * 36, "urn:uuid:1"])
def test_a_job_id_that_is_no_uuid_is_a_400(alice: Colleague, job_id: str) -> None:
    response = alice.client.ask(f"{CREATE_JOB}?job_id={job_id}")
    answer = refused(response, 400, "invalid_request")
    assert list(answer["fields"]) == ["job_id"]


def test_an_unknown_job_is_not_found(alice: Colleague) -> None:
    answer = refused(
        alice.client.ask(f"{CREATE_JOB}?job_id={uuid.uuid4()}"), 404, "job_not_found"
    )
    assert answer["error"] == "Job not found"


def test_a_look_costs_four_queries(
    alice: Colleague, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    job = a_job(alice)
    with django_assert_num_queries(4):  # token, job, line, usage
        status_of(alice, job)


# --- the list -----------------------------------------------------------------------


def listed(alice: Colleague, query: str = "", **headers: str) -> dict[str, Any]:
    response = alice.client.ask(f"{JOBS}?{query}", **headers)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def ids(answer: dict[str, Any]) -> list[str]:
    return [job["id"] for job in answer["jobs"]]


def test_the_newest_search_comes_first(alice: Colleague) -> None:
    now = timezone.now()
    old = a_job(alice, created_at=now - timedelta(days=1))
    new = a_job(alice, created_at=now)
    assert ids(listed(alice)) == [str(new.id), str(old.id)]


def test_the_cursor_walks_the_whole_list_once(alice: Colleague) -> None:
    now = timezone.now()
    made = [
        # three at each moment: the id decides
        a_job(alice, created_at=now - timedelta(seconds=number // 3))
        for number in range(10)
    ]
    walked: list[str] = []
    cursor = ""
    while True:
        answer = listed(alice, f"per_page=4{cursor}")
        walked += ids(answer)
        if answer["next_cursor"] is None:
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert sorted(walked) == sorted(str(job.id) for job in made)


def test_a_search_made_meanwhile_shifts_nothing(alice: Colleague) -> None:
    old = [a_job(alice) for _ in range(3)]
    first = listed(alice, "per_page=2")
    a_job(alice)
    rest = listed(alice, f"per_page=2&cursor={first['next_cursor']}")
    assert {*ids(first), *ids(rest)} == {str(job.id) for job in old}


@pytest.mark.parametrize(
    "cursor", ["x", "AAAA", "bm90aGluZw==", "%00", "MjAyNiBub3BlIG5vcGU="]
)
def test_a_cursor_that_is_not_ours_is_refused(alice: Colleague, cursor: str) -> None:
    response = alice.client.ask(f"{JOBS}?cursor={cursor}")
    assert list(refused(response, 400, "invalid_request")["fields"]) == ["cursor"]


def test_the_list_is_filtered(alice: Colleague) -> None:
    failed = a_job(alice, status="failed", name="Berlin 100%")
    a_job(alice, name="Berlin 100 people")
    classic = a_job(alice, search_source="classic", name="Paris")
    SearchJob.objects.filter(id=classic.id).update(created_at=Now() - timedelta(days=9))
    week_ago = (timezone.now() - timedelta(days=7)).isoformat().replace("+00:00", "Z")
    assert ids(listed(alice, "status=failed")) == [str(failed.id)]
    assert ids(listed(alice, "search_source=classic")) == [str(classic.id)]
    assert len(ids(listed(alice, f"created_after={week_ago}"))) == 2
    assert ids(listed(alice, "q=berlin 100%25")) == [str(failed.id)]
    assert ids(listed(alice, "q=par&status=queued")) == [str(classic.id)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=done", "status"),
        ("search_source=xing", "search_source"),
        ("created_after=yesterday", "created_after"),
        ("q=%00", "q"),
        ("per_page=0", "per_page"),
        ("per_page=201", "per_page"),
        ("per_page=ten", "per_page"),
    ],
)
def test_a_wrong_filter_is_named(alice: Colleague, query: str, field: str) -> None:
    answer = refused(alice.client.ask(f"{JOBS}?{query}"), 400, "invalid_request")
    assert list(answer["fields"]) == [field]


def test_another_workspaces_searches_are_not_listed(
    alice: Colleague, stranger: Colleague
) -> None:
    a_job(stranger)
    assert ids(listed(alice)) == []


def test_who_has_two_workspaces_names_one(alice: Colleague) -> None:
    other = MembershipFactory.create(user=alice.user)
    mine = a_job(alice)
    refused(alice.client.ask(JOBS), 400, "workspace_required")
    here = {"X-Workspace-Id": str(alice.workspace.id)}
    there = {"X-Workspace-Id": str(other.workspace_id)}
    assert ids(listed(alice, **here)) == [str(mine.id)]
    assert ids(listed(alice, **there)) == []


@pytest.mark.parametrize("named", ["unknown", "5", UNKNOWN, "é"])
def test_an_unknown_workspace_is_not_found(alice: Colleague, named: str) -> None:
    response = alice.client.ask(JOBS, **{"X-Workspace-Id": named})
    refused(response, 404, "workspace_not_found")


def test_a_list_costs_five_queries_however_long(
    alice: Colleague, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        a_job(alice)
    with django_assert_num_queries(5):  # token, membership, jobs, line, usage
        listed(alice)


# --- one search ---------------------------------------------------------------------


def test_one_search_whole_is_what_its_status_is(alice: Colleague) -> None:
    job = a_job(alice, status="paused")
    whole = alice.client.ask(f"{JOBS}/{job.id}").json()["job"]
    assert whole == status_of(alice, job)
    assert whole["search_criteria"] == {"title": "CEO"}


def test_a_search_of_another_of_my_workspaces_is_not_found_in_the_named_one(
    alice: Colleague,
) -> None:
    job = a_job(alice)
    other = MembershipFactory.create(user=alice.user)
    response = alice.client.ask(
        f"{JOBS}/{job.id}", **{"X-Workspace-Id": str(other.workspace_id)}
    )
    refused(response, 404, "job_not_found")


MOVES = (Move.PAUSE, Move.RESUME, Move.CANCEL, Move.RETRY)
LEADS_TO = {
    Move.PAUSE: "paused",
    Move.RESUME: "queued",
    Move.CANCEL: "cancelled",
    Move.RETRY: "queued",
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("status", [*JobStatus])
def test_every_move_from_every_status(
    alice: Colleague, status: JobStatus, move: Move
) -> None:
    job = a_job(alice, status=status)
    response = alice.client.send(f"{JOBS}/{job.id}/{move}")
    if move in allowed_moves(status):
        assert response.status_code == 200
        assert response.json()["job"]["status"] == LEADS_TO[move]
        assert response.json()["job"]["revision"] == job.revision + 1
        return
    answer = refused(response, 409, "illegal_transition")
    assert answer["error"] == f"Cannot {move} a {status} search."
    assert answer["allowed"] == [str(move) for move in allowed_moves(status)]


def test_a_search_of_a_lost_account_cannot_be_resumed(alice: Colleague) -> None:
    job = a_job(alice)
    type(alice.account).objects.update(status="credentials")
    lifecycle.pause_for_account([job.id])
    response = alice.client.send(f"{JOBS}/{job.id}/resume")
    refused(response, 409, "account_disconnected")


def test_an_unknown_move_is_not_found(alice: Colleague) -> None:
    refused(alice.client.send(f"{JOBS}/{a_job(alice).id}/start"), 404, "not_found")


def test_a_finished_search_is_deleted_with_its_people(alice: Colleague) -> None:
    job = a_job(alice, status="completed", progress_current=1)
    SearchResultFactory.create(job=job)
    response = alice.client.delete(f"{JOBS}/{job.id}")
    assert (response.status_code, response.json()) == (200, {"success": True})
    assert not SearchJob.objects.exists()
    assert not SearchResult.objects.exists()


@pytest.mark.parametrize("status", ["queued", "processing", "paused"])
def test_one_that_runs_is_not_deleted(alice: Colleague, status: str) -> None:
    job = a_job(alice, status=status)
    answer = refused(alice.client.delete(f"{JOBS}/{job.id}"), 409, "illegal_transition")
    assert "cancel" in answer["allowed"]
    assert SearchJob.objects.exists()


def test_deleted_twice_it_is_not_found(alice: Colleague) -> None:
    job = a_job(alice, status="cancelled")
    alice.client.delete(f"{JOBS}/{job.id}")
    refused(alice.client.delete(f"{JOBS}/{job.id}"), 404, "job_not_found")


# --- the journal --------------------------------------------------------------------


def test_the_journal_is_given_in_order_since_a_revision(alice: Colleague) -> None:
    created = alice.client.send(CREATE_JOB, {"search_criteria": {}}).json()
    path = f"{JOBS}/{created['job_id']}"
    alice.client.send(f"{path}/pause")
    alice.client.send(f"{path}/resume")
    answer = alice.client.ask(f"{path}/events?since=1").json()
    assert [(event["revision"], event["kind"]) for event in answer["events"]] == [
        (2, "paused"),
        (3, "resumed"),
    ]
    assert (answer["revision"], answer["has_more"]) == (3, False)
    assert answer["events"][0]["data"] == {"by": str(alice.user.id)}


def test_a_long_journal_comes_in_parts(alice: Colleague) -> None:
    job = a_job(alice, revision=1200)
    SearchEvent.objects.bulk_create(
        SearchEvent(job=job, revision=number, kind="waiting")
        for number in range(1, 1201)
    )
    path = f"{JOBS}/{job.id}/events"
    first = alice.client.ask(path).json()
    rest = alice.client.ask(f"{path}?since=1000").json()
    assert (len(first["events"]), first["has_more"]) == (1000, True)
    assert (len(rest["events"]), rest["has_more"]) == (200, False)


@pytest.mark.parametrize("since", ["-1", "x", "99999999999999", "%00"])
def test_a_wrong_revision_is_refused(alice: Colleague, since: str) -> None:
    response = alice.client.ask(f"{JOBS}/{a_job(alice).id}/events?since={since}")
    assert list(refused(response, 400, "invalid_request")["fields"]) == ["since"]


def test_members_of_one_workspace_see_each_others_searches(
    alice: Colleague, viewer: Colleague
) -> None:
    job = a_job(alice)
    assert status_of(viewer, job)["id"] == str(job.id)
