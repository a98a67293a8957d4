"""Anything, in any order: what must hold after each step, over the real database.

The machine claims and ends turns apart, so that anything can happen while a request is
under way; a worker that dies simply never ends its turn.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from accounts.errors import Conflict, NotFound
from accounts.models import AccountUsage, LinkedInAccount, Membership
from searchjobs import dispatcher, line, outcomes, runner, services, turns
from searchjobs.models import SearchJob
from searchjobs.sources import (
    CursorLost,
    GiveUp,
    NeedsPerson,
    Outcome,
    RetryAfter,
    Scope,
)
from searchjobs.states import RUNNABLE, TERMINAL, WaitReason
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
)
from tests.searchjobs.playing import lapse, let_time_pass, page

PAGE_SIZE = 4
WORLD = 12  # people that exist; few, so that pages repeat them

ids = st.integers(0, WORLD - 1).map(lambda number: f"p{number}")
pages = st.builds(
    page,
    st.lists(ids, max_size=PAGE_SIZE),
    next_cursor=st.none() | st.sampled_from([f"cursor {n}" for n in range(40)]),
    total=st.none() | st.integers(0, WORLD),
    invalid=st.integers(0, 1),
)
troubles = st.sampled_from(
    [
        RetryAfter(scope=scope, reason=reason, code=code, message="Later.", **more)
        for scope, reason, code, more in (
            (Scope.ACCOUNT, WaitReason.RATE_LIMITED, "rate_limited", {"delay_s": 90.0}),
            (Scope.ACCOUNT, WaitReason.PROVIDER_DOWN, "provider_down", {}),
            (Scope.JOB, WaitReason.BACKING_OFF, "unreadable_answer", {}),
            (Scope.JOB, WaitReason.BACKING_OFF, "error", {"may_be_provider": True}),
        )
    ]
    + [
        CursorLost(),
        NeedsPerson(account_status="credentials"),
        GiveUp(code="unipile_forbidden", message="Ask your administrator."),
    ]
)
any_outcome: st.SearchStrategy[Outcome] = st.one_of(pages, pages, pages, troubles)


# The jobs whose columns, rows and journal do not say the same.
FALSE_BOOKS = """
SELECT j.id, j.status, j.progress_current, r.*, e.*
FROM prospect_search_jobs j,
LATERAL (
    SELECT count(*) AS rows, count(DISTINCT provider_id) AS people,
           coalesce(max(position), -1) AS last_position
    FROM prospect_search_results WHERE job_id = j.id
) r,
LATERAL (
    SELECT coalesce(max(revision), 0) AS last_revision, count(*) AS events,
           count(*) FILTER (WHERE kind = 'page_stored') AS pages,
           coalesce(sum((data->>'received')::int), 0) AS received,
           coalesce(sum((data->>'stored')::int), 0) AS stored,
           coalesce(sum((data->>'duplicates')::int), 0) AS duplicates,
           coalesce(sum((data->>'invalid')::int), 0) AS invalid,
           coalesce(sum((data->>'surplus')::int), 0) AS surplus
    FROM prospect_search_events WHERE job_id = j.id
) e,
LATERAL (  -- the last answer of each page of the present pass
    SELECT coalesce(sum(received), 0) AS received, coalesce(sum(invalid), 0) AS invalid
    FROM (
        SELECT DISTINCT ON (p.data->>'cursor') (p.data->>'received')::int AS received,
               (p.data->>'invalid')::int AS invalid
        FROM prospect_search_events p
        WHERE p.job_id = j.id AND p.kind = 'page_stored' AND p.revision > coalesce(
            (SELECT max(revision) FROM prospect_search_events
             WHERE job_id = j.id
               AND kind IN ('cursor_lost', 'replayed')), 0)
        ORDER BY p.data->>'cursor', p.revision DESC
    ) answer
) pass
WHERE (j.progress_current, j.progress_current, j.progress_current - 1)
      <> (r.rows, r.people, r.last_position)
   OR (j.received, j.progress_current, j.duplicates, j.invalid, j.surplus)
      <> (e.received, e.stored, e.duplicates, e.invalid, e.surplus)
   OR j.received <> j.progress_current + j.duplicates + j.invalid + j.surplus
   OR (j.revision, j.revision, j.next_batch)
      <> (e.last_revision, e.events, e.pages)
   OR j.requests < j.next_batch
   OR j.pass_received <> pass.received
   OR (j.completion_reason = 'exhausted'
       AND j.progress_current + pass.invalid < j.available_total)
   OR j.doubts > 3
   OR (j.failures >= 8 AND j.status <> 'failed')
   OR (j.status IN ('completed', 'failed', 'cancelled')) <> (j.completed_at IS NOT NULL)
   OR (j.status = 'completed' AND j.progress_current <> j.progress_total)
