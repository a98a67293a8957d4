"""Working hours: when an account asks at all, whatever clocks and people do."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from accounts.models import LinkedInAccount
from searchjobs import dispatcher, errands, runner
from searchjobs.sources import RetryAfter, Scope
from searchjobs.states import WaitReason
from tests.factories import LinkedInAccountFactory, SearchJobFactory
from tests.searchjobs.clock import Clock
from tests.searchjobs.playing import RATE_LIMITED, Scripted, now_of, page, people
from unipile_client.types import Api

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

WEEKDAYS = [1, 2, 3, 4, 5]
EVERY_DAY = [*WEEKDAYS, 6, 7]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def opening(
    moment: str, hours: str, *, zone: str = "Europe/Berlin", days: list[int] = EVERY_DAY
) -> str:
    """Return when hours such as '09:00-18:00' let an account ask, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT working_hours_open(%s, %s, %s, %s, %s::smallint[])",
            [utc(moment), *hours.split("-"), zone, days],
        )
        found: datetime = cursor.fetchone()[0]
    return f"{found.astimezone(UTC):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("moment", "hours", "opens"),
    [
        ("2026-01-07 07:59", "09:00-18:00", "2026-01-07 08:00"),
        ("2026-01-07 08:00", "09:00-18:00", "2026-01-07 08:00"),
        ("2026-01-07 16:59", "09:00-18:00", "2026-01-07 16:59"),
        ("2026-01-07 17:00", "09:00-18:00", "2026-01-08 08:00"),
        # past midnight
        ("2026-01-07 20:00", "22:00-02:00", "2026-01-07 21:00"),
        ("2026-01-08 00:59", "22:00-02:00", "2026-01-08 00:59"),
        ("2026-01-08 01:00", "22:00-02:00", "2026-01-08 21:00"),
        # the whole day
        ("2026-01-08 03:33", "09:00-09:00", "2026-01-08 03:33"),
        # summer time begins on 29 March 2026 at 01:00 UTC: no 02:00 to 03:00
        ("2026-03-28 20:00", "09:00-18:00", "2026-03-29 07:00"),
        ("2026-03-28 20:00", "02:30-04:00", "2026-03-29 01:30"),
        ("2026-03-28 20:00", "02:00-03:00", "2026-03-30 00:00"),
        # it ends on 25 October 2026 at 01:00 UTC: 02:00 to 03:00 twice
        ("2026-10-24 20:00", "09:00-18:00", "2026-10-25 08:00"),
        ("2026-10-24 20:00", "01:00-02:30", "2026-10-24 23:00"),
        ("2026-10-25 01:15", "01:00-02:30", "2026-10-25 01:15"),
    ],
)
def test_hours_are_those_of_the_accounts_own_clock(
    db: None, moment: str, hours: str, opens: str
) -> None:
    assert opening(moment, hours) == opens


@pytest.mark.parametrize(
    ("moment", "hours", "opens"),
    [
        ("2026-01-09 17:30", "09:00-18:00", "2026-01-12 08:00"),  # from Friday
        ("2026-01-10 10:00", "09:00-18:00", "2026-01-12 08:00"),  # from Saturday
        # what began on Friday evening still goes on
        ("2026-01-10 00:30", "22:00-02:00", "2026-01-10 00:30"),
        ("2026-01-10 01:00", "22:00-02:00", "2026-01-12 21:00"),
    ],
)
def test_hours_begin_on_working_days_alone(
    db: None, moment: str, hours: str, opens: str
) -> None:
    assert opening(moment, hours, days=WEEKDAYS) == opens


def test_one_day_a_week_swallowed_by_the_clocks_is_waited_past(db: None) -> None:
    opens = opening("2026-03-23 12:00", "02:00-03:00", days=[7])
    assert opens == "2026-04-05 00:00"


# --- what the engine does -----------------------------------------------------------


@pytest.fixture
def clock(db: None) -> Clock:
    """A Wednesday's evening in Berlin: 19:00."""
    return Clock(utc("2026-01-07 18:00"))


