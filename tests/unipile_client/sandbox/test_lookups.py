"""GET /linkedin/search/parameters and GET /users/…."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unipile_client.sandbox.asking import (
    ANNA,
    EXAMPLE,
    SAN_FRANCISCO,
    UNITED_STATES,
    Unipile,
    refusal,
    sales,
)
from unipile_client.sandbox.server import SandboxServer


def lookup(unipile: Unipile, kind: str, **query: str | int) -> list[dict[str, Any]]:
    answer = unipile.get(
        "/linkedin/search/parameters", account_id=ANNA, type=kind, **query
    )
    body = answer.json()
    assert body["object"] == "LinkedinSearchParametersList"
    assert body["paging"] == {"page_count": len(body["items"])}
    items: list[dict[str, Any]] = body["items"]
    return items


def test_a_place_is_found_by_its_name(unipile: Unipile) -> None:
    assert lookup(unipile, "LOCATION", keywords="san francisco, cal")[0] == {
        "object": "LinkedinSearchParameter",
        "id": SAN_FRANCISCO,
        "title": "San Francisco, California, United States",
    }


def test_a_country_comes_before_its_cities(unipile: Unipile) -> None:
    found = lookup(unipile, "REGION", keywords="united states")

    assert found[0]["id"] == UNITED_STATES


def test_accents_may_be_left_out(unipile: Unipile) -> None:
    titles = [item["title"] for item in lookup(unipile, "LOCATION", keywords="munchen")]

    assert titles == ["München, Bayern, Deutschland"]


@pytest.mark.parametrize(
    ("kind", "keywords"),
    [
        ("COMPANY", "lantern"),
        ("SCHOOL", "nordheim"),
        ("INDUSTRY", "software"),
        ("SALES_INDUSTRY", "retail"),
        ("JOB_TITLE", "ceo"),
    ],
)
def test_other_names_lead_to_ids_too(
    kind: str, keywords: str, unipile: Unipile
) -> None:
    found = lookup(unipile, kind, keywords=keywords)

    assert found
    assert all(item["id"].isdecimal() for item in found)
    assert all(keywords in item["title"].casefold() for item in found)


def test_an_id_found_can_be_searched_by(unipile: Unipile) -> None:
    company = lookup(unipile, "COMPANY", keywords="lantern tech")[0]

    page = unipile.page(sales(company={"include": [company["id"]]}))

    assert page["items"][0]["current_positions"][0]["company"] == company["title"]


def test_without_keywords_the_first_ten_come(unipile: Unipile) -> None:
    assert len(lookup(unipile, "COMPANY")) == 10


def test_as_many_come_as_asked(unipile: Unipile) -> None:
    assert len(lookup(unipile, "COMPANY", limit=100)) == 100


def test_what_nobody_is_called_finds_nothing(unipile: Unipile) -> None:
    assert lookup(unipile, "LOCATION", keywords="atlantis") == []


def test_a_type_without_values_is_empty(unipile: Unipile) -> None:
    assert lookup(unipile, "SKILL", keywords="python") == []


@pytest.mark.parametrize("kind", ["", "PLANET", "location"])
def test_an_unknown_type_is_refused(kind: str, unipile: Unipile) -> None:
    answer = unipile.get("/linkedin/search/parameters", account_id=ANNA, type=kind)

    assert refusal(answer) == (400, "invalid_parameters")


@pytest.mark.parametrize("path", ["/linkedin/search/parameters", "/users/me"])
def test_the_account_must_be_named(path: str, unipile: Unipile) -> None:
    answer = unipile.get(path, type="LOCATION")

    assert refusal(answer) == (400, "missing_parameters")


@pytest.mark.parametrize("path", ["/linkedin/search/parameters", "/users/me"])
def test_a_lost_login_looks_up_nothing(
    path: str, unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.set_account_status(ANNA, "CREDENTIALS")

    answer = unipile.get(path, type="LOCATION", account_id=ANNA)

    assert refusal(answer) == (401, "disconnected_account")


def test_the_owner_of_a_login_is_told(unipile: Unipile) -> None:
    me = unipile.get("/users/me", account_id=ANNA).json()

    assert (me["first_name"], me["last_name"]) == ("Anna", "Berg")
    assert me["object"] == "AccountOwnerProfile"


@pytest.mark.parametrize("key", ["id", "public_identifier"])
def test_a_person_found_can_be_looked_at(key: str, unipile: Unipile) -> None:
    row = unipile.page(EXAMPLE)["items"][1]

    user = unipile.get(f"/users/{row[key]}", account_id=ANNA).json()

    assert user["object"] == "UserProfile"
    assert f"{user['first_name']} {user['last_name']}" == row["name"]
    assert (
        user["work_experience"][0]["position"] == (row["current_positions"][0]["role"])
    )


def test_profiles_have_other_words_for_the_distance(unipile: Unipile) -> None:
    row = unipile.page(sales(network_distance=[2]))["items"][0]

    user = unipile.get(f"/users/{row['id']}", account_id=ANNA).json()

    assert user["network_distance"] == "SECOND_DEGREE"


def test_an_unknown_person_is_not_found(unipile: Unipile) -> None:
    answer = unipile.get("/users/nobody-at-all", account_id=ANNA)

    assert refusal(answer) == (404, "resource_not_found")
