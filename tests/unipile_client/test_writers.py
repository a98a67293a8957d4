"""What each of our filters becomes in each product, and what it has to leave out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from unipile_client.criteria import translate, validate
from unipile_client.types import Api
from unipile_client.vocabulary import SENIORITIES

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
