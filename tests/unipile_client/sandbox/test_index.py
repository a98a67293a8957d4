"""The fast answer is the slow answer, for any filters."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unipile_client.sandbox.criteria import ATTRIBUTES, Choice, Criteria, Wanted
from unipile_client.sandbox.index import Index
from unipile_client.sandbox.population import Population
from unipile_client.sandbox.queries import Query, parse_query

SOME = Population(size=1500)
PEOPLE = [SOME.person(number) for number in range(len(SOME))]
INDEX = Index(SOME)

WORDS = (
    *("ceo", "tech", "startup", "sales", "manager", "founder", "engineer", "labs"),
    *("müller", "zoë", "software", "health", "at", "10", "健康", "sum", "partner"),
)
OPERATORS = ("OR", "NOT", "AND")

texts = st.lists(
    st.sampled_from([*WORDS, *OPERATORS, '"tech startup"', "vp sales"]), max_size=4
)
queries = texts.map(" ".join).map(parse_query)


def some_query(text: str) -> Query:
    query = parse_query(text)
    assert query is not None
    return query


def wanted_of(attribute: str) -> st.SearchStrategy[Wanted]:
    options = SOME.columns[attribute].options
    ids = sorted({each for option in options for each in option.ids})
    names = sorted({option.name for option in options if option.tokens})
    kinds: list[st.SearchStrategy[Wanted]] = [st.sampled_from(names).map(some_query)]
    kinds.append(st.sampled_from([*ids, "404404"]))
    kinds.append(st.sampled_from(WORDS).map(some_query))
    return st.one_of(kinds)


def choices_of(attribute: str) -> st.SearchStrategy[Choice]:
    several = st.lists(wanted_of(attribute), max_size=3).map(tuple)
    return st.builds(
        Choice, attribute=st.just(attribute), include=several, exclude=several
    )


criteria = st.builds(
    Criteria,
    keywords=queries,
    choices=st.lists(st.sampled_from(ATTRIBUTES).flatmap(choices_of), max_size=3).map(
        tuple
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(criteria)
def test_the_index_finds_whom_a_scan_finds(wanted: Criteria) -> None:
    scanned = [number for number, each in enumerate(PEOPLE) if wanted.fits(each)]

    found = INDEX.search(wanted)

    assert sorted(found.people) == scanned
    assert found.total == len(scanned)


EXAMPLES = {
    "the original's example": Criteria(
        keywords=parse_query("CEO tech startup"),
        choices=(
            Choice(attribute="location", include=("103644278",)),
            Choice(attribute="title", include=(some_query("CEO"),)),
            Choice(attribute="headcount", include=("11-50", "51-200")),
        ),
    ),
    "everybody": Criteria(),
    "words that exclude": Criteria(keywords=parse_query("founder NOT startup")),
    "a wide column": Criteria(
        choices=(Choice(attribute="company", include=(some_query("Lantern"),)),)
    ),
    "not there": Criteria(
        choices=(Choice(attribute="location", exclude=("103644278",)),)
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_index_of_everybody_finds_whom_a_scan_of_everybody_finds(
    name: str, everybody: Population, index: Index
) -> None:
    wanted = EXAMPLES[name]
    scanned = [n for n in range(len(everybody)) if wanted.fits(everybody.person(n))]

    assert sorted(index.search(wanted).people) == scanned


def test_everybody_fits_no_criteria(index: Index) -> None:
    assert index.search(Criteria()).total == 100_000


def test_the_order_of_a_search_is_the_same_on_every_start(
    everybody: Population, index: Index
) -> None:
    wanted = EXAMPLES["the original's example"]

    assert Index(everybody).search(wanted) == index.search(wanted)


def test_two_searches_show_the_same_people_in_another_order(index: Index) -> None:
    one = index.search(Criteria(keywords=parse_query("startup")))
    other = index.search(Criteria(keywords=parse_query('"startup"')))
    narrowed = index.search(
        Criteria(
            keywords=parse_query("startup"),
            choices=(Choice(attribute="title", exclude=("404404",)),),
        )
    )

    assert one.people == other.people
    assert set(one.people) == set(narrowed.people)
    assert one.people != narrowed.people


def test_nobody_is_an_answer(index: Index) -> None:
    wanted = Criteria(choices=(Choice(attribute="location", include=("404404",)),))

    assert index.search(wanted).people == ()


def test_an_answer_is_remembered(index: Index) -> None:
    wanted = EXAMPLES["everybody"]

    assert index.search(wanted) is index.search(wanted)
