"""A pasted address, read for the person who pasted it."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unipile_client import criteria, pasted
from unipile_client.types import Api

CLASSIC = "https://www.linkedin.com/search/results/people/"
SALES = "https://www.linkedin.com/sales/search/people"


def sales(*filters: str, keywords: str = "") -> pasted.Pasted:
    """Read an address as Sales Navigator's own page writes it: encoded twice."""
    words = f"keywords:{quote(keywords)}," if keywords else ""
    query = (
        "(recentSearchParam:(id:42,doLogHistory:true),spellCorrectionEnabled:true,"
        f"{words}filters:List({','.join(filters)}))"
    )
    return pasted.read(
        f"{SALES}?query={quote(query)}&sessionId=abc&viewAllFilters=true"
    )


def filter_of(kind: str, *values: tuple[str, str], excluded: bool = False) -> str:
    selection = "EXCLUDED" if excluded else "INCLUDED"
    said = ",".join(
        f"(id:{id_},text:{quote(text, safe='')},selectionType:{selection})"
        for id_, text in values
    )
    return f"(type:{kind},values:List({said}))"


def classic(**query: str) -> pasted.Pasted:
    return pasted.read(f"{CLASSIC}?{urlencode(query)}")


def test_a_classic_address() -> None:
    found = classic(
        keywords="ceo tech",
        geoUrn='["103644278","101165590"]',
        network='["F","S","O"]',
        currentCompany='["1441"]',
        company="Acme",
        profileLanguage='["en"]',
        titleFreeText="CEO",
        lastName="Ivers",
        origin="FACETED_SEARCH",
        sid="x:E",
    )
    assert found.api is Api.CLASSIC
    assert found.criteria == {
        "keywords": "ceo tech",
        "location": ["103644278", "101165590"],
        "network_distance": [1, 2, 3],
        "company": ["1441", "Acme"],
        "profile_language": ["en"],
        "title": "CEO",
        "last_name": "Ivers",
    }
    assert found.left_out == []


def test_what_our_filters_cannot_say_of_a_classic_address_is_named() -> None:
    found = classic(pastCompany='["1441"]', newFacet='["7"]')
    assert found.left_out == ["past company", "newFacet"]
    assert found.criteria == {}


def test_a_sales_navigator_address_with_the_names_it_gives() -> None:
    found = sales(
        filter_of("REGION", ("101282230", "Germany"), ("103883259", "Austria")),
        filter_of("INDUSTRY", ("4", "Software Development")),
        filter_of("CURRENT_COMPANY", ("urn:li:organization:1441", "Google, Inc. (US)")),
        filter_of("SCHOOL", ("1792", "Stanford University")),
        keywords="SaaS, B2B",
    )
    assert found.api is Api.SALES_NAVIGATOR
    assert found.criteria == {
        "keywords": "SaaS, B2B",
        "location": ["101282230", "103883259"],
        "industry": ["4"],
        "company": ["1441"],
        "school": ["1792"],
    }
    assert found.names["location", "103883259"] == "Austria"
    assert found.names["company", "1441"] == "Google, Inc. (US)"
    assert found.left_out == []


def test_linkedin_s_headcount_letters_become_ours() -> None:
    """Its A is the self-employed, its B what our A is."""
    found = sales(
        filter_of("COMPANY_HEADCOUNT", ("A", "Self-employed"), ("D", "51-200"))
    )
    assert found.criteria == {"company_headcount": [{"min": 1, "max": 1}, "C"]}


def test_levels_and_connections() -> None:
    found = sales(
        filter_of("SENIORITY_LEVEL", ("310", "CXO"), ("320", "Owner / Partner")),
        filter_of("RELATIONSHIP", ("F", "1st degree"), ("A", "Group members")),
        filter_of("PROFILE_LANGUAGE", ("de", "German")),
    )
    assert found.criteria == {
        "seniority": ["cxo", "owner/partner"],
        "network_distance": [1, "GROUP"],
        "profile_language": ["de"],
    }


def test_several_titles_become_one_query() -> None:
    found = sales(filter_of("CURRENT_TITLE", ("8", "CEO"), ("9", "Vice President")))
    assert found.criteria == {"title": 'CEO OR "Vice President"'}


def test_what_is_excluded_or_unknown_is_named_and_not_turned_around() -> None:
    found = sales(
        filter_of("REGION", ("101282230", "Germany"), excluded=True),
        filter_of("POSTED_ON_LINKEDIN", ("RPOL", "Posted on LinkedIn")),
        filter_of("SENIORITY_LEVEL", ("999", "Emperor")),
    )
    assert found.criteria == {}
    assert found.left_out == [
        "without Germany",
        "Posted on LinkedIn",
        "seniority level: Emperor",
    ]


def test_saved_searches_and_lists_are_named() -> None:
    assert pasted.read(f"{SALES}?savedSearchId=5").left_out == ["the saved search"]
    lists = "https://www.linkedin.com/sales/lists/people/7"
    assert pasted.read(lists).left_out == ["the lead list"]


def test_recruiter_s_address_holds_no_filters() -> None:
    found = pasted.read("https://www.linkedin.com/talent/search?keywords=go&start=0")
    assert found.criteria == {"keywords": "go"}
    assert found.left_out == ["the filters, which Recruiter keeps to itself"]


@pytest.mark.parametrize(
    "query",
    ["(", "(keywords", "(keywords:a", "(a:b)c", "(a:List(b", "(" * 5000, "List(a(b)"],
)
def test_brackets_that_do_not_close_are_said(query: str) -> None:
    found = pasted.read(f"{SALES}?query={quote(query)}")
    assert found.left_out == ["the filters, which could not be read"]


def test_what_is_no_search_is_refused() -> None:
    with pytest.raises(ValueError, match="not an address on linkedin"):
        pasted.read("https://example.com/search")


@given(
    st.sampled_from([CLASSIC, SALES]),
    st.dictionaries(
        st.sampled_from(["query", "geoUrn", "network", "keywords", "company"]),
        st.text('(),:[]"%aListyp1', max_size=40),
    ),
)
def test_whatever_the_address_holds_is_read_or_named(
    address: str, query: dict[str, str]
) -> None:
    text = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    found = pasted.read(f"{address}?{text}")
    assert all(isinstance(word, str) for word in found.left_out)
    assert isinstance(criteria.validate(found.criteria), dict)
