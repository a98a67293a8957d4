"""Bars of what was found: each as long as the people that a click on it shows."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from prospects import review, services
from prospects.charts import MOST_BARS, Chart, charts
from prospects.filters import Degree, ReviewFilter, Seniority, Shown
from searchjobs.models import SearchJob
from tests.prospects.making import everybody, find

pytestmark = pytest.mark.django_db


def drawn(chosen: ReviewFilter, facet: str) -> Chart:
    return next(one for one in charts(chosen) if one.facet == facet)


def bars(chosen: ReviewFilter, facet: str) -> dict[str, int]:
    return {bar.label: bar.count for bar in drawn(chosen, facet).bars}


@pytest.fixture
def crowd(alice: Membership, job: SearchJob) -> SearchJob:
    for title, company, location, degree in [
        ("CEO", "Acme", "Bern", 1),
        ("CEO", "Acme", "Basel", 2),
        ("VP Sales", "Acme", "Bern", 2),
        ("VP Sales", "Beta", "Bern", 3),
        ("Owner", "", "", None),
    ]:
        result = find(
            job,
            keys=[f"urn:{title}{location}{degree}"],
            title=title,
            company=company,
            location=location,
            connectionDegree=degree,
        )
        if title == "CEO":
            services.decide(
                membership=alice,
                decision="approved" if degree == 1 else "rejected",
                result_ids=[result.id],
            )
    return job


def test_values_are_drawn_by_frequency_and_ranks_in_their_order(
    crowd: SearchJob,
) -> None:
    chosen = everybody(crowd)
    assert bars(chosen, "company") == {"Acme": 3, "": 1, "Beta": 1}
    assert list(bars(chosen, "company")) == ["Acme", "", "Beta"]
    assert list(bars(chosen, "seniority").items()) == [
        ("Owner", 1),
        ("CXO", 2),
        ("VP", 2),
    ]
    assert list(bars(chosen, "degree")) == ["1st", "2nd", "3rd", "Out of network"]


@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"decision": Shown.PENDING},
        {"company": ("Acme",)},
        {"location": ("Bern",), "degree": (Degree.SECOND, Degree.THIRD)},
        {"seniority": (Seniority.VP,), "q": "acme"},
    ],
    ids=str,
)
def test_a_bar_s_number_is_what_a_click_on_it_shows(
    crowd: SearchJob, narrowed: dict[str, object]
) -> None:
    chosen = everybody(crowd, **narrowed)
    for chart in charts(chosen):
        for bar in chart.bars:
            clicked = everybody(crowd, **narrowed | {chart.facet: (bar.value,)})
            assert len(review.rows(clicked).rows) == bar.count, (chart.facet, bar)


def test_a_bar_is_divided_by_what_was_decided(crowd: SearchJob) -> None:
    acme = drawn(everybody(crowd), "company").bars[0]
    assert [(part.decision, part.count, part.start) for part in acme.parts] == [
        ("approved", 1, "0"),
        ("pending", 1, "33.33"),
        ("rejected", 1, "66.67"),
    ]


def test_rare_values_are_one_sum(job: SearchJob) -> None:
    for number in range(MOST_BARS + 8):
        find(job, company=f"Company {number:02}", keys=[f"urn:{number}"])
    chart = drawn(everybody(job), "company")
    assert len(chart.bars) == MOST_BARS
    assert (chart.people, chart.others, chart.other_values) == (20, 8, 8)


def test_a_chosen_value_is_drawn_however_rare_it_is(job: SearchJob) -> None:
    for number in range(MOST_BARS + 1):
        find(job, company=f"Company {number:02}", keys=[f"urn:{number}"])
    chart = drawn(everybody(job, company=("Company 12",)), "company")
    assert [bar.label for bar in chart.bars if bar.is_chosen] == ["Company 12"]


def test_who_arrived_since_the_page_was_opened_is_drawn_too(crowd: SearchJob) -> None:
    assert drawn(everybody(crowd, up_to_position=2), "company").people == 5


def test_a_search_without_people_has_no_bars(
    job: SearchJob, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert [one.bars for one in charts(everybody(job))] == [()] * 4
