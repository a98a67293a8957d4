"""Two at the same moment, in threads, over committed rows: one wins, nobody deadlocks.

Where the order matters a thread is held inside its transaction until the other is seen
to wait for its lock; nothing here sleeps.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from accounts.errors import Conflict, NotFound, Refusal
from accounts.models import LinkedInAccount, Membership
from searchjobs import dispatcher, lifecycle, runner, services, turns
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

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_pace"),
]

TIMEOUT_S = 20


class Threads:
    """Runs functions in threads that give their database connections back."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(8)

    def start(self, do: Callable[[], Any]) -> Future[Any]:
        def run() -> Any:
            try:
                return do()
            finally:
                connection.close()

        return self._pool.submit(run)

    def at_once(self, *dos: Callable[[], Any]) -> list[Any]:
        """Run them together, and return what each returned or refused with."""
        gate = threading.Barrier(len(dos))

        def run(do: Callable[[], Any]) -> Any:
            gate.wait(TIMEOUT_S)
            try:
                return do()
            except Refusal as refusal:
                return refusal

        started = [self.start(lambda do=do: run(do)) for do in dos]  # type: ignore[misc]
        return [each.result(TIMEOUT_S) for each in started]

    def close(self) -> None:
        self._pool.shutdown()


@pytest.fixture
def threads() -> Iterator[Threads]:
    running = Threads()
    yield running
    running.close()


@pytest.fixture
def member() -> Membership:
    return MembershipFactory()


@pytest.fixture
def account(member: Membership) -> LinkedInAccount:
    return LinkedInAccountFactory(user=member.user, workspace=member.workspace)


def new_job(member: Membership, account: LinkedInAccount, **columns: Any) -> SearchJob:
    return SearchJobFactory(
        account=account, user=member.user, workspace=member.workspace, **columns
    )


