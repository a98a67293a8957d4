"""What people see when LinkedIn accounts come and go at Unipile.

Their searches pause and go on by the dispatcher, which compares both all the time.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from accounts import sync as accounts_sync
from accounts.models import LinkedInAccount, Membership
from accounts.sync import SyncOutcome
from searchjobs import events, listings


def sync(*, owner: Membership | None) -> SyncOutcome:
    """Read GET /accounts into our rows, and tell the sockets what changed.

    Raises: as `accounts.sync.sync` does.
    """
    outcome = accounts_sync.sync(owner=owner)
    _tell([*outcome.added, *outcome.changed])
    return outcome


def _tell(account_ids: Collection[uuid.UUID]) -> None:
    """Tell the workspaces' sockets what became of these accounts."""
    accounts = list(LinkedInAccount.objects.filter(id__in=account_ids))
    left = listings.quotas_left(accounts)
    for account in accounts:
        message = {
            "type": "account.updated",
            "id": str(account.id),
            "name": account.name,
            "status": account.status,
            "quota_left_today": left[account.id, account.apis[0]],
            "next_turn_at": events.rfc3339(account.next_turn_at),
        }
        events.publish_workspace(account.workspace_id, message)
