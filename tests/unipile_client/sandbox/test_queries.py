"""Search text, as LinkedIn's users write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unipile_client.sandbox.queries import occurs, parse_query, tokens_of

PROFILE = ("Founder & CEO", "Müller, Söhne GmbH", "Building a tech startup")


def finds(text: str, *fields: str) -> bool:
    query = parse_query(text)
    assert query is not None
    return query.matches(map(tokens_of, fields or PROFILE))


def test_all_words_must_occur_in_whatever_field() -> None:
    assert finds("ceo startup founder")


def test_one_missing_word_is_a_miss() -> None:
    assert not finds("ceo startup banking")


def test_case_does_not_matter() -> None:
    assert finds("TECH Startup")


def test_accents_do_not_matter() -> None:
    assert finds("muller sohne")


def test_half_a_word_is_no_word() -> None:
    assert not finds("start")


def test_punctuation_around_words_is_ignored() -> None:
    assert finds("CEO, startup!")


def test_a_quoted_phrase_must_stand_together() -> None:
    assert finds('"tech startup"')
    assert not finds('"building startup"')


def test_a_phrase_does_not_reach_across_fields() -> None:
    assert not finds('"CEO Müller"')


def test_or_takes_either_neighbour() -> None:
    assert finds("CTO OR CEO")
    assert not finds("CTO OR CFO")


def test_or_binds_closer_than_the_silent_and() -> None:
    assert not finds("startup CTO OR CFO")
    assert finds("startup CTO OR CEO")


def test_or_chains() -> None:
    assert finds("CTO OR CFO OR CEO")


def test_and_may_be_written() -> None:
    assert finds("ceo AND startup")
    assert not finds("ceo AND banking")


def test_not_excludes_the_next_word() -> None:
    assert not finds("ceo NOT startup")
    assert finds("ceo NOT banking")


def test_not_excludes_a_phrase() -> None:
    assert not finds('ceo NOT "tech startup"')
    assert finds('ceo NOT "startup tech"')


def test_and_not_is_not() -> None:
    assert not finds("ceo AND NOT startup")


def test_parentheses_are_read_over() -> None:
    assert finds("(CTO OR CEO) AND startup")


def test_a_lower_case_or_is_a_word() -> None:
    assert not finds("cto or ceo")


def test_or_at_the_beginning_joins_nothing() -> None:
    assert finds("OR ceo")


@pytest.mark.parametrize("text", ["", "   ", "!?", "🚀", "AND", '""'])
def test_text_without_words_asks_nothing(text: str) -> None:
    assert parse_query(text) is None


def test_words_of_other_scripts_are_words() -> None:
    assert finds("健太", "田中 健太")
    assert finds("ليلى", "ليلى النجار")


def test_a_query_is_equal_to_its_twin() -> None:
    assert parse_query("ceo  tech") == parse_query("CEO tech")
    assert hash(parse_query("ceo")) == hash(parse_query("CEO"))


@given(st.text())
def test_any_text_splits_into_plain_words(text: str) -> None:
    assert all(word and " " not in word for word in tokens_of(text))


@given(st.text())
def test_any_text_can_be_parsed(text: str) -> None:
    query = parse_query(text)
    assert query is None or query.groups or query.excluded


@given(st.lists(st.sampled_from("abc"), max_size=8), st.integers(0, 7))
def test_every_run_of_words_occurs_where_it_was_taken(
    words: list[str], start: int
) -> None:
    term = tuple(words[start : start + 3])
    assert not term or occurs(term, tuple(words))
