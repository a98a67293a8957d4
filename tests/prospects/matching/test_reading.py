"""Marks from the database: with the names that look-ups brought, sorted by, kept."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from prospects import review
from prospects.filters import Sort
from prospects.matching import reading
from prospects.matching.marks import Verdict
from searchjobs.models import ParameterLookup, SearchJob
from tests.prospects.making import everybody, find


@pytest.fixture
def job(job: SearchJob) -> SearchJob:
    """A search for chief executives in Germany, by LinkedIn's id of it."""
    asked = {"title": "CEO", "location": ["101282230"]}
    SearchJob.objects.filter(id=job.id).update(search_criteria=asked)
    return job


def learn_germany() -> None:
    ParameterLookup.objects.create(
        service="sales_navigator",
        type="LOCATION",
        keywords="germany",
        items=[{"id": "101282230", "title": "Germany"}],
    )


def names_by_match(job: SearchJob, *, limit: int = 100) -> list[str]:
    """Read the whole list by keyset, so many at a time."""
    names, after = list[str](), None
    while True:
        chosen = everybody(job, sort=Sort.MATCH)
        found = review.rows(chosen, after=after, limit=limit)
        names += [row.name for row in found.rows]
        after = found.next_after
        if after is None:
            return names


def test_an_id_is_unknown_until_a_look_up_names_it(job: SearchJob) -> None:
    find(job)
    assert _verdicts(job) == [Verdict.YES, Verdict.UNKNOWN]
    learn_germany()
    assert _verdicts(job) == [Verdict.YES, Verdict.YES]


def _verdicts(job: SearchJob) -> list[Verdict]:
    (row,) = review.rows(everybody(job)).rows
    return [mark.verdict for mark in row.match.marks]


def test_marks_look_into_the_item_as_it_was_sent(
    alice: Membership, job: SearchJob
) -> None:
    positions = [{"role": "Advisor"}, {"role": "CEO"}]
    ada = find(job, title="Advisor", raw={"current_positions": positions})
    (row,) = review.rows(everybody(job)).rows
    assert row.match.text.startswith("Title: yes, CEO in another current position")
    assert review.row_named(alice, ada.id).match == row.match
    assert "raw" not in row.data


def test_an_item_that_is_no_object_is_no_matter(job: SearchJob) -> None:
    find(job, raw=["odd"])
    find(job, raw=None)
    assert len(review.rows(everybody(job, sort=Sort.MATCH)).rows) == 2


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_the_best_match_comes_first_and_equals_in_the_order_found(
    job: SearchJob, limit: int
) -> None:
    learn_germany()
    for name, title, location in (
        ("Half", "CEO", None),
        ("None", "Baker", None),
        ("All", "CEO", "Berlin, Germany"),
        ("Half too", "CEO & Founder", "Paris, France"),
    ):
        find(job, name=name, title=title, location=location)
    assert names_by_match(job, limit=limit) == ["All", "Half", "Half too", "None"]


def test_those_who_arrive_later_are_sorted_in(job: SearchJob) -> None:
    find(job, name="Baker", title="Baker")
    assert names_by_match(job) == ["Baker"]
    find(job, name="Chief")
    assert names_by_match(job) == ["Chief", "Baker"]


def test_a_name_that_is_learnt_changes_the_order(job: SearchJob) -> None:
    find(job, name="France", location="Paris, France")
    find(job, name="Germany", location="Berlin, Germany")
    assert names_by_match(job) == ["France", "Germany"]
    learn_germany()
    assert names_by_match(job) == ["Germany", "France"]


def test_only_who_is_new_is_scored(
    job: SearchJob, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    matcher = reading.matcher_of(job.id)
    find(job)
    assert reading.scores_of(job.id, matcher) == (75,)
    SearchJob.objects.get(id=job.id).results.update(prospect_data={"title": "Baker"})
    find(job)
    with django_assert_num_queries(1):
        assert reading.scores_of(job.id, matcher) == (75, 75)


def test_no_more_scores_are_kept_than_some_searches_have(job: SearchJob) -> None:
    matcher = reading.matcher_of(job.id)
    for number in range(reading.MOST_KEPT + 1):
        matcher.asked = str(number)
        reading.scores_of(job.id, matcher)
    assert len(reading._kept) == reading.MOST_KEPT


ADDRESS = (
    "https://www.linkedin.com/sales/search/people?query=(filters:List("
    "(type:CURRENT_TITLE,values:List((text:CEO),(text:Vice%20President))),"
    "(type:REGION,values:List((id:101282230,text:Germany))),"
    "(type:CURRENT_COMPANY,values:List((id:urn:li:organization:900,text:Acme))),"
    "(type:COMPANY_HEADCOUNT,values:List((id:C))),"
    "(type:YEARS_OF_EXPERIENCE,values:List((id:5)))))"
)


def search_by(job: SearchJob, **asked: str) -> None:
    SearchJob.objects.filter(id=job.id).update(search_criteria=asked)


def test_a_pasted_address_is_compared_by_the_filters_it_is_read_to_hold(
    job: SearchJob,
) -> None:
    search_by(job, url=ADDRESS, title="not searched for")
    held = [{"role": "Vice President", "company": "Acme GmbH", "company_id": "900"}]
    find(job, location="Berlin, Germany", raw={"current_positions": held})
    (row,) = review.rows(everybody(job)).rows
    assert row.match.text == (
        "Title: yes, Vice President. Company: yes, Acme GmbH. "
        "Location: yes, Berlin, Germany. "
        "Headcount: unknown, LinkedIn's answers hold no company sizes"
    )


@pytest.mark.parametrize(
    "url",
    ["https://www.linkedin.com/talent/search?searchContextId=x", "https://example.com"],
    ids=["recruiter", "unreadable"],
)
def test_an_address_that_tells_nothing_leaves_nothing_to_compare(
    job: SearchJob, url: str
) -> None:
    search_by(job, url=url, title="not searched for")
    find(job)
    (row,) = review.rows(everybody(job)).rows
    assert row.match.marks == ()
