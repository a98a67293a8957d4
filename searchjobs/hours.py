"""When may an account ask at all? Its owner says so, or who leads the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import zones
from accounts.errors import Refusal
from accounts.models import LinkedInAccount, every_day
from searchjobs import turns


@dataclass(frozen=True, kw_only=True)
class Hours:
    """From when until when, on the days on which that begins (1 is Monday).

    Hours that end before they begin end on the next day; that end when they begin are
    the whole day.
    """

    hours_from: time
    hours_to: time
    time_zone: str
    working_days: list[int]


def read(
    *, hours_from: str, hours_to: str, time_zone: str, working_days: list[str]
) -> Hours:
    """Read what somebody filled in.

    Raises:
        Refusal: invalid_request with `fields`.
    """
    wrong: dict[str, str] = {}
    times: dict[str, time] = {}
    for field, text in (("hours_from", hours_from), ("hours_to", hours_to)):
        try:
            times[field] = time.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            wrong[field] = "Give a time such as 09:00."
    days = sorted({int(day) for day in working_days if day in set("1234567")})
    if not days:
        wrong["working_days"] = "Choose at least one day."
    try:
        zones.require_known(time_zone)
    except ValidationError as refused:
        wrong["time_zone"] = refused.messages[0]
    if wrong:
        raise Refusal(" ".join(wrong.values()), fields=wrong)
    return Hours(**times, time_zone=time_zone, working_days=days)


def change(account: LinkedInAccount, hours: Hours | None) -> None:
    """Give an account working hours, or none; its next turn is judged anew."""
    columns = (
        {
            "hours_from": None,
            "hours_to": None,
            "time_zone": "",
            "working_days": every_day(),
        }
        if hours is None
        else vars(hours)
    )
    with transaction.atomic():
        turns.lock(account.id)
        LinkedInAccount.objects.filter(id=account.id).update(**columns)
        turns.look_at_hours_again(account.id)
