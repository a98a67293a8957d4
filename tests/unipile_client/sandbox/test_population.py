"""The people who do not exist, and what searches can count on."""

from __future__ import annotations

from collections import Counter

import pytest

from unipile_client.sandbox import vocabulary
from unipile_client.sandbox.criteria import (
    ATTRIBUTES,
    TEXT_ATTRIBUTES,
    Choice,
    Criteria,
)
from unipile_client.sandbox.index import Index
from unipile_client.sandbox.places import PLACES
from unipile_client.sandbox.population import Population, headcount_word


def column(population: Population, attribute: str) -> list[str]:
    found = population.columns[attribute]
    return [found.options[code].name for code in found.codes]


def test_there_are_a_hundred_thousand(everybody: Population) -> None:
    assert len(everybody) == 100_000


def test_they_are_the_same_on_every_start(everybody: Population) -> None:
    again = Population()

    assert all(
        list(again.columns[name].codes) == list(each.codes)
        for name, each in everybody.columns.items()
    )


def test_somebody_known_is_still_who_they_were(everybody: Population) -> None:
    person = {name: each.name for name, each in everybody.person(12_345).items()}

    assert person == {
        "first_name": "Mira",
        "last_name": "Ivers",
        "title": "Customer Success",
        "seniority": "entry_level",
        "company": "Cinder Tech",
        "past_company": "Timber Systems",
        "industry": "Technology, Information and Internet",
        "headcount": "501-1000",
        "location": "San Francisco, California, United States",
        "language": "en",
        "school": "Universität Nordheim",
        "distance": "3",
        "tagline": "",
    }


def test_another_seed_makes_other_people(everybody: Population) -> None:
    other = Population(seed=1)

    assert column(other, "title") != column(everybody, "title")


def test_everybody_has_every_attribute(everybody: Population) -> None:
    assert set(everybody.person(0)) == {*ATTRIBUTES, *TEXT_ATTRIBUTES}


def test_everybody_has_a_name(everybody: Population) -> None:
    assert "" not in set(column(everybody, "first_name"))
    assert "" not in set(column(everybody, "last_name"))


@pytest.mark.parametrize("attribute", ["title", "company", "location", "school"])
def test_some_tell_nothing(attribute: str, everybody: Population) -> None:
    silent = column(everybody, attribute).count("")

    assert 300 < silent < 30_000


def test_who_has_no_title_has_no_company(everybody: Population) -> None:
    pairs = zip(column(everybody, "title"), column(everybody, "company"), strict=True)

    assert all(bool(title) == bool(company) for title, company in pairs)


def test_a_company_has_one_industry_and_one_size(everybody: Population) -> None:
    facts = set(
        zip(
            column(everybody, "company"),
            column(everybody, "industry"),
            column(everybody, "headcount"),
            strict=True,
        )
    )

    assert len(facts) == len({company for company, _, _ in facts})


def test_a_title_has_one_seniority(everybody: Population) -> None:
    facts = set(
        zip(column(everybody, "title"), column(everybody, "seniority"), strict=True)
    )

    assert len(facts) == len(vocabulary.TITLES) + 1


def test_exactly_534_went_to_one_school(everybody: Population) -> None:
    schools = Counter(column(everybody, "school"))

    assert schools[vocabulary.SCHOOL_OF_534] == 534


def test_nobody_went_to_another(everybody: Population) -> None:
    assert vocabulary.SCHOOL_OF_NOBODY not in column(everybody, "school")


def test_every_size_of_company_employs_somebody(everybody: Population) -> None:
    sizes = set(column(everybody, "headcount")) - {""}

    assert sizes == {headcount_word(*bucket) for bucket, _ in vocabulary.HEADCOUNTS}


def test_every_title_is_held_by_somebody(everybody: Population) -> None:
    held = set(column(everybody, "title")) - {""}

    assert held == {title.name for title in vocabulary.TITLES}


def test_about_a_tenth_is_out_of_network(everybody: Population) -> None:
    distances = Counter(column(everybody, "distance"))

    assert 9_000 < distances["OUT_OF_NETWORK"] < 11_500


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_some_cells_would_run_as_a_formula(sign: str, everybody: Population) -> None:
    companies = set(column(everybody, "company"))
    taglines = set(column(everybody, "tagline"))

    assert any(name.startswith(sign) for name in companies)
    assert any(line.startswith(sign) for line in taglines)


@pytest.mark.parametrize("oddity", ['"', ",", "'", "🦊", "Ł", "כ", "ا", "田"])
def test_names_are_as_odd_as_names_are(oddity: str, everybody: Population) -> None:
    names = column(everybody, "first_name") + column(everybody, "last_name")

    assert any(oddity in name for name in names)


@pytest.mark.parametrize("attribute", ["title", "company", "school", "industry"])
def test_ids_are_unique(attribute: str, everybody: Population) -> None:
    ids = [option.ids[0] for option in everybody.columns[attribute].options[1:]]

    assert len(ids) == len(set(ids))


def test_every_surrounding_place_exists() -> None:
    ids = {place.id for place in PLACES}

    assert all(set(place.within) <= ids for place in PLACES)


def test_places_nest(index: Index) -> None:
    def living_in(place_id: str) -> set[int]:
        choice = Choice(attribute="location", include=(place_id,))
        return set(index.search(Criteria(choices=(choice,))).people)

    city, region, country = map(living_in, ("102277331", "90000084", "103644278"))

    assert city < region < country


def test_a_headcount_without_end_is_named_with_a_plus() -> None:
    assert headcount_word(10001, None) == "10001+"
    assert headcount_word(51, 200) == "51-200"
