"""Whole search bodies of each api against a scan that knows nothing of criteria.

The scan is written from the documentation of the filters, with plain words and
sets, so that a mistake in `criteria` or `bodies` is not made twice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests.unipile_client.sandbox.asking import Body, classic, recruiter, sales
from unipile_client.sandbox.bodies import read_body
from unipile_client.sandbox.index import Index
from unipile_client.sandbox.population import Population

Person = dict[str, str]
Judge = Callable[[Person], bool]

SIZE = 20_000
BAY_AREA_TOWNS = {
    "San Francisco Bay Area",
    "San Francisco, California, United States",
    "San Jose, California, United States",
}
CHIEFS = {
    "CEO",
    "Founder & CEO",
    "Co-Founder & CEO",
    "President & CEO",
    "CEO, Geschäftsführer",
    "Interim CEO",
}
SMALL = {"11-50", "51-200"}
TRAINEES = {"Intern", "Working Student"}


@cache
def population() -> Population:
    return Population(size=SIZE)


@cache
def index() -> Index:
    return Index(population())


@cache
def people() -> list[Person]:
    return [
        {name: value.name for name, value in population().person(number).items()}
        for number in range(SIZE)
    ]


def in_united_states(person: Person) -> bool:
    place = person["location"]
    metropolis = "New York City Metropolitan Area"
    return (
        place.endswith("United States")
        or place in BAY_AREA_TOWNS
        or place == metropolis
    )


def is_chief(person: Person) -> bool:
    return person["title"] in CHIEFS


def has_words(person: Person, *words: str) -> bool:
    work = ("title", "company", "industry", "school")
    keys = ("first_name", "last_name", *work, "tagline")
    text = " ".join(person[key] for key in keys).lower()
    for sign in "&,.|?\"'=+-@;:!/%>()":
        text = text.replace(sign, " ")
    return set(words) <= set(text.split())


SEARCHES: dict[str, tuple[Body, Judge]] = {
    "the example on Sales Navigator": (
        sales(
            keywords="CEO tech startup",
            location={"include": ["103644278"]},
            role={"include": ["CEO"]},
            company_headcount=[{"min": 11, "max": 50}, {"min": 51, "max": 200}],
        ),
        lambda p: (
            has_words(p, "ceo", "tech", "startup")
            and in_united_states(p)
            and is_chief(p)
            and p["headcount"] in SMALL
        ),
    ),
    "the example on classic": (
        classic(
            keywords="CEO tech startup",
            location=["103644278"],
            advanced_keywords={"title": "CEO"},
        ),
        lambda p: (
            has_words(p, "ceo", "tech", "startup")
            and in_united_states(p)
            and is_chief(p)
        ),
    ),
    "the example on Recruiter": (
        recruiter(
            keywords="CEO tech startup",
            location=[{"id": "103644278"}],
            role=[{"keywords": "CEO", "priority": "MUST_HAVE"}],
            company_headcount=[{"min": 11, "max": 200}],
        ),
        lambda p: (
            has_words(p, "ceo", "tech", "startup")
            and in_united_states(p)
            and is_chief(p)
            and p["headcount"] in SMALL
        ),
    ),
    "a region without its city": (
        sales(location={"include": ["90000084"], "exclude": ["102277331"]}),
        lambda p: (
            p["location"] in BAY_AREA_TOWNS
            and not p["location"].startswith("San Francisco, ")
        ),
    ),
    "an industry or another": (
        classic(industry=["4", "6"]),
        lambda p: (
            p["industry"]
            in ("Software Development", "Technology, Information and Internet")
        ),
    ),
    "not an industry": (
        recruiter(industry={"exclude": ["4"]}),
        lambda p: p["industry"] != "Software Development",
    ),
    "seniorities of Sales Navigator": (
        sales(seniority={"include": ["vice_president", "in_training"]}),
        lambda p: p["title"].startswith("VP ") or p["title"] in TRAINEES,
    ),
    "seniorities of Recruiter": (
        recruiter(seniority={"include": ["vp", "training"]}),
        lambda p: p["title"].startswith("VP ") or p["title"] in TRAINEES,
    ),
    "the largest companies": (
        sales(company_headcount=[{"min": 10001}]),
        lambda p: p["headcount"] == "10001+",
    ),
    "close people who speak French": (
        classic(network_distance=[1, 2], profile_language=["fr"]),
        lambda p: p["distance"] in ("1", "2") and p["language"] == "fr",
    ),
    "companies by a word of their name": (
        sales(company={"include": ["Robotics", "Werke"]}),
        lambda p: p["company"].endswith(("Robotics", "Werke")),
    ),
    "titles by either word": (
        recruiter(role=[{"keywords": "CTO OR CFO"}]),
        lambda p: p["title"] in ("CTO", "CFO"),
    ),
    "words that exclude": (
        sales(keywords="startup NOT tech"),
        lambda p: has_words(p, "startup") and not has_words(p, "tech"),
    ),
    "a name": (
        sales(first_name="Yara", last_name="Fox"),
        lambda p: p["first_name"] == "Yara" and p["last_name"].startswith("Fox"),
    ),
    "everybody": (classic(), lambda p: True),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_finds_exactly_whom_its_filters_describe(name: str) -> None:
    body, describes = SEARCHES[name]
    _, criteria = read_body(body)

    found = index().search(criteria).people

    described = [number for number, each in enumerate(people()) if describes(each)]
    assert sorted(found) == described


@pytest.mark.parametrize("name", SEARCHES)
def test_every_search_of_this_list_finds_somebody(name: str) -> None:
    _, criteria = read_body(SEARCHES[name][0])

    assert index().search(criteria).total > 0
