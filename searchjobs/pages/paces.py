"""How an account goes, in words: its pace, its hours, the searches that share it."""

from __future__ import annotations

from datetime import datetime

from accounts.models import LinkedInAccount
from searchjobs.pages import words
from searchjobs.quotas import Quota
from searchjobs.selectors import Outlook

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CLOCK_FROM_S = 100 * 60  # a wait this long is said by the clock


def pace(account: LinkedInAccount) -> str:
    """Say how much slower it goes since LinkedIn asked for that; else nothing."""
    if account.pace_factor == 1:
        return ""
    return (
        f"Goes {account.pace_factor:.3g} times slower since LinkedIn asked it to slow "
        "down; back to its usual pace page by page."
    )


def hours(account: LinkedInAccount) -> str:
    """Say when it asks: 'Works 09:00 to 18:00, Mon to Fri (Europe/Berlin)'."""
    if account.hours_from is None or account.hours_to is None:
        return ""
    span = f"{account.hours_from:%H:%M} to {account.hours_to:%H:%M}"
    if account.hours_from == account.hours_to:
        span = "the whole day"
    return f"Works {span}, {_days(account.working_days)} ({account.time_zone})"


def _days(days: list[int]) -> str:
    if len(days) == 7:
        return "every day"
    names = [DAYS[day - 1] for day in sorted(days)]
    in_a_row = sorted(days) == list(range(min(days), max(days) + 1))
    if in_a_row and len(days) > 2:
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)


def used(quota: Quota) -> str:
    """Say how much of the day is used: '2,500 of 2,500 used'."""
    return (
        f"{quota.used:,} of {quota.limit:,} used" if quota.limit else "no daily limit"
    )


def sharing(outlook: Outlook, account: LinkedInAccount) -> str:
    """Begin the sentence of a forecast with who shares the account."""
    if outlook.line == 1:
        return "This search"
    return f"{outlook.line:,} searches share {account.name}; this one"


def is_by_clock(outlook: Outlook) -> bool:
    """Whether its start is so far off that it is said by the clock."""
    return outlook.starts_s >= _CLOCK_FROM_S


def starts(outlook: Outlook, *, now: datetime) -> str:
    if is_by_clock(outlook):
        return f"about {words.clock(outlook.starts_at, now=now)}"
    return f"in about {words.about(outlook.starts_s)}"


def forecast(outlook: Outlook, account: LinkedInAccount) -> str:
    """Say the whole forecast, by the clock of UTC."""
    start = starts(outlook, now=outlook.now)
    end = words.clock(outlook.ends_at, now=outlook.now)
    return f"{sharing(outlook, account)} goes on {start}, ends about {end}."
