"""An hour without Unipile, in simulated time: it costs no search and few requests."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from accounts.models import LinkedInAccount
from searchjobs.models import SearchJob
from searchjobs.sources import Outcome, RetryAfter, Scope
from searchjobs.states import WaitReason
from tests.factories import LinkedInAccountFactory, SearchJobFactory
from tests.searchjobs.clock import Clock
from tests.searchjobs.playing import check
from tests.searchjobs.simulation import HOUR_S, Simulation, next_page

pytestmark = pytest.mark.django_db

PACE_S = 2.0
AWAY = RetryAfter(
    scope=Scope.ACCOUNT,
    reason=WaitReason.PROVIDER_DOWN,
    code="network_trouble",
    message="Unipile could not be reached.",
)


@pytest.mark.parametrize("accounts", [1, 12])
def test_an_hour_without_unipile_costs_no_search_and_under_two_requests_a_minute(
    accounts: int, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS = PACE_S
    clock = Clock(datetime.now(UTC))
    jobs = [
        SearchJobFactory.create(account=account, target_count=200)
        for account in LinkedInAccountFactory.create_batch(accounts)
        for _ in range(2)
    ]

    def answer(job: SearchJob) -> Outcome:
        return AWAY if simulation.passed_s < HOUR_S else next_page(job)

    simulation = Simulation(clock, answer)
    simulation.run(until_s=2 * HOUR_S)

    asked = Counter(account for at_s, account in simulation.requests if at_s < HOUR_S)
    busiest = max(asked.values()) / 60
    figure = (
        f"{accounts} accounts: {sum(asked.values())} requests in the hour's outage, "
        f"at most {busiest:.2f} a minute for one account\n"
    )
    sys.stdout.write(figure)
    assert busiest < 2, figure
    for job in jobs:
        row = check(job)
        assert (row.status, row.progress_current) == ("completed", 200)
    assert max(simulation.ended.values()) < HOUR_S + 120
    afterwards = [at_s for at_s, _ in simulation.requests if at_s >= HOUR_S]
    assert len(afterwards) == 4 * accounts  # no page was asked for twice
    assert max(Counter(int(at_s) for at_s in afterwards).values()) <= 20
    assert set(LinkedInAccount.objects.values_list("failures", flat=True)) == {0}
