"""One page becomes rows: each person once, in LinkedIn's order, and a true sum."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from searchjobs import ingest
from searchjobs.models import SearchJob, SearchResult
from searchjobs.sources import linkedin
from tests.factories import SearchJobFactory, SearchResultFactory
from tests.searchjobs.playing import candidate, found, people
from unipile_client import answers
from unipile_client.types import Api

pytestmark = pytest.mark.django_db


def store(job: SearchJob, ids: list[str], *, invalid: int = 0) -> ingest.Stored:
    """Store a page as the engine does, and count it in."""
    stored = ingest.store(
        job, [candidate(each) for each in ids], invalid=invalid, batch=job.next_batch
    )
    job.progress_current += stored.stored
    job.next_batch += 1
    return stored


def sums(stored: ingest.Stored) -> tuple[int, int, int, int]:
    return stored.stored, stored.duplicates, stored.invalid, stored.surplus


def test_a_page_is_stored_in_its_order() -> None:
    job = SearchJobFactory()
    assert sums(store(job, ["c", "a", "b"])) == (3, 0, 0, 0)
    assert found(job) == ["c", "a", "b"]


def test_positions_go_on_where_the_last_page_stopped() -> None:
    job = SearchJobFactory()
    store(job, people(100))
    store(job, people(100, start=100))
    rows = SearchResult.objects.filter(job=job).order_by("position")
    assert list(rows.values_list("position", "batch_number")) == [
        (place, place // 100) for place in range(200)
    ]


def test_somebody_twice_on_a_page_is_stored_once_where_he_stood_first() -> None:
    job = SearchJobFactory()
    assert sums(store(job, ["a", "b", "a", "c", "a"])) == (3, 2, 0, 0)
    assert found(job) == ["a", "b", "c"]


def test_of_somebody_twice_on_a_page_the_first_row_is_kept() -> None:
    job = SearchJobFactory()
    page = [candidate("a", name="first"), candidate("a", name="second")]
    ingest.store(job, page, invalid=0, batch=0)
    assert SearchResult.objects.get(job=job).prospect_data["name"] == "first"


def test_known_people_are_duplicates_and_leave_no_gap() -> None:
    job = SearchJobFactory()
    store(job, ["a", "b"])
    assert sums(store(job, ["b", "c", "a", "d"])) == (2, 2, 0, 0)
    assert found(job) == ["a", "b", "c", "d"]


def test_new_people_past_the_target_are_surplus() -> None:
    job = SearchJobFactory(target_count=3)
    store(job, ["a", "b"])
    assert sums(store(job, ["b", "c", "d", "e"], invalid=1)) == (1, 1, 1, 2)
    assert found(job) == ["a", "b", "c"]


def test_a_page_of_nobody_stores_nobody() -> None:
    assert sums(store(SearchJobFactory(), [])) == (0, 0, 0, 0)


def test_a_page_without_a_single_id_is_all_invalid() -> None:
    assert sums(store(SearchJobFactory(), [], invalid=100)) == (0, 0, 100, 0)


def test_another_job_may_find_the_same_person() -> None:
    one, other = SearchJobFactory(), SearchJobFactory()
    store(one, ["a"])
    assert sums(store(other, ["a"])) == (1, 0, 0, 0)


def test_a_position_that_is_taken_is_a_bug_and_raises() -> None:
    job = SearchJobFactory()
    SearchResultFactory(job=job, position=0)
    with (
        pytest.raises(IntegrityError, match="result_position_once_per_job"),
        transaction.atomic(),
    ):
        store(job, ["a"])


def test_a_person_is_kept_as_received() -> None:
    job = SearchJobFactory()
    kept = {"raw": {"nested": [1, None, "é", {"x": "“quoted”"}]}, "name": "O'\"Neil\\"}
    ingest.store(job, [candidate("a", **kept)], invalid=0, batch=7)
    row = SearchResult.objects.get(job=job)
    assert row.prospect_data == {"id": "linkedin_a", **kept}
    assert (row.batch_number, row.workspace_id) == (7, job.workspace_id)
    assert row.person_keys == ["id:sales_navigator:a"]


def test_a_result_has_a_uuid_that_grows() -> None:
    job = SearchJobFactory()
    store(job, people(100))
    ids = SearchResult.objects.filter(job=job).order_by("position")
    versions = {result.id.version for result in ids}
    assert versions == {7}


def test_names_that_postgresql_cannot_hold_cost_nobody() -> None:
    row = '{"id":"%s","type":"PEOPLE","name":"%s","headline":"\\u0000CEO"}'
    names = ["Nul\\u0000", "half \\ud83d", "\\udc00", "whole \\ud83d\\ude00"]
    rows = [row % (f"id{place}", name) for place, name in enumerate(names)]
    body = '{"items":[' + ",".join(rows) + '],"cursor":null,"paging":{}}'
    found_page = linkedin.page_of(
        answers.read_search(body.encode()), Api.CLASSIC, now=datetime.now(UTC)
    )
    job = SearchJobFactory(search_source="classic")

    stored = ingest.store(job, found_page.candidates, invalid=0, batch=0)

    assert stored.stored == 4
    kept = SearchResult.objects.filter(job=job).order_by("position")
    shown = list(kept.values_list("prospect_data__name", flat=True))
    assert shown == ["Nul\ufffd", "half \ufffd", "\ufffd", "whole 😀"]


def test_the_longest_id_that_the_client_accepts_fits() -> None:
    job = SearchJobFactory()
    assert store(job, ["x" * answers.LONGEST_ID]).stored == 1


def test_a_finished_search_goes_with_its_people() -> None:
    job, other = SearchJobFactory(), SearchJobFactory()
    store(job, people(3))
    store(other, people(3))
    ingest.delete_people_of(job.id)
    assert (found(job), found(other)) == ([], people(3))


ids = st.lists(st.sampled_from([*"abcdefghijklmnop", "é", "a b", "%s", "{}", "'"]))


class AgainstAModel(TestCase):
    """Any pages in a row, against a list and a set."""

    @given(pages=st.lists(ids, max_size=4), target=st.integers(1, 20))
    @hypothesis_settings(
        max_examples=60, deadline=None, suppress_health_check=list(HealthCheck)
    )
    def test_any_pages_store_what_a_list_would(
        self, pages: list[list[str]], target: int
    ) -> None:
        job = SearchJobFactory(target_count=target)
        model: list[str] = []
        for page in pages:
            fresh = [one for one in dict.fromkeys(page) if one not in model]
            room = target - len(model)
            stored = store(job, page, invalid=2)
            assert sums(stored) == (
                len(fresh[:room]),
                len(page) - len(fresh),
                2,
                len(fresh[room:]),
            )
            model += fresh[:room]
        assert found(job) == model


def test_a_hundred_people_are_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    job = SearchJobFactory()
    with django_assert_num_queries(1):
        store(job, people(100))
