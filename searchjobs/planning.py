"""What would a search do: through which account and api, for how many, at what size?

Decided before anything is stored, for a search, its preview and its estimate alike.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.advice import no_account
from accounts.errors import NotFound, Refusal
from accounts.models import (
    STRONGEST_FIRST,
    AccountStatus,
    LinkedInAccount,
    Membership,
)
from searchjobs import paging
from searchjobs.models import SearchType
from searchjobs.sources import linkedin
from unipile_client import criteria
from unipile_client.types import Api

MOST_PEOPLE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a search would do: which account and api, how many people, page by page."""

    account: LinkedInAccount
    api: Api
    target_count: int
    page_size: int
    capped: bool
    warnings: tuple[str, ...]


def plan_search(
    *,
    membership: Membership,
    search_criteria: Mapping[str, Any],
    target_count: int,
    account_id: uuid.UUID | None,
) -> Plan:
    """Check a search and choose its account and api, storing nothing.

    Raises:
        Refusal: invalid_request with `fields`, or no_linkedin_account when the caller
            has none in order.
        NotFound: account_not_found for an account that is not the caller's.
    """
    require_valid(search_criteria, target_count)
    account = _account_for(membership, account_id)
    api = _api_for(account, search_criteria)
    capped = min(target_count, api.ceiling)
    translation = criteria.translate(search_criteria, api)
    return Plan(
        account=account,
        api=api,
        target_count=capped,
        page_size=paging.page_size_for(capped, max_page_size=api.max_page_size),
        capped=capped < target_count,
        warnings=translation.ignored,
    )


def require_valid(search_criteria: Mapping[str, Any], target_count: int) -> None:
    """Refuse what no account could search for.

    Raises:
        Refusal: invalid_request, with each wrong field in `fields`.
    """
    wrong = {
        f"search_criteria.{field}": why
        for field, why in criteria.validate(search_criteria).items()
    }
    if not 1 <= target_count <= MOST_PEOPLE:
        wrong["target_count"] = f"Give a number from 1 to {MOST_PEOPLE:,}."
    if wrong:
        raise Refusal("The search is not valid; see `fields`.", fields=wrong)


def require_source(search_type: str) -> None:
    """Raises: Refusal, source_not_configured."""
    if search_type != SearchType.LINKEDIN or not linkedin.is_set_up():
        raise Refusal(
            f"The source '{search_type}' is not set up here. Ask your administrator, "
            "or search on LinkedIn.",
            code="source_not_configured",
        )


_OWN = """
    SELECT * FROM user_unipile_accounts WHERE user_id = %s AND workspace_id = %s
"""


def _account_for(
    membership: Membership, account_id: uuid.UUID | None
) -> LinkedInAccount:
    """Return the caller's account: the one named, else strongest api, earliest turn."""
    own = LinkedInAccount.objects.raw(
        _OWN, [membership.user_id, membership.workspace_id]
    )
    accounts = [one for one in own if account_id in (None, one.id)]
    if account_id is not None and not accounts:
        raise NotFound("LinkedIn account not found", code="account_not_found")
    usable = [one for one in accounts if one.status == AccountStatus.OK]
    if not usable:
        raise no_account()
    return min(usable, key=lambda one: (_strength(one), one.next_turn_at))


def _strength(account: LinkedInAccount) -> int:
    return STRONGEST_FIRST.index(account.apis[0])


def _api_for(account: LinkedInAccount, search_criteria: Mapping[str, Any]) -> Api:
    """Return the api the criteria or their URL name, else the account's strongest."""
    named = search_criteria.get("api")
    if not named and search_criteria.get("url"):
        named = criteria.api_of_url(search_criteria["url"])
    if named and named not in account.apis:
        raise Refusal(
            "The search is not valid; see `fields`.",
            fields={
                "search_criteria.api": f"The account {account.name} has no "
                f"{Api(named).label}. Choose another account or another api."
            },
        )
    return Api(named or account.apis[0])
