"""What became of a login, and when is it read again at Unipile?

A login that is not in order is read again by itself: a minute after it was lost, then
less and less often, to half an hour. `rereads` counts that until a page is answered, so
a login that Unipile calls OK and LinkedIn refuses does not go to and fro each minute.

Unipile's webhook only brings that time forward: it stands in the row, so a storm of
deliveries is one reading, and a lost message costs seconds.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Least, Now

from accounts.models import AccountStatus, LinkedInAccount

LONGEST_REREAD_S = 1800.0
NOT_OFTENER_THAN = timedelta(seconds=10)

_DELAY = "make_interval(secs => least(%s, %s * 2.0 ^ least({rereads}, 16)))"
_NEXT = f"statement_timestamp() + {_DELAY.format(rereads='rereads')}"


def set_status(
    logins: QuerySet[LinkedInAccount], status: str, *, reason: str = ""
) -> int:
    """Note what became of logins; a sync that began before this changes nothing.

    `reason` is Unipile's word for it (`multiple_sessions`), where it gave one.
    """
    columns: dict[str, Any] = {
        "status": status,
        "status_reason": reason,
        "status_changed_at": Now(),
    }
    if status != AccountStatus.OK:
        delays = (LONGEST_REREAD_S, settings.ACCOUNT_REREAD_SECONDS)
        columns["next_reread_at"] = Least("next_reread_at", RawSQL(_NEXT, delays))
    return logins.update(**columns)


def ask_for_reread(unipile_account_id: str) -> bool:
    """Make a known login due for reading again; True where a worker is to be told.

    While others are due somebody is reading them, and finds this one too.
    """
    asked = LinkedInAccount.objects.filter(
        Q(next_reread_at__isnull=True) | Q(next_reread_at__gt=Now()),
        unipile_account_id=unipile_account_id,
    )
    is_first = not is_reread_due()
    return bool(asked.update(next_reread_at=Now())) and is_first


def is_reread_due() -> bool:
    return LinkedInAccount.objects.filter(next_reread_at__lte=Now()).exists()


@dataclass(frozen=True, kw_only=True)
class Reread:
    """The right to read a login again; `next_at` is when the next one would."""

    account_id: uuid.UUID
    next_at: datetime


_CLAIM = f"""
WITH due AS (
    SELECT id FROM user_unipile_accounts
    WHERE next_reread_at <= statement_timestamp()
    ORDER BY next_reread_at LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE user_unipile_accounts login
SET reread_at = statement_timestamp(),
    rereads = rereads + (status <> 'ok')::int,
    next_reread_at = statement_timestamp() + {_DELAY.format(rereads="rereads + 1")}
FROM due WHERE login.id = due.id
RETURNING login.id, login.next_reread_at
"""


def claim_reread() -> Reread | None:
    """Claim the login that waited longest for being read again, if any is due.

    The next reading is set at once: a worker that dies, or a Unipile that does not
    answer, only delays it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [LONGEST_REREAD_S, settings.ACCOUNT_REREAD_SECONDS])
        row = cursor.fetchone()
    return None if row is None else Reread(account_id=row[0], next_at=row[1])


def claim_reread_of(account: LinkedInAccount) -> bool:
    """Claim the reading of one login for a person; False where one was just now."""
    rested = LinkedInAccount.objects.filter(
        Q(reread_at__isnull=True) | Q(reread_at__lte=Now() - NOT_OFTENER_THAN),
        id=account.id,
    )
    return bool(rested.update(reread_at=Now()))


def settle(reread: Reread) -> None:
    """Stop reading a login that is in order again.

    Not where the webhook spoke since the claim: that moved `next_reread_at`.
    """
    LinkedInAccount.objects.filter(
        id=reread.account_id, status=AccountStatus.OK, next_reread_at=reread.next_at
    ).update(next_reread_at=None)
