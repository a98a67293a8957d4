"""Which searches the list shows, and where its tabs and filters lead."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import QueryDict

from accounts.models import LinkedInAccount, Membership, User
from searchjobs import listings
from searchjobs.models import SearchJob
from searchjobs.states import RUNNABLE, JobStatus

LONGEST_Q = 200

_TABS: Mapping[str, tuple[str, Q]] = {
    "all": ("All", Q()),
    "running": ("Running", Q(status__in=RUNNABLE)),
    "attention": (
        "Needs attention",
        Q(status=JobStatus.FAILED) | Q(status=JobStatus.PAUSED, paused_by=None),
    ),
    "paused": ("Paused", Q(status=JobStatus.PAUSED, paused_by__isnull=False)),
    "completed": ("Completed", Q(status=JobStatus.COMPLETED)),
    "cancelled": ("Cancelled", Q(status=JobStatus.CANCELLED)),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address of the list asks for; empty is any."""

    show: str = "all"
    q: str = ""
    who: str = ""
    account: str = ""
    cursor: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.who or self.account)

    @property
    def behind(self) -> listings.Place | None:
        """Read the cursor; one that is not ours begins at the top."""
        try:
            return listings.Place.of(self.cursor)
        except ValueError:
            return None

    def but(self, **changes: str) -> str:
        """Return the query of this list with changes, from its top."""
        wanted = {**vars(self), "cursor": "", **changes}
        if wanted["show"] == "all":
            del wanted["show"]
        return "?" + urlencode({key: value for key, value in wanted.items() if value})

    @property
    def top(self) -> str:
        return self.but()

    @property
    def cleared(self) -> str:
        return self.but(q="", who="", account="")

    @property
    def narrowing(self) -> Q:
        """Return the filters without the tab."""
        where = Q()
        if self.who:
            where &= Q(user_id=self.who)
        if self.account:
            where &= Q(account_id=self.account)
        if self.q:
            where &= (
                Q(name__icontains=self.q)
                | Q(search_criteria__title__icontains=self.q)
                | Q(search_criteria__keywords__icontains=self.q)
            )
        return where

    @property
    def where(self) -> Q:
        return self.narrowing & _TABS[self.show][1]


def read(query: QueryDict) -> Asked:
    """Read the address; what is no filter of ours is none."""
    show = query.get("show", "all")
    return Asked(
        show=show if show in _TABS else "all",
        q=" ".join(query.get("q", "").replace("\x00", "").split())[:LONGEST_Q],
        who=_uuid_in(query.get("who", "")),
        account=_uuid_in(query.get("account", "")),
        cursor=query.get("cursor", ""),
    )


def _uuid_in(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


class Tab(NamedTuple):
    key: str
    label: str
    number: int
    query: str


@dataclass(frozen=True, kw_only=True)
class Tabs:
    """The tabs with something in them; `everything` counts without any filter."""

    shown: list[Tab]
    matching: int
    running: int
    everything: int


def tabs_of(membership: Membership, asked: Asked) -> Tabs:
    """Count the workspace's searches for each tab, under the filters, in one query."""
    here = SearchJob.objects.filter(workspace_id=membership.workspace_id)
    numbers = here.aggregate(
        everything=Count("id"),
        any_running=Count("id", filter=_TABS["running"][1]),
        **{
            key: Count("id", filter=asked.narrowing & where)
            for key, (_, where) in _TABS.items()
        },
    )
    return Tabs(
        shown=[
            Tab(key, label, numbers[key], asked.but(show=key))
            for key, (label, _) in _TABS.items()
            if numbers[key] or key in ("all", asked.show)
        ],
        matching=numbers[asked.show],
        running=numbers["any_running"],
        everything=numbers["everything"],
    )


def people_of(membership: Membership) -> list[User]:
    """Return who has searches in the workspace, by name, also who has left."""
    theirs = SearchJob.objects.filter(workspace_id=membership.workspace_id)
    found = User.objects.filter(id__in=theirs.values("user_id"))
    return sorted(found, key=lambda user: user.get_full_name().casefold())


def accounts_of(membership: Membership) -> list[LinkedInAccount]:
    """Return the accounts that searches of the workspace run through, by name."""
    here = LinkedInAccount.objects.filter(workspace_id=membership.workspace_id)
    return sorted(here, key=lambda account: account.name.casefold())
