"""What a workspace without a search is shown, and the search it may try at once."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from accounts import memberships
from accounts.models import AccountStatus, LinkedInAccount, Membership
from searchjobs import listings, selectors, services
from searchjobs.models import SearchJob

FICTIONAL_PEOPLE = 500
REAL_PEOPLE = 50  # of somebody's quota: a taste, not a morning's work
CRITERIA = {"title": "CEO"}


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """How far somebody is; `account` is their first one in order."""

    account: LinkedInAccount | None
    is_fictional: bool
    people: int


def newcomer(membership: Membership) -> Newcomer:
    usable = [
        account
        for account in listings.accounts_of(membership)
        if account.status == AccountStatus.OK
    ]
    is_fictional = settings.UNIPILE_IS_SANDBOX
    return Newcomer(
        account=usable[0] if usable else None,
        is_fictional=is_fictional,
        people=FICTIONAL_PEOPLE if is_fictional else REAL_PEOPLE,
    )


def try_out(membership: Membership) -> SearchJob:
    """Queue the search that a newcomer tries; asked again, the first one serves.

    Raises: as `services.create` does.
    """
    memberships.require_change(membership)
    earlier = selectors.jobs_of(membership).first()
    if earlier is not None:
        return earlier
    to_try = newcomer(membership)
    kind = "Sample, fictional people" if to_try.is_fictional else "First search"
    return services.create(
        membership=membership,
        search_criteria=CRITERIA,
        target_count=to_try.people,
        name=f"{kind}: chief executives",
    ).job
