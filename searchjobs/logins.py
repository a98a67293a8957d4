"""What does a login that is lost, or changed, mean for searches and sockets?"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from accounts import rereads
from accounts.advice import advice_for
from accounts.models import LinkedInAccount
from searchjobs import events, lifecycle, quotas, turns


def lose(account: turns.LockedAccount, status: str, *, reason: str) -> None:
    """Take a locked account out of use and pause its jobs, in this transaction."""
    rereads.set_status(
        LinkedInAccount.objects.filter(id=account.id), status, reason=reason
    )
    lifecycle.pause_for_account(turns.runnable_jobs(account.id))
    tell([account.id])


def tell(account_ids: Collection[uuid.UUID]) -> None:
    """Tell the workspaces' sockets, on commit, how these accounts are now."""
    for account in LinkedInAccount.objects.filter(id__in=account_ids):
        message = {
            "type": "account.updated",
            "id": str(account.id),
            "name": account.name,
            "status": account.status,
            "advice": advice_for(account),
            "quota_left_today": quotas.quota_of(account, account.apis[0]).left,
            "next_turn_at": events.rfc3339(account.next_turn_at),
            "wait_reason": account.wait_reason or None,
        }
        events.publish_workspace(account.workspace_id, message)
