"""How does somebody who waits for LinkedIn get a turn of their account?

A look-up of names and a preview are requests of the account like any other: one at a
time, at its pace, within its hours. They take the lease for no job:

    1 claim   a free account, locked; lease written for no job     one transaction
    2 ask     one request                                           no transaction
    3 end     is the token still ours? the lease is gone            one transaction

A process can die on any line: before 1 commits nothing happened; after it the lease
lapses, and the engine's next claim finds no job to blame. Searches wait the while.
"""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.errors import Conflict, Refusal
from accounts.models import AccountStatus, AccountWait, LinkedInAccount
from searchjobs import breaker, limits, quotas, turns
from searchjobs.events import rfc3339
from searchjobs.models import SearchJob
from unipile_client.types import Api

NO_JOB = uuid.UUID(int=0)
LOOK_EACH_S = 0.1
RETRY_AFTER_S = 2


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Not now: look again in `opens_s`; `why` is said to who will not wait so long,
    `until` is the time that it names."""

    opens_s: float
    why: str
    until: datetime | None = None


def claim_soon(
    accounts: Sequence[LinkedInAccount], *, api: Api, rows: int = 0, patience_s: float
) -> tuple[turns.Claim, LinkedInAccount]:
    """Claim the first of these accounts that is free, waiting a little for one.

    `rows` is how many people the request may bring: they must fit into the day's quota.

    Raises:
        Refusal: throttled when none was free in time; outside_hours, daily_quota,
            commercial_limit or provider_down where waiting a moment does not help.
    """
    give_up_at = time.monotonic() + patience_s
    while True:
        waits = []
        for account in accounts:
            with transaction.atomic():
                claimed = claim(account.id, api=api, rows=rows)
            if isinstance(claimed, turns.Claim):
                return claimed, account
            waits.append(claimed)
        wait = min(waits, key=lambda one: one.opens_s)
        if time.monotonic() + wait.opens_s > give_up_at:
            raise Refusal(
                wait.why,
                code="throttled",
                status=429,
                retry_after=max(RETRY_AFTER_S, math.ceil(wait.opens_s)),
                **({"until": rfc3339(wait.until)} if wait.until else {}),
            )
        # to the moment: where searches run, the engine takes the next turn soon after
        time.sleep(wait.opens_s)


def claim(account_id: uuid.UUID, *, api: Api, rows: int = 0) -> turns.Claim | Wait:
    """Claim the account in the caller's transaction, or say when to look again.

    Raises: as `claim_soon` does.
    """
    account = turns.lock(account_id)
    if account is None or account.is_leased or account.row.status != AccountStatus.OK:
        return _BUSY
    if account.row.lease_job in turns.runnable_jobs(account.id):
        return _BUSY  # a search's turn lapsed: the engine is to count that
    _require_open(account)
    if rows:
        _require_room(account, api, rows)
    if not account.is_open:
        return _wait_of(account)
    if not breaker.admits(account):
        raise not_answering()
    turn = SearchJob(id=NO_JOB, search_source=api, created_at=account.now)
    return turns.take(account, turn)


_BUSY = Wait(
    opens_s=LOOK_EACH_S,
    why="Your LinkedIn account is busy with a search. Try again in a moment.",
)
_WAITS: Mapping[str, str] = {
    AccountWait.RATE_LIMITED: "LinkedIn asked it to slow down",
    AccountWait.BACKING_OFF: "Unipile did not answer",
    AccountWait.PROVIDER_DOWN: "LinkedIn or Unipile has trouble",
}


def _wait_of(account: turns.LockedAccount) -> Wait:
    opens_s = (account.row.next_turn_at - account.now).total_seconds()
    reason = _WAITS.get(account.row.wait_reason)
    if reason is None:
        return Wait(opens_s=opens_s, why=_BUSY.why)
    until = account.row.next_turn_at
    said = _at(until, now=account.now)
    return Wait(
        opens_s=opens_s,
        why=f"{account.row.name} waits until {said}: {reason}.",
        until=until,
    )


def _at(moment: datetime, *, now: datetime) -> str:
    """Say a time of day in UTC, with its day where that is another than today; pages
    put the viewer's own for it, by `until`."""
    day = "" if moment.date() == now.date() else f" on {moment.day} {moment:%b}"
    return f"{moment:%H:%M} UTC{day}"


def _require_open(account: turns.LockedAccount) -> None:
    """Refuse where waiting a moment does not help."""
    opens_at = turns.opens_at(account)
    if opens_at > account.now:
        raise Conflict(
            f"{account.row.name} is outside of its working hours until "
            f"{_at(opens_at, now=account.now)}. Try again then, or change its hours "
            "in Settings.",
            code="outside_hours",
            until=rfc3339(opens_at),
        )
    if breaker.shut_until(account) is not None:
        raise not_answering()


def _require_room(account: turns.LockedAccount, api: Api, rows: int) -> None:
    """Refuse what the day's quota, or LinkedIn's monthly limit, has no room for."""
    limited_until = limits.until(account.row, api, now=account.now)
    if limited_until is not None:
        raise Conflict(
            f"LinkedIn lets {account.row.name} search no more for now. It is tried "
            f"again at {_at(limited_until, now=account.now)}.",
            code="commercial_limit",
            until=rfc3339(limited_until),
        )
    quota = quotas.quota_of(account.row, api)
    if not quota.has_room(rows):
        opens_at = quota.openings([rows], now=account.now)[0]
        raise Conflict(
            f"{account.row.name} received {quota.used:,} of {quota.limit:,} people "
            f"today. There is room again at {_at(opens_at, now=account.now)}.",
            code="daily_quota",
            until=rfc3339(opens_at),
        )


def not_answering(code: str = "provider_down") -> Refusal:
    return Refusal(
        "LinkedIn does not answer now. Try again in a moment.",
        code=code,
        status=503,
        retry_after=RETRY_AFTER_S,
    )
