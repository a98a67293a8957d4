"""Whom did the workspace know before a search found them, and from where?"""

from __future__ import annotations

import pytest

from accounts.models import Membership
from prospects import review, services, sightings
from prospects.filters import Known
from searchjobs.models import SearchJob
from tests.factories import SearchJobFactory
from tests.prospects.making import everybody, find


@pytest.fixture
def third_job(job: SearchJob) -> SearchJob:
    return SearchJobFactory(account=job.account, name="Owners")


def known_in(job: SearchJob) -> list[str]:
    return [row.known for row in review.rows(everybody(job)).rows]


def test_who_was_never_found_is_new(job: SearchJob) -> None:
    find(job)
    assert known_in(job) == [Known.NEW]


def test_who_another_search_found_first_is_known(
    job: SearchJob, other_job: SearchJob
) -> None:
    find(other_job, keys=["urn:1", "id:classic:ACo1"])
    find(job, keys=["urn:1", "id:sales_navigator:ACw1"])
    assert known_in(job) == [Known.FOUND]
    assert known_in(other_job) == [Known.NEW]


def test_a_weaker_key_tells_somebody_known_by_nothing_else(
    job: SearchJob, other_job: SearchJob
) -> None:
    find(other_job, keys=["slug:ada"])
    find(job, keys=["urn:1", "slug:ada"])
    assert known_in(job) == [Known.FOUND]


def test_another_workspace_s_searches_tell_nothing(
    job: SearchJob, charlie: Membership
) -> None:
    theirs = SearchJobFactory(
        account__workspace=charlie.workspace, account__user=charlie.user
    )
    find(theirs, keys=["urn:1"])
    find(job, keys=["urn:1"])
    assert known_in(job) == [Known.NEW]


@pytest.mark.parametrize("decision", ["approved", "rejected"])
def test_a_decision_elsewhere_tells_more_than_having_been_found(
    alice: Membership, job: SearchJob, other_job: SearchJob, decision: str
) -> None:
    ada = find(other_job, keys=["urn:1"])
    services.decide(membership=alice, decision=decision, result_ids=[ada.id])
    find(job, keys=["urn:1"])
    assert known_in(job) == [decision]


def test_a_decision_in_the_same_search_makes_nobody_known(
    alice: Membership, job: SearchJob
) -> None:
    ada = find(job, keys=["urn:1"])
    services.decide(membership=alice, decision="rejected", result_ids=[ada.id])
    assert known_in(job) == [Known.NEW]


def test_only_the_new_can_be_looked_at(job: SearchJob, other_job: SearchJob) -> None:
    find(other_job, keys=["urn:1"])
    find(job, name="Ada", keys=["urn:1"])
    find(job, name="Ben", keys=["urn:2"])
    new = review.rows(everybody(job, known=(Known.NEW,))).rows
    assert [row.name for row in new] == ["Ben"]


def test_the_searches_that_found_somebody_come_in_order(
    alice: Membership, job: SearchJob, other_job: SearchJob, third_job: SearchJob
) -> None:
    for each in (other_job, job, third_job):
        find(each, keys=["urn:1"])
    result = find(third_job, keys=["urn:2"])
    (ada,) = review.rows(everybody(job)).rows
    found = sightings.of_result(alice, ada.id)
    assert [one.job_name for one in found] == ["Founders", "Chiefs", "Owners"]
    assert [one.job_name for one in sightings.of_result(alice, result.id)] == ["Owners"]


def test_a_prospect_s_searches_are_the_workspace_s_own(
    alice: Membership, charlie: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    for each in (job, other_job):
        ada = find(each, keys=["urn:1"])
    services.decide(membership=alice, decision="approved", result_ids=[ada.id])
    (row,) = review.rows(everybody(job)).rows
    assert row.prospect_id is not None
    mine = sightings.of_prospects(alice, [row.prospect_id])
    assert [one.job_name for one in mine[row.prospect_id]] == ["Chiefs", "Founders"]
    assert sightings.of_prospects(charlie, [row.prospect_id]) == {}
