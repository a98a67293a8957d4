"""Deciding on people: who is decided on, what is logged, what is answered."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.errors import NotFound, Refusal
from accounts.models import Membership
from prospects import review, services
from prospects.filters import Shown
from prospects.models import PersonAlias, Prospect, ProspectDecision
from prospects.review import Counts
from searchjobs import live
from searchjobs import services as searches
from searchjobs.models import SearchJob
from searchjobs.states import JobStatus
from tests.factories import SearchJobFactory
from tests.prospects.making import decisions_in, everybody, find, find_many


def test_one_person_is_approved(alice: Membership, job: SearchJob) -> None:
    ada, _ = find(job), find(job)
    outcome = services.decide(
        membership=alice, decision="approved", result_ids=[ada.id]
    )
    assert outcome.decided == 1
    assert decisions_in(job) == ["approved", "pending"]
    assert outcome.counts == {job.id: Counts(approved=1, rejected=0, pending=1)}


def test_a_prospect_holds_what_the_result_said(
    alice: Membership, job: SearchJob
) -> None:
    ada = find(job, title=None, company="Acme", location="Bern")
    services.decide(membership=alice, decision="rejected", result_ids=[ada.id])
    prospect = Prospect.objects.get()
    assert prospect.found_by_id == ada.id
    assert prospect.decided_by_id == alice.user_id
    assert (prospect.name, prospect.title) == ("Ada Example", "")
    assert (prospect.company, prospect.location) == ("Acme", "Bern")
    assert prospect.linkedin_url == "https://www.linkedin.com/in/ada"


def test_every_key_leads_to_the_prospect(alice: Membership, job: SearchJob) -> None:
    ada = find(job, keys=["urn:1", "slug:ada", "id:classic:7"])
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    assert set(PersonAlias.objects.values_list("key", flat=True)) == {
        "urn:1",
        "slug:ada",
        "id:classic:7",
    }


def test_a_person_found_again_comes_back_as_decided(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    ada = find(job, keys=["urn:1", "id:classic:7"])
    services.decide(membership=alice, decision="rejected", result_ids=[ada.id])
    find(other_job, keys=["urn:1", "id:recruiter:9"])
    assert decisions_in(other_job) == ["rejected"]


def test_a_later_decision_learns_the_new_keys(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    ada = find(job, keys=["urn:1"])
    again = find(other_job, keys=["urn:1", "slug:ada"])
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    services.decide(membership=alice, decision="approved", result_ids=[again.id])
    assert PersonAlias.objects.filter(key="slug:ada").exists()


def test_the_same_decision_again_changes_nothing(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada = find(job)
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    outcome = services.decide(membership=bob, decision="approved", result_ids=[ada.id])
    assert (outcome.decided, outcome.unchanged, outcome.undo_id) == (0, 1, None)
    assert Prospect.objects.get().decided_by_id == alice.user_id
    assert ProspectDecision.objects.count() == 1


def test_withdrawing_where_nobody_decided_writes_nothing(
    alice: Membership, job: SearchJob
) -> None:
    ada = find(job)
    outcome = services.decide(membership=alice, decision="pending", result_ids=[ada.id])
    assert (outcome.decided, outcome.unchanged) == (0, 1)
    assert not Prospect.objects.exists()


def test_pending_withdraws_a_decision(alice: Membership, job: SearchJob) -> None:
    ada = find(job)
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    services.decide(membership=alice, decision="pending", result_ids=[ada.id])
    prospect = Prospect.objects.get()
    assert prospect.decision == "pending"
    assert prospect.decided_by is None
    assert prospect.decided_at is None


def test_the_last_decision_wins_and_the_log_keeps_both(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada = find(job)
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    outcome = services.decide(membership=bob, decision="rejected", result_ids=[ada.id])
    (before,) = outcome.overridden
    assert (before.decision, before.by_name) == ("approved", "Alice")
    assert before.result_id == ada.id
    assert decisions_in(job) == ["rejected"]
    log = ProspectDecision.objects.order_by("id").values_list("previous", "decision")
    assert list(log) == [("pending", "approved"), ("approved", "rejected")]


def test_ones_own_earlier_decision_is_no_colleagues(
    alice: Membership, job: SearchJob
) -> None:
    ada = find(job)
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    outcome = services.decide(
        membership=alice, decision="rejected", result_ids=[ada.id]
    )
    assert outcome.overridden == ()


def test_a_person_named_twice_is_decided_on_once(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    ada = find(job, keys=["urn:1"])
    again = find(other_job, keys=["urn:1", "slug:ada"])
    outcome = services.decide(
        membership=alice, decision="approved", result_ids=[ada.id, again.id, ada.id]
    )
    assert outcome.decided == 1
    assert Prospect.objects.count() == 1
    assert outcome.counts.keys() == {job.id, other_job.id}


def test_a_prospect_can_be_named_when_its_search_is_gone(
    alice: Membership, job: SearchJob
) -> None:
    ada = find(job)
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    prospect = Prospect.objects.get()
    ada.delete()
    outcome = services.decide(
        membership=alice, decision="rejected", prospect_ids=[prospect.id]
    )
    prospect.refresh_from_db()
    assert outcome.decided == 1
    assert prospect.decision == "rejected"


def test_a_note_is_written_without_a_decision(
    alice: Membership, job: SearchJob
) -> None:
    ada = find(job)
    services.decide(
        membership=alice, decision="pending", result_ids=[ada.id], note="Met in Bern"
    )
    assert Prospect.objects.get().note == "Met in Bern"
    assert decisions_in(job) == ["pending"]


def test_a_decision_without_a_note_leaves_the_note(
    alice: Membership, job: SearchJob
) -> None:
    ada = find(job)
    for decision, note in (("pending", "Met in Bern"), ("approved", None)):
        services.decide(
            membership=alice, decision=decision, result_ids=[ada.id], note=note
        )
    assert Prospect.objects.get().note == "Met in Bern"


# --- all matching -------------------------------------------------------------------


def test_all_matching_are_decided_but_those_excepted(
    alice: Membership, job: SearchJob
) -> None:
    find_many(job, 2)
    third = find(job)
    outcome = services.decide(
        membership=alice,
        decision="approved",
        matching=everybody(job),
        except_ids=[third.id],
    )
    assert outcome.decided == 2
    assert decisions_in(job) == ["approved", "approved", "pending"]


def test_who_arrives_after_the_click_is_not_decided_on(
    alice: Membership, job: SearchJob
) -> None:
    find_many(job, 2)
    seen = everybody(job, up_to_position=2)
    find(job)
    services.decide(membership=alice, decision="rejected", matching=seen)
    assert decisions_in(job) == ["rejected", "rejected", "pending"]


def test_all_matching_heeds_every_part_of_the_filter(
    alice: Membership, job: SearchJob
) -> None:
    find(job, company="Acme", title="CEO")
    find(job, company="Acme", title="Engineer")
    find(job, company="Other", title="CEO")
    chosen = everybody(job, company=("Acme",), q="ceo")
    services.decide(membership=alice, decision="approved", matching=chosen)
    assert decisions_in(job) == ["approved", "pending", "pending"]


def test_whom_a_colleague_decided_meanwhile_no_longer_matches_pending(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada, _ = find(job), find(job)
    seen = everybody(job, decision=Shown.PENDING)
    services.decide(membership=bob, decision="rejected", result_ids=[ada.id])
    outcome = services.decide(membership=alice, decision="approved", matching=seen)
    assert outcome.overridden == ()
    assert decisions_in(job) == ["rejected", "approved"]


def test_nobody_matching_is_no_error(alice: Membership, job: SearchJob) -> None:
    outcome = services.decide(
        membership=alice, decision="approved", matching=everybody(job)
    )
    assert (outcome.decided, outcome.undo_id) == (0, None)


def test_thousands_cost_as_many_queries_as_one(
    alice: Membership,
    job: SearchJob,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    find_many(job, 1000)
    with django_assert_num_queries(12):
        outcome = services.decide(
            membership=alice, decision="approved", matching=everybody(job)
        )
    assert outcome.decided == 1000


# --- who may ------------------------------------------------------------------------


def test_a_viewer_may_not_decide(vera: Membership, job: SearchJob) -> None:
    ada = find(job)
    with pytest.raises(Refusal) as refused:
        services.decide(membership=vera, decision="approved", result_ids=[ada.id])
    assert refused.value.status == 403
    assert decisions_in(job) == ["pending"]


def test_a_strangers_result_is_unknown(charlie: Membership, job: SearchJob) -> None:
    ada = find(job)
    with pytest.raises(NotFound) as refused:
        services.decide(membership=charlie, decision="approved", result_ids=[ada.id])
    assert refused.value.code == "prospect_not_found"
    assert not Prospect.objects.exists()


def test_a_strangers_search_is_unknown(charlie: Membership, job: SearchJob) -> None:
    find(job)
    with pytest.raises(NotFound) as refused:
        services.decide(
            membership=charlie, decision="approved", matching=everybody(job)
        )
    assert refused.value.code == "job_not_found"


def test_a_strangers_prospect_is_unknown(
    alice: Membership, charlie: Membership, job: SearchJob
) -> None:
    ada = find(job)
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    with pytest.raises(NotFound):
        services.decide(
            membership=charlie,
            decision="rejected",
            prospect_ids=[Prospect.objects.get().id],
        )
    assert decisions_in(job) == ["approved"]


def test_unknown_ids_among_known_ones_are_counted(
    alice: Membership, job: SearchJob
) -> None:
    ada = find(job)
    outcome = services.decide(
        membership=alice, decision="approved", result_ids=[ada.id, uuid.uuid4()]
    )
    assert (outcome.decided, outcome.unknown) == (1, 1)


def test_workspaces_decide_on_the_same_person_apart(
    alice: Membership, charlie: Membership, job: SearchJob
) -> None:
    foreign = find(_job_of(charlie), keys=["urn:1"])
    ada = find(job, keys=["urn:1"])
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    services.decide(membership=charlie, decision="rejected", result_ids=[foreign.id])
    assert decisions_in(job) == ["approved"]
    assert Prospect.objects.count() == 2


def test_more_ids_than_ten_thousand_are_refused(alice: Membership) -> None:
    ids = [uuid.uuid4() for _ in range(10_001)]
    with pytest.raises(Refusal, match="10,000"):
        services.decide(membership=alice, decision="approved", result_ids=ids)


# --- told to colleagues -------------------------------------------------------------


def test_colleagues_are_told_after_the_commit(
    alice: Membership,
    job: SearchJob,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ada = find(job)
    with django_capture_on_commit_callbacks() as after_commit:
        outcome = services.decide(
            membership=alice, decision="approved", result_ids=[ada.id]
        )
    (telling,) = after_commit
    assert isinstance(telling, partial)
    group, message = telling.args
    assert group == live.workspace_group(alice.workspace_id)
    assert message["type"] == "prospects.decided"
    assert message["undo_id"] == str(outcome.undo_id)
    assert message["by"] == {"id": str(alice.user_id), "name": "Alice"}
    assert message["counts"] == {
        str(job.id): {"approved": 1, "rejected": 0, "pending": 0}
    }


def test_nobody_is_told_of_nothing(
    alice: Membership,
    job: SearchJob,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ada = find(job)
    with django_capture_on_commit_callbacks() as after_commit:
        services.decide(membership=alice, decision="pending", result_ids=[ada.id])
    assert after_commit == []


# --- a search that is deleted -------------------------------------------------------


def test_a_decision_outlives_its_search(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    ada = find(job, keys=["urn:1"])
    services.decide(membership=alice, decision="rejected", result_ids=[ada.id])
    SearchJob.objects.filter(id=job.id).update(
        status=JobStatus.CANCELLED, completed_at=job.created_at
    )
    searches.delete(job=job, by=alice)
    find(other_job, keys=["urn:1"])
    (row,) = review.rows(everybody(other_job)).rows
    assert row.decision == "rejected"
    assert row.known == "rejected"
    assert Prospect.objects.get().found_by_id is None


def _job_of(membership: Membership) -> SearchJob:
    return SearchJobFactory(
        account__workspace=membership.workspace, account__user=membership.user
    )
