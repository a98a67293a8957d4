"""What a search would come to, before anybody is asked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from accounts.errors import Refusal
from accounts.models import Membership
from searchjobs import planning, quotas, schedule, selectors
from searchjobs.pages import criteria
from searchjobs.pages.drafts import Draft
from unipile_client.criteria import can_apply, translate, validate
from unipile_client.types import Api


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a search would come to.

    `starts_s` and `ends_s` are from now, behind what its account already has in line;
    `wanted` is how many people there are to fetch, as far as is known; `quota_left` in
    people, None where there is no limit.
    """

    plan: planning.Plan
    wanted: int
    pages: int
    starts_s: float
    ends_s: float
    quota_left: int | None
    chips: list[criteria.Chip]

    @property
    def ignored(self) -> list[str]:
        return [criteria.filter_name(key) for key in self.plan.warnings]

    @property
    def waits_behind_others(self) -> bool:
        return self.starts_s >= self.plan_turn_s * 2

    @property
    def plan_turn_s(self) -> float:
        return (self.ends_s - self.starts_s) / max(1, self.pages)

    @property
    def is_over_quota(self) -> bool:
        return self.quota_left is not None and self.quota_left < self.wanted

    @property
    def left_after(self) -> int:
        return (self.quota_left or 0) - self.wanted


def estimate(membership: Membership, draft: Draft) -> Estimate:
    """Work out what a draft would come to, storing nothing.

    Raises:
        Refusal, NotFound: as `services.create` does.
    """
    plan = planning.plan_search(membership=membership, **draft.arguments())
    known = plan.target_count if draft.available is None else draft.available
    wanted = min(plan.target_count, known)
    forecast = selectors.forecast_of_newcomer(
        plan.account, api=plan.api, target_count=wanted, page_size=plan.page_size
    )
    return Estimate(
        plan=plan,
        wanted=wanted,
        pages=schedule.pages_left(wanted=wanted, stored=0, page_size=plan.page_size),
        starts_s=forecast.starts_s,
        ends_s=forecast.ends_s,
        quota_left=quotas.quota_of(plan.account, plan.api).left,
        chips=_chips_of(draft),
    )


def _chips_of(draft: Draft) -> list[criteria.Chip]:
    """Return the filters, of an address those that it holds rather than itself."""
    asked = draft.search_criteria
    names = criteria.names_of([asked]) if draft.is_url else draft.labels
    chips = criteria.chips_of(asked, names)
    return [chip for chip in chips if chip.label != criteria.URL] or chips


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What the api that would be asked makes of one filter; no `words`: all of it.

    `is_set`: somebody filled it in, and it would be left out.
    """

    key: str
    words: str = ""
    is_set: bool = False


# the filters that some api cannot apply, or not wholly
MARKED = ("company", "company_headcount", "seniority", "network_distance")


def marks(membership: Membership, draft: Draft) -> list[Mark]:
    """Say of each filter, filled in or not, before anybody submits it."""
    api = None if draft.is_url else _api_of(membership, draft)
    if api is None:
        return [Mark(key=key) for key in MARKED]
    return [_mark(key, draft.search_criteria.get(key), api) for key in MARKED]


def _api_of(membership: Membership, draft: Draft) -> Api | None:
    """Return the api that would be asked, also while nothing else is filled in."""
    named = {key: of for key, of in draft.search_criteria.items() if key == "api"}
    try:
        return planning.plan_search(
            membership=membership,
            search_criteria=named,
            target_count=1,
            account_id=uuid.UUID(draft.account_text) if draft.account_text else None,
        ).api
    except (Refusal, ValueError):
        return None


def _mark(key: str, value: Any, api: Api) -> Mark:
    if not can_apply(api, key):
        if not value:
            return Mark(key=key, words=f"{api.label} has no such filter.")
        words = f"{api.label} ignores {criteria.filter_name(key)}. It will not be sent."
        return Mark(key=key, words=words, is_set=True)
    if not value or validate({key: value}):
        return Mark(key=key)
    if key in translate({key: value}, api).ignored:
        words = f"{api.label} applies only a part of this."
        return Mark(key=key, words=words, is_set=True)
    return Mark(key=key)
