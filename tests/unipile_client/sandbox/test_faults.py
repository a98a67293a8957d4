"""Which requests a fault hits, and how often."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from unipile_client.sandbox.faults import Asked, Fault, Faults

FIRST = Asked(endpoint="search", account_id="a", start=0, limit=100)
SECOND = Asked(endpoint="search", account_id="a", start=100, limit=100, has_cursor=True)
LAST = Asked(
    endpoint="search",
    account_id="a",
    start=200,
    limit=100,
    has_cursor=True,
    is_last_page=True,
)


def fired(fault: Fault, *asked: Asked) -> list[bool]:
    faults = Faults()
    faults.dial([fault])
    return [bool(faults.take(each)) for each in asked]


def test_a_fault_fires_once_unless_told_otherwise() -> None:
    assert fired(Fault(kind="drop"), FIRST, FIRST) == [True, False]


def test_a_fault_fires_as_often_as_told() -> None:
    assert fired(Fault(kind="drop", times=2), *[FIRST] * 3) == [True, True, False]


def test_a_fault_may_fire_for_ever() -> None:
    assert all(fired(Fault(kind="drop", times=None), *[FIRST] * 50))


def test_a_fault_lets_the_first_ones_pass() -> None:
    assert fired(Fault(kind="drop", after=2), *[FIRST] * 4) == [
        False,
        False,
        True,
        False,
    ]


def test_a_fault_hits_its_page_alone() -> None:
    assert fired(Fault(kind="drop", page=1), FIRST, SECOND) == [False, True]


def test_a_fault_hits_its_account_alone() -> None:
    other = Asked(endpoint="search", account_id="b")

    assert fired(Fault(kind="drop", account_id="b"), FIRST, other) == [False, True]


def test_a_fault_hits_searches_unless_told_otherwise() -> None:
    accounts = Asked(endpoint="accounts", account_id=None)

    assert fired(Fault(kind="drop"), accounts) == [False]
    assert fired(Fault(kind="drop", endpoint="accounts"), accounts) == [True]


def test_what_does_not_match_is_not_counted_as_let_pass() -> None:
    assert fired(Fault(kind="drop", page=1, after=1), FIRST, SECOND, SECOND) == [
        False,
        False,
        True,
    ]


def test_a_probability_is_kept_roughly() -> None:
    hits = fired(Fault(kind="drop", times=None, probability=0.2), *[FIRST] * 2000)

    assert 320 < sum(hits) < 480


def test_chance_is_the_same_for_the_same_seed() -> None:
    one = Fault(kind="drop", times=None, probability=0.5, seed=7)

    assert fired(one, *[FIRST] * 50) == fired(one, *[FIRST] * 50)


def test_another_seed_is_another_chance() -> None:
    one = Fault(kind="drop", times=None, probability=0.5, seed=7)
    other = msgspec.structs.replace(one, seed=8)

    assert fired(one, *[FIRST] * 50) != fired(other, *[FIRST] * 50)


@pytest.mark.parametrize(
    ("kind", "hits"),
    [
        ("expired_cursor", [False, True, True]),
        ("repeat_rows", [False, True, True]),
        ("shift", [False, True, True]),
        ("trailing_cursor", [False, False, True]),
        ("early_end", [True, True, False]),
        ("empty_page", [True, True, True]),
        ("empty_end", [True, True, True]),
        ("repeat_cursor", [True, True, True]),
    ],
)
def test_a_fault_waits_for_a_page_on_which_it_means_something(
    kind: Any, hits: list[bool]
) -> None:
    assert fired(Fault(kind=kind, times=None), FIRST, SECOND, LAST) == hits


def test_several_faults_may_hit_one_request() -> None:
    faults = Faults()
    faults.dial([Fault(kind="slow"), Fault(kind="drip"), Fault(kind="drop", page=5)])

    assert [fault.kind for fault in faults.take(FIRST)] == ["slow", "drip"]


def test_dialling_begins_to_count_anew() -> None:
    faults = Faults()
    faults.dial([Fault(kind="drop")])
    faults.take(FIRST)
    faults.dial([Fault(kind="drop")])

    assert faults.take(FIRST)


def test_the_counts_are_shown() -> None:
    faults = Faults()
    faults.dial([Fault(kind="drop", after=1)])
    faults.take(FIRST)
    faults.take(FIRST)

    (shown,) = faults.show()
    assert (shown["kind"], shown["matched"], shown["fired"]) == ("drop", 2, 1)


@pytest.mark.parametrize(
    "wrong", [{"kind": "flood"}, {}, {"kind": "drop", "page_number": 1}]
)
def test_a_fault_with_a_wrong_word_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Fault)
