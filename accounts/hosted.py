"""How does a person connect a LinkedIn login, or sign one in again?

On Unipile's own page. Unipile then calls us, unsigned: what proves the call is `name`,
our signed word for the sign-in it ends, and what it says of an account is asked of
Unipile before anything is written.

    1 read    the call: our signature, not expired                no query
    2 ask     GET /accounts/{id}                                  no transaction
    3 settle  the sign-in locked, then the account                one transaction

A call that comes twice finds the sign-in done. One that comes after a sync, which found
the new login first, hands it to the person who signed in.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts import memberships, sync
from accounts.errors import Conflict, NotFound, Refusal
from accounts.models import (
    HostedSignIn,
    LinkedInAccount,
    Membership,
    SignInOutcome,
)

PATH = "/api/webhooks/unipile/hosted-auth"
SALT = "accounts.hosted"
PAGE_GOOD_FOR = timedelta(minutes=30)
CALL_GOOD_FOR = timedelta(hours=1)  # the person may take their time on the page
KEPT_FOR = timedelta(days=1)
LONGEST_STATE = 300
ASK_WITHIN_S = 10.0
WENT_WELL = frozenset({"CREATION_SUCCESS", "RECONNECTED"})


@dataclass(frozen=True, kw_only=True)
class Link:
    """Where the person signs in, and until when."""

    url: str
    expires_at: datetime


def link_for(membership: Membership, account: LinkedInAccount | None = None) -> Link:
    """Return a link to connect a login, or to sign `account` in again.

    Raises:
        Refusal: permission_denied for a viewer, source_not_configured, or Unipile's
            own code (502).
    """
    memberships.require_change(membership)
    sign_in = HostedSignIn(
        user_id=membership.user_id,
        workspace_id=membership.workspace_id,
        account=account,
        is_reconnect=account is not None,
    )
    expires_at = timezone.now() + PAGE_GOOD_FOR
    back = f"{settings.SITE_URL}/settings?sign_in={sign_in.id}&went="
    with sync.unipile() as client:
        url = client.hosted_auth_url(
            name=signing.dumps(str(sign_in.id), salt=SALT),
            notify_url=f"{settings.SITE_URL}{PATH}",
            success_url=f"{back}well",
            failure_url=f"{back}wrong",
            expires_at=expires_at,
            reconnect=account.unipile_account_id if account is not None else None,
            deadline_s=ASK_WITHIN_S,
        )
    _forget_old_ones_of(membership)
    sign_in.save()
    return Link(url=url, expires_at=expires_at)


def _forget_old_ones_of(membership: Membership) -> None:
    old = HostedSignIn.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    old.filter(user_id=membership.user_id).delete()


def sign_in_of(membership: Membership, named: str) -> HostedSignIn | None:
    """Return the member's own sign-in that an address names."""
    try:
        sign_in_id = uuid.UUID(named)
    except ValueError:
        return None
    own = HostedSignIn.objects.filter(
        user_id=membership.user_id, workspace_id=membership.workspace_id
    )
    return own.select_related("account").filter(id=sign_in_id).first()


@dataclass(frozen=True, kw_only=True)
class Call:
    """What Unipile tells at the end of a sign-in that is proven to be ours."""

    sign_in_id: uuid.UUID
    went_well: bool
    unipile_account_id: str


def call_of(body: Any) -> Call:
    """Read a call.

    Raises:
        Refusal: not_authenticated without our signature or too late; invalid_request
            for what is no end of a sign-in.
    """
    told = body if isinstance(body, dict) else {}
    state, account_id = told.get("name"), told.get("account_id", "")
    if not isinstance(state, str) or len(state) > LONGEST_STATE:
        raise _unproven()
    try:
        signed = signing.loads(state, salt=SALT, max_age=CALL_GOOD_FOR)
        sign_in_id = uuid.UUID(signed)
    except (signing.BadSignature, ValueError):
        raise _unproven() from None
    status = told.get("status")
    went_well = isinstance(status, str) and status in WENT_WELL
    if went_well and not _may_be_id(account_id):
        raise Refusal("This call names no account.")
    return Call(
        sign_in_id=sign_in_id,
        went_well=went_well,
        unipile_account_id=account_id if went_well else "",
    )


