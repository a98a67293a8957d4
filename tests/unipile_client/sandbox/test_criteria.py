"""One person, one filter: does it accept?"""

from __future__ import annotations

from unipile_client.sandbox.criteria import (
    ATTRIBUTES,
    NOTHING,
    TEXT_ATTRIBUTES,
    Choice,
    Criteria,
    Option,
    option,
)
from unipile_client.sandbox.queries import Query, parse_query

CITY = option("San Francisco, California", "102277331", "90000084", "103644278")


def query(text: str) -> Query:
    found = parse_query(text)
    assert found is not None
    return found


def person(**values: Option) -> dict[str, Option]:
    return dict.fromkeys((*ATTRIBUTES, *TEXT_ATTRIBUTES), NOTHING) | values


def test_a_place_answers_to_its_own_id() -> None:
    assert CITY.answers("102277331")


def test_a_place_answers_to_what_lies_around_it() -> None:
    assert CITY.answers("103644278")


def test_a_place_does_not_answer_to_another() -> None:
    assert not CITY.answers("102571732")


def test_a_value_answers_to_words_of_its_name() -> None:
    assert CITY.answers(query("california"))


def test_an_empty_choice_accepts_everybody() -> None:
    assert Choice(attribute="location").accepts(NOTHING)


def test_one_of_several_is_enough() -> None:
    assert Choice(attribute="location", include=("1", "103644278")).accepts(CITY)


def test_none_of_several_is_not() -> None:
    assert not Choice(attribute="location", include=("1", "2")).accepts(CITY)


def test_an_exclusion_wins_over_an_inclusion() -> None:
    choice = Choice(attribute="location", include=("103644278",), exclude=("90000084",))

    assert not choice.accepts(CITY)


def test_who_tells_nothing_is_not_included() -> None:
    assert not Choice(attribute="location", include=("103644278",)).accepts(NOTHING)


def test_who_tells_nothing_is_not_excluded() -> None:
    assert Choice(attribute="location", exclude=("103644278",)).accepts(NOTHING)


def test_all_choices_must_hold() -> None:
    wanted = Criteria(
        choices=(
            Choice(attribute="location", include=("103644278",)),
            Choice(attribute="title", include=(query("ceo"),)),
        )
    )

    assert wanted.fits(person(location=CITY, title=option("CEO")))
    assert not wanted.fits(person(location=CITY, title=option("CTO")))


def test_two_choices_of_one_attribute_must_both_hold() -> None:
    wanted = Criteria(
        choices=(
            Choice(attribute="company", include=("7",)),
            Choice(attribute="company", include=(query("acme"),)),
        )
    )

    assert wanted.fits(person(company=option("Acme", "7")))
    assert not wanted.fits(person(company=option("Other", "7")))


def test_keywords_look_at_the_tagline() -> None:
    wanted = Criteria(keywords=query("tech startup"))

    assert wanted.fits(person(tagline=option("A tech startup")))


def test_keywords_do_not_look_at_the_place() -> None:
    assert not Criteria(keywords=query("california")).fits(person(location=CITY))


def test_keywords_may_be_spread_over_a_profile() -> None:
    wanted = Criteria(keywords=query("ceo acme"))

    assert wanted.fits(person(title=option("CEO"), company=option("Acme")))
