"""What a page hears of decisions since it last asked."""

from __future__ import annotations

import pytest

from accounts.errors import NotFound
from accounts.models import Membership
from prospects import changes, labels, notes, services
from prospects.changes import Change
from prospects.choices import Who
from prospects.models import DecisionValue, Label, LabelChange, LabelKind
from searchjobs.models import SearchJob, SearchResult
from tests.prospects.making import everybody, find

pytestmark = pytest.mark.django_db


def told(job: SearchJob, log_id: int) -> list[tuple[str, str, int]]:
    return [
        (change.decision, change.by_name, len(change.result_ids))
        for change in changes.since(job, log_id)
    ]


def test_each_person_is_told_once_and_as_they_are_now(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    people = [find(job, keys=[f"urn:{number}"]) for number in range(3)]
    before = changes.latest(job.workspace_id)
    services.decide(
        membership=alice, decision=DecisionValue.APPROVED, matching=everybody(job)
    )
    between = changes.latest(job.workspace_id)
    services.decide(
        membership=bob, decision=DecisionValue.REJECTED, result_ids=[people[1].id]
    )
    assert told(job, before) == [("approved", "Alice", 2), ("rejected", "Bob", 1)]
    assert told(job, between) == [("rejected", "Bob", 1)]
    assert told(job, changes.latest(job.workspace_id)) == []


def test_an_undo_is_told_too(alice: Membership, job: SearchJob) -> None:
    person = find(job)
    outcome = services.decide(
        membership=alice, decision=DecisionValue.APPROVED, result_ids=[person.id]
    )
    assert outcome.undo_id
    known = changes.latest(job.workspace_id)
    services.undo(membership=alice, undo_id=outcome.undo_id)
    assert changes.since(job, known) == [
        Change(decision="pending", by=None, by_name="", at=None, result_ids=[person.id])
    ]


def test_a_decision_in_another_search_is_told_where_the_person_was_found_too(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    here, there = find(job, keys=["urn:1"]), find(other_job, keys=["urn:1"])
    known = changes.latest(job.workspace_id)
    services.decide(
        membership=alice, decision=DecisionValue.REJECTED, result_ids=[there.id]
    )
    assert changes.since(job, known)[0].result_ids == [here.id]


def tag(who: Membership, *results: SearchResult) -> None:
    labels.mark(
        membership=who,
        kind=LabelKind.TAG,
        name="hot",
        is_added=True,
        who=Who(result_ids=[result.id for result in results]),
    )


def tags_told(job: SearchJob, log_id: int) -> dict[SearchResult, list[str]]:
    return {
        SearchResult.objects.get(id=marks.id): marks.tags
        for marks in changes.marks_since(job, log_id)
    }


def test_tags_are_told_of_those_who_were_tagged_since(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada, ben = find(job, keys=["urn:1"]), find(job, keys=["urn:2"])
    tag(alice, ada)
    known = changes.latest_mark(job.workspace_id)
    tag(bob, ada, ben)
    assert tags_told(job, known) == {ben: ["hot"]}
    assert tags_told(job, 0).keys() == {ada, ben}


def test_a_new_name_and_a_deletion_are_told_of_who_has_it(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada = find(job, keys=["urn:1"])
    find(job, keys=["urn:2"])
    tag(alice, ada)
    (label,) = Label.objects.all()
    known = changes.latest_mark(job.workspace_id)
    labels.rename(membership=bob, label_id=label.id, name="warm")
    assert tags_told(job, known) == {ada: ["warm"]}
    known = changes.latest_mark(job.workspace_id)
    labels.delete(membership=bob, label_id=label.id)
    assert tags_told(job, known) == {ada: []}
    assert tags_told(job, changes.latest_mark(job.workspace_id)) == {}


def test_a_note_is_told_and_it_is_no_action_to_undo(
    alice: Membership, job: SearchJob
) -> None:
    ada = find(job, keys=["urn:1"])
    find(job, keys=["urn:2"])
    notes.write(membership=alice, result_id=ada.id, note="Met in Bern", was="")
    (told,) = changes.marks_since(job, 0)
    assert (told.id, told.note) == (ada.id, "Met in Bern")
    with pytest.raises(NotFound):
        services.undo(membership=alice, undo_id=LabelChange.objects.get().action)


def test_another_workspace_s_log_is_its_own(
    alice: Membership, charlie: Membership, job: SearchJob
) -> None:
    services.decide(
        membership=alice, decision=DecisionValue.APPROVED, result_ids=[find(job).id]
    )
    assert changes.latest(charlie.workspace_id) == 0
