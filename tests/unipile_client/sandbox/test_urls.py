"""A pasted LinkedIn address says which api, and whom."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.unipile_client.sandbox.asking import classic, recruiter, sales
from unipile_client.sandbox.problems import Problem
from unipile_client.sandbox.urls import body_of_url

CLASSIC = "https://www.linkedin.com/search/results/people/"
SALES = "https://www.linkedin.com/sales/search/people"


def test_keywords_of_a_classic_address() -> None:
    body = body_of_url(f"{CLASSIC}?keywords=ceo%20tech&origin=FACETED_SEARCH")

    assert body == classic(keywords="ceo tech")


def test_filters_of_a_classic_address() -> None:
    places = quote('["103644278","101165590"]')
    network = quote('["F","S"]')

    body = body_of_url(f"{CLASSIC}?geoUrn={places}&network={network}&titleFreeText=CEO")

    assert body == classic(
        location=["103644278", "101165590"],
        network_distance=[1, 2],
        advanced_keywords={"title": "CEO"},
    )


def test_names_in_a_classic_address() -> None:
    body = body_of_url(f"{CLASSIC}?firstName=Mira&lastName=Ivers")

    assert body == classic(
        advanced_keywords={"first_name": "Mira", "last_name": "Ivers"}
    )


def test_a_classic_address_without_filters_finds_everybody() -> None:
    assert body_of_url(CLASSIC) == classic()


def test_a_list_that_is_none_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        body_of_url(f"{CLASSIC}?geoUrn=103644278")

    assert refused.value.kind == "invalid_url"


def test_keywords_of_a_sales_navigator_address() -> None:
    query = quote("(spellCorrectionEnabled:true,keywords:ceo%20tech)")

    assert body_of_url(f"{SALES}?query={query}") == sales(keywords="ceo tech")


def test_filters_of_a_sales_navigator_address() -> None:
    query = quote(
        "(filters:List("
        "(type:REGION,values:List((id:103644278,text:United%20States,"
        "selectionType:INCLUDED),(id:102277331,text:San%20Francisco,"
        "selectionType:EXCLUDED))),"
        "(type:CURRENT_TITLE,values:List((id:8,text:CEO,selectionType:INCLUDED))),"
        "(type:NOT_KNOWN,values:List((id:1,text:x,selectionType:INCLUDED)))"
        "),keywords:startup)"
    )

    assert body_of_url(f"{SALES}?query={query}&viewAllFilters=true") == sales(
        keywords="startup",
        location={"include": ["103644278"], "exclude": ["102277331"]},
        role={"include": ["CEO"]},
    )


def test_a_sales_navigator_company_by_name_alone() -> None:
    query = quote(
        "(filters:List((type:CURRENT_COMPANY,values:List((text:Ember%20Care,"
        "selectionType:INCLUDED)))))"
    )

    assert body_of_url(f"{SALES}?query={query}") == sales(
        company={"include": ["Ember Care"]}
    )


@pytest.mark.parametrize("path", ["recruiter/search", "talent/search"])
def test_a_recruiter_address(path: str) -> None:
    body = body_of_url(f"https://www.linkedin.com/{path}?keywords=ceo")

    assert body == recruiter(keywords="ceo")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "linkedin",
        "http://www.linkedin.com/search/results/people/?keywords=x",
        "https://www.linkedin.com/in/mira-ivers",
        "https://www.linkedin.com/search/results/companies/?keywords=x",
        "https://www.linkedin.com.example.org/search/results/people/",
        "https://example.org/sales/search/people",
        "https://www.linkedin.com/sales/search/company",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(Problem) as refused:
        body_of_url(url)

    assert (refused.value.status, refused.value.kind) == (400, "invalid_url")
