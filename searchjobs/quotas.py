"""How many people may an account still receive today?

Per account and api, in the rolling 24 h, every row counted. An hour of the clock is
kept as one number, so its rows count until a day after the hour's end.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import LinkedInAccount
from searchjobs.rows import execute, prepared

USAGE_COUNTS_FOR = timedelta(hours=25)  # from the hour's beginning: 24 h after its end


@dataclass(frozen=True, kw_only=True)
class Quota:
    """What one api of one account may still receive in the rolling 24 h, in rows."""

    limit: int  # 0: none
    hours: tuple[tuple[datetime, int], ...]  # (beginning, rows), oldest first

    @property
    def used(self) -> int:
        return sum(rows for _, rows in self.hours)

    @property
    def left(self) -> int | None:
        """Rows left now, or None where there is no limit."""
        return max(0, self.limit - self.used) if self.limit else None

    def has_room(self, page_size: int) -> bool:
        """One page must fit; where nothing was received one goes all the same."""
        return self.left is None or self.used == 0 or self.left >= page_size

    def openings(self, pages: Sequence[int], *, now: datetime) -> list[datetime]:
        """Return when each of these pages may be asked for, in this order.

        `pages` are their sizes. One is asked for as soon as enough hours have left the
        24 h, and counts from then on against those behind it.
        """
        used, hours = self.used, deque(self.hours)
        moment = now
        moments = []
        for page_size in pages:
            while self.limit and used and self.limit - used < page_size:
                hour, rows = hours.popleft()
                used -= rows
                moment = max(moment, hour + USAGE_COUNTS_FOR)
            used += page_size
            hours.append((hour_of(moment), page_size))
            moments.append(moment)
        return moments


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def limit_of(account: LinkedInAccount, api: str) -> int:
    own: int | None = getattr(account, f"daily_quota_{api}")
    return setting_of(api) if own is None else own


def setting_of(api: str) -> int:
    limit: int = settings.SEARCH_DAILY_QUOTA[api]
    return limit


def quota_of(account: LinkedInAccount, api: str) -> Quota:
    return quotas_of([account])[account.id, api]


def quotas_of(
    accounts: Collection[LinkedInAccount],
) -> dict[tuple[uuid.UUID, str], Quota]:
    """Return by account and api what may still be received, in one query."""
    with prepared() as cursor:
        cursor.execute(
            _USAGE,
            [[account.id for account in accounts], USAGE_COUNTS_FOR.total_seconds()],
        )
        usage = cursor.fetchall()
    hours: dict[tuple[uuid.UUID, str], list[tuple[datetime, int]]] = {}
    for account_id, api, hour, received in usage:
        hours.setdefault((account_id, api), []).append((hour, received))
    return {
        (account.id, api): Quota(
            limit=limit_of(account, api), hours=tuple(hours.get((account.id, api), ()))
        )
        for account in accounts
        for api in settings.SEARCH_DAILY_QUOTA
    }


_USAGE = """
    SELECT account_id, api, hour, received FROM account_usage
    WHERE account_id = ANY(%s)
        AND hour > statement_timestamp() - make_interval(secs => %s)
    ORDER BY hour
"""


def count(account_id: uuid.UUID, api: str, *, rows: int, now: datetime) -> None:
    """Count rows received; `now` is the database's time."""
    execute(_COUNT, [account_id, api, hour_of(now), rows])


_COUNT = """
    INSERT INTO account_usage AS usage (account_id, api, hour, received)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (account_id, api, hour)
        DO UPDATE SET received = usage.received + excluded.received
"""
