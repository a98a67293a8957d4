"""What would a search find? One page of ten is asked for, and nothing of it is kept.

It is an errand of its account, ended by the very rules that end a turn of a search: the
people received count against the day's quota, a 429 slows the account down, a lost
login pauses its searches.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts import memberships
from accounts.advice import advice_for
from accounts.errors import Conflict, Refusal
from accounts.models import LinkedInAccount, Membership
from searchjobs import errands, outcomes, planning, quotas, schedule, selectors
from searchjobs.models import SearchJob
from searchjobs.sources import (
    GiveUp,
    LimitReached,
    NeedsPerson,
    Outcome,
    Page,
    RetryAfter,
)
from searchjobs.sources.linkedin import LinkedInSource
from searchjobs.states import WaitReason
from unipile_client.errors import ADVICE

ROWS = 10
PATIENCE_S = 6.0  # a turn of the pace, and most answers before it
ANSWER_WITHIN_S = 15.0


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a look at the first page showed, and what the whole would come to.

    `available_total` is None where LinkedIn did not say; `people` are prospect_data, in
    LinkedIn's order. `received` rows were taken from the day's quota, whose rest is
    `quota_left` (None: no limit); the search would take `wanted`, on so many `pages`.
    """

    plan: planning.Plan
    available_total: int | None
    people: list[dict[str, Any]]
    received: int
    wanted: int
    pages: int
    forecast: schedule.Forecast
    quota_left: int | None


def preview(
    *,
    membership: Membership,
    search_criteria: Mapping[str, Any],
    target_count: int,
    account_id: uuid.UUID | None,
    patience_s: float = PATIENCE_S,
) -> Preview:
    """Ask LinkedIn for the first ten; `patience_s` is how long to wait for a turn.

    Raises:
        Refusal: as `services.create` does, as `errands.claim_soon` does, and for what
            LinkedIn answered.
    """
    memberships.require_change(membership)
    plan = planning.plan_search(
        membership=membership,
        search_criteria=search_criteria,
        target_count=target_count,
        account_id=account_id,
    )
    page = _look(plan, search_criteria, patience_s=patience_s)
    plan.account.refresh_from_db()
    wanted = _wanted(plan, page)
    return Preview(
        plan=plan,
        available_total=page.available_total,
        people=[_shown(one.prospect_data) for one in page.candidates[:ROWS]],
        received=page.rows,
        wanted=wanted,
        pages=schedule.pages_left(wanted=wanted, stored=0, page_size=plan.page_size),
        forecast=selectors.forecast_of_newcomer(
            plan.account,
            api=plan.api,
            target_count=wanted,
            page_size=plan.page_size,
        ),
        quota_left=quotas.quota_of(plan.account, plan.api).left,
    )


def _wanted(plan: planning.Plan, page: Page) -> int:
    if page.available_total is None:
        return plan.target_count
    return min(plan.target_count, page.available_total)


def _look(
    plan: planning.Plan, search_criteria: Mapping[str, Any], *, patience_s: float
) -> Page:
    claim, account = errands.claim_soon(
        [plan.account], api=plan.api, rows=ROWS, patience_s=patience_s
    )
    first_page = SearchJob(
        id=errands.NO_JOB,
        account=account,
        # in the order in which jsonb keeps a job's: the search sends the same bytes
        search_criteria=dict(
            sorted(search_criteria.items(), key=lambda one: (len(one[0]), one[0]))
        ),
        search_source=plan.api,
        page_size=ROWS,
    )
    outcome = LinkedInSource().fetch(
        first_page,
        deadline_s=min(ANSWER_WITHIN_S, settings.SEARCH_LEASE_SECONDS * 2 / 3),
    )
    # ten rows say nothing about how long a page takes: its average stays as it was
    turn = outcomes.Turn(claim=claim, outcome=outcome, seconds=account.answer_seconds)
    with transaction.atomic():
        outcomes.end(turn)
    if not isinstance(outcome, Page):
        raise _refusal_of(outcome, account)
    return outcome


def _shown(person: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in person.items() if key != "raw"}


def _refusal_of(outcome: Outcome, account: LinkedInAccount) -> Refusal:
    match outcome:
        case RetryAfter(reason=WaitReason.RATE_LIMITED):
            return Refusal(
                f"LinkedIn asks {account.name} to slow down. Try again later.",
                code="throttled",
                status=429,
                retry_after=math.ceil(outcome.delay_s or 60),
            )
        case RetryAfter():
            return errands.not_answering(outcome.code)
        case LimitReached():
            return Conflict(
                f"LinkedIn lets {account.name} search no more this month without a "
                "paid plan. Choose another account.",
                code="commercial_limit",
            )
        case NeedsPerson():
            account.refresh_from_db()
            return Conflict(advice_for(account) or "", code="account_disconnected")
        case GiveUp(code="unipile_bad_request"):
            return Refusal(_said(outcome), code=outcome.code)
        case GiveUp():
            return Refusal(_said(outcome), code=outcome.code, status=502)
    raise AssertionError(outcome)  # the others answer a cursor, and none was sent


def _said(outcome: GiveUp) -> str:
    advice = ADVICE.get(outcome.code)
    return f"{advice} ({outcome.message})" if advice else outcome.message
