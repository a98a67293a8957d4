"""What our criteria ask of each product, and which are refused with what words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unipile_client.criteria import api_of_url, translate, validate
from unipile_client.types import Api
from unipile_client.vocabulary import HEADCOUNT_LETTERS, SENIORITIES

CLASSIC, SALES, RECRUITER = Api.CLASSIC, Api.SALES_NAVIGATOR, Api.RECRUITER
SALES_URL = "https://www.linkedin.com/sales/search/people?query=(keywords%3ACEO)"

# The original's own example.
ORIGINAL = {
    "category": "people",
    "keywords": "CEO tech startup",
    "location": ["103644278"],
    "title": "CEO",
    "company_headcount": ["B", "C"],
}
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


def body(api: Api, **criteria: Any) -> dict[str, object]:
    assert validate(criteria) == {}
    found = dict(translate(criteria, api).body)
    assert (found.pop("api"), found.pop("category")) == (api.value, "people")
    return found


def ignored(api: Api, **criteria: Any) -> tuple[str, ...]:
    assert validate(criteria) == {}
    return translate(criteria, api).ignored


# The wire examples


def test_sales_navigators_example_is_what_we_send(wire: Callable[[str], Any]) -> None:
    criteria = EVERYTHING | {"profile_language": ["en", "fr"]}

    found = translate(criteria, SALES)

    assert found.body == wire("request_sales_navigator")["body"]
    assert found.ignored == ()


def test_recruiters_example_is_what_we_send(wire: Callable[[str], Any]) -> None:
    criteria = EVERYTHING | {"location": ["103644278", "900201"], "industry": ["4"]}

    found = translate(criteria, RECRUITER)

    assert found.body == wire("request_recruiter")["body"]
    assert found.ignored == ()


def test_classics_example_is_what_we_send(wire: Callable[[str], Any]) -> None:
    criteria = EVERYTHING | {
        "industry": ["4"],
        "company": ["900001"],
        "network_distance": [1, 2],
    }

    found = translate(criteria, CLASSIC)

    assert found.body == wire("request_classic")["body"]
    assert found.ignored == ("seniority", "company_headcount")


def test_a_pasted_address_is_sent_alone(wire: Callable[[str], Any]) -> None:
    example = wire("request_url")["body"]

    found = translate({"category": "people", "api": SALES.value} | example, SALES)

    assert (found.body, found.ignored) == (example, ())


def test_the_originals_example_in_each_product() -> None:
    assert body(SALES, **ORIGINAL) == {
        "keywords": "CEO tech startup",
        "location": {"include": ["103644278"]},
        "role": {"include": ["CEO"]},
        "company_headcount": [{"min": 11, "max": 50}, {"min": 51, "max": 200}],
    }
    assert body(CLASSIC, **ORIGINAL) == {
        "keywords": "CEO tech startup",
        "location": ["103644278"],
        "advanced_keywords": {"title": "CEO"},
    }
    assert body(RECRUITER, **ORIGINAL) == {
        "keywords": "CEO tech startup",
        "location": [{"id": "103644278", "priority": "MUST_HAVE", "scope": "CURRENT"}],
        "role": [{"keywords": "CEO", "priority": "MUST_HAVE", "scope": "CURRENT"}],
        "company_headcount": [{"min": 11, "max": 50}, {"min": 51, "max": 200}],
    }


# One filter at a time


@pytest.mark.parametrize(
    ("letter", "size"),
    [
        ("A", {"min": 1, "max": 10}),
        ("B", {"min": 11, "max": 50}),
        ("C", {"min": 51, "max": 200}),
        ("D", {"min": 201, "max": 500}),
        ("E", {"min": 501, "max": 1000}),
        ("F", {"min": 1001, "max": 5000}),
        ("G", {"min": 5001, "max": 10000}),
        ("H", {"min": 10001}),
        ("I", {"min": 10001}),
        ("c", {"min": 51, "max": 200}),
        ({"min": 11, "max": 200}, {"min": 11, "max": 200}),
        ({"min": 10001}, {"min": 10001}),
        ({"max": 50}, {"max": 50}),
        ({"min": 1, "max": 1}, {"min": 1, "max": 1}),
    ],
)
def test_a_headcount_by_letter_or_range(letter: object, size: object) -> None:
    for api in (SALES, RECRUITER):
        assert body(api, company_headcount=[letter]) == {"company_headcount": [size]}


def test_the_same_headcount_twice_is_asked_for_once() -> None:
    found = body(SALES, company_headcount=["H", "I", {"min": 10001}, "A"])

    assert found == {"company_headcount": [{"min": 10001}, {"min": 1, "max": 10}]}


@pytest.mark.parametrize(
    ("word", "sales", "recruiter"),
    [
        ("owner", ["owner/partner"], ["owner"]),
        ("partner", ["owner/partner"], ["partner"]),
        ("owner/partner", ["owner/partner"], ["owner", "partner"]),
        ("CXO", ["cxo"], ["cxo"]),
        ("VP", ["vice_president"], ["vp"]),
        ("vice_president", ["vice_president"], ["vp"]),
        ("director", ["director"], ["director"]),
        ("manager", ["experienced_manager", "entry_level_manager"], ["manager"]),
        ("experienced_manager", ["experienced_manager"], ["manager"]),
        ("senior", ["senior"], ["senior"]),
        ("entry", ["entry_level"], ["entry"]),
        ("in_training", ["in_training"], ["training"]),
    ],
)
def test_a_seniority_in_each_products_words(
    word: str, sales: list[str], recruiter: list[str]
) -> None:
    assert body(SALES, seniority=[word]) == {"seniority": {"include": sales}}
    assert body(RECRUITER, seniority=[word]) == {"seniority": {"include": recruiter}}


def test_every_seniority_is_a_word_of_the_product_it_is_sent_to() -> None:
    words = {
        SALES: "owner/partner cxo vice_president director experienced_manager "
        "entry_level_manager strategic senior entry_level in_training",
        RECRUITER: "owner partner cxo vp director manager senior entry training unpaid",
    }
    for api, known in words.items():
        sent: Any = body(api, seniority=list(SENIORITIES))["seniority"]

        assert set(sent["include"]) == set(known.split())


def test_a_seniority_that_a_product_lacks_is_named_and_the_others_stay() -> None:
    assert ignored(RECRUITER, seniority=["strategic"]) == ("seniority",)
    assert body(RECRUITER, seniority=["strategic"]) == {}
    assert ignored(RECRUITER, seniority=["strategic", "cxo"]) == ("seniority",)
    assert body(RECRUITER, seniority=["strategic", "cxo"]) == {
        "seniority": {"include": ["cxo"]}
    }
    assert ignored(SALES, seniority=["unpaid"]) == ("seniority",)


def test_classic_names_what_it_has_not() -> None:
    assert ignored(CLASSIC, company_headcount=["A"], seniority=["cxo"]) == (
        "company_headcount",
        "seniority",
    )
    assert body(CLASSIC, company_headcount=["A"], seniority=["cxo"]) == {}


def test_classic_has_no_groups() -> None:
    assert ignored(CLASSIC, network_distance=["GROUP"]) == ("network_distance",)
    assert body(CLASSIC, network_distance=[1, "GROUP"]) == {"network_distance": [1]}
    assert ignored(CLASSIC, network_distance=[1, 3]) == ()


def test_names_go_where_each_product_has_them() -> None:
    names = {"first_name": "Ada", "last_name": "Example"}

    assert body(CLASSIC, **names) == {"advanced_keywords": names}
    assert body(SALES, **names) == names
    assert body(RECRUITER, **names) == {
        "first_name": ["Ada"],
        "last_name": ["Example"],
    }


def test_companies_by_name() -> None:
    assert body(CLASSIC, company=["Acme"]) == {"advanced_keywords": {"company": "Acme"}}
    assert body(CLASSIC, company=["Acme", "Nimbus Foundry"]) == {
        "advanced_keywords": {"company": '"Acme" OR "Nimbus Foundry"'}
    }
    assert body(SALES, company=["Acme"]) == {"company": {"include": ["Acme"]}}
    assert body(RECRUITER, company=["Acme"]) == {
        "company": [{"keywords": "Acme", "priority": "MUST_HAVE", "scope": "CURRENT"}]
    }


def test_classic_takes_no_names_beside_ids_and_says_so() -> None:
    assert body(CLASSIC, company=["900001", "Acme"]) == {"company": ["900001"]}
    assert ignored(CLASSIC, company=["900001", "Acme"]) == ("company",)


def test_several_places_in_recruiter_are_alternatives() -> None:
    found: Any = body(RECRUITER, location=["1", "2"])["location"]

    assert [place["priority"] for place in found] == ["CAN_HAVE", "CAN_HAVE"]


def test_numbers_are_ids_and_repeats_go() -> None:
    assert body(CLASSIC, location=[102277331, " 102277331", "5"]) == {
        "location": ["102277331", "5"]
    }


def test_languages_are_lower_case() -> None:
    for api in Api:
        assert body(api, profile_language=["EN", "en"]) == {"profile_language": ["en"]}


def test_empty_filters_are_none() -> None:
    texts = ("keywords", "title", "first_name", "last_name", "url")
    lists = ("location", "company", "seniority", "company_headcount")
    empty: dict[str, Any] = dict.fromkeys(texts, " ") | {key: [] for key in lists}

    for api in Api:
        assert body(api, **empty) == {}
        assert ignored(api, **empty) == ()


def test_an_address_overrides_the_other_filters_and_says_so() -> None:
    found = translate({"keywords": "x", "url": SALES_URL, "title": "CEO"}, SALES)

    assert found.body == {"url": SALES_URL}
    assert found.ignored == ("keywords", "title")


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