"""


def accounts_of(jobs: QuerySet[SearchJob]) -> set[uuid.UUID]:
    return set(jobs.values_list("account_id", flat=True))


class Engine(RuleBasedStateMachine):
    jobs = Bundle("jobs")
    claims = Bundle("claims")
    accounts = Bundle("accounts")

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.ended: dict[Any, tuple[str, int]] = {}
        self.progress: dict[Any, int] = {}
        self.granted: set[Any] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(target=accounts)
    def two_accounts(self) -> Any:
        self.member: Membership = MembershipFactory()
        made = [
            LinkedInAccountFactory(
                user=self.member.user,
                workspace=self.member.workspace,
                daily_quota_sales_navigator=quota,
            )
            for quota in (0, 3 * PAGE_SIZE)
        ]
        return multiple(*made)

    @rule(target=jobs, account=accounts, target_count=st.integers(1, WORLD))
    def create(self, account: LinkedInAccount, target_count: int) -> SearchJob:
        return SearchJobFactory(
            account=account,
            user=self.member.user,
            workspace=self.member.workspace,
            target_count=target_count,
            page_size=PAGE_SIZE,
        )

    # --- the engine -----------------------------------------------------------------

    @rule(target=claims, account=accounts)
    def a_worker_claims(self, account: LinkedInAccount) -> Any:
        """The message may be the dispatcher's, doubled or stale: it is all the same."""
        with transaction.atomic():
            claimed = runner._claim(account.id)
        if claimed is None:
            return multiple()
        claim = claimed[0]
        assert claim.token not in self.granted
        self.granted.add(claim.token)
        return claim

    @rule(claim=consumes(claims), outcome=any_outcome, seconds=st.floats(0, 100))
    def a_worker_ends(
        self, claim: turns.Claim, outcome: Outcome, seconds: float
    ) -> None:
        before = self.rows()
        is_fenced = not LinkedInAccount.objects.filter(
            id=claim.account_id, lease_token=claim.token
        ).exists()
        with transaction.atomic():
            outcomes.end(outcomes.Turn(claim=claim, outcome=outcome, seconds=seconds))
        if is_fenced:
            assert self.rows() == before, "a late worker wrote something"
        else:
            assert not LinkedInAccount.objects.filter(lease_token=claim.token).exists()

    @rule(claim=claims, outcome=any_outcome)
    def a_worker_dies_before_its_commit(
        self, claim: turns.Claim, outcome: Outcome
    ) -> None:
        before = self.rows()
        with transaction.atomic():
            outcomes.end(outcomes.Turn(claim=claim, outcome=outcome, seconds=1.0))
            transaction.set_rollback(True)
        assert self.rows() == before

    @rule(account=accounts)
    def the_lease_lapses(self, account: LinkedInAccount) -> None:
        lapse(account)

    @rule(account=accounts)
    def time_passes(self, account: LinkedInAccount) -> None:
        let_time_pass(account)

    @rule()
    def the_dispatcher_looks(self) -> None:
        found = dispatcher.look()
        for account_id in found.lost:
            dispatcher.pause_jobs_of(account_id)
        for account_id in found.recovered:
            dispatcher.resume_jobs_of(account_id)

    # --- people, and the world ------------------------------------------------------

    @rule(
        job=jobs,
        action=st.sampled_from(
            [
                services.pause,
                services.resume,
                services.resume,
                services.retry,
                services.retry,
                services.cancel,
            ]
        ),
    )
    def a_person_acts(self, job: SearchJob, action: Any) -> None:
        before = self.row(job)
        refused = False
        try:
            with transaction.atomic():
                action(job=job, by=self.member)
        except (Conflict, NotFound):
            refused = True
        assert (self.row(job) == before) == refused

    @rule(job=consumes(jobs))
    def a_person_deletes(self, job: SearchJob) -> Any:
        row = SearchJob.objects.filter(id=job.id).first()
        if row is not None and row.status in TERMINAL:
            services.delete(job=row, by=self.member)
            self.ended.pop(job.id, None)
            self.progress.pop(job.id, None)

    @rule(account=accounts, status=st.sampled_from(["ok", "ok", "credentials"]))
    def a_sync_notes_the_login(self, account: LinkedInAccount, status: str) -> None:
        LinkedInAccount.objects.filter(id=account.id).update(
            status=status, status_changed_at=Now()
        )

    @rule(account=accounts)
    def a_day_passes(self, account: LinkedInAccount) -> None:
        AccountUsage.objects.filter(account=account).delete()
        line.look_at_quotas_again(account.id)

    # --- what holds after each step -------------------------------------------------

    @invariant()
    def the_books_are_true(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(FALSE_BOOKS)
            assert cursor.fetchall() == []

    @invariant()
    def progress_never_goes_back_and_an_end_is_an_end(self) -> None:
        for job in SearchJob.objects.only("progress_current", "status", "revision"):
            assert job.progress_current >= self.progress.get(job.id, 0)
            self.progress[job.id] = job.progress_current
            if job.status in ("completed", "cancelled"):
                end = (job.status, job.revision)
                assert self.ended.setdefault(job.id, end) == end

    @invariant()
    def nobody_is_stuck(self) -> None:
        """Whoever runs is due once its waits are over; whoever waits for a login is
        known to the dispatcher; whoever else is paused was paused by a person."""
        with transaction.atomic():
            let_time_pass()
            lapse()
            LinkedInAccount.objects.update(dispatched_at=None)
            found = dispatcher.look()
            transaction.set_rollback(True)
        running = SearchJob.objects.filter(status__in=RUNNABLE)
        paused = SearchJob.objects.filter(status="paused", paused_by=None)
        assert set(found.due) == accounts_of(running.filter(account__status="ok"))
        assert set(found.lost) == accounts_of(running.exclude(account__status="ok"))
        assert set(found.recovered) == accounts_of(paused.filter(account__status="ok"))
        assert not paused.exclude(error_code="account_disconnected").exists()

    def row(self, job: SearchJob) -> list[tuple[object, ...]]:
        return [row for row in self.rows() if row[0] == str(job.id)]

    def rows(self) -> list[tuple[object, ...]]:
        """Return all that a turn may write, as text."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id::text, j::text FROM prospect_search_jobs j "
                "UNION ALL SELECT id::text, a::text FROM user_unipile_accounts a "
                "UNION ALL SELECT 'rows', count(*)::text FROM prospect_search_results "
                "UNION ALL SELECT 'events', count(*)::text FROM prospect_search_events "
                "UNION ALL SELECT 'usage', u::text FROM account_usage u ORDER BY 1, 2"
            )
            found: list[tuple[object, ...]] = cursor.fetchall()
        return found


@pytest.mark.django_db
@pytest.mark.timeout(400)  # half a minute of work, on a machine that may be busy
def test_whatever_happens_in_whatever_order_the_books_are_true(
    settings: Settings,
) -> None:
    # Every wait is longer than the test: time passes only where a rule says so.
    settings.SEARCH_PACE_SECONDS = settings.SEARCH_REDISPATCH_SECONDS = 1000
    settings.SEARCH_LEASE_SECONDS = 1000
    settings.SEARCH_STALL_TIMEOUT_SECONDS = 6000
    run_state_machine_as_test(
        Engine,
        settings=hypothesis_settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