def wait_until_somebody_waits_for_a_lock() -> None:
    """Return when another connection is blocked by ours; give up with the test."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone() != (0,):
                return


def claim(account: LinkedInAccount) -> Any:
    with transaction.atomic():
        return runner._claim(account.id)


def end(claimed: Any, outcome: Any) -> None:
    with transaction.atomic():
        runner._end(runner.Turn(claim=claimed[0], outcome=outcome, seconds=0.1))


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
    lifecycle.pause_for_account(job.id)
    resumed = threads.at_once(*[lambda: dispatcher.resume_jobs_of(account.id)] * 4)
    assert sorted(resumed) == [0, 0, 0, 1]
    assert kinds(job).count("resumed") == 1


# --- people against a turn ----------------------------------------------------------


def test_a_pause_that_waits_for_a_page_to_be_stored_pauses_after_it(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account)
    claimed = claim(account)
    with transaction.atomic():
        runner._end(
            runner.Turn(
                claim=claimed[0],
                outcome=page(people(100), next_cursor="b"),
                seconds=0.1,
            )
        )
        paused = threads.start(lambda: services.pause(job=job, by=member))
        wait_until_somebody_waits_for_a_lock()
    paused.result(TIMEOUT_S)
    row = check(job)
    assert (row.status, row.progress_current) == ("paused", 100)


def test_a_cancel_that_waits_for_the_last_page_is_refused(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account, target_count=100)
    claimed = claim(account)
    with transaction.atomic():
        runner._end(
            runner.Turn(claim=claimed[0], outcome=page(people(100)), seconds=0.1)
        )
        cancelled = threads.start(lambda: services.cancel(job=job, by=member))
        wait_until_somebody_waits_for_a_lock()
    with pytest.raises(Conflict):
        cancelled.result(TIMEOUT_S)
    assert check(job).status == "completed"


def test_a_page_that_waits_for_a_cancel_is_dropped(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account)
    claimed = claim(account)
    with transaction.atomic():
        services.cancel(job=job, by=member)
        ended = threads.start(lambda: end(claimed, page(people(100), next_cursor="b")))
        wait_until_somebody_waits_for_a_lock()
    ended.result(TIMEOUT_S)
    row = check(job)
    assert (row.status, row.progress_current, row.requests) == ("cancelled", 0, 1)
    account.refresh_from_db()
    assert account.lease_token is None


def test_a_claim_that_waits_for_a_cancel_takes_the_next_job(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    first, second = new_job(member, account), new_job(member, account)
    with transaction.atomic():
        services.cancel(job=first, by=member)
        claimed = threads.start(lambda: claim(account))
        wait_until_somebody_waits_for_a_lock()
    assert claimed.result(TIMEOUT_S)[0].job_id == second.id


def test_a_delete_waits_for_the_turn_under_way(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account)
    claimed = claim(account)
    services.cancel(job=job, by=member)
    with transaction.atomic():
        runner._end(runner.Turn(claim=claimed[0], outcome=page(people(9)), seconds=0.1))
        deleted = threads.start(lambda: services.delete(job=job, by=member))
        wait_until_somebody_waits_for_a_lock()
    deleted.result(TIMEOUT_S)
    assert not SearchJob.objects.filter(id=job.id).exists()
    account.refresh_from_db()
    assert account.lease_token is None


def test_a_turn_whose_job_is_being_deleted_ends_without_it(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account)
    claimed = claim(account)
    services.cancel(job=job, by=member)
    with transaction.atomic():
        services.delete(job=job, by=member)
        ended = threads.start(lambda: end(claimed, page(people(9))))
        wait_until_somebody_waits_for_a_lock()
    ended.result(TIMEOUT_S)
    account.refresh_from_db()
    assert account.lease_token is None


@pytest.mark.parametrize("action", ["pause", "resume", "cancel", "retry", "delete"])
def test_of_the_same_action_twice_at_once_one_succeeds(
    threads: Threads, account: LinkedInAccount, member: Membership, action: str
) -> None:
    columns: dict[str, Any] = {
        "resume": {"status": "paused", "paused_by": member.user},
        "retry": {"status": "failed", "error_code": "x", "error_message": "It failed."},
        "delete": {"status": "cancelled"},
    }.get(action, {})
    for _ in range(10):
        job = new_job(member, account, **columns)
        act = getattr(services, action)
        answers = threads.at_once(*[lambda: act(job=job, by=member)] * 2)  # noqa: B023
        refused = [each for each in answers if isinstance(each, Refusal)]
        assert len(refused) == 1
        assert isinstance(refused[0], NotFound if action == "delete" else Conflict)


def test_a_resume_that_waits_for_the_loss_of_the_login_is_refused(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    paused = new_job(member, account, status="paused", paused_by=member.user)
    new_job(member, account)
    claimed = claim(account)
    with transaction.atomic():
        runner._end(
            runner.Turn(
                claim=claimed[0],
                outcome=NeedsPerson(account_status="credentials"),
                seconds=0.1,
            )
        )
        resumed = threads.start(lambda: services.resume(job=paused, by=member))
        wait_until_somebody_waits_for_a_lock()
    with pytest.raises(Conflict, match="disconnected"):
        resumed.result(TIMEOUT_S)
    assert now_of(paused).status == "paused"


def test_a_loss_of_the_login_that_waits_for_a_resume_pauses_the_resumed(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    paused = new_job(member, account, status="paused", paused_by=member.user)
    new_job(member, account)
    claimed = claim(account)
    with transaction.atomic():
        services.resume(job=paused, by=member)
        ended = threads.start(
            lambda: end(claimed, NeedsPerson(account_status="credentials"))
        )
        wait_until_somebody_waits_for_a_lock()
    ended.result(TIMEOUT_S)
    row = check(paused)
    assert (row.status, row.error_code) == ("paused", "account_disconnected")


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
        lambda: turns.look_at_quotas_again(account.id),
        turns.look_at_quotas_again,
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
