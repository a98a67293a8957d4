"""Anything, in any order, over the real database: a model says what must be, and after
each step rows, people, journal and what was sent are compared with it.

A worker's turn is two steps here, claim and end, so that anything can happen while its
request is under way. It may die before and after each commit; messages are a bag, from
which they come doubled, late or not at all.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest
from django.db.models.functions import Now
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from accounts.models import LinkedInAccount, Membership
from searchjobs import breaker, dispatcher, line, turns
from tests.factories import LinkedInAccountFactory, MembershipFactory
from tests.searchjobs.statemachine import length, linkedin
from tests.searchjobs.statemachine.comparison import Comparison, UnderWay
from tests.searchjobs.statemachine.linkedin import PAGE_SIZE, WORLD, Answer
from tests.searchjobs.statemachine.promised_accounts import (
    DAY_S,
    HOUR_S,
    MOST_TIMES_SLOWER,
    REDISPATCH_S,
    PromisedAccount,
)
from tests.searchjobs.statemachine.promised_jobs import (
    JITTER_S,
    LEASE_S,
    PACE_S,
    STALL_S,
)
from tests.searchjobs.statemachine.promised_source import MOST_TROUBLES
from tests.searchjobs.statemachine.world import transaction_that
from unipile_client.types import Api

fates = st.sampled_from([True, True, True, False])  # does the process live on?
waits = st.sampled_from(
    [
        30.0,
        PACE_S / 2,
        PACE_S,
        2 * PACE_S + 60,
        LEASE_S + PACE_S,
        HOUR_S,
        DAY_S + HOUR_S,
    ]
)
actions = st.sampled_from(
    ["pause", "resume", "resume", "retry", "retry", "cancel", "delete"]
)
accounts = st.integers(0, 1)
numbers = st.integers(0, 20)
targets = st.integers(1, WORLD)
MOST_JOBS = 8


class Engine(Comparison, RuleBasedStateMachine):
    workers = Bundle("workers")
    looks = Bundle("looks")

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None and self.promises.accounts:
                self.everything_ends_well()
        finally:
            self.world.close()

    @initialize(wanted=st.lists(targets, min_size=4, max_size=4))
    def two_accounts_with_two_searches_each(self, wanted: list[int]) -> None:
        self.member: Membership = MembershipFactory()
        made = [
            LinkedInAccountFactory(
                user=self.member.user,
                workspace=self.member.workspace,
                daily_quota_sales_navigator=quota,
                daily_quota_classic=quota,
            )
            for quota in (0, 3 * PAGE_SIZE)
        ]
        now = self.world.pass_time()
        LinkedInAccount.objects.update(next_turn_at=Now())
        for account in made:
            self.promises.accounts[account.id] = PromisedAccount(
                quota=account.daily_quota_classic, next_turn=(now, now)
            )
        self.accounts = [account.id for account in made]
        for account, target_count in zip(self.accounts * 2, wanted, strict=True):
            self.new_job(account, Api.SALES_NAVIGATOR, target_count)

    # --- people ---------------------------------------------------------------------

    @precondition(lambda self: len(self.promises.jobs) < MOST_JOBS)
    @rule(
        account=accounts,
        api=st.sampled_from([Api.SALES_NAVIGATOR, Api.CLASSIC]),
        target_count=targets,
        commits=fates,
        is_sent=fates,
    )
    def a_person_creates(
        self, account: int, api: Api, target_count: int, commits: bool, is_sent: bool
    ) -> None:
        self.new_job(self.accounts[account], api, target_count, commits=commits)
        self.bag += [self.accounts[account]] * (commits and is_sent)

    @rule(which=numbers, action=actions, commits=fates, is_sent=fates)
    def a_person_acts(
        self, which: int, action: str, commits: bool, is_sent: bool
    ) -> None:
        job = self.created[which % len(self.created)]
        self.act(job, action, commits=commits, is_sent=is_sent)

    # --- the broker and the dispatchers ---------------------------------------------

    @rule(target=looks, commits=fates)
    def a_dispatcher_looks(self, commits: bool) -> Any:
        """It may act on what it saw much later, beside a second one, or die."""
        if not commits:
            with transaction_that(commits):
                dispatcher.look()
            return multiple()
        now = self.world.pass_time()
        look = dispatcher.look()
        assert set(look.lost) == self.promises.lost()
        assert set(look.recovered) == self.promises.recovered()
        assert set(look.due) == self.promises.look(now)
        assert 0 <= look.sleep_s <= dispatcher.IDLE_SLEEP_S
        return look

    @rule(look=consumes(looks), is_sent=fates, is_broker_down=st.booleans())
    def a_dispatcher_acts(
        self, look: dispatcher.Look, is_sent: bool, is_broker_down: bool
    ) -> None:
        if is_sent:
            self.bag += look.due
        elif is_broker_down:
            for account in look.due:
                turns.forget_dispatch(account)
                self.promises.accounts[account].forget_dispatch()
        now = self.world.pass_time()
        for account in look.lost:
            dispatcher.pause_jobs_of(account)
            self.promises.pause_jobs_of(account, now)
        for account in look.recovered:
            dispatcher.resume_jobs_of(account)
            self.promises.resume_jobs_of(account, now)

    @rule(which=numbers)
    def a_message_is_lost(self, which: int) -> None:
        if self.bag:
            self.bag.pop(which % len(self.bag))

    # --- workers --------------------------------------------------------------------

    @rule(
        target=workers,
        which=numbers,
        comes_again=st.booleans(),
        commits=fates,
    )
    def a_message_is_delivered(
        self, which: int, comes_again: bool, commits: bool
    ) -> Any:
        if not self.bag:
            return multiple()
        account = self.bag[which % len(self.bag)]
        if not comes_again:
            self.bag.remove(account)
        return self.claim(account, commits=commits) or multiple()

    @rule(
        turn=consumes(workers),
        answer=linkedin.answers,
        seconds=st.floats(0, 100),
        commits=fates,
        is_doubled=st.booleans(),
    )
    def a_worker_ends(
        self,
        turn: UnderWay,
        answer: Answer,
        seconds: float,
        commits: bool,
        is_doubled: bool,
    ) -> None:
        """It may be late: then its lease is another's, and it writes nothing."""
        self.end(turn, answer, seconds=seconds, commits=commits)
        if is_doubled and commits:
            self.end(turn, answer, seconds=seconds)

    @rule(account=accounts, answers=linkedin.several)
    def an_account_takes_its_turns(self, account: int, answers: list[Answer]) -> None:
        """Each at its time, from claim to end, so that searches get somewhere."""
        for answer in answers:
            self.have_work_on(self.accounts[account])
            self.world.pass_time(2 * PACE_S + 60)
            turn = self.claim(self.accounts[account])
            if turn:
                self.end(turn, answer)
                self.jobs_are_as_they_must_be()
                self.accounts_are_as_they_must_be()

    @rule(account=accounts, late=linkedin.answers, answer=linkedin.answers)
    def a_worker_is_overtaken(self, account: int, late: Answer, answer: Answer) -> None:
        """When it comes back the turn is another's, who is still under way."""
        self.have_work_on(self.accounts[account])
        self.world.pass_time(2 * PACE_S + 60)
        first = self.claim(self.accounts[account])
        self.world.pass_time(LEASE_S + MOST_TIMES_SLOWER * PACE_S + 60)
        second = self.claim(self.accounts[account])
        if first:
            self.end(first, late)
        if second:
            self.end(second, answer)

    # --- the world ------------------------------------------------------------------

    @rule(seconds=waits)
    def time_passes(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(account=accounts, status=st.sampled_from(["ok", "ok", "credentials"]))
    def a_sync_notes_the_login(self, account: int, status: str) -> None:
        self.log_in(self.accounts[account], status)

    @rule(account=accounts, paused=numbers)
    def an_account_is_lost_and_found(self, account: int, paused: int) -> None:
        """What a person paused meanwhile stays paused."""
        job = self.created[paused % len(self.created)]
        self.act(job, "pause", commits=True, is_sent=True)
        for status in ("credentials", "ok"):
            self.log_in(self.accounts[account], status)
            look = self.a_dispatcher_looks(commits=True)
            self.a_dispatcher_acts(look=look, is_sent=True, is_broker_down=False)

    @rule(which=accounts, quota=st.sampled_from([0, PAGE_SIZE, 5 * PAGE_SIZE]))
    def an_admin_changes_the_quota(self, which: int, quota: int) -> None:
        account = self.accounts[which]
        LinkedInAccount.objects.filter(id=account).update(
            daily_quota_classic=quota, daily_quota_sales_navigator=quota
        )
        now = self.world.pass_time()
        line.look_at_quotas_again(account)
        self.promises.accounts[account].quota = quota
        self.promises.look_at_quotas_again(account, now)

    @invariant()
    def what_is_is_what_must_be(self) -> None:
        if self.promises.accounts:
            self.what_always_holds()


@pytest.mark.django_db
@pytest.mark.timeout(length.TIMEOUT_S)
def test_whatever_happens_in_whatever_order_is_as_the_model_says(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "MOST_TROUBLES", MOST_TROUBLES)
    # Every wait is longer than the test: time passes only where a rule says so.
    settings.SEARCH_PACE_SECONDS = PACE_S
    settings.SEARCH_PACE_JITTER_SECONDS = JITTER_S
    settings.SEARCH_LEASE_SECONDS = LEASE_S
    settings.SEARCH_REDISPATCH_SECONDS = REDISPATCH_S
    settings.SEARCH_STALL_TIMEOUT_SECONDS = STALL_S
    run_state_machine_as_test(Engine, settings=length.of(12))
