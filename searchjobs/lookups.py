"""Which of LinkedIn's ids match a text: 'Berlin' → 106967730?

Answers are kept in the database for 30 days. What is not known is asked through one of
the caller's accounts, as an errand: a turn of that account like any other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from accounts.advice import no_account
from accounts.errors import Conflict, Refusal
from accounts.models import (
    STRONGEST_FIRST,
    AccountStatus,
    LinkedInAccount,
    Membership,
)
from searchjobs import breaker, errands, logins, turns
from searchjobs.models import ParameterLookup
from searchjobs.sources import linkedin
from searchjobs.states import WaitReason
from unipile_client import errors
from unipile_client.client import UnipileClient
from unipile_client.types import Api, Parameter

TYPES = ("LOCATION", "INDUSTRY", "COMPANY", "SCHOOL", "JOB_TITLE")
KEPT_FOR = timedelta(days=30)
MOST_ITEMS = 20
LONGEST_KEYWORDS = 100

ANSWER_WITHIN_S = 10.0

Item = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked; `service` is the product whose ids are wanted."""

    service: Api
    type: str
    keywords: str


def parameters(
    *,
    membership: Membership,
    type: str,
    keywords: str,
    api: Api | None = None,
    patience_s: float = 3.0,
) -> list[Item]:
    """Return LinkedIn's ids and names that match, at most 20.

    `api` is the product that will be searched; None: the caller's strongest.
    `patience_s` is how long to wait for an account whose turn it may be.

    Raises:
        Refusal: source_not_configured, no_linkedin_account, throttled when no account
            was free in time, or what Unipile answered.
    """
    if not linkedin.is_set_up():
        raise Refusal(
            "LinkedIn is not set up here. Ask your administrator.",
            code="source_not_configured",
        )
    accounts = _accounts_of(membership)
    service = api or _strongest(accounts)
    able = [account for account in accounts if service in account.apis]
    if not able:
        raise no_account()
    question = Question(
        service=service,
        type=type,
        keywords=" ".join(keywords.lower().split())[:LONGEST_KEYWORDS],
    )
    known = _known(question)
    if known is not None:
        return known
    unipile = _client()  # before the claim, which nobody would end otherwise
    claim, account = errands.claim_soon(able, api=service, patience_s=patience_s)
    items = _ask(question, unipile, claim, account)
    _keep(question, items)
    return items


def _client() -> UnipileClient:
    try:
        return linkedin.client()
    except ValueError as wrong:  # its text never holds the key
        raise Refusal(
            f"LinkedIn is not set up here: {wrong} Ask your administrator.",
            code="source_not_configured",
        ) from None


def _accounts_of(membership: Membership) -> list[LinkedInAccount]:
    return list(
        LinkedInAccount.objects.filter(
            user_id=membership.user_id,
            workspace_id=membership.workspace_id,
            status=AccountStatus.OK,
            unipile_account_id__isnull=False,
        )
    )


def _strongest(accounts: Sequence[LinkedInAccount]) -> Api:
    had = {api for account in accounts for api in account.apis}
    return next((Api(api) for api in STRONGEST_FIRST if api in had), Api.CLASSIC)


def _known(question: Question) -> list[Item] | None:
    kept = ParameterLookup.objects.filter(
        service=question.service,
        type=question.type,
        keywords=question.keywords,
        fetched_at__gt=Now() - KEPT_FOR,
    )
    items: list[Item] | None = kept.values_list("items", flat=True).first()
    return items


def _keep(question: Question, items: list[Item]) -> None:
    ParameterLookup.objects.bulk_create(
        [
            ParameterLookup(
                service=question.service,
                type=question.type,
                keywords=question.keywords,
                items=items,
                fetched_at=Now(),
            )
        ],
        update_conflicts=True,
        unique_fields=["service", "type", "keywords"],
        update_fields=["items", "fetched_at"],
    )


# --- the turn -----------------------------------------------------------------------


def _ask(
    question: Question,
    unipile: UnipileClient,
    claim: turns.Claim,
    account: LinkedInAccount,
) -> list[Item]:
    # two thirds of a lease, as for any turn: the claim itself took no time to speak of
    deadline_s = min(ANSWER_WITHIN_S, settings.SEARCH_LEASE_SECONDS * 2 / 3)
    failure: errors.UnipileError | None = None
    found: Sequence[Parameter] = ()
    try:
        found = unipile.parameters(
            account_id=account.unipile_account_id or "",
            type=_type_for(question),
            keywords=question.keywords,
            service=question.service,
            limit=MOST_ITEMS,
            deadline_s=deadline_s,
        )
    except errors.UnipileError as trouble:
        failure = trouble
    with transaction.atomic():
        _end(claim, failure)
    if failure is not None:
        raise _refusal_of(failure)
    return [{"id": item.id, "title": item.title} for item in found]


def _type_for(question: Question) -> str:
    """Return Unipile's word: Sales Navigator has industries of its own."""
    is_sales = question.service is Api.SALES_NAVIGATOR
    return (
        "SALES_INDUSTRY" if is_sales and question.type == "INDUSTRY" else question.type
    )


def _end(claim: turns.Claim, failure: errors.UnipileError | None) -> None:
    account = turns.lock_leased(claim)
    if account is None:
        return
    match failure:
        case errors.BackOff():
            reason, asked_s = _wait_reason_of(failure), failure.retry_after_s
            turns.back_off(account, reason=reason, asked_s=asked_s)
            breaker.spoilt(account, reason=reason, asked_s=asked_s)
        case errors.NeedsPerson():
            turns.end(account)
            logins.lose(account, failure.account_status, reason=failure.word)
            breaker.answered(account)
        case errors.JobTrouble():
            turns.end(account)
            breaker.unclear(account)
        case _:
            turns.end(account)
            breaker.answered(account)


def _wait_reason_of(failure: errors.BackOff) -> WaitReason:
    match failure:
        case errors.RateLimited():
            return WaitReason.RATE_LIMITED
        case errors.ProviderDown() | errors.NetworkTrouble():
            return WaitReason.PROVIDER_DOWN
        case _:
            return WaitReason.BACKING_OFF


def _refusal_of(failure: errors.UnipileError) -> Refusal:
    match failure:
        case errors.RateLimited():
            return Refusal(
                "LinkedIn asks this account to slow down. Try again later.",
                code="throttled",
                status=429,
                retry_after=math.ceil(failure.retry_after_s or 60),
            )
        case errors.NeedsPerson():
            return Conflict(failure.advice, code="account_disconnected")
        case errors.BackOff() | errors.JobTrouble():
            return errands.not_answering(failure.code)
        case _:
            return Refusal(failure.advice, code=failure.code, status=502)
