"""What the review page shows: whom, in which order, with which decision."""

from __future__ import annotations

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.errors import NotFound
from accounts.models import Membership
from prospects import review, services
from prospects.filters import Degree, Flag, Known, ReviewFilter, Seniority, Shown, Sort
from prospects.review import Counts
from searchjobs.models import SearchJob
from tests.prospects.making import everybody, find, find_many


def names(chosen: ReviewFilter) -> list[str]:
    return [row.name for row in review.rows(chosen).rows]


def walk(chosen: ReviewFilter, *, limit: int) -> list[str]:
    """Read page by page to the end; return the names in the order shown."""
    found: list[str] = []
    after: str | None = None
    while True:
        page = review.rows(chosen, after=after, limit=limit)
        found += [row.name for row in page.rows]
        after = page.next_after
        if after is None:
            return found


# --- rows ---------------------------------------------------------------------------


def test_a_row_has_what_the_page_shows(alice: Membership, job: SearchJob) -> None:
    ada = find(job, title="VP Sales", flags=["no_company"])
    services.decide(
        membership=alice, decision="approved", result_ids=[ada.id], note="Met"
    )
    (row,) = review.rows(everybody(job)).rows
    assert (row.id, row.job_id, row.position) == (ada.id, job.id, 0)
    assert (row.decision, row.decided_by_name, row.note) == ("approved", "Alice", "Met")
    assert row.seniority == Seniority.VP
    assert row.flags == ("no_company",)
    assert row.data["title"] == "VP Sales"
    assert "raw" not in row.data
    assert row.decided_in is None


def test_details_have_the_item_as_received(alice: Membership, job: SearchJob) -> None:
    ada = find(job, raw={"id": "ACoAA", "more": 1})
    assert review.row_named(alice, ada.id).data["raw"] == {"id": "ACoAA", "more": 1}


def test_a_strangers_details_are_unknown(charlie: Membership, job: SearchJob) -> None:
    ada = find(job)
    with pytest.raises(NotFound):
        review.row_named(charlie, ada.id)


def test_named_rows_come_in_order_without_the_unknown(
    alice: Membership, job: SearchJob
) -> None:
    first, second = find(job, name="Ada"), find(job, name="Ben")
    rows = review.rows_named(alice, [second.id, uuid.uuid4(), first.id])
    assert [row.name for row in rows] == ["Ada", "Ben"]


