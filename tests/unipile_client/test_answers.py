"""What is read from Unipile's answers: all of the wire examples, and what is odd."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unipile_client import answers
from unipile_client.answers import Truncated
from unipile_client.errors import UnreadableAnswer
from unipile_client.types import Account, Parameter, Person, Position, SearchPage

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(codec=None, exclude_categories=())),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=8,
)
FIELDS = (
    "object",
    "type",
    "member_urn",
    "public_identifier",
    "name",
    "first_name",
    "last_name",
    "headline",
    "location",
    "industry",
    "network_distance",
    "premium",
    "open_profile",
    "shared_connections_count",
    "current_positions",
    "public_profile_url",
    "profile_url",
    "interests",
    "skills",
)


def read(**page: Any) -> SearchPage:
    return answers.read_search(
        json.dumps({"items": [], "cursor": None} | page).encode()
    )


def person(**item: Any) -> Person:
    return read(items=[item]).people[0]


# The wire examples


def test_a_sales_navigator_page(wire_bytes: Callable[[str], bytes]) -> None:
    page = answers.read_search(wire_bytes("search_sales_navigator"))
    first, second, third = page.people

    assert page.total_count == 25438
    assert page.cursor is not None
    assert first.provider_id == "ACwAAEx10001"
    assert first.member_urn == "urn:li:member:10001"
    assert (first.name, first.first_name, first.last_name) == (
        "Ada Example",
        "Ada",
        "Example",
    )
    assert first.positions == (Position("Acme Rockets", "VP Sales"),)
    assert first.network_distance == "DISTANCE_2"
    assert (first.premium, first.open_profile) == (True, False)
    assert first.shared_connections == 7
    assert first.public_profile_url == "https://www.linkedin.com/in/ada-example-1"
    assert second.name == "Zoë Ünlü-Łaska"
    assert second.headline == "I build teams.\nI ship clouds.\n\nAsk me about either ☁️"
    assert [held.company for held in second.positions] == [
        "Nimbus Foundry",
        "Harbour Angels",
    ]
    assert (third.location, third.positions) == (None, ())


def test_a_classic_page_has_rows_with_eight_keys(
    wire_bytes: Callable[[str], bytes],
) -> None:
    page = answers.read_search(wire_bytes("search_classic"))
    old = page.people[2]

    assert (old.provider_id, old.name) == ("ACoAAEx10003", "山田 太郎")
    assert (old.public_identifier, old.public_profile_url, old.premium) == (None,) * 3
    assert page.people[3].headline is None


def test_an_anonymous_recruiter_row_is_kept(wire_bytes: Callable[[str], bytes]) -> None:
    _, anonymous, _ = answers.read_search(wire_bytes("search_recruiter")).people

    assert anonymous.provider_id == "AEMAAEx20001"
    assert (anonymous.name, anonymous.member_urn, anonymous.profile_url) == (None,) * 3
    assert anonymous.network_distance == "OUT_OF_NETWORK"
    assert anonymous.positions == (Position("Acme Rockets", "Chief Executive Officer"),)


def test_the_last_page_and_an_empty_one_have_no_cursor(
    wire_bytes: Callable[[str], bytes],
) -> None:
    last = answers.read_search(wire_bytes("search_last_page"))
    empty = answers.read_search(wire_bytes("search_empty"))

    assert (len(last.people), last.cursor, last.total_count) == (1, None, 101)
    assert (empty.people, empty.cursor, empty.total_count) == ((), None, 0)


@pytest.mark.parametrize("api", ["classic", "sales_navigator", "recruiter"])
def test_raw_is_the_row_as_received(
    api: str, wire: Callable[[str], Any], wire_bytes: Callable[[str], bytes]
) -> None:
    body = wire_bytes(f"search_{api}")
    page = answers.read_search(body)

    rows = [json.loads(found.raw) for found in page.people]
    assert rows == wire(f"search_{api}")["items"]
    assert all(found.raw in body for found in page.people)


def test_accounts_of_all_kinds(wire_bytes: Callable[[str], bytes]) -> None:
    page = answers.read_accounts(wire_bytes("accounts"))

    assert page.cursor is None
    assert [
        (account.name, account.status, account.premium_features, account.is_linkedin)
        for account in page.items
    ] == [
        ("Ada Example", "OK", ("sales_navigator",), True),
        ("Per Placeholder", "CREDENTIALS", ("recruiter", "premium"), True),
        ("Noor Sample", "OK", (), True),
        ("ada@example.com", "OK", (), False),
    ]


def test_one_account(wire_bytes: Callable[[str], bytes]) -> None:
    assert answers.read_account(wire_bytes("account")) == Account(
        id="Zx3fKqSKRO-ImzJOi8OR5Q",
        name="Ada Example",
        status="OK",
        premium_features=("sales_navigator",),
        is_linkedin=True,
    )


def test_parameters(wire_bytes: Callable[[str], bytes]) -> None:
    assert answers.read_parameters(wire_bytes("parameters")) == (
        Parameter("6", "Technology, Information and Internet"),
        Parameter("4", "Software Development"),
    )


# Lenient: what describes somebody


@given(item=st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)))
def test_no_value_of_an_optional_field_loses_anybody(item: dict[str, Any]) -> None:
    page = read(items=[{"id": "one"}, item | {"id": "odd"}, {"id": "two"}])
    odd = page.people[1]

    assert [found.provider_id for found in page.people[::2]] == ["one", "two"]
    is_somebody_else = isinstance(item.get("type"), str)
    assert odd.provider_id == (None if is_somebody_else else "odd")
    assert b"\\u0000" not in odd.raw.replace(b"\\\\", b"")
    json.loads(odd.raw)["id"].encode()


@given(items=st.lists(JSON))
def test_every_item_counts_as_one_row_whatever_it_is(items: list[Any]) -> None:
    page = read(items=items)

    assert len(page.people) == len(items)
    for found in page.people:
        json.loads(found.raw)


@pytest.mark.parametrize(
    "id", [None, "", "  ", 5, True, [], {}, "x" * 256, ["ACwAAEx10001"]]
)
def test_a_row_without_a_usable_id_has_none(id: object) -> None:
    assert person(id=id, name="Ada Example").provider_id is None


def test_a_row_without_the_key_has_no_id() -> None:
    assert person(provider_id="ACwAAEx10001").provider_id is None


@pytest.mark.parametrize(
    ("type", "id"),
    [
        ("PEOPLE", "x"),
        ("people", "x"),
        (None, "x"),
        (7, "x"),
        ("COMPANY", None),
        ("POST", None),
    ],
)
def test_a_row_that_is_no_person_has_no_id(type: object, id: str | None) -> None:
    assert person(id="x", type=type).provider_id == id


@pytest.mark.parametrize("item", [None, 5, "x", [], [{"id": "x"}], True])
def test_a_row_that_is_no_object_is_nobody_and_keeps_its_raw(item: object) -> None:
    found = person_of(item)

    assert found.provider_id is None
    assert json.loads(found.raw) == item


def person_of(item: object) -> Person:
    return read(items=[item]).people[0]


def test_blank_text_is_none_and_edges_are_trimmed() -> None:
    found = person(id="x", name="  Ada ", headline=" \n", location="")

    assert (found.name, found.headline, found.location) == ("Ada", None, None)


@pytest.mark.parametrize("value", [1, 0, "true", None, []])
def test_only_true_and_false_are_flags(value: object) -> None:
    assert person(id="x", premium=value).premium is None


@pytest.mark.parametrize("value", [-1, 1.5, True, "7", None])
def test_only_whole_numbers_are_counts(value: object) -> None:
    assert person(id="x", shared_connections_count=value).shared_connections is None


@pytest.mark.parametrize("value", ["javascript:alert(1)", "/in/ada", 5, ""])
def test_only_web_addresses_are_links(value: object) -> None:
    found = person(id="x", profile_url=value, public_profile_url=value)

    assert (found.profile_url, found.public_profile_url) == (None, None)


def test_positions_that_say_nothing_are_left_out() -> None:
    found = person(
        id="x",
        current_positions=[
            None,
            {},
            {"company": None, "role": ""},
            {"company": "Acme"},
            {"role": "CEO", "company": 5},
        ],
    )

    assert found.positions == (Position("Acme", None), Position(None, "CEO"))


def test_half_an_emoji_costs_a_sign_not_a_page() -> None:
    page = answers.read_search(
        rb'{"items": [{"id": "a", "name": "Ada \ud83d"}, {"id": "b\u0000"}]}'
    )

    assert page.people[0].name == "Ada \ufffd"
    assert page.people[1].provider_id == "b\ufffd"
    assert page.people[0].raw == rb'{"id": "a", "name": "Ada \ufffd"}'


@pytest.mark.parametrize(
    "number",
    [b"1e400", b"-1e200000", b"1e-20000", b"0e-20000", b"0." + b"1" * 20_000],
)
def test_a_number_that_postgresql_cannot_hold_does_not_reach_raw(number: bytes) -> None:
    found = answers.read_search(b'{"items": [{"id": "a", "x": %b}]}' % number).people[0]

    assert found.provider_id == "a"
    assert number not in found.raw
    assert json.loads(found.raw)["x"] in (None, 0, pytest.approx(1 / 9))


@pytest.mark.parametrize("number", [b"0.0", b"-0.0", b"1.50", b"1e5", b"1E-7", b"0"])
def test_an_ordinary_number_stays_as_it_was_written(number: bytes) -> None:
    item = b'{"id": "a", "x": %b}' % number

    assert answers.read_search(b'{"items": [%b]}' % item).people[0].raw == item


@pytest.mark.parametrize("odd", [b"1e400", b"NaN", b'"raw\nline"', b"9" * 5000])
def test_nearly_json_is_read_all_the_same(odd: bytes) -> None:
    page = answers.read_search(
        b'{"items": [{"id": "a"}, {"id": "b", "x": ' + odd + b'}], "cursor": "c"}'
    )

    assert [found.provider_id for found in page.people] == ["a", "b"]
    assert page.cursor == "c"
    json.loads(page.people[1].raw.replace(b"9" * 5000, b"9"))


# Strict: what completeness hangs on


@pytest.mark.parametrize("cursor", [5, True, [], {}, 1.5])
def test_a_cursor_that_is_no_string_is_unreadable(cursor: object) -> None:
    with pytest.raises(UnreadableAnswer, match="cannot be read"):
        read(cursor=cursor)


@pytest.mark.parametrize("items", [None, {}, "x", 5])
def test_items_that_are_no_list_are_unreadable(items: object) -> None:
    with pytest.raises(UnreadableAnswer):
        read(items=items)


@pytest.mark.parametrize("total", ["1000", True, 1.5, [], {}])
def test_a_total_that_is_no_whole_number_is_unreadable(total: object) -> None:
    with pytest.raises(UnreadableAnswer):
        read(paging={"total_count": total})


@pytest.mark.parametrize(
    "body",
    [b"[]", b"null", b'"x"', b"5", b"{}", b'{"cursor": null}', b"<html></html>", b"x"],
)
def test_another_kind_of_answer_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        answers.read_search(body)


@pytest.mark.parametrize("body", [b"", b'{"items": [{"id": "a"}, {"i', b'{"items": []'])
def test_text_that_stops_short_is_told_apart(body: bytes) -> None:
    with pytest.raises(Truncated):
        answers.read_search(body)


def test_endless_nesting_is_unreadable() -> None:
    body = b'{"items": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}"

    with pytest.raises(UnreadableAnswer):
        answers.read_search(body)


@pytest.mark.parametrize("cursor", [None, ""])
def test_no_cursor_is_the_end(cursor: str | None) -> None:
    assert read(cursor=cursor).cursor is None


def test_a_missing_cursor_is_the_end_too() -> None:
    assert answers.read_search(b'{"items": []}').cursor is None


def test_a_cursor_within_paging_is_not_the_cursor() -> None:
    assert read(paging={"cursor": "x"}).cursor is None


@pytest.mark.parametrize(
    ("paging", "total"),
    [
        (None, None),
        ([], None),
        ({}, None),
        ({"total_count": None}, None),
        ({"total_count": -1}, None),
        ({"total_count": 0}, 0),
        ({"total_count": 1000.0}, 1000),
        ({"total_count": 4_433_432}, 4_433_432),
    ],
)
def test_the_total_where_there_is_one(paging: object, total: int | None) -> None:
    assert read(paging=paging).total_count == total


@given(body=st.binary())
def test_any_bytes_are_a_page_or_one_of_two_errors(body: bytes) -> None:
    try:
        answers.read_search(body)
    except (UnreadableAnswer, Truncated):
        return


@given(page=st.fixed_dictionaries({"items": JSON, "cursor": JSON, "paging": JSON}))
def test_any_page_is_read_or_refused_as_a_whole(page: dict[str, Any]) -> None:
    try:
        found = answers.read_search(json.dumps(page).encode())
    except UnreadableAnswer:
        return
    assert len(found.people) == len(page["items"])
