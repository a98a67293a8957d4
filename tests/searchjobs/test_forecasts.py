"""What people are told comes true: the engine plays, in simulated time, what the
forecast said of it. Within 20 %."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import LinkedInAccount
from searchjobs import selectors
from searchjobs.models import SearchJob
from tests.factories import AccountUsageFactory, SearchJobFactory
from tests.searchjobs.clock import Clock
from tests.searchjobs.simulation import HOUR_S, Simulation, next_page

pytestmark = pytest.mark.django_db

WORLDS: dict[str, dict[str, Any]] = {
    "the pace alone": {"daily_quota_sales_navigator": 0},
    "slower since a 429": {"daily_quota_sales_navigator": 0, "pace_factor": 8.0},
    "the setting's quota": {},
    "a quota met on the way": {"daily_quota_sales_navigator": 1500},
    "a quota all but spent": {"daily_quota_sales_navigator": 1000},
    "working hours": {
        "hours_from": time(9),
        "hours_to": time(9, 1),
        "time_zone": "Europe/Berlin",
    },
    "hours, a quota and a slow pace": {
        "hours_from": time(22),
        "hours_to": time(6),
        "time_zone": "America/New_York",
        "daily_quota_sales_navigator": 1500,
        "pace_factor": 4.0,
    },
}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_search_begins_and_ends_when_it_was_said_it_would(
    account: LinkedInAccount, settings: Settings, world: dict[str, Any]
) -> None:
    settings.SEARCH_PACE_SECONDS = 2
    settings.SEARCH_PACE_JITTER_SECONDS = 1
    clock = Clock(datetime.now(UTC))
    LinkedInAccount.objects.update(answer_seconds=0, **world)
    hour = clock.now.replace(minute=0, second=0, microsecond=0)
    for hours_ago, rows in ((20, 500), (9, 300)):
        began = hour - timedelta(hours=hours_ago)
        AccountUsageFactory.create(account=account, hour=began, received=rows)
    jobs = [
        SearchJobFactory.create(
            account=account,
            target_count=target,
            created_at=clock.now - timedelta(seconds=age_s),
        )
        for age_s, target in ((3, 700), (2, 100), (1, 1800))
    ]
    foretold = selectors.outlooks_of(SearchJob.objects.select_related("account"))
    simulation = Simulation(clock, next_page)

    simulation.run(until_s=20 * 24 * HOUR_S)

    assert set(SearchJob.objects.values_list("status", flat=True)) == {"completed"}
    for job in jobs:
        ended, said = simulation.ended[job.id], foretold[job.id].ends_s
        figure = f"said {said:.0f} s, took {ended:.0f} s: {said / ended - 1:+.1%}\n"
        sys.stdout.write(figure)
        assert said == pytest.approx(ended, rel=0.2, abs=1), figure
