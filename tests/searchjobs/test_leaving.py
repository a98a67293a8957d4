"""What a member leaves behind stays; what runs through their login is paused."""

from __future__ import annotations

import pytest

from accounts.errors import Conflict, Refusal
from accounts.models import LinkedInAccount, Membership, Role
from prospects.models import ProspectDecision
from searchjobs import leaving, services
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.states import JobStatus
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    ProspectDecisionFactory,
    SearchJobFactory,
    SearchResultFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory.create(role=Role.OWNER)


@pytest.fixture
def leaver(owner: Membership) -> Membership:
    return MembershipFactory.create(workspace=owner.workspace)


@pytest.fixture
def account(leaver: Membership) -> LinkedInAccount:
    return LinkedInAccountFactory.create(user=leaver.user, workspace=leaver.workspace)


def status_of(job: SearchJob) -> str:
    job.refresh_from_db()
    return job.status


@pytest.mark.parametrize("status", [JobStatus.QUEUED, JobStatus.PROCESSING])
def test_their_running_searches_pause_and_say_by_whom(
    owner: Membership, leaver: Membership, account: LinkedInAccount, status: JobStatus
) -> None:
    job = SearchJobFactory.create(account=account, status=status)
    leaving.remove(by=owner, user_id=leaver.user_id)
    assert status_of(job) == JobStatus.PAUSED
    assert job.paused_by == owner.user
    assert SearchEvent.objects.get(job=job).kind == "paused"


def test_what_paused_for_the_login_does_not_go_on_by_itself(
    owner: Membership, leaver: Membership, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(
        account=account,
        status=JobStatus.PAUSED,
        error_code="account_disconnected",
        error_message="LinkedIn account disconnected",
    )
    leaving.remove(by=owner, user_id=leaver.user_id)
    job.refresh_from_db()
    assert (job.paused_by, job.error_code) == (owner.user, "")


def test_nobody_resumes_a_search_through_their_login(
    owner: Membership, leaver: Membership, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account)
    leaving.remove(by=owner, user_id=leaver.user_id)
    with pytest.raises(Conflict, match="somebody who left"):
        services.resume(job=job, by=owner)
    assert status_of(job) == JobStatus.PAUSED


def test_once_they_are_back_it_can_be_resumed(
    owner: Membership, leaver: Membership, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account)
    leaving.remove(by=owner, user_id=leaver.user_id)
    MembershipFactory.create(user=leaver.user, workspace=owner.workspace)
    services.resume(job=job, by=owner)
    assert status_of(job) == JobStatus.QUEUED


def test_accounts_people_and_decisions_stay(
    owner: Membership, leaver: Membership, account: LinkedInAccount
) -> None:
    done = SearchJobFactory.create(account=account, status=JobStatus.COMPLETED)
    SearchResultFactory.create(job=done)
    ProspectDecisionFactory.create(
        prospect__workspace=owner.workspace, decided_by=leaver.user
    )
    leaving.remove(by=owner, user_id=leaver.user_id)
    assert status_of(done) == JobStatus.COMPLETED
    assert done.results.count() == 1
    assert ProspectDecision.objects.get().decided_by == leaver.user
    account.refresh_from_db()
    assert (account.user, account.workspace) == (leaver.user, owner.workspace)


def test_other_logins_go_on(
    owner: Membership, leaver: Membership, account: LinkedInAccount
) -> None:
    elsewhere = MembershipFactory.create(user=leaver.user)
    jobs = [
        SearchJobFactory.create(account=LinkedInAccountFactory.create(**whose))
        for whose in (
            {"user": owner.user, "workspace": owner.workspace},
            {"user": leaver.user, "workspace": elsewhere.workspace},
        )
    ]
    leaving.remove(by=owner, user_id=leaver.user_id)
    assert [status_of(job) for job in jobs] == [JobStatus.QUEUED] * 2


def test_a_refused_removal_pauses_nothing(
    owner: Membership, leaver: Membership, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account)
    colleague = MembershipFactory.create(workspace=owner.workspace)
    with pytest.raises(Refusal):
        leaving.remove(by=colleague, user_id=leaver.user_id)
    assert status_of(job) == JobStatus.QUEUED
