"""How LinkedIn accounts stand, as Settings shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.advice import advice_for
from accounts.models import (
    AccountStatus,
    AccountWait,
    HostedSignIn,
    LinkedInAccount,
    Membership,
    SignInOutcome,
)
from searchjobs import limits, listings, quotas
from searchjobs.pages import paces
from searchjobs.quotas import Quota
from unipile_client.types import Api

_WAITS: Mapping[str, str] = {
    AccountWait.RATE_LIMITED: "LinkedIn asked it to wait until",
    AccountWait.BACKING_OFF: "Unipile did not answer; it tries again at",
    AccountWait.PROVIDER_DOWN: "LinkedIn or Unipile has trouble; it tries again at",
    AccountWait.OUTSIDE_HOURS: "Outside its working hours until",
}


@dataclass(frozen=True, kw_only=True)
class Usage:
    """One api's last 24 hours; `opens_at` is when the next page fits, if none does."""

    api: Api
    quota: Quota
    own_limit: int | None
    setting: int
    opens_at: datetime | None
    limited_until: datetime | None

    @property
    def field(self) -> str:
        return f"daily_quota_{self.api}"

    @property
    def colour(self) -> str:
        return "amber" if self.opens_at or self.limited_until else ""


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """An account and what to say of it."""

    account: LinkedInAccount
    is_own: bool
    has_left: bool
    usage: tuple[Usage, ...]
    wait: str
    advice: str | None
    pace: str
    hours: str

    @property
    def is_ok(self) -> bool:
        return self.account.status == AccountStatus.OK

    @property
    def is_unlimited(self) -> bool:
        """Tell whether a daily limit was taken away from one of its products."""
        return any(use.own_limit == 0 for use in self.usage)

    @property
    def may_reconnect(self) -> bool:
        """A login that Unipile has no more is connected anew instead."""
        return self.account.status not in (
            AccountStatus.OK,
            AccountStatus.CONNECTING,
            AccountStatus.DELETED,
        )


def rows_for(membership: Membership, *, now: datetime) -> list[AccountRow]:
    """Return what Settings lists, in three queries."""
    accounts = listings.accounts_seen_by(membership)
    found = quotas.quotas_of(accounts)
    here = set(
        Membership.objects.filter(workspace_id=membership.workspace_id).values_list(
            "user_id", flat=True
        )
    )
    return [
        AccountRow(
            account=account,
            is_own=account.user_id == membership.user_id,
            has_left=account.user_id not in here,
            usage=tuple(
                _usage(account, Api(api), found[account.id, api], now=now)
                for api in account.apis
            ),
            wait=_WAITS.get(account.wait_reason, "")
            if account.next_turn_at > now
            else "",
            advice=advice_for(account),
            pace=paces.pace(account),
            hours=paces.hours(account),
        )
        for account in accounts
    ]


def _usage(account: LinkedInAccount, api: Api, quota: Quota, *, now: datetime) -> Usage:
    page_size = api.max_page_size
    is_full = not quota.has_room(page_size)
    return Usage(
        api=api,
        quota=quota,
        own_limit=getattr(account, f"daily_quota_{api}"),
        setting=quotas.setting_of(api),
        opens_at=quota.openings([page_size], now=now)[0] if is_full else None,
        limited_until=limits.until(account, api, now=now),
    )


def checked(account: LinkedInAccount) -> tuple[str, str]:
    """Say how a login was found when somebody asked: colour and words."""
    advice = advice_for(account)
    if advice is not None:
        return "red", f"{account.name}: {advice}"
    products = ", ".join(Api(api).label for api in account.apis)
    return "green", f"{account.name} is in order. It searches by: {products}."


def said_of(sign_in: HostedSignIn, *, went: str) -> tuple[str, str]:
    """Say to who comes back from Unipile's page what came of it: colour and words."""
    match sign_in.outcome:
        case SignInOutcome.DONE if sign_in.is_reconnect:
            return "green", f"{sign_in.account} is signed in again."
        case SignInOutcome.DONE:
            return "green", f"{sign_in.account} is connected."
        case SignInOutcome.TAKEN:
            return (
                "red",
                "That LinkedIn account is connected already, by somebody else. Nothing "
                "was changed. Ask whoever uses it, or connect another.",
            )
        case SignInOutcome.WRONG:
            return (
                "red",
                "That was another LinkedIn account than the one to reconnect. "
                "Nothing was changed. Reconnect again with its own login.",
            )
        case SignInOutcome.LEFT:
            return (
                "red",
                "Your role may not connect accounts. Nothing was changed.",
            )
    if sign_in.outcome == SignInOutcome.FAILED or went == "wrong":
        return "red", "The sign-in did not work. Nothing was changed. Try it again."
    return (
        "blue",
        "LinkedIn accepted the sign-in. The account shows here as soon as Unipile has "
        "told us, mostly within seconds.",
    )
