"""POST create-job: what it answers, chooses and refuses."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import (
    DjangoAssertNumQueries,
    DjangoCaptureOnCommitCallbacks,
    Settings,
)

from accounts.models import AccountStatus
from searchjobs.models import IdempotencyKey, SearchEvent, SearchJob
from tests.factories import (
    AccountUsageFactory,
    LinkedInAccountFactory,
    SearchJobFactory,
)
from tests.searchjobs.api.callers import CREATE_JOB, Colleague, refused

ORIGINAL = {
    "search_criteria": {
        "category": "people",
        "keywords": "CEO tech startup",
        "location": ["103644278"],
        "title": "CEO",
        "company_headcount": ["B", "C"],
    },
    "search_type": "linkedin",
    "target_count": 1000,
}


def wanting(**fields: Any) -> dict[str, Any]:
    return {"search_criteria": {"title": "CEO"}} | fields


def test_the_originals_request_is_answered_with_the_originals_keys(
    alice: Colleague,
) -> None:
    response = alice.client.send(CREATE_JOB, ORIGINAL)
    job = SearchJob.objects.get()
    assert response.status_code == 200
    answer = response.json()
    assert answer["success"] is True
    assert answer["job_id"] == str(job.id)
    assert answer["status"] == "queued"
    assert answer["message"] == "Search queued for 1000 prospects"
    assert answer["metadata"]["api"] == "sales_navigator"
    assert answer["metadata"]["max_results"] == 2500
    assert job.search_criteria == ORIGINAL["search_criteria"]


def test_the_metadata_say_what_the_search_will_do(alice: Colleague) -> None:
    metadata = alice.client.send(CREATE_JOB, ORIGINAL).json()["metadata"]
    assert metadata["capped"] is False
    assert metadata["page_size"] == 100
    assert metadata["warnings"] == []
    assert metadata["quota_left_today"] == 2500


def test_left_out_the_target_is_1000_people(alice: Colleague) -> None:
    alice.client.send(CREATE_JOB, wanting())
    assert SearchJob.objects.get().target_count == 1000


def test_a_target_above_the_ceiling_is_capped_and_said_so(alice: Colleague) -> None:
    answer = alice.client.send(CREATE_JOB, wanting(target_count=5000)).json()
    assert answer["metadata"]["capped"] is True
    assert answer["message"] == (
        "Search queued for 2500 prospects: "
        "Sales Navigator gives at most 2,500 of the 5,000 asked for"
    )
    assert SearchJob.objects.get().progress_total == 2500


def test_a_filter_that_the_api_ignores_is_named(alice: Colleague) -> None:
    criteria = {"api": "classic", "title": "CEO", "company_headcount": ["B"]}
    answer = alice.client.send(CREATE_JOB, {"search_criteria": criteria}).json()
    assert answer["metadata"]["warnings"] == ["company_headcount"]


def test_the_rows_of_today_leave_the_quota(alice: Colleague) -> None:
    AccountUsageFactory.create(account=alice.account, received=700)
    metadata = alice.client.send(CREATE_JOB, wanting()).json()["metadata"]
    assert metadata["quota_left_today"] == 1800


def test_without_a_limit_the_quota_left_is_null(alice: Colleague) -> None:
    type(alice.account).objects.update(daily_quota_sales_navigator=0)
    metadata = alice.client.send(CREATE_JOB, wanting()).json()["metadata"]
    assert metadata["quota_left_today"] is None


def test_the_estimate_counts_pages_at_the_pace(
    alice: Colleague, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS, settings.SEARCH_PACE_JITTER_SECONDS = 2.0, 1.0
    metadata = alice.client.send(CREATE_JOB, ORIGINAL).json()["metadata"]
    # nine turns of 2 s, half a second of jitter and an answer of 1 s; then the last one
    assert metadata["estimated_time_seconds"] == 33


def test_the_estimate_counts_what_the_account_has_queued(alice: Colleague) -> None:
    alone = alice.client.send(CREATE_JOB, ORIGINAL).json()["metadata"]
    behind = alice.client.send(CREATE_JOB, ORIGINAL).json()["metadata"]
    assert behind["estimated_time_seconds"] >= 2 * alone["estimated_time_seconds"] - 5


def test_the_estimate_is_at_least_a_second(
    alice: Colleague, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS = settings.SEARCH_PACE_JITTER_SECONDS = 0.0
    type(alice.account).objects.update(answer_seconds=0.001)
    metadata = alice.client.send(CREATE_JOB, wanting(target_count=1)).json()["metadata"]
    assert metadata["estimated_time_seconds"] == 1


def test_a_name_may_be_given(alice: Colleague) -> None:
    alice.client.send(CREATE_JOB, wanting(name="Berlin"))
    assert SearchJob.objects.get().name == "Berlin"


@pytest.mark.parametrize("name", ["", None, "   "])
def test_no_name_is_made_from_the_criteria(alice: Colleague, name: str | None) -> None:
    alice.client.send(CREATE_JOB, wanting(name=name))
    assert SearchJob.objects.get().name == "CEO"


def test_an_account_may_be_named(alice: Colleague) -> None:
    other = LinkedInAccountFactory.create(
        user=alice.user, workspace=alice.workspace, premium_features=[]
    )
    answer = alice.client.send(CREATE_JOB, wanting(account_id=str(other.id))).json()
    assert answer["metadata"]["api"] == "classic"
    assert SearchJob.objects.get().account_id == other.id


def test_else_it_is_the_one_with_the_strongest_api_and_the_earliest_turn(
    alice: Colleague,
) -> None:
    type(alice.account).objects.update(
        next_turn_at=timezone.now() + timedelta(minutes=1)
    )
    LinkedInAccountFactory.create(
        user=alice.user, workspace=alice.workspace, premium_features=[]
    )
    free = LinkedInAccountFactory.create(user=alice.user, workspace=alice.workspace)
    alice.client.send(CREATE_JOB, wanting())
    assert SearchJob.objects.get().account_id == free.id


def test_a_job_and_its_first_event_are_stored_together(alice: Colleague) -> None:
    job_id = alice.client.send(CREATE_JOB, wanting()).json()["job_id"]
    assert list(
        SearchEvent.objects.filter(job_id=job_id).values_list("revision", "kind")
    ) == [(1, "created")]


def test_a_search_costs_six_queries(
    alice: Colleague, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # token, membership, account, job with its event, line, quota
    with django_assert_num_queries(6):
        alice.client.send(CREATE_JOB, wanting())


def test_a_key_costs_three_more_and_a_savepoint(
    alice: Colleague, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # the key, forgetting expired ones, the answer
    with django_assert_num_queries(6 + 3 + 2):
        alice.client.send(CREATE_JOB, wanting(), **{"Idempotency-Key": "k"})


def test_many_searches_in_the_line_cost_no_more_queries(
    alice: Colleague, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    SearchJobFactory.create_batch(20, account=alice.account)
    with django_assert_num_queries(6):
        alice.client.send(CREATE_JOB, wanting())


# --- what is refused: nothing is stored ---------------------------------------------


def nothing_is_stored() -> bool:
    return not (
        SearchJob.objects.exists()
        or SearchEvent.objects.exists()
        or IdempotencyKey.objects.exists()
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "search_criteria"),
        ({"search_criteria": None}, "search_criteria"),
        ({"search_criteria": []}, "search_criteria"),
        ({"search_criteria": "CEO"}, "search_criteria"),
        ({"search_criteria": True}, "search_criteria"),
        ({"search_criteria": {"titel": "CEO"}}, "search_criteria.titel"),
        ({"search_criteria": {"title": 5}}, "search_criteria.title"),
        ({"search_criteria": {"title": ["CEO"]}}, "search_criteria.title"),
        ({"search_criteria": {"title": "C\x00O"}}, "search_criteria.title"),
        ({"search_criteria": {"title": "\ud83d"}}, "search_criteria.title"),
        ({"search_criteria": {"location": "1"}}, "search_criteria.location"),
        ({"search_criteria": {"location": [1.5]}}, "search_criteria.location"),
        ({"search_criteria": {"location": [True]}}, "search_criteria.location"),
        ({"search_criteria": {"location": [["1"]]}}, "search_criteria.location"),
        (
            {"search_criteria": {"company_headcount": ["Z"]}},
            "search_criteria.company_headcount",
        ),
        ({"search_criteria": {"api": "premium"}}, "search_criteria.api"),
        ({"search_criteria": {"api": "recruiter"}}, "search_criteria.api"),
        ({"search_criteria": {"url": "ftp://x"}}, "search_criteria.url"),
        (wanting(target_count=0), "target_count"),
        (wanting(target_count=-1), "target_count"),
        (wanting(target_count=1_000_001), "target_count"),
        (wanting(target_count=10**30), "target_count"),
        (wanting(target_count="1000"), "target_count"),
        (wanting(target_count=10.0), "target_count"),
        (wanting(target_count=True), "target_count"),
        (wanting(target_count=None), "target_count"),
        (wanting(target_count=[1]), "target_count"),
        (wanting(search_type="xing"), "search_type"),
        (wanting(search_type=None), "search_type"),
        (wanting(search_type=["linkedin"]), "search_type"),
        (wanting(account_id="me"), "account_id"),
        (wanting(account_id=5), "account_id"),
        (wanting(account_id=True), "account_id"),
        (wanting(name=5), "name"),
        (wanting(name="a\x00b"), "name"),
        (wanting(name="\ud83d"), "name"),
        (wanting(name="x" * 201), "name"),
        (wanting(targetCount=50), "targetCount"),
        (wanting(**{"\ud83d": 1}), "?"),
    ],
)
def test_a_wrong_field_is_named(
    alice: Colleague, body: dict[str, Any], field: str
) -> None:
    response = alice.client.send_raw(CREATE_JOB, json.dumps(body), "application/json")
    answer = refused(response, 400, "invalid_request")
    assert list(answer["fields"]) == [field]
    assert isinstance(answer["fields"][field], str)
    assert nothing_is_stored()


def test_all_wrong_fields_are_named_at_once(alice: Colleague) -> None:
    body = wanting(target_count=0, name=5, account_id="me")
    answer = refused(alice.client.send(CREATE_JOB, body), 400, "invalid_request")
    assert set(answer["fields"]) == {"target_count", "name", "account_id"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"search_criteria": {"title": "\xe9"}}',
        b"NaN",
        b'{"target_count": NaN}',
        b'{"target_count": Infinity}',
        b"[" * 100_000,
        b'{"a":' * 5_000,
        b'{"target_count": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
def test_a_body_that_is_no_json_is_refused(alice: Colleague, body: bytes) -> None:
    refused(
        alice.client.send_raw(CREATE_JOB, body, "application/json"),
        400,
        "invalid_request",
    )
    assert nothing_is_stored()


@pytest.mark.parametrize("body", [[], [1], "text", 5, 1.5, True, None])
def test_json_that_is_no_object_is_refused(alice: Colleague, body: Any) -> None:
    response = alice.client.send_raw(CREATE_JOB, json.dumps(body), "application/json")
    refused(response, 400, "invalid_request")
    assert nothing_is_stored()


def test_a_body_over_1_mb_is_refused(alice: Colleague) -> None:
    body = json.dumps(wanting(name="x" * 1_100_000))
    refused(
        alice.client.send_raw(CREATE_JOB, body, "application/json"),
        413,
        "body_too_large",
    )
    assert nothing_is_stored()


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""],
)
def test_another_content_type_is_refused(alice: Colleague, kind: str) -> None:
    refused(
        alice.client.send_raw(CREATE_JOB, json.dumps(wanting()), kind),
        415,
        "unsupported_media_type",
    )
    assert nothing_is_stored()


def test_a_source_that_is_not_set_up_is_refused(alice: Colleague) -> None:
    response = alice.client.send(CREATE_JOB, wanting(search_type="brightdata"))
    refused(response, 400, "source_not_configured")
    assert nothing_is_stored()


def test_without_unipile_linkedin_is_not_set_up(
    alice: Colleague, settings: Settings
) -> None:
    settings.UNIPILE_API_KEY = ""
    refused(alice.client.send(CREATE_JOB, wanting()), 400, "source_not_configured")


@pytest.mark.parametrize(
    "status", [status for status in AccountStatus if status != AccountStatus.OK]
)
def test_without_an_account_in_order_the_person_is_told_to_connect_one(
    alice: Colleague, status: str
) -> None:
    type(alice.account).objects.update(status=status)
    answer = refused(
        alice.client.send(CREATE_JOB, wanting()), 400, "no_linkedin_account"
    )
    assert answer["error"] == (
        "No active LinkedIn account found. Please connect your LinkedIn account first."
    )
    assert answer["action"] == "connect_linkedin"
    assert nothing_is_stored()


def test_an_unknown_account_is_not_found(alice: Colleague) -> None:
    response = alice.client.send(CREATE_JOB, wanting(account_id=str(uuid.uuid4())))
    refused(response, 404, "account_not_found")


def test_a_colleagues_account_is_not_found(alice: Colleague, viewer: Colleague) -> None:
    body = wanting(account_id=str(viewer.account.id))
    refused(alice.client.send(CREATE_JOB, body), 404, "account_not_found")


def test_a_worker_is_told_after_the_commit(
    alice: Colleague,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        alice.client.send(CREATE_JOB, wanting())
    assert len(callbacks) == 2  # the event for the sockets, the hint for a worker


def test_nobody_is_told_of_an_account_whose_next_turn_is_later(
    alice: Colleague,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    type(alice.account).objects.update(
        next_turn_at=timezone.now() + timedelta(seconds=60)
    )
    with django_capture_on_commit_callbacks() as callbacks:
        alice.client.send(CREATE_JOB, wanting())
    assert len(callbacks) == 1  # the event; the dispatcher knows the time
