"""One human, three apis: what each shows of them."""

from __future__ import annotations

import re
from typing import cast

import pytest

from unipile_client.sandbox.population import Population
from unipile_client.sandbox.rows import Row, Rows, provider_id

APIS = ("classic", "sales_navigator", "recruiter")


@pytest.fixture(scope="module")
def rows(everybody: Population) -> Rows:
    return Rows(everybody)


def hidden(rows: Rows) -> Row:
    numbers = range(1, 1000)
    return next(
        row
        for row in (rows.row("recruiter", number) for number in numbers)
        if row["network_distance"] == "OUT_OF_NETWORK"
    )


@pytest.mark.parametrize(
    ("api", "prefix"),
    [("classic", "ACoAA"), ("sales_navigator", "ACwAA"), ("recruiter", "AEMAA")],
)
def test_each_api_has_its_own_id_for_a_human(api: str, prefix: str, rows: Rows) -> None:
    assert re.fullmatch(prefix + r"[\w-]{32}", str(rows.row(api, 7)["id"]))


def test_no_two_people_share_an_id() -> None:
    assert len({provider_id("classic", number) for number in range(100_000)}) == 100_000


def test_no_two_people_share_a_public_identifier(rows: Rows) -> None:
    assert len({rows.slug(number) for number in range(20_000)}) == 20_000


def test_the_public_identifier_is_plain_whatever_the_name(rows: Rows) -> None:
    slugs = map(rows.slug, range(5_000))

    assert all(re.fullmatch(r"[a-z0-9_-]+-[0-9a-f]{8}", slug) for slug in slugs)


@pytest.mark.parametrize("key", ["member_urn", "public_identifier", "name"])
def test_the_apis_agree_who_it_is(key: str, rows: Rows) -> None:
    number = next(
        n
        for n in range(1, 100)
        if rows.row("classic", n)["network_distance"] != "OUT_OF_NETWORK"
    )

    assert len({str(rows.row(api, number)[key]) for api in APIS}) == 1


@pytest.mark.parametrize("api", APIS)
def test_a_human_is_found_by_any_of_their_ids(api: str, rows: Rows) -> None:
    assert rows.number_of(provider_id(api, 99_999)) == 99_999


def test_a_human_is_found_by_their_public_identifier(rows: Rows) -> None:
    assert rows.number_of(rows.slug(0)) == 0


@pytest.mark.parametrize(
    "identifier",
    ["", "ACoAA", "ACoAA!", "nobody", "mira-00000000x", "someone-else-00000000"],
)
def test_nobody_has_another_id(identifier: str, rows: Rows) -> None:
    assert rows.number_of(identifier) is None


def test_an_id_of_nobody_is_nobodys(rows: Rows) -> None:
    assert rows.number_of(provider_id("classic", 100_000)) is None


def test_an_altered_id_is_nobodys(rows: Rows) -> None:
    assert rows.number_of(provider_id("classic", 5)[:-1] + "_") is None


def test_classic_tells_no_position(rows: Rows) -> None:
    row = rows.row("classic", 7)

    assert not {"current_positions", "first_name", "industry"} & set(row)


def test_classic_leads_to_the_profile_with_a_stray_query(rows: Rows) -> None:
    row = rows.row("classic", 7)

    assert row["profile_url"] == (
        f"https://www.linkedin.com/in/{row['public_identifier']}"
        f"?miniProfileUrn=urn%3Ali%3Afs_miniProfile%3A{row['id']}"
    )


def test_sales_navigator_tells_title_and_company_in_the_position(
    rows: Rows, everybody: Population
) -> None:
    person = everybody.person(12_345)
    row = rows.row("sales_navigator", 12_345)

    positions = cast("list[dict[str, object]]", row["current_positions"])
    assert [(each["role"], each["company"]) for each in positions] == [
        (person["title"].name, person["company"].name)
    ]


def test_who_has_no_work_has_no_position(rows: Rows, everybody: Population) -> None:
    codes = everybody.columns["company"].codes
    number = next(n for n, code in enumerate(codes) if code == 0)

    assert rows.row("sales_navigator", number)["current_positions"] == []


def test_recruiter_hides_who_is_out_of_network(rows: Rows) -> None:
    row = hidden(rows)
    urls = ("public_profile_url", "profile_url")
    keys = ("name", "public_identifier", *urls, "member_urn")

    assert all(row[key] is None for key in keys)
    assert "first_name" not in row


def test_recruiter_still_says_what_the_hidden_do(rows: Rows) -> None:
    row = hidden(rows)

    assert row["id"]
    assert "headline" in row
    assert "current_positions" in row


def test_about_a_tenth_is_hidden_on_recruiter(rows: Rows) -> None:
    names = [rows.row("recruiter", number)["name"] for number in range(2_000)]

    assert 150 < names.count(None) < 260


def test_some_rows_of_classic_lack_the_member_urn(rows: Rows) -> None:
    urns = [rows.row("classic", number)["member_urn"] for number in range(1_000)]

    assert 5 < urns.count(None) < 20


def test_some_rows_of_sales_navigator_lack_the_public_identifier(rows: Rows) -> None:
    found = [rows.row("sales_navigator", number) for number in range(1_000)]
    without = [row for row in found if row["public_identifier"] is None]

    assert 5 < len(without) < 20
    assert all(row["member_urn"] for row in without)


def test_some_live_nowhere(rows: Rows) -> None:
    places = [rows.row("classic", number)["location"] for number in range(1_000)]

    assert None in places


def test_some_headlines_are_speeches(rows: Rows) -> None:
    lines = [str(rows.row("classic", number)["headline"]) for number in range(500)]

    assert max(line.count("\n") for line in lines) > 5
    assert max(map(len, lines)) > 200


def test_some_headlines_would_run_as_a_formula(rows: Rows) -> None:
    lines = [str(rows.row("classic", number)["headline"]) for number in range(2_000)]

    assert any(line.startswith("=") for line in lines)


def test_a_row_is_encoded_once(rows: Rows) -> None:
    assert rows.encoded("classic", 7) is rows.encoded("classic", 7)
