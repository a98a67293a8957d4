"""Each criterion's mark: yes, no, or unknown where the row does not tell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prospects.matching.marks import Place, Verdict
from prospects.matching.terms import holds, terms_of
from tests.prospects.matching.judging import mark, match

YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN

ACME = {"role": "CEO", "company": "Acme Rockets", "company_id": "900"}
NIMBUS = {"role": "Advisor", "company": "Nimbus", "company_id": "901"}
ENDED = {"end": {"year": 2019}}


@pytest.mark.parametrize(
    ("title", "verdict"),
    [
        ("CEO", YES),
        ("CEO & Founder", YES),
        ("ceo", YES),
        ("Chief Executive Officer", NO),
        (None, UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_a_title_is_compared_by_its_words(title: str | None, verdict: str) -> None:
    assert mark({"title": "CEO"}, title=title).verdict == verdict


def test_a_title_with_operators_is_left_unknown() -> None:
    for asked in ("CEO, Founder", "CEO NOT assistant", "(CEO OR CTO) AND (a OR b)"):
        assert mark({"title": asked}, title="CEO").verdict == UNKNOWN


@pytest.mark.parametrize(
    ("title", "verdict"),
    [("CEO", YES), ("Vice President, Sales", YES), ("President", NO), ("", UNKNOWN)],
)
def test_one_of_several_titles_is_enough(title: str, verdict: Verdict) -> None:
    assert mark({"title": 'CEO OR "Vice President"'}, title=title).verdict == verdict


def test_a_headline_refutes_no_title() -> None:
    told = {"title": "Builder", "flags": ["title_from_headline"]}
    assert mark({"title": "CEO"}, **told).verdict == UNKNOWN
    assert mark({"title": "Builder"}, **told).verdict == YES


@pytest.mark.parametrize(
    ("raw", "place", "verdict"),
    [
        ({"current_positions": [ACME, NIMBUS]}, Place.PRIMARY, YES),
        ({"current_positions": [NIMBUS, ACME]}, Place.OTHER, YES),
        (
            {"current_positions": [NIMBUS], "work_experience": [ACME | ENDED]},
            Place.PAST,
            YES,
        ),
        ({"current_positions": [NIMBUS], "work_experience": [ACME]}, None, NO),
        ({"current_positions": [{}, ACME]}, Place.PRIMARY, YES),
        ({"current_positions": "none"}, None, NO),
        ({"current_positions": [None, 7]}, None, NO),
    ],
)
def test_the_matched_position_is_told_apart_from_the_primary(
    raw: dict[str, Any], place: Place | None, verdict: Verdict
) -> None:
    found = mark({"title": "CEO"}, raw=raw, title="Advisor")
    assert (found.verdict, found.place) == (verdict, place)


@pytest.mark.parametrize(
    ("asked", "raw", "verdict"),
    [
        (["900"], {"current_positions": [ACME]}, YES),
        ([900], {"current_positions": [ACME]}, YES),
        (["900"], {"current_positions": [NIMBUS]}, NO),
        (["900"], {"current_positions": [NIMBUS | {"company_id": None}]}, UNKNOWN),
        (["900"], {"current_positions": [ACME | {"company_id": None}]}, YES),
        (["Acme"], {"current_positions": [ACME]}, YES),
        (["Acme"], {"current_positions": [NIMBUS]}, NO),
        (["Acme"], {}, NO),
        (["Example"], {}, YES),
    ],
)
def test_a_company_is_known_by_id_or_by_the_words_of_its_name(
    asked: list[object], raw: dict[str, Any], verdict: Verdict
) -> None:
    assert mark({"company": asked}, raw=raw).verdict == verdict


def test_no_company_is_unknown() -> None:
    assert mark({"company": ["Acme"]}, company=None).verdict == UNKNOWN


@pytest.mark.parametrize(
    ("asked", "location", "verdict"),
    [
        (["1"], "Berlin, Germany", YES),
        ([1], "Berlin, Germany", YES),
        (["2", "1"], "Munich, Germany", YES),
        (["2"], "Munich, Germany", UNKNOWN),
        (["3"], "Atlanta, Georgia, United States", UNKNOWN),
        (["5"], "Berlin, Germany", UNKNOWN),  # an id without a name is never guessed
        (["1"], None, UNKNOWN),
    ],
)
def test_a_location_is_known_to_hold_or_unknown(
    asked: list[object], location: str | None, verdict: Verdict
) -> None:
    assert mark({"location": asked}, location=location).verdict == verdict


def test_an_industry_holds_by_its_name_alone() -> None:
    assert mark({"industry": ["4"]}, industry="software development").verdict == YES
    assert mark({"industry": ["4"]}, industry="Hospitals").verdict == UNKNOWN
    raw = {"current_positions": [ACME | {"industry": ["Software Development"]}]}
    assert mark({"industry": ["4"]}, industry=None, raw=raw).verdict == YES
    assert mark({"industry": ["4"]}, industry=None).verdict == UNKNOWN


@pytest.mark.parametrize(
    ("asked", "seniority", "title", "verdict"),
    [
        (["cxo"], "cxo", "CEO", YES),
        (["vice_president"], "vp", "VP Sales", YES),
        (["cxo"], "director", "Sales Director", NO),
        (["cxo"], "owner", "Founder & CEO", UNKNOWN),
        (["cxo", "senior"], "director", "Sales Director", UNKNOWN),
        (["cxo"], "other", "Baker", UNKNOWN),
        (["cxo"], "other", None, UNKNOWN),
    ],
)
def test_seniority_is_what_the_title_says(
    asked: list[str], seniority: str, title: str | None, verdict: Verdict
) -> None:
    found = mark({"seniority": asked}, seniority=seniority, title=title)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("asked", "degree", "network", "verdict"),
    [
        ([1, 2], 2, "DISTANCE_2", YES),
        ([1], 2, "DISTANCE_2", NO),
        ([1, "GROUP"], 2, "DISTANCE_2", UNKNOWN),
        ([1, 2], None, "OUT_OF_NETWORK", NO),
        ([3], None, "OUT_OF_NETWORK", UNKNOWN),
        ([1], None, None, UNKNOWN),
    ],
)
def test_the_connection_is_the_row_s(
    asked: list[object], degree: int | None, network: str | None, verdict: Verdict
) -> None:
    found = mark(
        {"network_distance": asked},
        connectionDegree=degree,
        raw={"network_distance": network},
    )
    assert found.verdict == verdict


def test_keywords_hold_in_what_is_listed_and_are_unknown_beyond() -> None:
    assert mark({"keywords": "building ceo"}).verdict == YES
    assert mark({"keywords": "rockets"}).verdict == UNKNOWN
    assert mark({"keywords": "ceo OR rockets"}).verdict == UNKNOWN


@pytest.mark.parametrize(
    ("asked", "known", "verdict"),
    [
        ({"first_name": "Ada"}, {}, YES),
        ({"first_name": "Bo"}, {}, NO),
        ({"first_name": "Ada", "last_name": "Byron"}, {}, NO),
        ({"last_name": "example"}, {"firstName": None, "lastName": None}, YES),
        ({"first_name": "Ada"}, {"flags": ["anonymous"]}, UNKNOWN),
        ({"first_name": "Ada OR Bo"}, {}, UNKNOWN),
    ],
)
def test_a_name_is_compared_where_it_is_shown(
    asked: dict[str, Any], known: dict[str, Any], verdict: Verdict
) -> None:
    assert mark(asked, **known).verdict == verdict


def test_a_school_is_known_to_hold_or_unknown() -> None:
    listed = {"education": [{"school": "Example University", "school_id": None}]}
    assert mark({"school": ["77"]}, raw=listed).verdict == YES
    assert mark({"school": ["78"]}, raw=listed).verdict == UNKNOWN
    assert mark({"school": ["77"]}).verdict == UNKNOWN


def test_what_linkedin_never_tells_is_unknown() -> None:
    found = match({"company_headcount": ["C"], "profile_language": ["en"]})
    assert [one.verdict for one in found.marks] == [UNKNOWN, UNKNOWN]


def test_only_what_was_asked_is_marked() -> None:
    empty = {"title": " ", "location": [], "keywords": "", "api": "classic"}
    assert match(empty | {"category": "people"}).marks == ()


def test_without_criteria_there_is_nothing_to_compare() -> None:
    found = match({})
    assert (found.marks, found.score_percent) == ((), 0)
    assert found.text == "Nothing to compare with"


def test_the_words_say_which_held_and_which_did_not() -> None:
    criteria = {"title": "CEO", "company": ["Acme"], "company_headcount": ["C"]}
    raw = {"current_positions": [NIMBUS, ACME]}
    assert match(criteria, raw=raw, flags=["anonymous"]).text == (
        "Title: yes, CEO in another current position. "
        "Company: yes, Acme Rockets in another current position. "
        "Headcount: unknown, LinkedIn's answers hold no company sizes. "
        "LinkedIn hides this person's name"
    )


def test_a_full_match_comes_before_an_unknown_one_before_none() -> None:
    criteria = {"title": "CEO", "location": ["1"]}
    primary = match(criteria, raw={"current_positions": [ACME, NIMBUS]})
    other = match(criteria, raw={"current_positions": [NIMBUS, ACME]})
    past = {"current_positions": [NIMBUS], "work_experience": [ACME | ENDED]}
    unknown = match(criteria, title=None, location=None)
    scores = [
        primary.score_percent,
        other.score_percent,
        match(criteria, raw=past).score_percent,
        unknown.score_percent,
        match(criteria, title="CFO", location=None).score_percent,
    ]
    assert scores == [100, 87, 62, 50, 25]
    assert (primary.place, other.place) == (Place.PRIMARY, Place.OTHER)


# --- properties ---------------------------------------------------------------------

SLOW = [HealthCheck.too_slow]
_WORDS = st.sampled_from(["CEO", "ceo", "Founder", "VP", "SVP", "Chef", "Île", "=1"])
_TEXTS = st.none() | st.lists(_WORDS, max_size=3).map(" & ".join)
_VALUES = st.none() | st.integers() | st.text(max_size=5) | st.just(["CEO"])
_ENTRIES = _VALUES | st.lists(
    st.dictionaries(
        st.sampled_from(["role", "company", "company_id", "end", "industry"]),
        _VALUES,
        max_size=3,
    )
    | _VALUES,
    max_size=2,
)
_RAWS = st.fixed_dictionaries(
    {},
    optional={
        "current_positions": _ENTRIES,
        "work_experience": _ENTRIES,
        "education": _ENTRIES,
        "network_distance": _VALUES,
    },
)
_CRITERIA = st.fixed_dictionaries(
    {},
    optional={
        "title": _WORDS,
        "company": st.lists(st.sampled_from(["900", "Acme", "CEO"]), max_size=2),
        "location": st.lists(st.sampled_from(["1", "2", "9"]), max_size=2),
        "industry": st.lists(st.sampled_from(["4", "9"]), max_size=2),
        "seniority": st.lists(st.sampled_from(["cxo", "vp", "senior"]), max_size=2),
        "company_headcount": st.just(["C"]),
        "network_distance": st.lists(st.sampled_from([1, 2, 3, "GROUP"]), max_size=2),
        "keywords": _WORDS,
        "first_name": _WORDS,
        "school": st.just(["77"]),
        "profile_language": st.just(["en"]),
    },
)
_DATA = st.fixed_dictionaries(
    {
        "title": _TEXTS,
        "company": _TEXTS,
        "location": st.none() | st.just("Berlin, Germany"),
        "firstName": _TEXTS,
        "connectionDegree": st.none() | st.integers(1, 3),
        "flags": st.lists(st.sampled_from(["anonymous", "title_from_headline"])),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(_CRITERIA, _DATA, _RAWS)
def test_the_same_row_has_the_same_marks_whatever_was_sent(
    criteria: dict[str, Any], data: dict[str, Any], raw: dict[str, Any]
) -> None:
    first = match(criteria, raw=raw, **data)
    assert first == match(criteria, raw=raw, **data)
    assert 0 <= first.score_percent <= 100
    assert first.held <= len(first.marks)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(_CRITERIA, _DATA)
def test_no_mark_contradicts_the_row(
    criteria: dict[str, Any], data: dict[str, Any]
) -> None:
    marks = {one.criterion: one for one in match(criteria, **data).marks}
    title = data["title"] or ""
    if "title" in marks and marks["title"].verdict is not UNKNOWN:
        is_in = holds(title, terms_of(criteria["title"]))
        assert (marks["title"].verdict is YES) == is_in
    if "network_distance" in marks and marks["network_distance"].verdict is YES:
        assert data["connectionDegree"] in criteria["network_distance"]
    if "location" in marks and marks["location"].verdict is YES:
        assert data["location"] == "Berlin, Germany"
    if "name" in marks and marks["name"].verdict is not UNKNOWN:
        assert "anonymous" not in data["flags"]
    for one in marks.values():
        if one.criterion in ("company_headcount", "profile_language"):
            assert one.verdict is UNKNOWN
