"""Counts that combine: each number is what a click on it would show."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from prospects import facets, review, services
from prospects.facets import Facets
from prospects.filters import Degree, Flag, Known, ReviewFilter, Seniority, Shown
from searchjobs.models import SearchJob
from tests.prospects.making import everybody, find, find_many

FACETS = ("known", "flags", "degree", "title", "company", "location", "seniority")


def counted(found: Facets, facet: str) -> dict[str, int]:
    return {one.value: one.count for one in getattr(found, facet) if one.count}


@pytest.fixture
def crowd(alice: Membership, job: SearchJob, other_job: SearchJob) -> SearchJob:
    """Sixty people of all kinds, some decided on, every fourth found before."""
    dice = random.Random(7)
    for number in range(60):
        keys = [f"urn:{number}"]
        before = find(other_job, keys=keys) if number % 4 == 0 else None
        result = find(
            job,
            keys=keys,
            name=f"Person {number}",
            title=dice.choice(["CEO", "VP Sales", "Account Manager", None]),
            company=dice.choice(["Acme", "Beta", None]),
            location=dice.choice(["Bern", "Basel", ""]),
            connectionDegree=dice.choice([1, 2, 3, None]),
            flags=dice.choice([[], [], ["no_company"], ["anonymous", "no_company"]]),
        )
        decision = dice.choice(["approved", "rejected", "pending", "pending"])
        judged = before if before and number % 8 else result
        services.decide(membership=alice, decision=decision, result_ids=[judged.id])
    return job


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"decision": Shown.PENDING},
        {"flags": (Flag.NO_COMPANY,)},
        {"known": (Known.NEW, Known.REJECTED)},
        {"flags": (Flag.NONE,), "degree": (Degree.SECOND, Degree.NONE)},
        {"company": ("Acme", ""), "seniority": (Seniority.CXO,), "q": "person 1"},
        {"title": ("CEO", ""), "degree": (Degree.FIRST,)},
        {"decision": Shown.REJECTED, "location": ("",), "up_to_position": 40},
    ],
)
def test_each_count_is_what_a_click_on_it_shows(
    crowd: SearchJob, chosen: dict[str, object]
) -> None:
    base = everybody(crowd, **chosen)
    found = facets.facets(base)
    for facet in FACETS:
        for one in getattr(found, facet):
            clicked = replace(base, **{facet: (one.value,)})
            assert one.count == len(review.rows(clicked, limit=100).rows), one
    for one in found.decision:
        clicked = replace(base, decision=Shown(one.value))
        assert one.count == len(review.rows(clicked, limit=100).rows), one


def test_shown_and_hidden_make_up_the_tab(crowd: SearchJob) -> None:
    chosen = everybody(crowd, decision=Shown.PENDING, company=("Acme",))
    found = facets.facets(chosen)
    in_tab = len(review.rows(everybody(crowd, decision=Shown.PENDING)).rows)
    assert found.shown == len(review.rows(chosen).rows)
    assert found.shown + found.hidden == in_tab


def test_nothing_is_hidden_by_the_tab_itself(crowd: SearchJob) -> None:
    assert facets.facets(everybody(crowd, decision=Shown.APPROVED)).hidden == 0


def test_one_query_counts_all(
    crowd: SearchJob, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        facets.facets(everybody(crowd, company=("Acme",), q="person"))


def test_choices_have_words_and_tell_which_are_chosen(job: SearchJob) -> None:
    find(job, company="Acme", connectionDegree=2)
    found = facets.facets(everybody(job, degree=(Degree.SECOND,)))
    assert [(one.value, one.label, one.is_chosen) for one in found.degree] == [
        ("1", "1st", False),
        ("2", "2nd", True),
        ("3", "3rd", False),
        ("none", "Out of network", False),
    ]
    assert [(one.value, one.is_chosen) for one in found.decision][-1] == ("all", True)


def test_the_most_frequent_companies_come_first(job: SearchJob) -> None:
    for company in ("Beta", "Acme", "Acme", None):
        find(job, company=company)
    assert counted(facets.facets(everybody(job)), "company") == {
        "Acme": 2,
        "": 1,
        "Beta": 1,
    }


def test_companies_keep_their_places_while_one_decides(
    alice: Membership, job: SearchJob
) -> None:
    acme, other, _ = (find(job, company="Acme") for _ in range(3))
    for company in ("Beta", "Beta", "Cedar"):
        find(job, company=company)
    services.decide(
        membership=alice, decision="approved", result_ids=[acme.id, other.id]
    )
    pending = facets.facets(everybody(job, decision=Shown.PENDING)).company
    assert [(one.value, one.count) for one in pending] == [
        ("Acme", 1),
        ("Beta", 2),
        ("Cedar", 1),
    ]


def test_a_chosen_company_stays_listed_among_thousands(job: SearchJob) -> None:
    for number in range(facets.MOST_VALUES + 10):
        find(job, company=f"Firm {number:03}")
    last = f"Firm {facets.MOST_VALUES + 9:03}"
    found = facets.facets(everybody(job, company=(last,)))
    assert len(found.company) == facets.MOST_VALUES
    assert last in {one.value for one in found.company if one.is_chosen}


def test_a_chosen_value_that_nobody_has_stays_listed(job: SearchJob) -> None:
    find(job, company="Acme")
    found = facets.facets(everybody(job, company=("Gone",)))
    assert ("Gone", 0, True) in [
        (one.value, one.count, one.is_chosen) for one in found.company
    ]


def test_an_empty_search_has_no_counts(job: SearchJob) -> None:
    found = facets.facets(ReviewFilter(job_id=job.id))
    assert (found.shown, found.hidden, found.company) == (0, 0, ())
    assert counted(found, "flags") == {}


def test_somebody_with_two_flags_counts_for_both(job: SearchJob) -> None:
    find(job, flags=["anonymous", "no_company"])
    find_many(job, 1)
    assert counted(facets.facets(everybody(job)), "flags") == {
        "none": 1,
        "anonymous": 1,
        "no_company": 1,
    }