def _may_be_id(value: Any) -> bool:
    is_text = isinstance(value, str) and 0 < len(value) <= sync.LONGEST_ID
    return is_text and value.isprintable() and bool(value.strip("."))


def _unproven() -> Refusal:
    return Refusal(
        "This call ends no sign-in of ours, or one that has expired.",
        code="not_authenticated",
        status=401,
    )


def settle(call: Call) -> uuid.UUID | None:
    """Do what a call says, once Unipile confirms it; return the account it changed.

    Raises:
        Refusal: not_authenticated for an unknown sign-in, Unipile's own code (502).
        NotFound: Unipile has no such LinkedIn account.
        Conflict: sign_in_used, or account_taken, wrong_account, not_a_member; noted,
            for the person to read.
    """
    sign_in = HostedSignIn.objects.filter(id=call.sign_in_id).first()
    if sign_in is None:
        raise _unproven()
    if not call.went_well:
        under_way = HostedSignIn.objects.filter(id=sign_in.id, outcome="")
        under_way.update(outcome=SignInOutcome.FAILED)
        return None
    reading = sync.read(call.unipile_account_id)
    if reading.account is None or not sync.is_ours(reading.account):
        raise NotFound("Unipile has no such LinkedIn account.")
    with transaction.atomic():
        changed, refusal = _settle(sign_in.id, reading)
    if refusal is not None:
        raise refusal
    return changed


def _settle(
    sign_in_id: uuid.UUID, reading: sync.Reading
) -> tuple[uuid.UUID | None, Conflict | None]:
    """Write what was read, or note why not: the note must outlive the refusal."""
    sign_in = HostedSignIn.objects.select_for_update().get(id=sign_in_id)
    assert reading.account is not None
    rows = LinkedInAccount.objects.filter(unipile_account_id=reading.account.id)
    row = rows.select_for_update(no_key=True).first()
    if sign_in.outcome == SignInOutcome.DONE:
        if row is not None and row.id == sign_in.account_id:
            return None, None
        return None, Conflict("This sign-in was used already.", code="sign_in_used")
    member = memberships.membership_in(sign_in.user, sign_in.workspace_id)
    refused = _why_not(sign_in, row, member)
    if refused is not None:
        sign_in.outcome = refused
        sign_in.save(update_fields=["outcome"])
        said, code = _SAID[refused]
        return None, Conflict(said, code=code)
    if row is not None and not sign_in.is_reconnect:
        rows.update(user=sign_in.user)
    outcome = sync.SyncOutcome()
    sync.write(reading.account, owner=member, began=reading.began, outcome=outcome)
    sign_in.account = rows.get()
    sign_in.outcome = SignInOutcome.DONE
    sign_in.save(update_fields=["account", "outcome"])
    return sign_in.account.id, None


_SAID: dict[SignInOutcome, tuple[str, str]] = {
    SignInOutcome.TAKEN: (
        "This LinkedIn account is connected already, by somebody else.",
        "account_taken",
    ),
    SignInOutcome.WRONG: (
        "Somebody signed in with another LinkedIn account than the one to reconnect.",
        "wrong_account",
    ),
    SignInOutcome.LEFT: (
        "Who signed in may not connect accounts in this workspace any more.",
        "not_a_member",
    ),
}


def _why_not(
    sign_in: HostedSignIn, row: LinkedInAccount | None, member: Membership | None
) -> SignInOutcome | None:
    if member is None or not member.may_change:
        return SignInOutcome.LEFT
    if sign_in.is_reconnect:
        is_same = row is not None and row.id == sign_in.account_id
        return None if is_same else SignInOutcome.WRONG
    if row is None or _is_theirs(row, sign_in):
        return None
    return SignInOutcome.TAKEN


def _is_theirs(row: LinkedInAccount, sign_in: HostedSignIn) -> bool:
    """Their own already, or found in their workspace by a sync since they set out."""
    if row.workspace_id != sign_in.workspace_id:
        return False
    return row.user_id == sign_in.user_id or row.created_at >= sign_in.created_at
