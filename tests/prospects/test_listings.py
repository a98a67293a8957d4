"""The workspace's prospects, whatever search found them."""

from __future__ import annotations

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.errors import NotFound, Refusal
from accounts.models import Membership
from prospects import cursors, listings, services
from prospects.directory import ProspectFilter
from prospects.filters import Shown
from prospects.models import Prospect
from searchjobs.models import SearchJob
from tests.prospects.making import everybody, find, find_many


def decide(by: Membership, decision: str, job: SearchJob, **data: str) -> None:
    result = find(job, **data)
    services.decide(membership=by, decision=decision, result_ids=[result.id])


APPROVED = ProspectFilter(decision=Shown.APPROVED)


def names(listed: listings.Listed) -> list[str]:
    return [prospect.name for prospect in listed.prospects]


def test_the_latest_decided_come_first(alice: Membership, job: SearchJob) -> None:
    for name in ("Ada", "Ben", "Cem"):
        decide(alice, "approved", job, name=name)
    assert names(listings.prospects_of(alice, APPROVED)) == ["Cem", "Ben", "Ada"]


def test_the_approved_are_listed_unless_others_are_asked_for(
    alice: Membership, job: SearchJob
) -> None:
    decide(alice, "approved", job, name="Ada")
    decide(alice, "rejected", job, name="Ben")
    assert names(listings.prospects_of(alice, APPROVED)) == ["Ada"]
    assert names(
        listings.prospects_of(alice, ProspectFilter(decision=Shown.REJECTED))
    ) == ["Ben"]
    assert names(listings.prospects_of(alice, ProspectFilter(decision=Shown.ALL))) == [
        "Ben",
        "Ada",
    ]


def test_pages_show_everybody_once(alice: Membership, job: SearchJob) -> None:
    find_many(job, 7)
    services.decide(membership=alice, decision="approved", matching=everybody(job))
    found, after = list[str](), None
    while True:
        page = listings.prospects_of(alice, APPROVED, after=after, limit=3)
        found += names(page)
        if (after := page.next_after) is None:
            break
    assert sorted(found) == [f"Person {number}" for number in range(7)]


def test_of_the_pending_those_put_back_are_listed_and_those_undone_are_not(
    alice: Membership, job: SearchJob
) -> None:
    decide(alice, "approved", job, name="Ada")
    decided = services.decide(
        membership=alice, decision="rejected", result_ids=[find(job, name="Ben").id]
    )
    assert decided.undo_id
    services.undo(membership=alice, undo_id=decided.undo_id)
    services.decide(
        membership=alice, decision="pending", matching=everybody(job, q="Ada")
    )
    pending = ProspectFilter(decision=Shown.PENDING)
    assert names(listings.prospects_of(alice, pending)) == ["Ada"]
    assert listings.counts_of(alice, pending)["pending"] == 1


def test_noted_people_without_a_decision_are_listed_as_pending(
    alice: Membership, job: SearchJob
) -> None:
    results = find_many(job, 3)
    services.decide(
        membership=alice,
        decision="pending",
        result_ids=[result.id for result in results],
        note="Met in Bern",
    )
    first = listings.prospects_of(
        alice, ProspectFilter(decision=Shown.PENDING), limit=2
    )
    rest = listings.prospects_of(
        alice, ProspectFilter(decision=Shown.PENDING), limit=2, after=first.next_after
    )
    assert len({*names(first), *names(rest)}) == 3


@pytest.mark.parametrize("q", ["ACME", "zoë bern", "zoe", "100%"])
def test_words_are_looked_for_in_every_field(
    alice: Membership, job: SearchJob, q: str
) -> None:
    decide(alice, "approved", job, name="Zoë", company="Acme", location="100% Bern")
    decide(alice, "approved", job, name="Ben", company="Beta", location="1000 Basel")
    assert names(listings.prospects_of(alice, ProspectFilter(q=q))) == ["Zoë"]


def test_who_decided_and_which_search_found_them_take_no_more_queries(
    alice: Membership,
    job: SearchJob,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    find_many(job, 5)
    services.decide(membership=alice, decision="approved", matching=everybody(job))
    with django_assert_num_queries(1):
        told = {
            (one.decided_by.name, one.found_by.job.name)
            for one in listings.prospects_of(alice, APPROVED).prospects
            if one.decided_by and one.found_by
        }
    assert told == {("Alice", "Chiefs")}


def test_a_stranger_sees_nobody(
    alice: Membership, charlie: Membership, job: SearchJob
) -> None:
    decide(alice, "approved", job)
    assert names(listings.prospects_of(charlie, APPROVED)) == []
    with pytest.raises(NotFound):
        listings.prospect_named(charlie, Prospect.objects.get().id)


def test_a_prospect_is_found_by_id(alice: Membership, job: SearchJob) -> None:
    decide(alice, "approved", job, name="Ada")
    prospect = Prospect.objects.get()
    assert listings.prospect_named(alice, prospect.id) == prospect


@pytest.mark.parametrize(
    "parts",
    [
        ("yesterday", str(uuid.uuid4())),
        ("2026-11-23T00:00:00Z", "nobody"),
        (7, 7),
        ("0001-01-01T00:00:00+14:00", str(uuid.uuid4())),
    ],
)
def test_a_cursor_of_another_list_is_refused(
    alice: Membership, parts: tuple[str | int, ...]
) -> None:
    with pytest.raises(Refusal):
        listings.prospects_of(alice, APPROVED, after=cursors.cursor_of(*parts))
