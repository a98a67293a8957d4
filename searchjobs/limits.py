"""Until when does LinkedIn's monthly limit keep an api of an account from asking?

It stands in the account's `limits`, by api, so that a search made meanwhile waits too
without being asked. Nobody says when LinkedIn's month begins: it is tried again a day
later, then 2, then each 4, until a page is answered.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import LinkedInAccount

FIRST = timedelta(days=1)
LONGEST = timedelta(days=4)


def until(account: LinkedInAccount, api: str, *, now: datetime) -> datetime | None:
    """Return when to ask again; None where nothing keeps us from it."""
    limit = account.limits.get(api)
    moment = datetime.fromisoformat(limit["until"]) if limit else now
    return moment if moment > now else None


def note(
    account: LinkedInAccount, api: str, *, now: datetime, delay_s: float | None
) -> datetime:
    """Note, on a locked row, that the limit is used up; return when to ask again."""
    times = account.limits.get(api, {}).get("times", 0) + 1
    delay = min(FIRST * 2 ** min(times - 1, 8), LONGEST)
    moment = now + (delay if delay_s is None else timedelta(seconds=delay_s))
    noted = {"until": moment.isoformat(), "times": times}
    _write(account, account.limits | {api: noted})
    return moment


def forget(account: LinkedInAccount, api: str) -> None:
    """Note, on a locked row, that LinkedIn answered this api."""
    if api in account.limits:
        _write(account, {one: of for one, of in account.limits.items() if one != api})


def _write(account: LinkedInAccount, limits: dict[str, object]) -> None:
    LinkedInAccount.objects.filter(id=account.id).update(limits=limits)
