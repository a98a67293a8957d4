"""A row read by hand-written SQL is what Django would have read."""

from __future__ import annotations

import pytest

from searchjobs.models import SearchJob
from searchjobs.rows import Rows, first
from tests.factories import SearchJobFactory

pytestmark = pytest.mark.django_db

JOBS = Rows(SearchJob, "j")
STATEMENT = f"SELECT {JOBS.columns}, 7 FROM prospect_search_jobs j WHERE j.id = %s"


def test_every_column_is_as_django_reads_it() -> None:
    job = SearchJobFactory.create(search_criteria={"title": "CEO", "open_to": [1]})
    found = first(STATEMENT, [job.id])
    assert found is not None
    row, rest = JOBS.take(found)
    again = SearchJob.objects.get(id=job.id)
    names = [field.attname for field in SearchJob._meta.concrete_fields]
    assert [getattr(row, name) for name in names] == [
        getattr(again, name) for name in names
    ]
    assert list(rest) == [7]


def test_the_instance_is_one_that_is_stored() -> None:
    found = first(STATEMENT, [SearchJobFactory.create().id])
    assert found is not None
    row, _ = JOBS.take(found)
    assert (row._state.adding, row._state.db) == (False, "default")


def test_no_row_is_none() -> None:
    job = SearchJobFactory.build()
    assert first(STATEMENT, [job.id]) is None
