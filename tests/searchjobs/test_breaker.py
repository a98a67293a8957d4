"""A source that does not answer is asked by one account at a time, ever less often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from accounts.models import LinkedInAccount
from searchjobs import breaker, dispatcher, runner
from searchjobs.models import SearchJob, SourceHealth
from searchjobs.sources import NeedsPerson, Outcome, RetryAfter, Scope
from searchjobs.states import WaitReason
from tests.factories import SearchJobFactory
from tests.searchjobs.clock import Clock
from tests.searchjobs.playing import (
    OWN_TROUBLE,
    RATE_LIMITED,
    SERVER_ERROR,
    Scripted,
    check,
    page,
    people,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
PAGE = page(people(10), next_cursor="b")


def down(retry_after_s: float | None = None) -> RetryAfter:
    return RetryAfter(
        scope=Scope.ACCOUNT,
        reason=WaitReason.PROVIDER_DOWN,
        code="provider_down",
        message="Down.",
        delay_s=retry_after_s,
    )


@pytest.fixture
def clock(db: None) -> Clock:
    return Clock(NOON)


@pytest.fixture
def jobs(clock: Clock) -> list[SearchJob]:
    """Searches of six accounts, whose turns could all come now."""
    jobs = [SearchJobFactory.create(next_step_at=NOON) for _ in range(6)]
    LinkedInAccount.objects.update(next_turn_at=NOON)
    return jobs


def take_turn(job: SearchJob, outcome: Outcome) -> bool:
    """Run the account's turn, whatever its own wait; not the source's."""
    LinkedInAccount.objects.filter(id=job.account_id).update(next_turn_at=NOON)
    return runner.run_turn(job.account_id, Scripted(outcome))


def health() -> SourceHealth:
    return SourceHealth.objects.get()


def open_breaker(jobs: list[SearchJob]) -> None:
    for job in jobs[:5]:
        assert take_turn(job, down())


def waits_s(job: SearchJob, clock: Clock) -> float:
    account = LinkedInAccount.objects.get(id=job.account_id)
    return (account.next_turn_at - clock.now).total_seconds()


# --- when it opens ------------------------------------------------------------------


def test_five_accounts_in_a_row_open_it(jobs: list[SearchJob]) -> None:
    for job in jobs[:4]:
        take_turn(job, down())
    assert (health().state, health().troubles) == ("closed", 4)
    take_turn(jobs[4], down())
    assert health().state == "open"


def test_one_account_alone_opens_it_at_the_tenth_time(jobs: list[SearchJob]) -> None:
    for _ in range(9):
        take_turn(jobs[0], down())
    assert health().state == "closed"
    take_turn(jobs[0], down())
    assert health().state == "open"


@pytest.mark.parametrize(
    "answer", [PAGE, RATE_LIMITED, NeedsPerson(account_status="credentials")]
)
def test_an_answer_in_between_begins_the_count_anew(
    jobs: list[SearchJob], answer: Outcome
) -> None:
    for job in jobs[:4]:
        take_turn(job, down())
    take_turn(jobs[5], answer)
    take_turn(jobs[4], down())
    assert (health().state, health().troubles) == ("closed", 1)


def test_a_rate_limit_is_the_accounts_own(jobs: list[SearchJob]) -> None:
    for job in jobs:
        take_turn(job, RATE_LIMITED)
    assert not SourceHealth.objects.exists()


def test_a_500_that_nobody_contradicts_counts(jobs: list[SearchJob]) -> None:
    for job in jobs[:5]:
        take_turn(job, SERVER_ERROR)
    assert health().state == "open"


# --- while it is open ---------------------------------------------------------------


def test_while_it_is_open_nobody_asks_and_searches_say_until_when(
    jobs: list[SearchJob], clock: Clock
) -> None:
    open_breaker(jobs)
    assert health().retry_at == NOON + timedelta(seconds=5)
    for job in jobs:
        row = check(job)
        assert row.account.wait_reason == "provider_down"
        assert row.account.next_turn_at >= NOON + timedelta(seconds=5)
        assert not take_turn(job, PAGE)
    assert dispatcher.look().due == []


def test_a_search_begun_while_it_is_open_waits_too(
    jobs: list[SearchJob], clock: Clock
) -> None:
    open_breaker(jobs)
    newcomer = SearchJobFactory.create(next_step_at=NOON)
    assert not take_turn(newcomer, PAGE)
    assert check(newcomer).account.wait_reason == "provider_down"
    assert waits_s(newcomer, clock) == 5


def test_the_dispatcher_sleeps_until_the_source_is_tried(
    jobs: list[SearchJob], clock: Clock
) -> None:
    open_breaker(jobs)
    LinkedInAccount.objects.update(next_turn_at=NOON)
    clock.advance(4.9)
    found = dispatcher.look()
    assert found.due == []
    assert 0.05 < found.sleep_s <= 0.1


def test_one_account_is_sent_to_try_the_least_failed_first(
    jobs: list[SearchJob], clock: Clock
) -> None:
    open_breaker(jobs)
    clock.advance(5)
    LinkedInAccount.objects.update(next_turn_at=NOON)
    assert dispatcher.look().due == [jobs[5].account_id]


def test_what_the_source_asks_for_is_obeyed(
    jobs: list[SearchJob], clock: Clock
) -> None:
    for job in jobs[:4]:
        take_turn(job, down())
    take_turn(jobs[4], down(retry_after_s=120))
    assert health().retry_at == NOON + timedelta(seconds=120)
    assert waits_s(jobs[4], clock) == 120


def test_an_account_told_to_wait_for_hours_holds_the_others_for_minutes(
    jobs: list[SearchJob], clock: Clock
) -> None:
    for job in jobs[:4]:
        take_turn(job, down())
    take_turn(jobs[4], down(retry_after_s=7200))
    assert health().retry_at == NOON + timedelta(seconds=600)
    assert waits_s(jobs[4], clock) == 7200


# --- the probe ----------------------------------------------------------------------


def test_each_probe_that_fails_doubles_the_wait_up_to_a_minute(
    jobs: list[SearchJob], clock: Clock
) -> None:
    open_breaker(jobs)
    waits = []
    for number in range(6):
        retry_at = health().retry_at
        assert retry_at is not None
        waits.append((retry_at - clock.now).total_seconds())
        clock.set(retry_at)
        assert take_turn(jobs[number], down())
    assert waits == [5, 10, 20, 40, 60, 60]


def test_one_probe_at_a_time(jobs: list[SearchJob], clock: Clock) -> None:
    open_breaker(jobs)
    clock.advance(5)
    LinkedInAccount.objects.update(next_turn_at=NOON)
    assert runner._claim(jobs[0].account_id) is not None
    assert health().state == "half_open"
    assert [job for job in jobs[1:] if runner._claim(job.account_id)] == []
    assert dispatcher.look().due == []


def test_a_probe_whose_worker_died_is_replaced_when_its_lease_is_over(
    jobs: list[SearchJob], clock: Clock, settings: Settings
) -> None:
    settings.SEARCH_LEASE_SECONDS = 90
    open_breaker(jobs)
    clock.advance(5)
    LinkedInAccount.objects.update(next_turn_at=NOON)
    assert runner._claim(jobs[0].account_id) is not None
    clock.advance(89)
    assert runner._claim(jobs[1].account_id) is None
    clock.advance(1)
    assert take_turn(jobs[1], PAGE)
    assert health().state == "closed"


def test_an_answer_that_proves_nothing_is_a_failed_probe(
    jobs: list[SearchJob], clock: Clock
) -> None:
    open_breaker(jobs)
    clock.advance(5)
    assert take_turn(jobs[0], OWN_TROUBLE)
    assert (health().state, health().failed_probes) == ("open", 1)


def test_a_turn_from_before_it_opened_changes_nothing(
    jobs: list[SearchJob], clock: Clock
) -> None:
    def open_meanwhile(job: SearchJob) -> Outcome:
        open_breaker(jobs)
        return PAGE

    assert runner.run_turn(jobs[5].account_id, Scripted(open_meanwhile))
    assert health().state == "open"
    assert check(jobs[5]).progress_current == 10


# --- afterwards ---------------------------------------------------------------------


def test_when_the_source_answers_accounts_come_back_spread_out(clock: Clock) -> None:
    jobs = [SearchJobFactory.create(next_step_at=NOON) for _ in range(40)]
    LinkedInAccount.objects.update(next_turn_at=NOON)
    open_breaker(jobs)
    clock.advance(5)
    assert take_turn(jobs[7], PAGE)
    assert health().state == "closed"
    waits = [waits_s(job, clock) for job in jobs if job != jobs[7]]
    assert max(waits) <= len(waits) * breaker.SPREAD_S
    assert len(set(waits)) == len(waits)
    assert len([wait for wait in waits if wait < 0.5]) < len(waits) / 2
    accounts = LinkedInAccount.objects.all()
    assert set(accounts.values_list("wait_reason", "failures")) == {("", 0)}


def test_an_account_without_searches_is_left_alone(
    jobs: list[SearchJob], clock: Clock
) -> None:
    idle = SearchJobFactory.create(status="completed").account
    LinkedInAccount.objects.filter(id=idle.id).update(next_turn_at=NOON)
    open_breaker(jobs)
    idle.refresh_from_db()
    assert (idle.wait_reason, idle.next_turn_at) == ("", NOON)
