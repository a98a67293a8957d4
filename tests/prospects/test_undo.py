"""Taking decisions back: exactly the earlier mix, and nobody's later word is lost."""

from __future__ import annotations

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.errors import NotFound, Refusal
from accounts.models import Membership
from prospects import services
from prospects.models import Prospect, ProspectDecision
from prospects.review import Counts
from searchjobs.models import SearchJob, SearchResult
from tests.prospects.making import decisions_in, everybody, find, find_many


def decide(by: Membership, decision: str, *results: SearchResult) -> uuid.UUID:
    outcome = services.decide(
        membership=by, decision=decision, result_ids=[one.id for one in results]
    )
    assert outcome.undo_id
    return outcome.undo_id


def undo(by: Membership, undo_id: uuid.UUID) -> uuid.UUID:
    outcome = services.undo(membership=by, undo_id=undo_id)
    assert outcome.undo_id
    return outcome.undo_id


def test_a_bulk_decision_is_taken_back_to_the_earlier_mix(
    alice: Membership, job: SearchJob
) -> None:
    ada, ben, _ = find_many(job, 3)
    decide(alice, "approved", ada)
    decide(alice, "rejected", ben)
    action = services.decide(
        membership=alice, decision="approved", matching=everybody(job)
    )
    assert action.undo_id
    outcome = services.undo(membership=alice, undo_id=action.undo_id)
    assert outcome.restored == 2
    assert decisions_in(job) == ["approved", "rejected", "pending"]
    assert outcome.counts == {job.id: Counts(approved=1, rejected=1, pending=1)}


def test_who_and_when_come_back_too(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    (ada,) = find_many(job, 1)
    decide(alice, "approved", ada)
    before = Prospect.objects.values("decision", "decided_by", "decided_at").get()
    undo(bob, decide(bob, "rejected", ada))
    after = Prospect.objects.values("decision", "decided_by", "decided_at").get()
    assert after == before


def test_an_undo_can_be_undone(alice: Membership, job: SearchJob) -> None:
    ada, ben = find_many(job, 2)
    decide(alice, "rejected", ada)
    undone = undo(alice, decide(alice, "approved", ada, ben))
    undo(alice, undone)
    assert decisions_in(job) == ["approved", "approved"]


def test_what_was_done_again_can_be_undone_again(
    alice: Membership, job: SearchJob
) -> None:
    (ada,) = find_many(job, 1)
    action = decide(alice, "approved", ada)
    undo(alice, undo(alice, action))
    undo(alice, action)
    assert decisions_in(job) == ["pending"]


def test_undoing_one_after_the_other_goes_back_all_the_way(
    alice: Membership, job: SearchJob
) -> None:
    (ada,) = find_many(job, 1)
    first, second = decide(alice, "approved", ada), decide(alice, "rejected", ada)
    undo(alice, second)
    undo(alice, first)
    assert decisions_in(job) == ["pending"]


def test_undoing_twice_does_nothing_the_second_time(
    alice: Membership, job: SearchJob
) -> None:
    (ada,) = find_many(job, 1)
    action = decide(alice, "approved", ada)
    undo(alice, action)
    outcome = services.undo(membership=alice, undo_id=action)
    assert (outcome.restored, outcome.kept, outcome.undo_id) == (0, (), None)


def test_what_a_colleague_decided_since_is_kept(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada, ben = find_many(job, 2)
    action = decide(alice, "approved", ada, ben)
    decide(bob, "rejected", ben)
    outcome = services.undo(membership=alice, undo_id=action)
    (kept,) = outcome.kept
    assert (kept.decision, kept.by_name, kept.result_id) == ("rejected", "Bob", ben.id)
    assert outcome.restored == 1
    assert decisions_in(job) == ["pending", "rejected"]


def test_what_a_colleague_withdrew_since_is_kept(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    (ada,) = find_many(job, 1)
    withdrawn = decide(alice, "approved", ada)
    decide(bob, "pending", ada)
    outcome = services.undo(membership=alice, undo_id=withdrawn)
    assert [(one.decision, one.by_name) for one in outcome.kept] == [("pending", "Bob")]


def test_an_undo_is_logged_with_whose_it_is(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    (ada,) = find_many(job, 1)
    action = decide(alice, "approved", ada)
    undo(bob, action)
    entry = ProspectDecision.objects.latest("id")
    assert (entry.previous, entry.decision) == ("approved", "pending")
    assert (entry.undoes, entry.decided_by_id) == (action, bob.user_id)


def test_a_viewer_may_not_undo(
    alice: Membership, vera: Membership, job: SearchJob
) -> None:
    (ada,) = find_many(job, 1)
    action = decide(alice, "approved", ada)
    with pytest.raises(Refusal) as refused:
        services.undo(membership=vera, undo_id=action)
    assert refused.value.status == 403
    assert decisions_in(job) == ["approved"]


def test_a_stranger_has_nothing_to_undo(
    alice: Membership, charlie: Membership, job: SearchJob
) -> None:
    (ada,) = find_many(job, 1)
    action = decide(alice, "approved", ada)
    with pytest.raises(NotFound) as refused:
        services.undo(membership=charlie, undo_id=action)
    assert refused.value.code == "action_not_found"
    assert decisions_in(job) == ["approved"]


def test_an_undo_works_when_the_search_is_gone(
    alice: Membership, job: SearchJob
) -> None:
    ada = find(job)
    action = decide(alice, "approved", ada)
    ada.delete()
    outcome = services.undo(membership=alice, undo_id=action)
    assert (outcome.restored, outcome.counts) == (1, {})


def test_thousands_are_undone_in_as_many_queries_as_one(
    alice: Membership,
    job: SearchJob,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    action = decide(alice, "approved", *find_many(job, 1000))
    with django_assert_num_queries(9):
        outcome = services.undo(membership=alice, undo_id=action)
    assert outcome.restored == 1000
