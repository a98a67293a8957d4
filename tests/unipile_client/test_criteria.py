"""What our criteria ask of each product, and which are refused with what words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unipile_client.criteria import api_of_url, translate, validate
from unipile_client.types import Api
from unipile_client.vocabulary import HEADCOUNT_LETTERS, SENIORITIES

CLASSIC, SALES, RECRUITER = Api.CLASSIC, Api.SALES_NAVIGATOR, Api.RECRUITER
SALES_URL = "https://www.linkedin.com/sales/search/people?query=(keywords%3ACEO)"

EVERYTHING = {
    "category": "people",
    "keywords": "CEO tech startup",
    "first_name": "Ada",
    "last_name": "Example",
    "title": "CEO",
    "location": ["103644278"],
    "industry": ["4", "6"],
    "company": ["900001", "Nimbus Foundry"],
    "school": ["900101"],
    "seniority": ["cxo", "vp"],
    "company_headcount": ["B", "C", "I"],
    "network_distance": [1, 2, "GROUP"],
    "profile_language": ["en"],
}


# What is refused


@pytest.mark.parametrize(
    ("criteria", "field", "why"),
    [
        ({"limit": 5}, "limit", "not known"),
        ({"category": "companies"}, "category", "must be people"),
        ({"category": 5}, "category", "must be people"),
        ({"api": "premium"}, "api", "classic, sales_navigator or recruiter"),
        ({"api": None}, "api", "must be"),
        ({"keywords": ["x"]}, "keywords", "must be text"),
        ({"keywords": None}, "keywords", "must be text"),
        ({"keywords": "x" * 1001}, "keywords", "too long"),
        ({"title": "a\x00b"}, "title", "not text"),
        ({"title": "\ud800"}, "title", "not text"),
        ({"location": "103644278"}, "location", "must be a list"),
        ({"location": ["Lyon"]}, "location", "LinkedIn's id"),
        ({"location": [True]}, "location", "LinkedIn's id"),
        ({"location": [-1]}, "location", "LinkedIn's id"),
        ({"location": [1.5]}, "location", "LinkedIn's id"),
        ({"location": ["٣"]}, "location", "LinkedIn's id"),
        ({"location": ["1"] * 501}, "location", "too many"),
        ({"industry": [None]}, "industry", "LinkedIn's id"),
        ({"school": ["Sample University"]}, "school", "LinkedIn's id"),
        ({"company": [""]}, "company", "a name or LinkedIn's id"),
        ({"company": [{}]}, "company", "a name or LinkedIn's id"),
        ({"company_headcount": ["J"]}, "company_headcount", "letter from A"),
        ({"company_headcount": "B"}, "company_headcount", "must be a list"),
        ({"company_headcount": [{}]}, "company_headcount", "letter from A"),
        ({"company_headcount": [{"min": 2}]}, "company_headcount", "letter"),
        ({"company_headcount": [{"min": True}]}, "company_headcount", "letter"),
        ({"company_headcount": [{"min": 51, "max": 10}]}, "company_headcount", "lett"),
        ({"company_headcount": [{"min": 1, "x": 1}]}, "company_headcount", "letter"),
        ({"company_headcount": [{"max": [50]}]}, "company_headcount", "letter"),
        ({"seniority": ["boss"]}, "seniority", "owner"),
        ({"seniority": [5]}, "seniority", "owner"),
        ({"network_distance": [4]}, "network_distance", "1, 2, 3 or GROUP"),
        ({"network_distance": ["2"]}, "network_distance", "1, 2, 3 or GROUP"),
        ({"network_distance": [True]}, "network_distance", "1, 2, 3 or GROUP"),
        ({"network_distance": [[1]]}, "network_distance", "1, 2, 3 or GROUP"),
        ({"profile_language": ["english"]}, "profile_language", "two letters"),
        ({"url": 5}, "url", "must be text"),
        ({"url": "https://example.com"}, "url", "not an address on linkedin.com"),
        ({"url": "https://linkedin.com/\x00"}, "url", "not text"),
        ({"url": SALES_URL + "x" * 8000}, "url", "too long"),
        ({"url": SALES_URL, "api": "classic"}, "api", "Sales Navigator"),
    ],
)
def test_what_is_wrong_is_named_with_the_reason(
    criteria: dict[str, Any], field: str, why: str
) -> None:
    found = validate(criteria)

    assert list(found) == [field]
    assert why in found[field]
    assert found[field].endswith(".")


def test_all_that_is_wrong_is_named_at_once() -> None:
    found = validate({"keywords": 5, "limit": 1, "location": "x", "title": "fine"})

    assert set(found) == {"keywords", "limit", "location"}


def test_an_unknown_name_can_be_answered_in_utf8() -> None:
    (name,) = validate({"\ud800": 1})

    name.encode()


def test_no_filter_at_all_is_right() -> None:
    assert validate({}) == {}


# Addresses


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("https://www.linkedin.com/search/results/people/?keywords=ceo", CLASSIC),
        ("http://linkedin.com/search/results/people", CLASSIC),
        ("https://fr.linkedin.com/search/results/people/", CLASSIC),
        (SALES_URL, SALES),
        ("https://www.linkedin.com/sales/lists/people/7123", SALES),
        (" https://www.linkedin.com/sales/search/people/ ", SALES),
        ("https://www.linkedin.com/recruiter/search?x=1", RECRUITER),
        ("https://www.linkedin.com/talent/search?x=1", RECRUITER),
        ("https://www.linkedin.com/talent/hire/1/discover/recruiterSearch", RECRUITER),
    ],
)
def test_an_address_belongs_to_a_product(url: str, api: Api) -> None:
    assert api_of_url(url) is api
    assert validate({"url": url, "api": api.value}) == {}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "whole address"),
        ("www.linkedin.com/search/results/people", "whole address"),
        ("javascript:alert(1)", "whole address"),
        ("https://me:x@linkedin.com/search/results/people", "whole address"),
        ("https://[", "not a web address"),
        (
            "https://linkedin.com.evil.example/search/results/people",
            "not an address on",
        ),
        ("https://evillinkedin.com/search/results/people", "not an address on"),
        ("https://www.linkedin.com/in/ada-example-1", "not a search for people"),
        ("https://www.linkedin.com/search/results/companies/", "not a search for"),
        ("https://www.linkedin.com/sales/search/company", "not a search for people"),
        ("https://www.linkedin.com/search/results/peoples", "not a search for people"),
    ],
)
def test_another_address_is_refused_with_a_sentence(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        api_of_url(url)


# Any criteria

IDS = st.lists(st.integers(min_value=0).map(str) | st.integers(min_value=0), max_size=3)
RIGHT = st.fixed_dictionaries(
    {},
    optional={
        "category": st.just("people"),
        "api": st.sampled_from([api.value for api in Api]),
        "keywords": st.text(st.characters(codec="ascii", min_codepoint=32)),
        "title": st.text(st.characters(codec="ascii", min_codepoint=32)),
        "first_name": st.just("Ada"),
        "location": st.lists(st.just("5") | st.just(6), max_size=3),
        "company": st.lists(st.sampled_from(["5", "Acme", 7]), max_size=3),
        "company_headcount": st.lists(st.sampled_from(sorted(HEADCOUNT_LETTERS))),
        "seniority": st.lists(st.sampled_from(sorted(SENIORITIES))),
        "network_distance": st.lists(st.sampled_from([1, 2, 3, "GROUP"])),
        "profile_language": st.lists(st.sampled_from(["en", "FR"])),
    },
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(criteria=RIGHT, api=st.sampled_from(Api))
def test_each_filter_is_in_the_body_or_named(
    criteria: dict[str, Any], api: Api
) -> None:
    assert validate(criteria) == {}
    found = translate(criteria, api)
    alone = {
        key: translate({key: value}, api)
        for key, value in criteria.items()
        if key not in ("api", "category")
    }

    for key, one in alone.items():
        is_empty = criteria[key] == [] or not str(criteria[key]).strip()
        assert is_empty or len(one.body) > 2 or one.ignored == (key,)
    assert found.ignored == tuple(key for key, one in alone.items() if one.ignored)


@given(criteria=RIGHT, api=st.sampled_from(Api))
def test_translating_changes_nothing_it_was_given(
    criteria: dict[str, Any], api: Api
) -> None:
    before = repr(criteria)

    translate(criteria, api)
    translate(criteria, api)

    assert repr(criteria) == before


@given(
    criteria=st.dictionaries(
        st.sampled_from([*EVERYTHING, "url", "api"]) | st.text(), ANYTHING
    )
)
def test_validation_survives_anything_and_translation_what_it_lets_through(
    criteria: dict[str, Any],
) -> None:
    if not validate(criteria):
        for api in Api:
            translate(criteria, api)
