"""When is a review finished, and what is said of it?"""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import Membership
from prospects import review, services
from prospects.finished import Finished, finished
from prospects.models import DecisionValue
from searchjobs.models import SearchJob, SearchResult
from searchjobs.states import CompletionReason, JobStatus
from tests.prospects.looking import count
from tests.prospects.making import find

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(job: SearchJob) -> list[SearchResult]:
    found = [find(job, keys=[f"urn:{number}"]) for number in range(3)]
    count(job, 3)
    return found


def end(job: SearchJob) -> None:
    SearchJob.objects.filter(id=job.id).update(
        status=JobStatus.COMPLETED,
        completed_at=timezone.now(),
        completion_reason=CompletionReason.TARGET_REACHED,
    )
    job.refresh_from_db()


def decide(who: Membership, decision: str, *results: SearchResult) -> None:
    services.decide(
        membership=who, decision=decision, result_ids=[one.id for one in results]
    )


def now(job: SearchJob) -> Finished | None:
    return finished(job, review.counts([job.id])[job.id])


def test_it_says_how_many_and_whose_decision_was_the_last(
    alice: Membership, bob: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    end(job)
    decide(alice, DecisionValue.APPROVED, people[0])
    decide(bob, DecisionValue.REJECTED, *people[1:])
    done = now(job)
    assert done is not None
    assert (done.approved, done.rejected, done.last_by_name) == (1, 2, "Bob")


def test_it_says_whether_somebody_was_decided_on_before_the_search(
    alice: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    decide(alice, DecisionValue.APPROVED, *people)
    end(job)
    done = now(job)
    assert done is not None
    assert not done.counts_earlier
    SearchJob.objects.filter(id=job.id).update(created_at=timezone.now())
    job.refresh_from_db()
    again = now(job)
    assert again is not None
    assert again.counts_earlier


def test_it_is_not_while_somebody_is_pending_or_put_back(
    alice: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    end(job)
    decide(alice, DecisionValue.APPROVED, *people[1:])
    assert now(job) is None
    decide(alice, DecisionValue.APPROVED, people[0])
    assert now(job) is not None
    decide(alice, DecisionValue.PENDING, people[2])
    assert now(job) is None


def test_it_is_not_while_the_search_runs(
    alice: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    decide(alice, DecisionValue.APPROVED, *people)
    assert now(job) is None


def test_it_is_not_where_the_search_failed_and_can_go_on(
    alice: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    SearchJob.objects.filter(id=job.id).update(
        status=JobStatus.FAILED, completed_at=timezone.now(), error_code="job_timeout"
    )
    job.refresh_from_db()
    decide(alice, DecisionValue.APPROVED, *people)
    assert now(job) is None


def test_it_is_not_where_nobody_was_found(job: SearchJob) -> None:
    end(job)
    assert now(job) is None


def test_it_is_not_while_the_page_has_not_seen_everybody(
    alice: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    end(job)
    decide(alice, DecisionValue.APPROVED, *people)
    assert finished(job, review.Counts(approved=2)) is None
