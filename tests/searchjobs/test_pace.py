"""How fast an account goes: never above the pace, slower after a 429, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import LinkedInAccount
from searchjobs import dispatcher, runner
from searchjobs.sources import CursorLost, Outcome, RetryAfter
from tests.factories import SearchJobFactory
from tests.searchjobs.clock import Clock
from tests.searchjobs.playing import OWN_TROUBLE, RATE_LIMITED, Scripted
from tests.searchjobs.simulation import next_page

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _pace(settings: Settings) -> None:
    settings.SEARCH_PACE_SECONDS = 2
    settings.SEARCH_PACE_JITTER_SECONDS = 1


@pytest.fixture
def clock(account: LinkedInAccount) -> Clock:
    clock = Clock(NOON)
    LinkedInAccount.objects.update(daily_quota_sales_navigator=0)
    SearchJobFactory.create(account=account, target_count=2500)
    return clock


def wait_s(account: LinkedInAccount, clock: Clock, outcome: Any) -> float:
    """Take a turn now; return how long the next must wait."""
    LinkedInAccount.objects.update(next_turn_at=clock.now)
    account.search_jobs.update(next_step_at=clock.now)
    assert runner.run_turn(account.id, Scripted(outcome))
    row = LinkedInAccount.objects.get(id=account.id)
    return (row.next_turn_at - clock.now).total_seconds()


def factor(account: LinkedInAccount) -> float:
    return LinkedInAccount.objects.get(id=account.id).pace_factor


def test_the_jitter_is_added_to_the_pace_and_never_taken_from_it(
    account: LinkedInAccount, clock: Clock
) -> None:
    waits = [wait_s(account, clock, next_page) for _ in range(12)]
    assert min(waits) >= 2
    assert max(waits) <= 3
    assert len(set(waits)) > 6


def test_each_429_doubles_the_pace_up_to_eight_times(
    account: LinkedInAccount, clock: Clock
) -> None:
    factors = []
    for _ in range(5):
        assert wait_s(account, clock, RATE_LIMITED) >= 2 * factor(account)
        factors.append(factor(account))
    assert factors == [2, 4, 8, 8, 8]


def test_each_page_takes_a_quarter_of_the_pace_back_down_to_the_floor(
    account: LinkedInAccount, clock: Clock
) -> None:
    wait_s(account, clock, RATE_LIMITED)
    factors = []
    for _ in range(5):
        wait = wait_s(account, clock, next_page)
        factors.append(factor(account))
        assert 2 * factors[-1] <= wait <= 2 * factors[-1] + 1
    assert factors == [1.75, 1.5, 1.25, 1, 1]


@pytest.mark.parametrize("outcome", [OWN_TROUBLE, CursorLost()], ids=["500", "cursor"])
def test_what_is_neither_a_page_nor_a_429_leaves_the_pace(
    account: LinkedInAccount, clock: Clock, outcome: Outcome
) -> None:
    LinkedInAccount.objects.update(pace_factor=4)
    assert wait_s(account, clock, outcome) >= 8
    assert factor(account) == 4


def test_a_slower_account_is_left_alone_for_its_own_pace_after_a_lost_lease(
    account: LinkedInAccount, clock: Clock
) -> None:
    LinkedInAccount.objects.update(
        pace_factor=4,
        next_turn_at=clock.now,
        lease_token=account.id,
        lease_job=account.id,
        lease_expires_at=clock.now,
    )
    account.search_jobs.update(next_step_at=clock.now)
    clock.advance(7.9)
    assert dispatcher.look().due == []
    assert runner._claim(account.id) is None
    clock.advance(0.2)
    assert dispatcher.look().due == [account.id]


def test_a_500_that_says_how_long_to_wait_is_obeyed(
    account: LinkedInAccount, clock: Clock
) -> None:
    later = RetryAfter(
        scope=OWN_TROUBLE.scope,
        reason=OWN_TROUBLE.reason,
        code="unipile_server_error",
        message="Unipile failed.",
        delay_s=300.0,
    )
    wait_s(account, clock, later)
    waits = account.search_jobs.get().next_step_at - clock.now
    assert waits.total_seconds() == 300
