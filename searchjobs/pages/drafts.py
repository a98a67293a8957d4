"""What somebody fills in on the page of a new search, and what it would come to."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from accounts.errors import Refusal
from accounts.models import Membership
from searchjobs import quotas, selectors, services
from searchjobs.models import SearchJob
from searchjobs.pages import criteria
from searchjobs.pages.criteria import LOOKUPS

MOST_BY_DEFAULT = 1000
LABEL = "label"  # hidden fields 'LOCATION:103644278:United States', for the page alone

_TEXTS = ("title", "keywords", "first_name", "last_name")
_LISTS = (*LOOKUPS, "company_headcount", "seniority", "profile_language")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The form's content: right or wrong, as it stands.

    `search_criteria` has the contract's keys; `labels` name the chosen ids, for the
    form alone; `wrong` says by field what could not even be read.
    """

    search_criteria: dict[str, Any] = field(default_factory=dict)
    target_text: str = str(MOST_BY_DEFAULT)
    account_text: str = ""
    name: str = ""
    is_url: bool = False
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        """Return what `services.create` and `plan_search` take.

        Raises:
            Refusal: invalid_request with `fields`.
        """
        wrong = dict(self.wrong)
        if not any(
            value for key, value in self.search_criteria.items() if key != "api"
        ):
            wrong["search_criteria"] = (
                "Paste the address of a search."
                if self.is_url
                else "Say who you are looking for: fill in at least one filter."
            )
        if wrong:
            raise Refusal("The search is not complete yet.", fields=wrong)
        return {
            "search_criteria": self.search_criteria,
            "target_count": int(self.target_text),
            "account_id": uuid.UUID(self.account_text) if self.account_text else None,
        }

    def chosen(self, key: str) -> list[tuple[str, str]]:
        """Return the ids chosen for a filter, each with its name."""
        return [
            (str(value), self.labels.get((LOOKUPS[key], str(value)), str(value)))
            for value in self.search_criteria.get(key, [])
        ]


def read(form: QueryDict) -> Draft:
    """Read the posted form."""
    is_url = form.get("mode") == "url"
    wrong: dict[str, str] = {}
    target_text = form.get("target_count", "").strip()
    if not (target_text.isascii() and target_text.isdigit() and len(target_text) < 10):
        wrong["target_count"] = "Give a whole number."
    account_text = form.get("account_id", "")
    if account_text and not _is_uuid(account_text):
        wrong["account_id"] = "Choose one of your accounts."
    return Draft(
        search_criteria=_url_of(form) if is_url else _filters_of(form, wrong),
        target_text=target_text,
        account_text=account_text,
        name=" ".join(form.get("name", "").split())[:200],
        is_url=is_url,
        labels=_labels_of(form.getlist(LABEL)),
        wrong=wrong,
    )


def again(job: SearchJob) -> Draft:
    """Return a draft that asks for the same as an earlier search."""
    return Draft(
        search_criteria=dict(job.search_criteria),
        target_text=str(job.target_count),
        account_text=str(job.account_id),
        is_url=bool(job.search_criteria.get("url")),
        labels=criteria.names_of([job.search_criteria]),
    )


def _url_of(form: QueryDict) -> dict[str, Any]:
    url = form.get("url", "").strip()
    return {"url": url} if url else {}


def _filters_of(form: QueryDict, wrong: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        **{key: form.get(key, "").strip() for key in (*_TEXTS, "api")},
        **{key: _chosen(form, key) for key in _LISTS},
    }
    distances = _chosen(form, "network_distance")
    if not set(distances) <= set(criteria.DISTANCES):
        wrong["search_criteria.network_distance"] = "Choose 1st, 2nd or 3rd+."
    else:
        found["network_distance"] = [int(each) for each in distances]
    return {key: value for key, value in found.items() if value}


def _chosen(form: QueryDict, key: str) -> list[str]:
    values = (value.strip() for value in form.getlist(key))
    return list(dict.fromkeys(value for value in values if value))


def _labels_of(texts: list[str]) -> dict[tuple[str, str], str]:
    parts = (text.split(":", 2) for text in texts)
    return {(part[0], part[1]): part[2] for part in parts if len(part) == 3}


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a search would come to.

    `starts_s` and `ends_s` are from now, behind what its account already has in line;
    `quota_left` in people, None where there is no limit.
    """

    plan: services.Plan
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
        return self.quota_left is not None and self.quota_left < self.plan.target_count

    @property
    def left_after(self) -> int:
        return (self.quota_left or 0) - self.plan.target_count


def estimate(membership: Membership, draft: Draft) -> Estimate:
    """Work out what a draft would come to, storing nothing.

    Raises:
        Refusal, NotFound: as `services.create` does.
    """
    plan = services.plan_search(membership=membership, **draft.arguments())
    forecast = selectors.forecast_of_newcomer(
        plan.account,
        api=plan.api,
        target_count=plan.target_count,
        page_size=plan.page_size,
    )
    return Estimate(
        plan=plan,
        pages=math.ceil(plan.target_count / plan.page_size),
        starts_s=forecast.starts_s,
        ends_s=forecast.ends_s,
        quota_left=quotas.quota_of(plan.account, plan.api).left,
        chips=criteria.chips_of(draft.search_criteria, draft.labels),
    )
