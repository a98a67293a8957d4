"""Many workers at the moment at which a source is tried again: one of them asks."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import LinkedInAccount
from searchjobs import runner
from searchjobs.models import SourceHealth
from searchjobs.sources import RetryAfter, Scope
from searchjobs.states import WaitReason
from tests.factories import LinkedInAccountFactory, SearchJobFactory
from tests.searchjobs.playing import Scripted, page, people
from tests.searchjobs.threads import TIMEOUT_S, Threads, claim

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_pace"),
]

DOWN = RetryAfter(
    scope=Scope.ACCOUNT,
    reason=WaitReason.PROVIDER_DOWN,
    code="provider_down",
    message="Down.",
)


@pytest.fixture
def accounts() -> list[LinkedInAccount]:
    accounts = LinkedInAccountFactory.create_batch(6)
    for account in accounts:
        SearchJobFactory.create(account=account)
    return accounts


def test_of_many_claims_at_once_one_is_the_probe(
    threads: Threads, accounts: list[LinkedInAccount]
) -> None:
    SourceHealth.objects.create(source="linkedin", state="open", retry_at=Now())
    claims = threads.at_once(*[lambda a=a: claim(a) for a in accounts])
    assert len([each for each in claims if each is not None]) == 1
    assert SourceHealth.objects.get().state == "half_open"


def test_nobody_waits_for_the_row_of_the_source(
    threads: Threads, accounts: list[LinkedInAccount]
) -> None:
    SourceHealth.objects.create(source="linkedin", troubles=1)

    def turns() -> list[bool]:
        outcomes = [page(people(1), next_cursor="b"), DOWN]
        return [
            runner.run_turn(account.id, Scripted(outcome))
            for account, outcome in zip(accounts, outcomes, strict=False)
        ]

    with transaction.atomic():
        SourceHealth.objects.select_for_update().get()
        assert threads.start(turns).result(TIMEOUT_S) == [True, True]


def test_accounts_that_fail_at_once_do_not_deadlock(
    threads: Threads, accounts: list[LinkedInAccount]
) -> None:
    rounds = 5
    for _ in range(rounds):
        LinkedInAccount.objects.update(next_turn_at=Now())
        SourceHealth.objects.exclude(state="closed").update(retry_at=Now())
        threads.at_once(
            *[lambda a=a: runner.run_turn(a.id, Scripted(DOWN)) for a in accounts]
        )
    health = SourceHealth.objects.get()  # who finds it locked does not count
    assert health.state != "closed" or health.troubles >= rounds
