"""What must become of turns and of who takes them, in plain Python."""

from __future__ import annotations

import uuid

from searchjobs.sources import (
    CeilingReached,
    CursorLost,
    GiveUp,
    LimitReached,
    NeedsPerson,
    Outcome,
    Page,
    RetryAfter,
    Scope,
)
from tests.searchjobs.statemachine.promised_accounts import (
    PromisedAccount,
    Worker,
    hour_of,
)
from tests.searchjobs.statemachine.promised_jobs import (
    ACTIVE,
    PACE_S,
    RUNNABLE,
    PromisedJob,
)
from tests.searchjobs.statemachine.promised_source import (
    LONGEST_WAIT_S,
    PromisedSource,
)

SPREAD_S = 0.05  # an account


class Promises:
    def __init__(self) -> None:
        self.jobs: dict[uuid.UUID, PromisedJob] = {}
        self.accounts: dict[uuid.UUID, PromisedAccount] = {}
        self.source = PromisedSource()
        self.place = 0

    def next_place(self) -> int:
        self.place += 1
        return self.place

    def jobs_of(self, account_id: uuid.UUID) -> list[PromisedJob]:
        return [job for job in self.jobs.values() if job.account == account_id]

    def running_on(self, account_id: uuid.UUID) -> list[PromisedJob]:
        return [job for job in self.jobs_of(account_id) if job.status in RUNNABLE]

    # --- a turn ---------------------------------------------------------------------

    def claim(self, account_id: uuid.UUID, now: float) -> Worker | None:
        """Say whose turn it is: of those due, the one served longest ago."""
        account = self.accounts[account_id]
        account.forget_dispatch()
        if account.lease and not account.is_leased(now):
            lost = self.jobs.get(account.lease.job)
            if lost is not None and lost.status == "processing":
                lost.stumble("worker_lost", barren_s=0.0, now=now)
            account.lease = None
        if account.lease or not account.is_open(now):
            return None
        if self.source.is_shut(now):
            account.next_turn = (self.source.retry_at, self.source.retry_at)
            account.wait = "provider_down"
            return None
        key = self._choose(account_id, now)
        if key is None or not self.source.admits(
            account_id, pace_s=account.pace_s, now=now
        ):
            return None
        job = self.jobs[key]
        account.lease = Worker(
            account=account_id, job=key, api=job.api, place=job.place, claimed_at=now
        )
        job.start(self.next_place())
        return account.lease

    def _choose(self, account_id: uuid.UUID, now: float) -> uuid.UUID | None:
        """Choose whose quota has room; those passed over wait for theirs, in turn."""
        account = self.accounts[account_id]
        line = sorted(self.running_on(account_id), key=lambda job: job.place)
        parked: list[PromisedJob] = []
        chosen = None
        for job in line:
            if not job.is_due(now):
                continue
            if account.is_limited(job.api, now):
                job.park("commercial_limit", account.limits[job.api][0])
                continue
            if account.has_room(job.api, job.page_size, now):
                chosen = job
                break
            parked.append(job)
        for api in {job.api for job in parked}:
            of_api = [job for job in line if job.api == api]
            pages = [job.page_size for job in of_api]
            moments = account.openings(api, pages, now)
            for job, moment in zip(of_api, moments, strict=True):
                if job in parked:
                    job.park("daily_quota", moment)
        return next((key for key, job in self.jobs.items() if job is chosen), None)

    def is_fenced(self, worker: Worker) -> bool:
        lease = self.accounts[worker.account].lease
        return lease is None or lease.token != worker.token

    def end(
        self,
        worker: Worker,
        outcome: Outcome,
        *,
        seconds: float,
        now: float,
    ) -> None:
        if self.is_fenced(worker):
            return
        account = self.accounts[worker.account]
        job = self.jobs.get(worker.job)
        if job is not None and not isinstance(outcome, Page):
            job.requests += 1
        if job is not None and job.status not in ACTIVE:
            job.requests += isinstance(outcome, Page)
            job = None
        match outcome:
            case Page():
                account.slower = max(1.0, account.slower - 0.25)
                account.end_turn(now)
                self._count(worker, outcome, now=now)
                if job is not None:
                    left = account.left(worker.api, now)
                    job.page(outcome, seconds=seconds, now=now, left=left)
            case RetryAfter():
                self._end_with_retry(worker, job, outcome, seconds=seconds, now=now)
                return
            case CursorLost():
                account.end_turn(now)
                if job is not None:
                    job.lose_cursor(now)
            case CeilingReached():
                account.end_turn(now)
                if job is not None:
                    job.meet_ceiling(now)
            case LimitReached():
                account.end_turn(now)
                until = account.meet_limit(worker.api, asked_s=outcome.delay_s, now=now)
                for one in self.running_on(worker.account):
                    if one.api == worker.api:
                        one.meet_limit(until)
            case NeedsPerson():
                account.end_turn(now)
                account.status = outcome.account_status
                self.pause_jobs_of(worker.account, now)
            case GiveUp():
                account.end_turn(now)
                if job is not None:
                    job.fail(outcome.code, now=now)
        self._source_answered(worker.account, now)
        self._let_others_move_up(job, now)

    def _let_others_move_up(self, job: PromisedJob | None, now: float) -> None:
        if job is not None and job.status == "completed":
            self.look_at_quotas_again(job.account, now)

    def _count(self, worker: Worker, page: Page, *, now: float) -> None:
        account = self.accounts[worker.account]
        account.answered = (self.next_place(), worker.job)
        account.limits.pop(worker.api, None)
        account.rows.append((now, worker.api, page.rows))
        if page.rows:
            usage = account.usage.setdefault(hour_of(now), {})
            usage[worker.api] = usage.get(worker.api, 0) + page.rows

    def _end_with_retry(
        self,
        worker: Worker,
        job: PromisedJob | None,
        outcome: RetryAfter,
        *,
        seconds: float,
        now: float,
    ) -> None:
        account, asked_s = self.accounts[worker.account], outcome.delay_s
        if outcome.scope is Scope.JOB and not self._is_providers(outcome, worker):
            account.end_turn(now)
            if job is not None:
                barren_s = PACE_S + seconds
                job.stumble(outcome.code, barren_s=barren_s, now=now, asked_s=asked_s)
            self._let_others_move_up(job, now)
            if self.source.probe_fails(worker.account, now=now):
                self._hold()
            return
        is_accounts = outcome.scope is Scope.ACCOUNT
        reason = str(outcome.reason) if is_accounts else "provider_down"
        account.back_off(reason, asked_s=asked_s, now=now)
        if job is not None:
            job.journal.append("waiting")
        if reason != "provider_down":
            self._source_answered(worker.account, now)
        elif self.source.spoilt(worker.account, asked_s=asked_s or 0.0, now=now):
            self._hold()

    def _hold(self) -> None:
        """Let nobody ask a source that does not answer before it is tried again."""
        retry_at = self.source.retry_at
        for key, account in self.accounts.items():
            is_free = account.status == "ok" and account.lease is None
            if is_free and account.next_turn[1] < retry_at and self.running_on(key):
                account.next_turn, account.wait = (retry_at, retry_at), "provider_down"

    def _source_answered(self, probe: uuid.UUID, now: float) -> None:
        if not self.source.answered(probe):
            return
        back = [
            account
            for key, account in self.accounts.items()
            if key != probe
            and account.wait == "provider_down"
            and account.lease is None
            and account.next_turn[1] <= now + LONGEST_WAIT_S
        ]
        for account in back:
            begins = now + account.pace_s
            account.next_turn = (begins, begins + SPREAD_S * len(back))
            account.wait, account.failures = "", 0

    def _is_providers(self, outcome: RetryAfter, worker: Worker) -> bool:
        """A 500 is the job's only if another was answered since its last turn."""
        return outcome.may_be_provider and not any(
            account.answered[0] > worker.place and account.answered[1] != worker.job
            for account in self.accounts.values()
            if account.answered
        )

    # --- the dispatcher -------------------------------------------------------------

    def look(self, now: float) -> set[uuid.UUID]:
        """Say who is sent; one at a time where the source does not answer."""
        due = [
            key
            for key, account in self.accounts.items()
            if account.status == "ok"
            and self.running_on(key)
            and account.due_at(self.running_on(key)) <= now
            and self.source.retry_at <= now
        ]
        if not self.source.is_closed:
            due = sorted(due, key=self._promise_as_probe)[:1]
        for key in due:
            self.accounts[key].dispatched_at = now
            self.accounts[key].dispatches += 1
        return set(due)

    def _promise_as_probe(self, key: uuid.UUID) -> tuple[int, float]:
        return self.accounts[key].failures, self.accounts[key].next_turn[1]

    def lost(self) -> set[uuid.UUID]:
        return {
            key
            for key, account in self.accounts.items()
            if account.status != "ok" and self.running_on(key)
        }

    def recovered(self) -> set[uuid.UUID]:
        return {
            key
            for key, account in self.accounts.items()
            if account.status == "ok"
            and any(job.awaits_account for job in self.jobs_of(key))
        }

    def pause_jobs_of(self, account_id: uuid.UUID, now: float) -> None:
        if self.accounts[account_id].status != "ok":
            for job in self.jobs_of(account_id):
                job.pause_for_account(now)

    def resume_jobs_of(self, account_id: uuid.UUID, now: float) -> None:
        if self.accounts[account_id].status == "ok":
            for job in self.jobs_of(account_id):
                job.resume_for_account(now)

    def look_at_quotas_again(self, account_id: uuid.UUID, now: float) -> None:
        for job in self.running_on(account_id):
            if job.wait == "daily_quota":
                job.not_before = (now, now)
