"""Reads logins at Unipile, and tells the sockets what changed.

Their searches pause and go on by the dispatcher, which compares both all the time.
"""

from __future__ import annotations

import logging
import time

from accounts import hosted, rereads
from accounts import sync as accounts_sync
from accounts.errors import Refusal
from accounts.models import LinkedInAccount, Membership
from accounts.sync import SyncOutcome
from searchjobs import logins

logger = logging.getLogger(__name__)

GO_ON_FOR_S = 30.0


def sync(*, owner: Membership | None) -> SyncOutcome:
    """Read GET /accounts into our rows, and tell the sockets what changed.

    Raises: as `accounts.sync.sync` does.
    """
    outcome = accounts_sync.sync(owner=owner)
    logins.tell([*outcome.added, *outcome.changed])
    return outcome


def sync_one(account: LinkedInAccount) -> LinkedInAccount:
    """Read one login now, because a person asks; return its row as it is then.

    Raises:
        Refusal: throttled where it was read a moment ago; else as `sync` does.
    """
    if not rereads.claim_reread_of(account):
        raise Refusal(
            "This account was read a moment ago. Try again in a few seconds.",
            code="throttled",
            status=429,
            retry_after=int(rereads.NOT_OFTENER_THAN.total_seconds()),
        )
    if accounts_sync.reread(account.id):
        logins.tell([account.id])
    account.refresh_from_db()
    return account


def reread_due() -> None:
    """Read the logins again whose time has come, one after the other.

    A Unipile that does not answer ends it: the others stay due.
    """
    began = time.monotonic()
    while time.monotonic() - began < GO_ON_FOR_S:
        claimed = rereads.claim_reread()
        if claimed is None:
            return
        try:
            has_changed = accounts_sync.reread(claimed.account_id)
        except Refusal as refusal:
            logger.warning("login not read again: %s", refusal.code)
            return
        rereads.settle(claimed)
        if has_changed:
            logins.tell([claimed.account_id])


def settle_sign_in(call: hosted.Call) -> None:
    """End a person's sign-in at Unipile, and tell the sockets of the account.

    Raises: as `accounts.hosted.settle` does.
    """
    changed = hosted.settle(call)
    if changed is not None:
        logins.tell([changed])
