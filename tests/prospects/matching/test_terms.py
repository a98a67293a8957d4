"""A word is in a text as a whole, whatever its case, accents and punctuation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospects.matching.terms import (
    alternatives_of,
    folded,
    has_operators,
    holds,
    lies_in,
    terms_of,
)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("CEO", "CEO & Founder"),
        ("ceo", "Founder/CEO"),
        ("CEO", "(CEO)"),
        ("VP Sales", "VP of Sales, EMEA"),
        ("directeur general", "Directeur Général"),
        ("Geschäftsführer", "GESCHÄFTSFÜHRER (m/w/d)"),
        ("C++", "Senior C++ Developer"),
        ("co-founder", "Co-Founder"),
        ("O'Neill", "O’Neill"),
        ("O`Neill", "Zoë O'Neill"),
        ("İstanbul", "istanbul"),
        ("社長", "代表取締役社長"),
        ("مهندس", "مهندس برمجيات"),
        ("Acme Inc.", "Acme, Inc"),
    ],
)
def test_a_whole_word_is_found(asked: str, text: str) -> None:
    assert holds(text, terms_of(asked))


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("CEO", "Chief Executive Officer"),
        ("CEO", "CEOs' assistant to none"),
        ("VP", "SVP Sales"),
        ("VP Sales", "VP Marketing"),
        ("C", "C++ Developer"),
        ("cofounder", "Co-Founder"),
        ("CEO", ""),
        ("", "CEO"),
        ("&", "CEO & Founder"),
    ],
)
def test_a_synonym_or_a_part_of_a_word_is_not(asked: str, text: str) -> None:
    assert not holds(text, terms_of(asked))


@pytest.mark.parametrize(
    "text", ["CEO OR CTO", "sales NOT assistant", '"Head of Sales"', "(a b)", "a, b"]
)
def test_operators_are_noticed(text: str) -> None:
    assert has_operators(text)


@pytest.mark.parametrize("text", ["order and chaos", "CEO & Founder", "R&D", "C++"])
def test_plain_words_are_no_operators(text: str) -> None:
    assert not has_operators(text)


@pytest.mark.parametrize(
    ("text", "holds_"),
    [
        ("CTO", True),
        ("Senior Head of Sales, EMEA", True),
        ("Head-of Sales", True),
        ("Sales, Head of", False),
        ("CEO", False),
    ],
)
def test_one_alternative_is_enough_and_a_phrase_stands_in_order(
    text: str, holds_: bool
) -> None:
    either = alternatives_of('CTO OR "Head of Sales"')
    assert any(holds(text, terms) for terms in either) is holds_


@pytest.mark.parametrize("text", ["a OR b, c", "a AND b", '"a" b', "(a OR b)", '"a'])
def test_what_asks_for_more_has_no_alternatives(text: str) -> None:
    assert alternatives_of(text) == ()


@pytest.mark.parametrize(
    ("place", "name", "lies"),
    [
        ("Berlin, Berlin, Germany", "Germany", True),
        ("Berlin, Berlin, Germany", "Berlin, Germany", True),
        ("Köln, Germany", "koln, germany", True),
        ("Germany", "Germany", True),
        ("Atlanta, Georgia, United States", "Georgia", False),
        ("Berlin, Connecticut, United States", "Berlin, Germany", False),
        ("New Germany", "Germany", False),
        ("", "Germany", False),
        ("Berlin", "", False),
    ],
)
def test_a_place_lies_in_a_named_one(place: str, name: str, lies: bool) -> None:
    assert lies_in(place, [name]) is lies


@given(st.text(), st.text(), st.text())
def test_a_text_holds_each_of_its_own_words(before: str, word: str, after: str) -> None:
    for own in word.split():
        terms = terms_of(own)
        assert not terms or holds(f"{before} {own} {after}", terms)


@given(st.text())
def test_folding_is_done_once_and_for_all(text: str) -> None:
    assert folded(folded(text)) == folded(text)
