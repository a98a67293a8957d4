"""Who is in a file: the approved unless others are asked for, each of them once."""

from __future__ import annotations

import tracemalloc

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from prospects import services
from prospects.directory import ProspectFilter
from prospects.exports.files import Wanted, Whom
from prospects.exports.rows import PIECE, of_search, of_workspace
from prospects.filters import Shown
from searchjobs.models import SearchJob, SearchResult
from tests.prospects.exports.reading import content_of, read_csv
from tests.prospects.making import everybody, find, find_many


def names_of(membership: Membership, decision: Shown, q: str = "") -> list[str]:
    pieces = of_workspace(membership, ProspectFilter(decision=decision, q=q))
    return [one.data["name"] for piece in pieces for one in piece]


@pytest.fixture
def decided(alice: Membership, job: SearchJob) -> SearchJob:
    for name, decision in (
        ("Ada", "approved"),
        ("Ben", "rejected"),
        ("Cem", "pending"),
    ):
        result = find(job, name=name, keys=[f"urn:{name}"])
        services.decide(membership=alice, decision=decision, result_ids=[result.id])
    return job


@pytest.mark.parametrize(
    ("whom", "people"),
    [
        (Whom.APPROVED, [("Ada", "approved")]),
        (Whom.REJECTED, [("Ben", "rejected")]),
        (
            Whom.ALL,
            [("Ada", "approved"), ("Ben", "rejected"), ("Cem", "pending")],
        ),
    ],
)
def test_a_search_s_file_says_each_decision(
    decided: SearchJob, whom: Whom, people: list[tuple[str, str]]
) -> None:
    rows = read_csv(content_of(decided, whom=whom))
    assert [(row["name"], row["decision"]) for row in rows] == people


def test_the_approved_alone_are_meant_by_default() -> None:
    assert Wanted().whom == Whom.APPROVED


def test_everybody_of_a_search_is_in_it_once_and_in_order(
    alice: Membership, job: SearchJob
) -> None:
    find_many(job, 2 * PIECE + 1)
    services.decide(membership=alice, decision="approved", matching=everybody(job))
    assert [row["name"] for row in read_csv(content_of(job))] == [
        f"Person {number}" for number in range(2 * PIECE + 1)
    ]


def test_the_workspace_s_people_come_from_all_its_searches(
    alice: Membership, decided: SearchJob, other_job: SearchJob
) -> None:
    dee = find(other_job, name="Dee", keys=["urn:Dee"])
    services.decide(membership=alice, decision="approved", result_ids=[dee.id])
    assert names_of(alice, Shown.APPROVED) == ["Dee", "Ada"]
    assert names_of(alice, Shown.REJECTED) == ["Ben"]
    assert names_of(alice, Shown.ALL, q="ada") == ["Ada"]
    (piece,) = of_workspace(alice, ProspectFilter(decision=Shown.APPROVED))
    assert [one.search for one in piece] == ["Founders", "Chiefs"]
    assert {one.decided_by for one in piece} == {"Alice"}
    assert all(one.match and one.found_at for one in piece)


def test_many_of_the_workspace_are_in_it_once(
    alice: Membership, job: SearchJob
) -> None:
    people = find_many(job, PIECE + 1)
    services.decide(membership=alice, decision="approved", matching=everybody(job))
    names = names_of(alice, Shown.APPROVED)
    assert len(names) == len(set(names)) == len(people)


def test_a_stranger_s_file_is_empty(charlie: Membership, decided: SearchJob) -> None:
    assert names_of(charlie, Shown.ALL) == []


def test_who_was_decided_on_outlives_the_search(
    alice: Membership, decided: SearchJob
) -> None:
    SearchResult.objects.filter(job=decided).delete()
    (piece,) = of_workspace(alice, ProspectFilter(decision=Shown.APPROVED))
    (ada,) = piece
    assert (ada.data["name"], ada.data["title"]) == ("Ada", "CEO")
    assert (ada.search, ada.match, ada.decided_by) == ("", None, "Alice")


def test_a_piece_of_a_search_takes_two_queries(
    job: SearchJob, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    find_many(job, 3 * PIECE)
    with django_assert_num_queries(6):
        for _ in of_search(job, decision=Shown.ALL):
            pass


def test_what_is_read_is_let_go_again(job: SearchJob) -> None:
    find_many(job, 4 * PIECE)
    peaks = list[int]()
    tracemalloc.start()
    for _ in of_search(job, decision=Shown.ALL):
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.reset_peak()
    tracemalloc.stop()
    assert max(peaks[2:]) < 1.5 * max(peaks[:2])
