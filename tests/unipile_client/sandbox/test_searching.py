"""POST /linkedin/search over a socket: pages, cursors, ceilings and refusals."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from tests.unipile_client.sandbox.asking import (
    ANNA,
    BAY_AREA,
    BEN,
    CHIARA,
    DILAN,
    EXAMPLE,
    EXAMPLE_ON_CLASSIC,
    SAN_FRANCISCO,
    SEARCH,
    UNITED_STATES,
    Body,
    Unipile,
    classic,
    recruiter,
    refusal,
    sales,
)
from unipile_client.sandbox import vocabulary
from unipile_client.sandbox.server import SandboxServer

SCHOOL_OF_534 = "15084"
SCHOOL_OF_NOBODY = "15091"


def test_the_example_of_the_original_finds_2500_and_more(unipile: Unipile) -> None:
    assert unipile.total(EXAMPLE) >= 2500


def test_the_example_gives_2500_different_people(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    ids = unipile.ids(EXAMPLE)

    assert len(set(ids)) == len(ids) == 2500
    assert ids == sandbox.answer(EXAMPLE)


def test_classic_gives_its_thousand_and_says_no_more(
    unipile: Unipile, sandbox: SandboxServer
) -> None:
    ids = unipile.ids(EXAMPLE_ON_CLASSIC, BEN, limit=50)

    assert len(set(ids)) == len(ids) == 1000
    assert unipile.total(EXAMPLE_ON_CLASSIC, BEN) == 1000


def test_recruiter_gives_2500_and_says_what_exists(unipile: Unipile) -> None:
    body = recruiter(keywords="startup")

    assert len(set(unipile.ids(body, CHIARA))) == 2500
    assert unipile.total(body, CHIARA) > 20_000


@pytest.mark.parametrize(
    ("body", "account", "limit"),
    [
        (classic(school=[SCHOOL_OF_534]), BEN, 50),
        (sales(school={"include": [SCHOOL_OF_534]}), ANNA, 100),
        (recruiter(school=[{"id": SCHOOL_OF_534}]), CHIARA, 100),
    ],
)
def test_one_search_finds_exactly_534(
    body: Body, account: str, limit: int, unipile: Unipile
) -> None:
    assert unipile.total(body, account) == 534
    assert len(set(unipile.ids(body, account, limit))) == 534


def test_the_school_of_534_is_found_by_its_name(unipile: Unipile) -> None:
    found = unipile.get(
        "/linkedin/search/parameters",
        account_id=ANNA,
        type="SCHOOL",
        keywords=vocabulary.SCHOOL_OF_534,
    ).json()

    assert [item["id"] for item in found["items"]] == [SCHOOL_OF_534]


def test_one_search_finds_nobody(unipile: Unipile) -> None:
    page = unipile.page(sales(school={"include": [SCHOOL_OF_NOBODY]}))

    assert page["items"] == []
    assert page["cursor"] is None
    assert page["paging"]["total_count"] == 0


def test_ceos_of_san_francisco_are_ceos_of_san_francisco(unipile: Unipile) -> None:
    body = sales(role={"include": ["CEO"]}, location={"include": [SAN_FRANCISCO]})

    people = [row for page in unipile.pages(body) for row in page["items"]]

    assert len(people) > 500
    assert {row["location"] for row in people} == {
        "San Francisco, California, United States"
    }
    assert all("CEO" in row["current_positions"][0]["role"] for row in people)


def test_everybody_in_a_company_works_there(unipile: Unipile) -> None:
    somebody = unipile.page(EXAMPLE)["items"][0]["current_positions"][0]
    body = sales(company={"include": [somebody["company_id"]]})

    people = [row for page in unipile.pages(body) for row in page["items"]]

    assert people
    assert {row["current_positions"][0]["company"] for row in people} == {
        somebody["company"]
    }


def test_excluded_people_are_the_rest(unipile: Unipile) -> None:
    here = unipile.total(sales(location={"include": [BAY_AREA]}))
    country = unipile.total(sales(location={"include": [UNITED_STATES]}))
    elsewhere = sales(location={"include": [UNITED_STATES], "exclude": [BAY_AREA]})

    assert unipile.total(elsewhere) == country - here


def test_distances_are_as_asked(unipile: Unipile) -> None:
    page = unipile.page(sales(network_distance=[1]), limit=100)

    assert {row["network_distance"] for row in page["items"]} == {"DISTANCE_1"}


def test_first_and_last_names_are_as_asked(unipile: Unipile) -> None:
    page = unipile.page(sales(first_name="zoe", last_name="müller"), limit=100)

    assert page["items"]
    assert all(row["name"].startswith("Zoë") for row in page["items"])
    assert {row["last_name"] for row in page["items"]} == {"Müller"}


def test_a_search_by_address_is_the_search_by_filters(unipile: Unipile) -> None:
    url = "https://www.linkedin.com/search/results/people/?keywords=ceo&title=founder"
    body = classic(keywords="ceo", advanced_keywords={"title": "founder"})

    assert unipile.total({"url": url}, BEN) == unipile.total(body, BEN)


def test_a_wrong_address_is_refused(unipile: Unipile) -> None:
    answer = unipile.search({"url": "https://example.org"})

    assert refusal(answer) == (400, "invalid_url")


def test_an_address_may_ask_for_a_product_that_the_account_has_not(
    unipile: Unipile,
) -> None:
    url = "https://www.linkedin.com/sales/search/people?query=(keywords:CEO)"

    assert refusal(unipile.search({"url": url}, BEN))[1] == "feature_not_subscribed"


# Pages and cursors


def test_the_cursor_stands_at_the_top(unipile: Unipile) -> None:
    page = unipile.page(EXAMPLE)

    assert isinstance(page["cursor"], str)
    assert "cursor" not in page["paging"]


def test_the_cursor_carries_account_limit_start_and_search(unipile: Unipile) -> None:
    cursor = unipile.page(EXAMPLE, limit=25)["cursor"]

    assert json.loads(base64.b64decode(cursor)) == {
        "account_id": ANNA,
        "limit": 25,
        "start": 25,
        "params": EXAMPLE,
    }


def test_the_search_is_echoed(unipile: Unipile) -> None:
    assert unipile.page(EXAMPLE)["config"] == {"params": EXAMPLE}


def test_paging_says_where_it_stands(unipile: Unipile) -> None:
    first = unipile.page(EXAMPLE, limit=84)
    second = unipile.page(EXAMPLE, limit=84, cursor=first["cursor"])

    assert first["paging"]["start"] == 0
    assert second["paging"] == first["paging"] | {"start": 84}
    assert second["paging"]["page_count"] == 84


def test_ten_rows_unless_told_otherwise(unipile: Unipile) -> None:
    assert len(unipile.page(EXAMPLE)["items"]) == 10


def test_a_cursor_alone_in_the_body_goes_on_too(unipile: Unipile) -> None:
    first = unipile.page(EXAMPLE, limit=100)

    in_body = unipile.page({"cursor": first["cursor"]})
    in_query = unipile.page(EXAMPLE, cursor=first["cursor"])

    assert in_body == in_query
    assert in_body["paging"]["start"] == 100


def test_the_cursors_limit_holds(unipile: Unipile) -> None:
    first = unipile.page(EXAMPLE, limit=20)

    assert len(unipile.page(EXAMPLE, limit=100, cursor=first["cursor"])["items"]) == 20


def test_a_page_asked_twice_is_the_same_page(unipile: Unipile) -> None:
    assert unipile.page(EXAMPLE, limit=100) == unipile.page(EXAMPLE, limit=100)


def test_the_page_size_changes_nobody(unipile: Unipile) -> None:
    body = sales(school={"include": [SCHOOL_OF_534]})

    assert unipile.ids(body, limit=100) == unipile.ids(body, limit=33)


def test_the_last_page_is_short_and_has_no_cursor(unipile: Unipile) -> None:
    *_, last = unipile.pages(sales(school={"include": [SCHOOL_OF_534]}))

    assert len(last["items"]) == 34
    assert last["cursor"] is None


def test_no_row_comes_from_beyond_the_ceiling(unipile: Unipile) -> None:
    beyond = {"account_id": ANNA, "limit": 100, "start": 2450, "params": EXAMPLE}
    cursor = base64.b64encode(json.dumps(beyond).encode()).decode()

    page = unipile.page(EXAMPLE, cursor=cursor)

    assert len(page["items"]) == 50
    assert page["cursor"] is None


def test_classic_gives_no_more_than_50_at_a_time(unipile: Unipile) -> None:
    page = unipile.page(EXAMPLE_ON_CLASSIC, BEN, limit=100)

    assert len(page["items"]) == page["paging"]["page_count"] == 50
    assert json.loads(base64.b64decode(page["cursor"]))["limit"] == 50


def test_a_limit_of_0_counts_only(unipile: Unipile) -> None:
    page = unipile.page(EXAMPLE, limit=0)

    assert page["items"] == []
    assert page["cursor"] is None
    assert page["paging"]["total_count"] > 2500


# Refusals


@pytest.mark.parametrize("limit", ["-1", "ten", "1.5", ""])
def test_a_limit_that_is_no_number_is_refused(limit: str, unipile: Unipile) -> None:
    answer = unipile.search(EXAMPLE, limit=limit)

    assert refusal(answer) == (400, "invalid_parameters")


def test_a_limit_above_100_is_refused(unipile: Unipile) -> None:
    assert refusal(unipile.search(EXAMPLE, limit=101)) == (400, "limit_too_high")


def test_a_wrong_shape_is_refused_by_name(unipile: Unipile) -> None:
    answer = unipile.search(classic(location={"include": ["1"]}), BEN)

    assert refusal(answer) == (400, "invalid_parameters")
    assert "location" in answer.json()["detail"]


def test_the_account_must_be_named(unipile: Unipile) -> None:
    answer = unipile.http.post(SEARCH, json=EXAMPLE)

    assert refusal(answer) == (400, "missing_parameters")


def test_an_unknown_account_is_not_found(unipile: Unipile) -> None:
    assert refusal(unipile.search(EXAMPLE, "nobody")) == (404, "resource_not_found")


@pytest.mark.parametrize(
    ("body", "account"), [(EXAMPLE, BEN), (recruiter(keywords="ceo"), ANNA)]
)
def test_a_product_not_subscribed_is_refused(
    body: Body, account: str, unipile: Unipile
) -> None:
    answer = unipile.search(body, account)

    assert refusal(answer) == (403, "feature_not_subscribed")


@pytest.mark.parametrize("body", [EXAMPLE, recruiter(keywords="ceo")])
def test_a_login_may_have_several_products(body: Body, unipile: Unipile) -> None:
    assert unipile.search(body, CHIARA).status_code == 200


def test_every_login_has_classic(unipile: Unipile) -> None:
    assert unipile.search(EXAMPLE_ON_CLASSIC, ANNA).status_code == 200


@pytest.mark.parametrize(
    "status", ["CREDENTIALS", "STOPPED", "ERROR", "PERMISSIONS", "CONNECTING"]
)
def test_a_login_that_is_not_ok_is_disconnected(
    status: str, unipile: Unipile, sandbox: SandboxServer
) -> None:
    sandbox.set_account_status(ANNA, status)

    assert refusal(unipile.search(EXAMPLE)) == (401, "disconnected_account")


def test_another_accounts_cursor_is_refused(unipile: Unipile) -> None:
    cursor = unipile.page(EXAMPLE)["cursor"]

    answer = unipile.search(EXAMPLE, DILAN, cursor=cursor)

    assert refusal(answer) == (400, "invalid_parameters")


@pytest.mark.parametrize("cursor", ["nonsense", "bm9uc2Vuc2U=", "e30="])
def test_a_malformed_cursor_is_refused(cursor: str, unipile: Unipile) -> None:
    answer = unipile.search(EXAMPLE, cursor=cursor)

    assert refusal(answer) == (400, "invalid_parameters")


def test_a_cursor_that_is_no_text_is_refused(unipile: Unipile) -> None:
    assert refusal(unipile.search({"cursor": 7})) == (400, "invalid_parameters")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"'])
def test_a_body_that_is_no_object_is_refused(body: bytes, unipile: Unipile) -> None:
    answer = unipile.http.post(
        SEARCH,
        params={"account_id": ANNA},
        content=body,
        headers={"content-type": "application/json"},
    )

    assert refusal(answer) == (400, "malformed_request")


def test_a_body_of_another_type_is_refused(unipile: Unipile) -> None:
    answer = unipile.http.post(SEARCH, params={"account_id": ANNA}, data={"a": "b"})

    assert refusal(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize("headers", [{}, {"X-API-KEY": ""}, {"X-API-KEY": "wrong-key"}])
def test_without_a_good_key_nothing_is_told(
    headers: dict[str, str], sandbox: SandboxServer
) -> None:
    answer = httpx.post(f"{sandbox.url}{SEARCH}", headers=headers, json=EXAMPLE)

    assert refusal(answer) == (401, "missing_credentials")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/nothing", (404, "resource_not_found")),
        ("GET", SEARCH, (405, "malformed_request")),
    ],
)
def test_what_does_not_exist_is_a_problem_too(
    method: str, path: str, expected: Any, unipile: Unipile
) -> None:
    assert refusal(unipile.http.request(method, path)) == expected
