"""The least valid row of each model; what matters to a test stands in the test."""

from __future__ import annotations

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from accounts.models import (
    AccountUsage,
    LinkedInAccount,
    Membership,
    Role,
    User,
    Workspace,
)
from prospects.models import PersonAlias, Prospect, ProspectDecision
from searchjobs.models import SavedSearch, SearchJob, SearchResult
from searchjobs.states import TERMINAL, CompletionReason, JobStatus


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"user{number}@example.com")
    name = "Alice Example"


class WorkspaceFactory(DjangoModelFactory[Workspace]):
    class Meta:
        model = Workspace

    name = factory.Sequence(lambda number: f"Workspace {number}")


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    workspace = factory.SubFactory(WorkspaceFactory)
    role = Role.MEMBER


class LinkedInAccountFactory(DjangoModelFactory[LinkedInAccount]):
    """A Sales Navigator login whose turn could come now."""

    class Meta:
        model = LinkedInAccount

    user = factory.SubFactory(UserFactory)
    workspace = factory.SubFactory(WorkspaceFactory)
    unipile_account_id = factory.Sequence(lambda number: f"login-{number}")
    name = "Alice's LinkedIn"
    premium_features = factory.LazyFunction(lambda: ["sales_navigator"])


class AccountUsageFactory(DjangoModelFactory[AccountUsage]):
    class Meta:
        model = AccountUsage

    account = factory.SubFactory(LinkedInAccountFactory)
    api = "sales_navigator"
    hour = factory.LazyFunction(
        lambda: datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    )
    received = 100


class SearchJobFactory(DjangoModelFactory[SearchJob]):
    """A queued search; a finished one gets what every finished row has."""

    class Meta:
        model = SearchJob

    account = factory.SubFactory(LinkedInAccountFactory)
    user = factory.SelfAttribute("account.user")
    workspace = factory.SelfAttribute("account.workspace")
    name = "Chief executives"
    search_criteria = factory.LazyFunction(lambda: {"title": "CEO"})
    search_source = "sales_navigator"
    status = JobStatus.QUEUED
    target_count = 1000
    progress_total = factory.SelfAttribute("target_count")
    page_size = 100
    received = factory.LazyAttribute(
        lambda job: (
            job.progress_current
            + getattr(job, "duplicates", 0)
            + getattr(job, "invalid", 0)
            + getattr(job, "surplus", 0)
        )
    )
    progress_current = 0
    completed_at = factory.LazyAttribute(
        lambda job: datetime.now(UTC) if job.status in TERMINAL else None
    )
    completion_reason = factory.LazyAttribute(
        lambda job: (
            CompletionReason.TARGET_REACHED if job.status == JobStatus.COMPLETED else ""
        )
    )


class SearchResultFactory(DjangoModelFactory[SearchResult]):
    class Meta:
        model = SearchResult

    job = factory.SubFactory(SearchJobFactory)
    workspace = factory.SelfAttribute("job.workspace")
    position = factory.Sequence(lambda number: number)
    provider_id = factory.Sequence(lambda number: f"ACoAA{number:04}")
    person_keys = factory.LazyAttribute(
        lambda result: [f"id:sales_navigator:{result.provider_id}"]
    )
    prospect_data = factory.LazyAttribute(
        lambda result: {"id": f"linkedin_{result.provider_id}", "name": "Bob Example"}
    )
    batch_number = 0


class SavedSearchFactory(DjangoModelFactory[SavedSearch]):
    class Meta:
        model = SavedSearch

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence(lambda number: f"Chief executives {number}")
    search_criteria = factory.LazyFunction(lambda: {"title": "CEO"})
    target_count = 1000


class ProspectFactory(DjangoModelFactory[Prospect]):
    """Somebody noted, on whom nobody has decided."""

    class Meta:
        model = Prospect

    workspace = factory.SubFactory(WorkspaceFactory)
    name = "Bob Example"


class PersonAliasFactory(DjangoModelFactory[PersonAlias]):
    class Meta:
        model = PersonAlias

    prospect = factory.SubFactory(ProspectFactory)
    workspace = factory.SelfAttribute("prospect.workspace")
    key = factory.Sequence(lambda number: f"urn:{number}")


class ProspectDecisionFactory(DjangoModelFactory[ProspectDecision]):
    class Meta:
        model = ProspectDecision

    prospect = factory.SubFactory(ProspectFactory)
    workspace = factory.SelfAttribute("prospect.workspace")
    action = factory.Faker("uuid4")
    previous = "pending"
    decision = "approved"
    decided_by = factory.SubFactory(UserFactory)
