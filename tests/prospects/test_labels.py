"""Tags and lists: who has them, who changed that, and taking it back."""

from __future__ import annotations

import uuid

import pytest

from accounts.errors import NotFound, Refusal
from accounts.models import Membership
from prospects import labels, listings, review, services
from prospects.choices import Who
from prospects.directory import ProspectFilter
from prospects.filters import Shown
from prospects.labels import LabelOutcome
from prospects.models import Label, LabelChange, LabelKind, Prospect
from searchjobs.models import SearchJob, SearchResult
from tests.prospects.making import everybody, find, find_many


def tag(
    member: Membership, *results: SearchResult, name: str = "hot", is_added: bool = True
) -> LabelOutcome:
    return labels.mark(
        membership=member,
        kind=LabelKind.TAG,
        name=name,
        is_added=is_added,
        who=Who(result_ids=[result.id for result in results]),
    )


def tags_in(job: SearchJob) -> list[tuple[str, ...]]:
    return [row.tags for row in review.rows(everybody(job)).rows]


def test_a_tagged_person_stays_undecided(alice: Membership, job: SearchJob) -> None:
    outcome = tag(alice, find(job))
    (row,) = review.rows(everybody(job)).rows
    assert (row.decision, row.tags) == ("pending", ("hot",))
    assert (outcome.changed, outcome.unchanged) == (1, 0)


def test_a_tag_has_one_spelling(alice: Membership, job: SearchJob) -> None:
    ada, ben = find(job), find(job)
    tag(alice, ada, name="  Hot   lead ")
    tag(alice, ben, name="hot LEAD")
    assert tags_in(job) == [("Hot lead",), ("Hot lead",)]
    assert Label.objects.count() == 1


def test_who_has_a_tag_already_is_unchanged(alice: Membership, job: SearchJob) -> None:
    ada = find(job)
    tag(alice, ada)
    outcome = tag(alice, ada)
    assert (outcome.changed, outcome.unchanged, outcome.undo_id) == (0, 1, None)


def test_a_tag_follows_the_person_to_other_searches(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    tag(alice, find(job, keys=["urn:1"]))
    find(other_job, keys=["urn:1"])
    assert tags_in(other_job) == [("hot",)]


def test_thousands_are_tagged_and_taken_back_to_the_earlier_mix(
    alice: Membership, job: SearchJob
) -> None:
    first, *_ = find_many(job, 50)
    tag(alice, first)
    outcome = labels.mark(
        membership=alice,
        kind=LabelKind.TAG,
        name="hot",
        is_added=True,
        who=Who(matching=everybody(job)),
    )
    assert (outcome.changed, outcome.unchanged) == (49, 1)
    assert outcome.undo_id is not None
    undone = services.undo(membership=alice, undo_id=outcome.undo_id)
    assert undone.restored == 49
    assert tags_in(job).count(("hot",)) == 1


def test_an_undo_leaves_what_a_colleague_did_since(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada = find(job)
    outcome = tag(alice, ada)
    tag(bob, ada, is_added=False)
    tag(bob, ada)
    assert outcome.undo_id is not None
    assert services.undo(membership=alice, undo_id=outcome.undo_id).restored == 0
    assert tags_in(job) == [("hot",)]


def test_an_undo_can_be_undone(alice: Membership, job: SearchJob) -> None:
    outcome = tag(alice, find(job))
    assert outcome.undo_id is not None
    undone = services.undo(membership=alice, undo_id=outcome.undo_id)
    assert undone.undo_id is not None
    services.undo(membership=alice, undo_id=undone.undo_id)
    assert tags_in(job) == [("hot",)]
    assert LabelChange.objects.count() == 3


def test_two_records_that_are_one_person_keep_the_tags_of_both(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    tag(alice, find(other_job, keys=["urn:1"]), name="a")
    tag(alice, find(other_job, keys=["slug:ada"]), name="b")
    both = find(job, keys=["urn:1", "slug:ada"])
    services.decide(membership=alice, decision="approved", result_ids=[both.id])
    assert tags_in(job) == [("a", "b")]
    assert Prospect.objects.count() == 1


def test_taking_away_a_tag_nobody_made_finds_nothing(
    alice: Membership, job: SearchJob
) -> None:
    with pytest.raises(NotFound, match="no such tag"):
        tag(alice, find(job), is_added=False)
    assert not Label.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b", "\u202eevil"])
def test_a_name_that_cannot_be_is_refused(
    alice: Membership, job: SearchJob, name: str
) -> None:
    with pytest.raises(Refusal):
        tag(alice, find(job), name=name)


def test_a_viewer_tags_nobody(vera: Membership, job: SearchJob) -> None:
    with pytest.raises(Refusal, match="viewer"):
        tag(vera, find(job))


def test_a_stranger_s_people_are_not_tagged(
    charlie: Membership, job: SearchJob
) -> None:
    with pytest.raises(NotFound):
        tag(charlie, find(job))
    assert not Prospect.objects.exists()


def test_a_list_is_made_renamed_and_deleted(alice: Membership, job: SearchJob) -> None:
    made = labels.make(membership=alice, kind=LabelKind.LIST, name="Spring")
    labels.mark(
        membership=alice,
        kind=LabelKind.LIST,
        name="spring",
        is_added=True,
        who=Who(result_ids=[find(job, name="Ada").id]),
    )
    labels.rename(membership=alice, label_id=made.id, name="Autumn")
    listed = ProspectFilter(decision=Shown.PENDING, list="Autumn")
    found = listings.prospects_of(alice, listed).prospects
    assert [one.name for one in found] == ["Ada"]
    labels.delete(membership=alice, label_id=made.id)
    assert not Label.objects.exists()
    assert Prospect.objects.count() == 1


def test_two_lists_never_share_a_name(alice: Membership) -> None:
    labels.make(membership=alice, kind=LabelKind.LIST, name="Spring")
    other = labels.make(membership=alice, kind=LabelKind.LIST, name="Autumn")
    labels.make(membership=alice, kind=LabelKind.TAG, name="Spring")
    with pytest.raises(Refusal) as refused:
        labels.rename(membership=alice, label_id=other.id, name="SPRING")
    assert refused.value.code == "name_taken"


def test_another_workspace_s_list_is_unknown(
    alice: Membership, charlie: Membership
) -> None:
    made = labels.make(membership=alice, kind=LabelKind.LIST, name="Spring")
    for label_id in (made.id, uuid.uuid4()):
        with pytest.raises(NotFound):
            labels.rename(membership=charlie, label_id=label_id, name="x")
        with pytest.raises(NotFound):
            labels.delete(membership=charlie, label_id=label_id)
    assert Label.objects.get().name == "Spring"


def test_tags_are_a_facet_with_counts(alice: Membership, job: SearchJob) -> None:
    tag(alice, find(job, name="Ada"))
    find(job, name="Ben")
    rows = review.rows(everybody(job, tag=("hot",))).rows
    assert [row.name for row in rows] == ["Ada"]
