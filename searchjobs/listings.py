"""What the API lists, each by keyset, so that any depth costs the same."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Func, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from accounts import memberships
from accounts.errors import NotFound
from accounts.models import LinkedInAccount, Membership
from searchjobs import quotas
from searchjobs.models import SearchEvent, SearchJob, SearchResult

_AS_RECEIVED = "raw"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A job's place in the list of newest jobs; the next page begins behind it."""

    created_at: datetime
    job_id: uuid.UUID

    @property
    def cursor(self) -> str:
        """Return the opaque text that stands for it."""
        text = f"{self.created_at.isoformat()} {self.job_id}"
        return base64.urlsafe_b64encode(text.encode()).decode()

    @classmethod
    def of(cls, cursor: str) -> Place:
        """Read a cursor; raises ValueError for one that is not ours."""
        created_at, job_id = base64.urlsafe_b64decode(cursor).decode().split(" ")
        try:
            moment = datetime.fromisoformat(created_at).astimezone(UTC)
        except OverflowError as beyond:
            raise ValueError(str(beyond)) from None
        return cls(created_at=moment, job_id=uuid.UUID(job_id))


def page_of_jobs(
    jobs: QuerySet[SearchJob], *, behind: Place | None, limit: int
) -> tuple[list[SearchJob], Place | None]:
    """Return a page of jobs, newest first, and where the next one begins."""
    if behind is not None:
        jobs = jobs.filter(
            Q(created_at__lt=behind.created_at) | Q(id__lt=behind.job_id),
            created_at__lte=behind.created_at,
        )
    page = list(jobs.order_by("-created_at", "-id")[: limit + 1])
    if len(page) <= limit:
        return page, None
    last = page[limit - 1]
    return page[:limit], Place(created_at=last.created_at, job_id=last.id)


def people_at(job: SearchJob, *, first: int, until: int) -> list[dict[str, Any]]:
    """Return the job's people at positions `first` to `until` - 1.

    Each is its prospect_data without the item as received, which stays in the database,
    with `position` and `result_id`.
    """
    without_raw = Func(
        F("prospect_data"),
        Cast(Value(_AS_RECEIVED), TextField()),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=JSONField(),
    )
    rows = (
        SearchResult.objects.filter(
            job_id=job.id, position__gte=first, position__lt=until
        )
        .order_by("position")
        .values_list("id", "position", without_raw)
    )
    return [
        {**person, "position": position, "result_id": str(result_id)}
        for result_id, position, person in rows
    ]


def journal_of(job: SearchJob, *, since: int, limit: int) -> list[SearchEvent]:
    """Return the job's events after a revision, in order."""
    events = SearchEvent.objects.filter(job_id=job.id, revision__gt=since)
    return list(events.order_by("revision")[:limit])


def accounts_of(membership: Membership) -> list[LinkedInAccount]:
    """Return the member's own accounts, oldest first."""
    own = LinkedInAccount.objects.filter(
        user_id=membership.user_id, workspace_id=membership.workspace_id
    )
    return list(own.order_by("created_at", "id"))


def accounts_seen_by(membership: Membership) -> list[LinkedInAccount]:
    """Return the member's own accounts and, where they lead the workspace, all."""
    here = LinkedInAccount.objects.filter(workspace_id=membership.workspace_id)
    if not membership.leads:
        here = here.filter(user_id=membership.user_id)
    accounts = list(here.select_related("user").order_by("created_at", "id"))
    return sorted(accounts, key=lambda one: one.user_id != membership.user_id)


def account_of(membership: Membership, account_id: uuid.UUID) -> LinkedInAccount:
    """Return an account that the member may have read again: their own, and where they
    lead the workspace anybody's.

    Raises:
        NotFound: account_not_found, also for an account that is another's.
        Refusal: permission_denied for a viewer.
    """
    memberships.require_change(membership)
    found = LinkedInAccount.objects.filter(
        id=account_id,
        workspace_id=membership.workspace_id,
        unipile_account_id__isnull=False,
    )
    if not membership.leads:
        found = found.filter(user_id=membership.user_id)
    account = found.first()
    if account is None:
        raise NotFound("LinkedIn account not found", code="account_not_found")
    return account


def quotas_left(
    accounts: Collection[LinkedInAccount],
) -> dict[tuple[uuid.UUID, str], int | None]:
    """Return by account and api the rows that are left today; None is no limit."""
    found = quotas.quotas_of(accounts)
    return {
        (account.id, api): found[account.id, api].left
        for account in accounts
        for api in account.apis
    }
