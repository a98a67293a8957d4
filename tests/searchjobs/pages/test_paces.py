"""How an account goes, in words."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from accounts.models import LinkedInAccount
from searchjobs.pages import paces
from searchjobs.quotas import Quota
from searchjobs.selectors import Outlook

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def outlook(*, line: int, starts_s: float, ends_s: float) -> Outlook:
    return Outlook(
        place=1,
        line=line,
        starts_s=starts_s,
        ends_s=ends_s,
        now=NOON,
        wait=None,
        quota=Quota(limit=0, hours=()),
    )


@pytest.mark.parametrize(
    ("line", "starts_s", "ends_s", "says"),
    [
        (
            3,
            40,
            7620,
            "3 searches share Anna; this one goes on in about 40 s, "
            "ends about 14:07 UTC.",
        ),
        (1, 0, 60, "This search goes on in about 1 s, ends about 12:01 UTC."),
        (
            1,
            7200,
            90_000,
            "This search goes on about 14:00 UTC, ends about 4 Mar, 13:00 UTC.",
        ),
    ],
)
def test_a_forecast_names_who_shares_the_account_and_both_times(
    line: int, starts_s: float, ends_s: float, says: str
) -> None:
    ahead = outlook(line=line, starts_s=starts_s, ends_s=ends_s)
    assert paces.forecast(ahead, LinkedInAccount(name="Anna")) == says


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ([1, 2, 3, 4, 5, 6, 7], "every day"),
        ([5, 4, 3, 2, 1], "Mon to Fri"),
        ([1, 2], "Mon, Tue"),
        ([1, 3, 5], "Mon, Wed, Fri"),
        ([7], "Sun"),
    ],
)
def test_hours_name_their_days(days: list[int], says: str) -> None:
    account = LinkedInAccount(
        hours_from=time(22), hours_to=time(6), time_zone="UTC", working_days=days
    )
    assert paces.hours(account) == f"Works 22:00 to 06:00, {says} (UTC)"


def test_hours_that_end_when_they_begin_are_the_whole_day() -> None:
    account = LinkedInAccount(
        hours_from=time(0), hours_to=time(0), time_zone="UTC", working_days=[1]
    )
    assert paces.hours(account) == "Works the whole day, Mon (UTC)"


def test_nothing_is_said_of_an_account_as_usual() -> None:
    assert paces.hours(LinkedInAccount()) == ""
    assert paces.pace(LinkedInAccount()) == ""


def test_a_quota_says_how_much_is_used() -> None:
    quota = Quota(limit=2500, hours=((NOON, 2400), (NOON, 100)))
    assert paces.used(quota) == "2,500 of 2,500 used"
    assert paces.used(Quota(limit=0, hours=())) == "no daily limit"
