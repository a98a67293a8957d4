"""Alice and Bob work together, Vera may only look, Charlie is a stranger."""

from __future__ import annotations

import pytest

from accounts.models import Membership, Role
from searchjobs.models import SearchJob
from tests.factories import MembershipFactory, SearchJobFactory


@pytest.fixture
def alice(db: None) -> Membership:
    return MembershipFactory(user__name="Alice")


@pytest.fixture
def bob(alice: Membership) -> Membership:
    return MembershipFactory(user__name="Bob", workspace=alice.workspace)


@pytest.fixture
def vera(alice: Membership) -> Membership:
    return MembershipFactory(workspace=alice.workspace, role=Role.VIEWER)


@pytest.fixture
def charlie(db: None) -> Membership:
    return MembershipFactory(user__name="Charlie")


@pytest.fixture
def job(alice: Membership) -> SearchJob:
    return SearchJobFactory(
        account__workspace=alice.workspace, account__user=alice.user, name="Chiefs"
    )


@pytest.fixture
def other_job(job: SearchJob) -> SearchJob:
    return SearchJobFactory(account=job.account, name="Founders")
