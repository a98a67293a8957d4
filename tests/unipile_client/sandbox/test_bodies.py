"""The filters of each api: what they ask for, and which shapes are refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unipile_client.sandbox.asking import Body, classic, recruiter, sales
from unipile_client.sandbox.bodies import FILTERS, read_body
from unipile_client.sandbox.criteria import Choice, Wanted
from unipile_client.sandbox.problems import Problem
from unipile_client.sandbox.queries import Query, parse_query


def query(text: str) -> Query:
    found = parse_query(text)
    assert found is not None
    return found


def choices(body: Body) -> tuple[Choice, ...]:
    return read_body(body)[1].choices


def chosen(attribute: str, *include: Wanted) -> tuple[Choice, ...]:
    return (Choice(attribute=attribute, include=include),)


CEO = query("CEO")

UNDERSTOOD: list[tuple[Body, str, tuple[Wanted, ...]]] = [
    (classic(location=["1", "2"]), "location", ("1", "2")),
    (classic(location=[102277331]), "location", ("102277331",)),
    (classic(industry=["4"]), "industry", ("4",)),
    (classic(company=["7"]), "company", ("7",)),
    (classic(past_company=["7"]), "past_company", ("7",)),
    (classic(school=["9"]), "school", ("9",)),
    (classic(profile_language=["en", "fr"]), "language", ("en", "fr")),
    (classic(network_distance=[1, 2]), "distance", ("1", "2")),
    (classic(advanced_keywords={"title": "CEO"}), "title", (CEO,)),
    (classic(advanced_keywords={"first_name": "Zoë"}), "first_name", (query("zoe"),)),
    (classic(advanced_keywords={"last_name": "Fox"}), "last_name", (query("fox"),)),
    (classic(advanced_keywords={"company": "Acme"}), "company", (query("acme"),)),
    (classic(advanced_keywords={"school": "Nord"}), "school", (query("nord"),)),
    (sales(location={"include": ["1"]}), "location", ("1",)),
    (sales(role={"include": ["CEO"]}), "title", (CEO,)),
    (sales(role={"include": ["100"]}), "title", ("100",)),
    (sales(company={"include": ["7", "Acme"]}), "company", ("7", query("acme"))),
    (sales(past_company={"include": [7]}), "past_company", ("7",)),
    (sales(school={"include": ["9"]}), "school", ("9",)),
    (sales(industry={"include": ["4"]}), "industry", ("4",)),
    (sales(seniority={"include": ["cxo"]}), "seniority", ("cxo",)),
    (sales(first_name="Mira"), "first_name", (query("mira"),)),
    (sales(last_name="Ivers"), "last_name", (query("ivers"),)),
    (sales(network_distance=[1, "GROUP"]), "distance", ("1", "GROUP")),
    (sales(profile_language=["de"]), "language", ("de",)),
    (
        sales(company_headcount=[{"min": 11, "max": 50}]),
        "headcount",
        ("11-50",),
    ),
    (
        sales(company_headcount=[{"min": 51, "max": 500}]),
        "headcount",
        ("51-200", "201-500"),
    ),
    (sales(company_headcount=[{"min": 10001}]), "headcount", ("10001+",)),
    (sales(company_headcount=[{"max": 50}]), "headcount", ("1-10", "11-50")),
    (
        recruiter(location=[{"id": "1"}, {"id": "2", "priority": "CAN_HAVE"}]),
        "location",
        ("1", "2"),
    ),
    (recruiter(role=[{"keywords": "CEO"}]), "title", (CEO,)),
    (recruiter(role=[{"id": "100", "is_selection": True}]), "title", ("100",)),
    (recruiter(company=[{"keywords": "Acme"}]), "company", (query("acme"),)),
    (recruiter(current_company=[{"id": "7"}]), "company", ("7",)),
    (recruiter(past_company=[{"id": "7"}]), "past_company", ("7",)),
    (recruiter(school=[{"id": "9"}]), "school", ("9",)),
    (recruiter(industry={"include": ["4"]}), "industry", ("4",)),
    (recruiter(seniority={"include": ["vp"]}), "seniority", ("vice_president",)),
    (
        recruiter(seniority={"include": ["manager"]}),
        "seniority",
        ("experienced_manager", "entry_level_manager"),
    ),
    (recruiter(first_name=["Mira"]), "first_name", (query("mira"),)),
    (
        recruiter(last_name=["Fox", "Ivers"]),
        "last_name",
        (query("fox"), query("ivers")),
    ),
    (recruiter(network_distance=[3]), "distance", ("3",)),
]


@pytest.mark.parametrize(("body", "attribute", "include"), UNDERSTOOD)
def test_a_filter_asks_for_what_it_says(
    body: Body, attribute: str, include: tuple[Wanted, ...]
) -> None:
    assert choices(body) == chosen(attribute, *include)


def test_what_is_excluded_is_excluded() -> None:
    body = sales(location={"include": ["1"], "exclude": ["2"]})

    assert choices(body) == (
        Choice(attribute="location", include=("1",), exclude=("2",)),
    )


def test_recruiter_must_haves_must_all_hold() -> None:
    body = recruiter(
        role=[
            {"keywords": "CEO", "priority": "MUST_HAVE"},
            {"keywords": "Founder", "priority": "MUST_HAVE"},
        ]
    )

    assert choices(body)[:2] == chosen("title", CEO) + chosen("title", query("founder"))


def test_recruiter_doesnt_have_excludes() -> None:
    body = recruiter(role=[{"keywords": "CEO", "priority": "DOESNT_HAVE"}])

    assert choices(body) == (Choice(attribute="title", exclude=(CEO,)),)


@pytest.mark.parametrize("make", [classic, sales, recruiter])
def test_keywords_are_read_on_every_api(make: Any) -> None:
    assert read_body(make(keywords="CEO tech"))[1].keywords == query("CEO tech")


def test_blank_keywords_ask_nothing() -> None:
    assert read_body(classic(keywords=" "))[1].keywords is None


def test_a_name_without_letters_finds_nobody_rather_than_everybody() -> None:
    (choice,) = choices(sales(company={"include": ["🚀"]}))

    assert not choice.include[0].matches([("anything",)])  # type: ignore[union-attr]


def test_a_size_that_no_bucket_has_finds_nobody() -> None:
    (choice,) = choices(sales(company_headcount=[{"min": 1, "max": 1}]))

    assert choice.include


@pytest.mark.parametrize(
    ("api", "field"),
    [
        ("classic", "connections_of"),
        ("sales_navigator", "changed_jobs"),
        ("recruiter", "spotlights"),
    ],
)
def test_a_documented_filter_that_nobody_answers_to_narrows_nothing(
    api: str, field: str
) -> None:
    body = {"api": api, "category": "people", field: ["ACoAA1"]}

    assert choices(body) == ()


SAYS_WRONG: list[tuple[Body, str]] = [
    (classic(location={"include": ["1"]}), "location"),
    (classic(location="1"), "location"),
    (classic(location=[]), "location"),
    (classic(location=["Berlin"]), "location"),
    (classic(location=[True]), "location"),
    (classic(location=[1.5]), "location"),
    (classic(location=["١"]), "location"),
    (classic(role={"include": ["CEO"]}), "role"),
    (classic(title="CEO"), "title"),
    (classic(seniority={"include": ["cxo"]}), "seniority"),
    (classic(company_headcount=[{"min": 11, "max": 50}]), "company_headcount"),
    (classic(first_name="Mira"), "first_name"),
    (classic(advanced_keywords="CEO"), "advanced_keywords"),
    (classic(advanced_keywords={"role": "CEO"}), "advanced_keywords.role"),
    (classic(advanced_keywords={"title": ["CEO"]}), "advanced_keywords.title"),
    (classic(network_distance=["1"]), "network_distance"),
    (classic(network_distance=["GROUP"]), "network_distance"),
    (classic(network_distance=[4]), "network_distance"),
    (classic(profile_language=["english"]), "profile_language"),
    (classic(keywords=["CEO"]), "keywords"),
    (classic(limit=100), "limit"),
    (sales(location=["1"]), "location"),
    (sales(location={"include": []}), "location.include"),
    (sales(location={"include": ["Berlin"]}), "location.include"),
    (sales(location={"any": ["1"]}), "location.any"),
    (sales(role="CEO"), "role"),
    (sales(role={"include": "CEO"}), "role.include"),
    (sales(role={"include": [None]}), "role.include"),
    (sales(title="CEO"), "title"),
    (sales(seniority={"include": ["vp"]}), "seniority.include"),
    (sales(seniority=["cxo"]), "seniority"),
    (sales(company_headcount=["B", "C"]), "company_headcount"),
    (sales(company_headcount={"min": 11}), "company_headcount"),
    (sales(company_headcount=[{"min": 12, "max": 50}]), "company_headcount.min"),
    (sales(company_headcount=[{"min": 11, "max": 51}]), "company_headcount.max"),
    (sales(company_headcount=[{"min": 11, "max": None}]), "company_headcount.max"),
    (sales(company_headcount=[{}]), "company_headcount"),
    (sales(advanced_keywords={"title": "CEO"}), "advanced_keywords"),
    (sales(first_name=["Mira"]), "first_name"),
    (sales(network_distance=[True]), "network_distance"),
    (recruiter(location={"include": ["1"]}), "location"),
    (recruiter(location=["1"]), "location"),
    (recruiter(location=[{"keywords": "Berlin"}]), "location"),
    (recruiter(role=[{"keywords": "CEO", "id": "100"}]), "role"),
    (recruiter(role=[{"priority": "MUST_HAVE"}]), "role"),
    (recruiter(role=[{"keywords": "CEO", "priority": "SHOULD"}]), "role.priority"),
    (recruiter(role={"include": ["CEO"]}), "role"),
    (recruiter(school=[{"name": "x"}]), "school.name"),
    (recruiter(seniority={"include": ["vice_president"]}), "seniority.include"),
    (recruiter(first_name="Mira"), "first_name"),
    ({"category": "people"}, "api"),
    ({"api": "premium", "category": "people"}, "api"),
    ({"api": ["classic"], "category": "people"}, "api"),
    ({"api": "classic"}, "category"),
    ({"api": "classic", "category": "person"}, "category"),
    ({"url": 7}, "url"),
]


@pytest.mark.parametrize(("body", "field"), SAYS_WRONG)
def test_a_wrong_shape_is_refused_by_name(body: Body, field: str) -> None:
    with pytest.raises(Problem) as refused:
        read_body(body)

    assert (refused.value.status, refused.value.kind) == (400, "invalid_parameters")
    assert str(refused.value.detail).startswith(f"{field}: ")


@pytest.mark.parametrize("category", ["companies", "posts", "jobs"])
def test_only_people_live_here(category: str) -> None:
    with pytest.raises(Problem) as refused:
        read_body({"api": "classic", "category": category})

    assert refused.value.status == 501


def test_each_api_knows_its_own_filters() -> None:
    assert set(FILTERS) == {"classic", "sales_navigator", "recruiter"}
    assert "advanced_keywords" in FILTERS["classic"]
    assert "role" not in FILTERS["classic"]
    assert "saved_search_id" in FILTERS["sales_navigator"]
    assert "spotlights" in FILTERS["recruiter"]