@pytest.fixture
def worker(clock: Clock) -> LinkedInAccount:
    account = LinkedInAccountFactory.create(
        hours_from=time(9), hours_to=time(18), time_zone="Europe/Berlin"
    )
    SearchJobFactory.create(account=account, next_step_at=clock.now)
    change(account, next_turn_at=clock.now)
    return account


def change(account: LinkedInAccount, **columns: Any) -> None:
    LinkedInAccount.objects.filter(id=account.id).update(**columns)


def standing(account: LinkedInAccount) -> tuple[str, str]:
    row = LinkedInAccount.objects.get(id=account.id)
    return row.wait_reason, f"{row.next_turn_at.astimezone(UTC):%d %H:%M}"


def test_outside_of_its_hours_an_account_takes_no_turn_and_says_until_when(
    worker: LinkedInAccount,
) -> None:
    assert dispatcher.look().due == [worker.id]
    assert not runner.run_turn(worker.id, Scripted())
    assert standing(worker) == ("outside_hours", "08 08:00")
    assert dispatcher.look().due == []


def test_at_the_opening_it_goes_on(worker: LinkedInAccount, clock: Clock) -> None:
    runner.run_turn(worker.id, Scripted())
    clock.set(utc("2026-01-08 08:00"))
    assert dispatcher.look().due == [worker.id]
    assert runner.run_turn(worker.id, Scripted(page(people(1), next_cursor="b")))
    assert standing(worker)[0] == ""


def test_a_turn_that_ends_past_closing_time_makes_the_next_one_tomorrows(
    worker: LinkedInAccount, clock: Clock
) -> None:
    clock.set(utc("2026-01-08 16:59"))

    def answer(job: object) -> Any:
        clock.advance(120)
        return page(people(1), next_cursor="b")

    assert runner.run_turn(worker.id, Scripted(answer))
    assert standing(worker) == ("outside_hours", "09 08:00")


def test_a_wait_that_ends_past_closing_time_is_tomorrows_too(
    worker: LinkedInAccount, clock: Clock
) -> None:
    clock.set(utc("2026-01-08 16:30"))
    later = RetryAfter(
        scope=Scope.ACCOUNT,
        reason=WaitReason.RATE_LIMITED,
        code="rate_limited",
        message="Slow down.",
        delay_s=3600.0,
    )
    assert runner.run_turn(worker.id, Scripted(later))
    assert standing(worker) == ("outside_hours", "09 08:00")


def test_a_wait_within_the_hours_keeps_its_own_reason(
    worker: LinkedInAccount, clock: Clock
) -> None:
    clock.set(utc("2026-01-08 12:00"))
    assert runner.run_turn(worker.id, Scripted(RATE_LIMITED))
    assert standing(worker)[0] == "rate_limited"


def test_nothing_of_the_search_itself_moves(worker: LinkedInAccount) -> None:
    job = worker.search_jobs.get()
    runner.run_turn(worker.id, Scripted())
    row = now_of(job)
    assert (row.status, row.revision, row.wait_reason) == ("queued", 0, "")


def test_a_name_is_not_looked_up_outside_of_the_hours(worker: LinkedInAccount) -> None:
    with pytest.raises(Exception, match="outside of its working hours until 08:00"):
        errands.claim(worker.id, api=Api.CLASSIC)


# --- what the database refuses ------------------------------------------------------


@pytest.mark.parametrize(
    "columns",
    [
        {"hours_from": time(9)},
        {"hours_from": time(9), "hours_to": time(18)},
        {"time_zone": "Europe/Berlin"},
        {"working_days": []},
        {"working_days": [0, 1]},
        {"working_days": [8]},
        {"pace_factor": 0.9},
        {"pace_factor": 9.0},
    ],
    ids=str,
)
def test_half_of_the_hours_and_days_that_do_not_exist_are_refused(
    account: LinkedInAccount, columns: dict[str, Any]
) -> None:
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        change(account, **columns)
