"""What the review page's address may say, and what it is told when it is wrong."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest

from accounts.errors import Refusal
from prospects import filters
from prospects.filters import (
    Degree,
    Flag,
    Known,
    Place,
    ReviewFilter,
    Seniority,
    Shown,
    Sort,
)

JOB = uuid.uuid4()


def parse(**values: list[str]) -> ReviewFilter:
    return filters.parse(job_id=JOB, values=values)


def test_an_empty_address_shows_the_pending_in_the_order_found() -> None:
    assert parse() == ReviewFilter(
        job_id=JOB, decision=Shown.PENDING, sort=Sort.FOUND, up_to_position=None
    )


def test_every_part_is_read() -> None:
    assert parse(
        decision=["all"],
        known=["new", "found"],
        flags=["none", "anonymous"],
        list=["Spring"],
        degree=["1", "none"],
        title=["CEO", ""],
        company=["Acme", ""],
        location=["Bern"],
        seniority=["cxo"],
        q=["  anna   bern "],
        person=[str(JOB)],
        sort=["name"],
        up_to_position=["250"],
    ) == ReviewFilter(
        job_id=JOB,
        decision=Shown.ALL,
        known=(Known.NEW, Known.FOUND),
        flags=(Flag.NONE, Flag.ANONYMOUS),
        list=("Spring",),
        degree=(Degree.FIRST, Degree.NONE),
        title=("CEO", ""),
        company=("Acme", ""),
        location=("Bern",),
        seniority=(Seniority.CXO,),
        q="anna bern",
        person=JOB,
        sort=Sort.NAME,
        up_to_position=250,
    )


def test_keys_of_others_are_left() -> None:
    assert parse(after=["x"], open=["1"]) == parse()


def test_empty_values_are_not_given() -> None:
    assert parse(decision=[""], flags=[""], sort=[""], up_to_position=[""]) == parse()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("decision", ["maybe"]),
        ("flags", ["none", "odd"]),
        ("degree", ["4"]),
        ("seniority", ["boss"]),
        ("sort", ["shoe_size"]),
        ("q", ["x" * 201]),
        ("q", ["nul\x00"]),
        ("company", ["nul\x00"]),
        ("location", ["half \ud800"]),
        ("company", [str(number) for number in range(201)]),
        ("person", ["x"]),
        ("up_to_position", ["-1"]),
        ("up_to_position", ["1.5"]),
        ("up_to_position", ["²"]),
        ("up_to_position", ["9" * 5000]),
        ("up_to_position", ["0" * 20 + "9" * 20]),
    ],
)
def test_what_is_wrong_is_named(name: str, values: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        parse(**{name: values})
    assert refused.value.details["fields"].keys() == {name}


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(Refusal) as refused:
        parse(decision=["x"], sort=["y"])
    assert refused.value.details["fields"].keys() == {"decision", "sort"}


@pytest.mark.parametrize(
    "narrowed",
    [
        {"flags": (Flag.NONE,)},
        {"company": ("",)},
        {"q": "x"},
        {"person": JOB},
        {"degree": ("1",)},
    ],
)
def test_a_facet_or_a_word_narrows(narrowed: dict[str, Any]) -> None:
    assert ReviewFilter(job_id=JOB, **narrowed).is_narrowed


@pytest.mark.parametrize(
    "chosen", [{"decision": Shown.REJECTED}, {"sort": Sort.NAME}, {"up_to_position": 3}]
)
def test_a_tab_or_an_order_does_not_narrow(chosen: dict[str, Any]) -> None:
    assert not ReviewFilter(job_id=JOB, **chosen).is_narrowed


def test_a_place_is_read_from_its_cursor() -> None:
    place = Place(key="0zoë 🎉", position=41)
    assert filters.place_of(filters.cursor_of(place)) == place


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "%%%",
        "é",
        base64.urlsafe_b64encode(b"not json").decode(),
        base64.urlsafe_b64encode(b'["a"]').decode(),
        base64.urlsafe_b64encode(b'["a", "b"]').decode(),
        base64.urlsafe_b64encode(b"[1, 2]").decode(),
        base64.urlsafe_b64encode(b'["a", true]').decode(),
        base64.urlsafe_b64encode(b'["\\u0000", 1]').decode(),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(Refusal) as refused:
        filters.place_of(cursor)
    assert "after" in refused.value.details["fields"]
