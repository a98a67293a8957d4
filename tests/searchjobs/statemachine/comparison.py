"""Does things in the engine and in the model, and compares what came of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Now

from accounts.errors import Conflict, NotFound
from accounts.models import LinkedInAccount, Membership
from searchjobs import audit, dispatcher, lifecycle, outcomes, runner, services, turns
from searchjobs.models import SearchJob
from tests.searchjobs.statemachine import linkedin
from tests.searchjobs.statemachine.linkedin import PAGE_SIZE, WORLD, Answer
from tests.searchjobs.statemachine.promised_accounts import DAY_S, HOUR_S, Worker
from tests.searchjobs.statemachine.promised_jobs import LEASE_S, PACE_S, PromisedJob
from tests.searchjobs.statemachine.promises import Promises
from tests.searchjobs.statemachine.world import World, transaction_that
from unipile_client.types import Api

MOST_TURNS = 200
TINY_S = 1e-4  # how exactly seconds are compared


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """A claim that a worker holds, the search as it saw it, and when that was."""

    worker: Worker
    claim: turns.Claim
    job: SearchJob


class Comparison:
    member: Membership

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.promises = Promises()
        self.bag: list[uuid.UUID] = []  # messages under way
        self.under_way: list[UnderWay] = []
        self.told: list[dict[str, Any]] = []
        self.created: list[uuid.UUID] = []
        self.lied_to: set[uuid.UUID] = set()

    def new_job(
        self, account: uuid.UUID, api: Api, target_count: int, *, commits: bool = True
    ) -> None:
        now = self.world.pass_time()
        with transaction_that(commits):
            job = lifecycle.create(
                account_id=account,
                user=self.member.user,
                workspace=self.member.workspace,
                name="CEOs",
                search_criteria={"title": "CEO"},
                search_source=api,
                target_count=target_count,
                progress_total=target_count,
                page_size=PAGE_SIZE,
            )
            # columns' defaults ask PostgreSQL's own clock, which the test cannot move
            SearchJob.objects.filter(id=job.id).update(
                created_at=Now(), next_step_at=Now()
            )
        if not commits:
            return
        self.created.append(job.id)
        self.promises.jobs[job.id] = PromisedJob(
            account=account,
            api=api,
            ceiling=api.ceiling,
            target=target_count,
            page_size=PAGE_SIZE,
            place=self.promises.next_place(),
            not_before=(now, now),
        )

    def act(
        self,
        job_id: uuid.UUID,
        action: str,
        *,
        commits: bool,
        is_sent: bool,
    ) -> None:
        job = self.promises.jobs.get(job_id)
        row = SearchJob.objects.filter(id=job_id).first()
        assert (row is None) == (job is None)
        if job is None or row is None:
            return
        account_is_ok = self.promises.accounts[job.account].status == "ok"
        before = self.world.every_row()
        now = self.world.pass_time()
        try:
            with transaction_that(commits):
                getattr(services, action)(job=row, by=self.member)
        except (Conflict, NotFound):
            assert not job.may(action, account_is_ok=account_is_ok)
            assert self.world.every_row() == before
            return
        assert job.may(action, account_is_ok=account_is_ok)
        if not commits:
            assert self.world.every_row() == before
        elif action == "delete":
            del self.promises.jobs[job_id]
        else:
            job.do(action, now)
            hints = self.world.hints()
            assert hints == [job.account] * (action in ("resume", "retry"))
            self.bag += hints * is_sent
            if self.world.looks_at_quotas(are_taken=is_sent):
                assert action in ("pause", "cancel")  # others move up
                self.promises.look_at_quotas_again(job.account, now)

    def claim(self, account: uuid.UUID, *, commits: bool = True) -> UnderWay | None:
        now = self.world.pass_time()
        claimed = None
        with transaction_that(commits):
            claimed = runner._claim(account)
        if not commits:
            return None
        worker = self.promises.claim(account, now)
        assert (claimed is None) == (worker is None), (claimed, worker)
        if claimed is None or worker is None:
            return None
        assert claimed[0].job_id == worker.job, "it was another job's turn"
        worker.token = claimed[0].token
        self.keeps_its_distance(worker)
        turn = UnderWay(
            worker=worker,
            claim=claimed[0],
            job=claimed[1],
        )
        self.under_way.append(turn)
        return turn

    def keeps_its_distance(self, worker: Worker) -> None:
        """No request begins beside another of the account, nor sooner than the pace
        after it; nor past the day's rows."""
        account = self.promises.accounts[worker.account]
        at = worker.claimed_at
        assert at - account.last_answer >= PACE_S
        for other in (turn.worker for turn in self.under_way):
            if other.account == worker.account:
                # the last moment at which it may have been answered
                assert at - other.claimed_at >= LEASE_S * 2 / 3 + PACE_S
        used = sum(
            rows
            for when, api, rows in account.rows
            if api == worker.api and when > at - DAY_S
        )
        assert not account.quota or not used or used + PAGE_SIZE <= account.quota

    def end(
        self,
        turn: UnderWay,
        answer: Answer,
        *,
        seconds: float = 0.0,
        commits: bool = True,
    ) -> None:
        outcome = answer(turn.job)
        if answer is not linkedin.truth:
            self.lied_to.add(turn.job.id)
        is_fenced = self.promises.is_fenced(turn.worker)
        before = self.world.every_row() if is_fenced or not commits else None
        now = self.world.pass_time()
        with transaction_that(commits):
            outcomes.end(
                outcomes.Turn(claim=turn.claim, outcome=outcome, seconds=seconds)
            )
        if before is not None:
            assert self.world.every_row() == before, "a late or dead worker wrote"
            return
        self.under_way.remove(turn)
        self.promises.end(
            turn.worker,
            outcome,
            seconds=seconds,
            now=now,
        )

    def have_work_on(self, account: uuid.UUID) -> None:
        """Let a search go on where none runs, or begin one."""
        if not self.promises.running_on(account):
            self.log_in(account, "ok")
            self.let_people_help(account)
        if not self.promises.running_on(account):
            self.new_job(account, Api.SALES_NAVIGATOR, WORLD)

    def let_people_help(self, account: uuid.UUID) -> None:
        for key, job in list(self.promises.jobs.items()):
            for action in ("resume", "retry"):
                if job.account == account and job.may(action, account_is_ok=True):
                    self.act(key, action, commits=True, is_sent=True)

    def log_in(self, account: uuid.UUID, status: str) -> None:
        LinkedInAccount.objects.filter(id=account).update(
            status=status, status_changed_at=Now()
        )
        self.promises.accounts[account].status = status

    def what_always_holds(self) -> None:
        self.jobs_are_as_they_must_be()
        self.accounts_are_as_they_must_be()
        self.the_source_is_as_it_must_be()
        self.every_change_was_told_once()
        self.the_audit_agrees()
        self.nobody_is_stuck()

    def jobs_are_as_they_must_be(self) -> None:
        rows = self.world.jobs()
        assert set(rows) == set(self.promises.jobs)
        for key, job in self.promises.jobs.items():
            row = rows[key]
            earliest, latest = job.not_before
            at = row.pop("not_before")
            assert earliest - TINY_S <= at <= latest + TINY_S, (job, at)
            job.not_before = (at, at)
            assert row == job.row()

    def accounts_are_as_they_must_be(self) -> None:
        rows = self.world.accounts()
        for key, account in self.promises.accounts.items():
            row = rows[key]
            earliest, latest = account.next_turn
            assert earliest - TINY_S <= row["next_turn"] <= latest + TINY_S, account
            account.next_turn = (row["next_turn"], row["next_turn"])
            lease = account.lease
            assert row["lease_token"] == (lease and lease.token)
            assert row["lease_job"] == (lease and lease.job)
            if lease:
                until = lease.claimed_at + LEASE_S
                assert abs(row["lease_until"] - until) < TINY_S
            assert (row["status"], row["failures"], row["wait_reason"]) == (
                account.status,
                account.failures,
                account.wait,
            )
            assert row["pace_factor"] == account.slower
            assert row["dispatches"] == account.dispatches
            assert (row["dispatched_at"] is None) == (account.dispatched_at is None)
            assert row["used"] == sum(count for _, _, count in account.rows)

    def the_source_is_as_it_must_be(self) -> None:
        source = self.promises.source
        row = self.world.source()
        assert (row["state"], row["probe_account"]) == (source.state, source.probe)
        assert row["failed_probes"] == source.failed_probes
        if not source.is_closed:
            assert abs(row["retry_at"] - source.retry_at) < TINY_S
            source.retry_at = row["retry_at"]

    def every_change_was_told_once(self) -> None:
        """What pages are sent after a commit is the journal, and true."""
        assert self.world.hints() == []
        assert set(self.world.told_of_accounts()) <= set(self.promises.accounts)
        pushes = self.world.pushes()
        self.told += pushes
        rows = self.world.jobs()
        for key, row in rows.items():
            told = [push for push in self.told if push["id"] == str(key)]
            assert [push["kind"] for push in told] == row["journal"]
            if pushes and told[-1] is pushes[-1]:
                same = set(row) & set(told[-1]) - {"wait_reason", "completion_reason"}
                assert {name: told[-1][name] for name in same} == {
                    name: row[name] for name in same
                }

    def the_audit_agrees(self) -> None:
        assert audit.audit() == []

    def nobody_is_stuck(self) -> None:
        """Whoever runs is due once its waits are over; whoever waits for a login is
        known to the dispatcher; whoever else is paused was paused by a person."""
        with transaction_that(commits=False):
            self.world.let_all_waits_end()
            look = dispatcher.look()
        running = {
            key for key in self.promises.accounts if self.promises.running_on(key)
        }
        due = running - self.promises.lost()
        assert set(look.due) <= due
        assert len(look.due) == (
            len(due) if self.promises.source.is_closed else bool(due)
        )
        assert set(look.lost) == self.promises.lost()
        assert set(look.recovered) == self.promises.recovered()

    def everything_ends_well(self) -> None:
        """Logins come back, people resume and retry, LinkedIn tells the truth: every
        search ends, and one that was never lied to has exactly who it should."""
        for _ in range(MOST_TURNS):
            if not self.go_on():
                break
        self.jobs_are_as_they_must_be()
        for key, job in self.promises.jobs.items():
            assert job.status in ("completed", "cancelled")
            if key not in self.lied_to and job.status == "completed":
                assert job.people == [f"p{number}" for number in range(job.target)]
                assert job.reason == "target_reached"

    def go_on(self) -> bool:
        """Let every account take a turn; False when nobody has anything to do."""
        self.world.pass_time(DAY_S + 2 * HOUR_S)
        for account in self.promises.accounts:
            self.log_in(account, "ok")
            self.let_people_help(account)
        is_anybody_left = False
        for account in self.promises.accounts:
            turn = self.claim(account)
            if turn:
                self.end(turn, linkedin.truth)
            is_anybody_left |= bool(self.promises.running_on(account))
        self.jobs_are_as_they_must_be()
        self.accounts_are_as_they_must_be()
        return is_anybody_left
