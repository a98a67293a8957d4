"""The people a search found: by page or by keyset, also while it runs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from searchjobs.models import SearchJob
from tests.factories import SearchJobFactory, SearchResultFactory
from tests.searchjobs.api.callers import RESULTS, Colleague, refused

PERSON = {
    "id": "linkedin_abc123",
    "name": "John Doe",
    "title": "CEO",
    "company": "Tech Startup Inc",
    "linkedinUrl": "https://www.linkedin.com/in/johndoe",
    "location": "San Francisco, CA",
    "connectionDegree": 2,
}


def found(alice: Colleague, people: int, **columns: Any) -> SearchJob:
    job = SearchJobFactory.create(
        account=alice.account,
        **{"status": "processing", "progress_current": people} | columns,
    )
    for position in range(people):
        SearchResultFactory.create(job=job, position=position)
    return job


def read(alice: Colleague, job: SearchJob, query: str = "") -> dict[str, Any]:
    response = alice.client.ask(f"{RESULTS}?job_id={job.id}&{query}")
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def positions(answer: dict[str, Any]) -> list[int]:
    return [person["position"] for person in answer["prospects"]]


def test_the_answer_has_the_originals_keys(alice: Colleague) -> None:
    job = found(alice, 0, status="completed", target_count=1, progress_current=1)
    result = SearchResultFactory.create(
        job=job, position=0, prospect_data=PERSON | {"raw": {"id": "abc123"}}
    )
    assert read(alice, job) == {
        "success": True,
        "job_id": str(job.id),
        "job_status": "completed",
        "prospects": [PERSON | {"position": 0, "result_id": str(result.id)}],
        "pagination": {
            "page": 1,
            "per_page": 50,
            "total": 1,
            "total_pages": 1,
            "has_more": False,
            "next_after": None,
        },
    }


def test_pages_hold_everybody_once_in_order(alice: Colleague) -> None:
    job = found(alice, 7)
    pages = [read(alice, job, f"page={page}&per_page=3") for page in (1, 2, 3)]
    assert [positions(page) for page in pages] == [[0, 1, 2], [3, 4, 5], [6]]
    assert [page["pagination"]["has_more"] for page in pages] == [True, True, False]
    assert {page["pagination"]["total_pages"] for page in pages} == {3}


@pytest.mark.parametrize("page", [2, 100, 1_000_000_000])
def test_beyond_the_last_page_is_an_empty_list(alice: Colleague, page: int) -> None:
    answer = read(alice, found(alice, 3), f"page={page}")
    assert answer["prospects"] == []
    assert answer["pagination"]["has_more"] is False
    assert answer["pagination"]["total"] == 3


def test_a_search_without_people_has_no_pages(alice: Colleague) -> None:
    answer = read(alice, found(alice, 0))
    assert answer["prospects"] == []
    assert answer["pagination"]["total_pages"] == 0


def test_by_keyset_everybody_is_read_once(alice: Colleague) -> None:
    job = found(alice, 7)
    walked: list[int] = []
    after: int | None = -1
    while after is not None:
        answer = read(alice, job, f"after={after}&per_page=3")
        walked += positions(answer)
        after = answer["pagination"]["next_after"]
    assert walked == [*range(7)]


def test_a_page_can_be_followed_by_keyset(alice: Colleague) -> None:
    first = read(alice, found(alice, 7), "per_page=3")
    assert first["pagination"]["next_after"] == 2


def test_the_total_and_the_people_are_of_one_moment(alice: Colleague) -> None:
    """Rows beyond what the job's row counts were stored since it was read."""
    job = found(alice, 5)
    SearchJob.objects.update(progress_current=3, received=3)
    answer = read(alice, job)
    assert positions(answer) == [0, 1, 2]
    assert answer["pagination"]["total"] == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=x", "page"),
        ("page=", "page"),
        ("page=%00", "page"),
        ("page=1.5", "page"),
        (f"page={10**30}", "page"),
        ("per_page=0", "per_page"),
        ("per_page=501", "per_page"),
        ("per_page=10000", "per_page"),
        ("per_page=true", "per_page"),
        ("after=-2", "after"),
        ("after=x", "after"),
    ],
)
def test_a_wrong_page_is_refused(alice: Colleague, query: str, field: str) -> None:
    response = alice.client.ask(f"{RESULTS}?job_id={found(alice, 0).id}&{query}")
    assert list(refused(response, 400, "invalid_request")["fields"]) == [field]


@pytest.mark.parametrize("per_page", [1, 500])
def test_a_page_holds_1_to_500_people(alice: Colleague, per_page: int) -> None:
    answer = read(alice, found(alice, 2), f"per_page={per_page}")
    assert answer["pagination"]["per_page"] == per_page


def test_without_a_job_id_it_is_required(alice: Colleague) -> None:
    refused(alice.client.ask(RESULTS), 400, "job_id_required")


def test_a_page_costs_three_queries(
    alice: Colleague, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    job = found(alice, 5)
    with django_assert_num_queries(3):  # token, job, people
        read(alice, job, "page=2&per_page=2")


def test_any_depth_is_read_off_the_index(alice: Colleague) -> None:
    job = found(alice, 5)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT position FROM prospect_search_results "
            "WHERE job_id = %s AND position >= 2000 AND position < 2050 "
            "ORDER BY position",
            [job.id],
        )
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "result_position_once_per_job" in plan
    assert "Sort" not in plan
