"""Workers and dispatchers at the same moment: one wins, and nobody deadlocks."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import LinkedInAccount, Membership
from searchjobs import dispatcher, lifecycle, line, runner, services
from searchjobs.models import SearchJob
from searchjobs.sources import NeedsPerson, Page, RetryAfter, Scope
from searchjobs.states import WaitReason
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
    SearchResultFactory,
)
from tests.searchjobs.playing import (
    Scripted,
    check,
    found,
    kinds,
    lapse,
    let_time_pass,
    now_of,
    page,
    people,
    play,
)
from tests.searchjobs.threads import (
    TIMEOUT_S,
    Threads,
    claim,
    end,
    new_job,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_pace"),
]


@pytest.fixture
def member() -> Membership:
    return MembershipFactory()


@pytest.fixture
def account(member: Membership) -> LinkedInAccount:
    return LinkedInAccountFactory(user=member.user, workspace=member.workspace)


# --- workers ------------------------------------------------------------------------


def test_of_many_claims_at_once_one_gets_the_turn(
    threads: Threads, member: Membership, account: LinkedInAccount
) -> None:
    for _ in range(3):
        new_job(member, account)
    claims = threads.at_once(*[lambda: claim(account)] * 8)
    assert len([each for each in claims if each is not None]) == 1


def test_workers_that_race_through_a_search_store_it_as_one_would(
    threads: Threads, member: Membership, account: LinkedInAccount
) -> None:
    job = new_job(member, account, target_count=1000)
    under_way = threading.Semaphore(1)

    class Alone:
        def fetch(self, asked: SearchJob, *, deadline_s: float) -> Page:
            assert under_way.acquire(blocking=False), "two requests at once"
            start = int(asked.next_cursor or 0)
            try:
                return page(people(100, start=start), next_cursor=str(start + 100))
            finally:
                under_way.release()

    while now_of(job).status in ("queued", "processing"):
        threads.at_once(*[lambda: runner.run_turn(account.id, Alone())] * 4)

    assert found(job) == people(1000)
    assert check(job).requests == 10


def test_a_late_commit_and_a_new_claim_at_once_store_a_page_once(
    threads: Threads, member: Membership, account: LinkedInAccount
) -> None:
    for _ in range(10):
        job = new_job(member, account, target_count=100)
        claimed = claim(account)
        lapse(account)

        def rival() -> bool:
            return runner.run_turn(account.id, Scripted(*[page(people(100))] * 2))

        threads.at_once(lambda: end(claimed, page(people(100))), rival)  # noqa: B023

        let_time_pass(account)
        play(account, Scripted(*[page(people(100))] * 9))
        row = check(job)
        assert (row.status, row.duplicates) == ("completed", 0)
        assert "lease_lost" not in kinds(job) or row.requests == 1


# --- dispatchers --------------------------------------------------------------------


def test_many_dispatchers_at_once_send_an_account_once(threads: Threads) -> None:
    accounts = {SearchJobFactory().account_id for _ in range(20)}
    looks = threads.at_once(*[dispatcher.look] * 6)
    sent = [account_id for look in looks for account_id in look.due]
    assert sorted(sent) == sorted(accounts)


def test_a_dispatcher_that_looked_before_a_rival_sent_does_not_send_again(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    new_job(member, account)
    for _ in range(50):
        LinkedInAccount.objects.update(dispatched_at=None, dispatches=0)
        looks = threads.at_once(*[dispatcher.look] * 4)
        assert sum(len(look.due) for look in looks) == 1


def test_a_dispatcher_passes_over_an_account_whose_turn_is_being_claimed(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    new_job(member, account)
    with transaction.atomic():
        assert runner._claim(account.id) is not None
        assert threads.start(dispatcher.look).result(TIMEOUT_S).due == []
    assert dispatcher.look().due == []


def test_dispatchers_resume_a_job_once(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account)
    with transaction.atomic():
        lifecycle.pause_for_account([job.id])
    resumed = threads.at_once(*[lambda: dispatcher.resume_jobs_of(account.id)] * 4)
    assert sorted(resumed) == [0, 0, 0, 1]
    assert kinds(job).count("resumed") == 1


# --- deadlocks ----------------------------------------------------------------------


def test_hundreds_of_random_pairs_never_deadlock(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    """Everything against everything on one account with a few jobs; PostgreSQL itself
    tells of a deadlock after a second, by an error that at_once raises."""
    jobs = [new_job(member, account) for _ in range(5)]
    jobs += [
        new_job(
            member,
            account,
            wait_reason="daily_quota",
            search_source="classic",
            page_size=50,
        )
        for _ in range(3)
    ]
    LinkedInAccount.objects.update(daily_quota_classic=1)
    chance = random.Random(7)
    trouble = RetryAfter(
        scope=Scope.JOB, reason=WaitReason.BACKING_OFF, code="x", message="Later."
    )

    def turn() -> None:
        start = chance.randrange(50)
        runner.run_turn(
            account.id,
            Scripted(
                chance.choice(
                    [
                        page(people(5, start=start), next_cursor=str(chance.random())),
                        trouble,
                        NeedsPerson(account_status="credentials"),
                    ]
                )
            ),
        )

    def reconnect() -> None:
        LinkedInAccount.objects.filter(id=account.id).update(status="ok")
        dispatcher.resume_jobs_of(account.id)

    def lose_lease() -> None:
        lapse(account)
        claim(account)

    def act(name: str) -> Callable[[], Any]:
        return lambda: getattr(services, name)(job=chance.choice(jobs), by=member)

    everything: list[Callable[[], Any]] = [
        turn,
        turn,
        reconnect,
        lose_lease,
        dispatcher.look,
        lambda: dispatcher.pause_jobs_of(account.id),
        lambda: line.look_at_quotas_again(account.id),
        line.look_at_quotas_again,
        *map(act, ("pause", "resume", "resume", "retry")),
    ]
    for _ in range(250):
        SearchJob.objects.filter(next_step_at__gt=account.created_at).update(
            next_step_at=account.created_at
        )
        LinkedInAccount.objects.update(next_turn_at=account.created_at)
        threads.at_once(*chance.choices(everything, k=3))

    for job in jobs:
        check(job)


def test_a_database_that_goes_away_stops_no_dispatcher(
    account: LinkedInAccount, member: Membership
) -> None:
    new_job(member, account)
    stop = threading.Event()
    slept: list[float | None] = []

    class Sleeps(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            slept.append(timeout)
            stop.set()
            return True

        def is_set(self) -> bool:
            return stop.is_set()

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(fail):
        dispatcher.run(Sleeps())
    assert slept == [dispatcher.AFTER_FAILURE_S]


def test_a_search_with_decided_people_can_be_deleted(
    account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account, status="cancelled", progress_current=1)
    SearchResultFactory(job=job, workspace=member.workspace)
    services.delete(job=job, by=member)
    assert not SearchJob.objects.exists()