def test_the_strongest_known_key_decides(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    by_urn = find(other_job, keys=["urn:1"])
    by_slug = find(other_job, keys=["slug:ada"])
    services.decide(membership=alice, decision="rejected", result_ids=[by_urn.id])
    services.decide(membership=alice, decision="approved", result_ids=[by_slug.id])
    find(job, keys=["urn:1", "slug:ada"])
    find(job, keys=["urn:unknown", "slug:ada"])
    decisions = [row.decision for row in review.rows(everybody(job)).rows]
    assert decisions == ["rejected", "approved"]


def test_somebody_decided_in_another_search_says_where(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    ada = find(other_job, keys=["urn:1"])
    services.decide(membership=alice, decision="rejected", result_ids=[ada.id])
    find(job, keys=["urn:1"])
    (row,) = review.rows(everybody(job)).rows
    assert (row.decided_in, row.decided_in_name) == (other_job.id, "Founders")
    assert row.known == Known.REJECTED


def test_a_withdrawn_decision_is_nobodys_before(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    ada = find(other_job, keys=["urn:1"])
    for decision in ("rejected", "pending"):
        services.decide(membership=alice, decision=decision, result_ids=[ada.id])
    find(job, keys=["urn:1"])
    (row,) = review.rows(everybody(job)).rows
    assert (row.decision, row.known, row.decided_in) == ("pending", "found", None)


def test_rows_take_two_queries_with_any_filter(
    job: SearchJob, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    find_many(job, 120)
    chosen = everybody(job, q="person", degree=(Degree.SECOND,), sort=Sort.NAME)
    with django_assert_num_queries(2):
        assert len(review.rows(chosen, limit=100).rows) == 100


# --- filters ------------------------------------------------------------------------


def test_a_tab_shows_its_decision_alone(alice: Membership, job: SearchJob) -> None:
    ada = find(job, name="Ada")
    find(job, name="Ben")
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    assert names(everybody(job, decision=Shown.APPROVED)) == ["Ada"]
    assert names(everybody(job, decision=Shown.PENDING)) == ["Ben"]
    assert names(everybody(job, decision=Shown.REJECTED)) == []
    assert names(everybody(job)) == ["Ada", "Ben"]


def test_flags_are_alternatives(job: SearchJob) -> None:
    find(job, name="Ada", flags=["anonymous", "no_company"])
    find(job, name="Ben", flags=["headline_only"])
    find(job, name="Cem")
    assert names(everybody(job, flags=(Flag.NO_COMPANY,))) == ["Ada"]
    assert names(everybody(job, flags=(Flag.NONE,))) == ["Cem"]
    assert names(everybody(job, flags=(Flag.NONE, Flag.ANONYMOUS))) == ["Ada", "Cem"]


def test_degrees_include_out_of_network(job: SearchJob) -> None:
    for name, degree in (("Ada", 1), ("Ben", 3), ("Cem", None)):
        find(job, name=name, connectionDegree=degree)
    assert names(everybody(job, degree=(Degree.FIRST, Degree.NONE))) == ["Ada", "Cem"]


@pytest.mark.parametrize("missing", [None, ""])
def test_no_company_can_be_chosen(job: SearchJob, missing: str | None) -> None:
    find(job, name="Ada", company=missing)
    find(job, name="Ben", company="Acme")
    assert names(everybody(job, company=("",))) == ["Ada"]


def test_facets_must_all_hold(job: SearchJob) -> None:
    find(job, name="Ada", company="Acme", location="Bern")
    find(job, name="Ben", company="Acme", location="Basel")
    assert names(everybody(job, company=("Acme",), location=("Bern",))) == ["Ada"]


@pytest.mark.parametrize(
    ("title", "seniority"),
    [
        ("Founder & CEO", "owner"),
        ("Co-Founder", "owner"),
        ("Cofounder and CTO", "owner"),
        ("Business Owner", "owner"),
        ("Product Owner", "other"),
        ("Chief Revenue Officer", "cxo"),
        ("CTO", "cxo"),
        ("ceo", "cxo"),
        ("President", "cxo"),
        ("Vice President, Sales", "vp"),
        ("SVP Engineering", "vp"),
        ("VP Sales", "vp"),
        ("Sales Director DACH", "director"),
        ("Head of Sales", "director"),
        ("Account Manager", "manager"),
        ("Team Lead", "manager"),
        ("Assistant to the CEO", "other"),
        ("Software Engineer", "other"),
        ("Coordinator", "other"),
        ("Leader of songs", "other"),
        (None, "other"),
        ("", "other"),
    ],
)
def test_seniority_is_read_off_the_title(
    job: SearchJob, title: str | None, seniority: str
) -> None:
    find(job, title=title)
    (row,) = review.rows(everybody(job)).rows
    assert row.seniority == seniority


@pytest.mark.parametrize(
    "q",
    [
        "müller",
        "MÜLLER",
        "Mu\u0308ller",  # u and a separate diaeresis
        "bern müll",
        "grossbank",
        "100%",
        "a_b",
        "back\\slash",
        "ÉLAN",
        "zoe muller",
        "ŁODZKI",
        "lodzki",
    ],
)
def test_words_are_found_in_any_case_accents_and_field(job: SearchJob, q: str) -> None:
    find(
        job,
        name="Zoë Müller",
        title="100% a_b back\\slash",
        company="Großbank",
        location="Bern Élan Łódzki",
    )
    find(job, name="Nobody", title="1000 axb backslash", company="", location="")
    assert names(everybody(job, q=q)) == ["Zoë Müller"]


def test_words_do_not_reach_across_fields(job: SearchJob) -> None:
    find(job, name="Ada", title="Chief")
    assert names(everybody(job, q="adachief")) == []


def test_a_number_of_people_seen_hides_those_who_came_later(job: SearchJob) -> None:
    for name in ("Ada", "Ben", "Cem"):
        find(job, name=name)
    assert names(everybody(job, up_to_position=2)) == ["Ada", "Ben"]
    assert names(everybody(job, up_to_position=0)) == []


def test_another_searchs_people_are_not_shown(
    job: SearchJob, other_job: SearchJob
) -> None:
    find(other_job)
    assert names(everybody(job)) == []


# --- order --------------------------------------------------------------------------


@pytest.mark.parametrize("sort", Sort.values)
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_show_everybody_once_in_order(
    job: SearchJob, sort: str, limit: int
) -> None:
    for name in ("Cem", "ada", "Émile", "Eva", "Ada", "", "Zoë"):
        find(job, name=name, title=None, company=name or None, connectionDegree=None)
    chosen = everybody(job, sort=Sort(sort))
    assert walk(chosen, limit=limit) == names(chosen)
    assert sorted(names(chosen)) == sorted(
        ("Cem", "ada", "Émile", "Eva", "Ada", "", "Zoë")
    )


def test_names_sort_without_case_and_accents_within_their_letter(
    job: SearchJob,
) -> None:
    for name in ("Zoë", "émile", "Eva", "", "ada", "Franz"):
        find(job, name=name)
    assert names(everybody(job, sort=Sort.NAME)) == [
        "ada",
        "Eva",
        "émile",
        "Franz",
        "Zoë",
        "",
    ]


def test_the_closest_come_first_and_strangers_last(job: SearchJob) -> None:
    for name, degree in (("Ada", None), ("Ben", 3), ("Cem", 1)):
        find(job, name=name, connectionDegree=degree)
    assert names(everybody(job, sort=Sort.DEGREE)) == ["Cem", "Ben", "Ada"]


def test_decisions_between_two_pages_shift_nobody(
    alice: Membership, job: SearchJob
) -> None:
    found = [find(job, name=name) for name in ("Ada", "Ben", "Cem", "Dan")]
    pending = everybody(job, decision=Shown.PENDING)
    first = review.rows(pending, limit=2)
    services.decide(
        membership=alice, decision="approved", result_ids=[one.id for one in found[:2]]
    )
    second = review.rows(pending, after=first.next_after, limit=2)
    assert [row.name for row in second.rows] == ["Cem", "Dan"]


# --- counts and history -------------------------------------------------------------


def test_counts_of_several_searches_take_one_query(
    alice: Membership,
    job: SearchJob,
    other_job: SearchJob,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ada = find(job, keys=["urn:1"])
    find(job)
    find(other_job, keys=["urn:1"])
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    with django_assert_num_queries(1):
        counts = review.counts([job.id, other_job.id])
    assert counts == {
        job.id: Counts(approved=1, pending=1),
        other_job.id: Counts(approved=1),
    }


def test_an_empty_search_counts_nobody(job: SearchJob) -> None:
    assert review.counts([job.id]) == {job.id: Counts()}
    assert review.counts([]) == {}


def test_the_history_of_a_person_is_told_newest_first(
    alice: Membership, bob: Membership, charlie: Membership, job: SearchJob
) -> None:
    ada = find(job)
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    services.decide(membership=bob, decision="rejected", result_ids=[ada.id])
    (row,) = review.rows(everybody(job)).rows
    assert row.prospect_id
    told = review.history(alice, row.prospect_id)
    assert [(one.decision, one.decided_by.name) for one in told] == [
        ("rejected", "Bob"),
        ("approved", "Alice"),
    ]
    assert review.history(charlie, row.prospect_id) == []
