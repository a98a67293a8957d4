"""What a search asked for, in words."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from searchjobs.models import ParameterLookup
from searchjobs.pages import criteria
from searchjobs.pages.criteria import Chip


def test_filters_become_chips_in_the_order_of_the_form() -> None:
    chips = criteria.chips_of(
        {
            "company_headcount": ["C", {"min": 501}],
            "location": ["1", "2"],
            "company": ["3", "Acme"],
            "title": "CEO",
            "network_distance": [2, "GROUP"],
            "seniority": ["cxo"],
            "category": "people",
        },
        {("LOCATION", "1"): "Germany"},
    )
    assert chips == [
        Chip("Title", "CEO", "CEO"),
        Chip("In", "Germany +1", "Germany or Location 2 (name unknown)"),
        Chip("At", "Company 3 (name unknown) +1", "Company 3 (name unknown) or Acme"),
        Chip("Size", "51–200 +1", "51–200 or 501+"),
        Chip("Level", "CXO", "CXO"),
        Chip("Connection", "2nd +1", "2nd or Group members"),
    ]


def test_a_url_is_shown_without_its_query() -> None:
    url = "https://www.linkedin.com/sales/search/people?query=(filters)"
    [chip] = criteria.chips_of({"url": url}, {})
    assert chip.text == "www.linkedin.com/sales/search/people"


def test_an_address_shows_the_filters_it_holds() -> None:
    url = (
        "https://www.linkedin.com/sales/search/people?query=(filters:List((type:REGION,"
        "values:List((id:7,text:Germany,selectionType:INCLUDED)))))"
    )
    [_, chip] = criteria.chips_of({"url": url}, {})
    assert chip == Chip("In", "Germany", "Germany")


@pytest.mark.django_db
def test_ids_in_an_address_are_named_by_look_ups() -> None:
    _known("LOCATION", "ger", {"id": "7", "title": "Germany"})
    url = 'https://www.linkedin.com/search/results/people/?geoUrn=["7"]'
    assert criteria.names_of([{"url": url}]) == {("LOCATION", "7"): "Germany"}


@pytest.mark.django_db
def test_ids_are_named_by_the_look_ups_of_their_type(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    _known("LOCATION", "ger", {"id": "7", "title": "Germany"})
    _known("INDUSTRY", "soft", {"id": "7", "title": "Software"})
    with django_assert_num_queries(1):
        names = criteria.names_of([{"location": ["7", 8]}, {"industry": ["7"]}])
    assert names == {("LOCATION", "7"): "Germany", ("INDUSTRY", "7"): "Software"}


@pytest.mark.django_db
def test_searches_without_ids_ask_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        assert criteria.names_of([{"title": "CEO"}]) == {}


def _known(kind: str, keywords: str, *items: dict[str, str]) -> None:
    ParameterLookup.objects.create(
        service="sales_navigator", type=kind, keywords=keywords, items=list(items)
    )
