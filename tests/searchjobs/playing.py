"""How these tests let time pass without sleeping, and what must hold after each step.

All time stands in rows: `let_time_pass` brings every wait of an account to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from accounts.models import LinkedInAccount
from searchjobs import runner
from searchjobs.candidates import Candidate
from searchjobs.models import SearchEvent, SearchJob, SearchResult, SourceHealth
from searchjobs.sources import Outcome, Page, RetryAfter, Scope, Source
from searchjobs.states import RUNNABLE, TERMINAL, WaitReason
from unipile_client.criteria import translate
from unipile_client.sandbox.server import SandboxServer
from unipile_client.types import Api

MOST_TURNS = 400

# The example of the original's documentation: 2,500 people and more.
CEOS = {
    "category": "people",
    "keywords": "CEO tech startup",
    "location": ["103644278"],
    "title": "CEO",
    "company_headcount": ["B", "C"],
}

OWN_TROUBLE = RetryAfter(
    scope=Scope.JOB,
    reason=WaitReason.BACKING_OFF,
    code="unreadable_answer",
    message="Unipile's answer could not be understood.",
)
RATE_LIMITED = RetryAfter(
    scope=Scope.ACCOUNT,
    reason=WaitReason.RATE_LIMITED,
    code="rate_limited",
    message="Slow down.",
)
SERVER_ERROR = RetryAfter(
    scope=Scope.JOB,
    reason=WaitReason.BACKING_OFF,
    code="unipile_server_error",
    message="Unipile failed.",
    may_be_provider=True,
)


class Scripted:
    """A source that says what the test tells it; an outcome may be a function of the
    job, to do something while the request is under way, or an exception, to die by."""

    def __init__(
        self, *outcomes: Outcome | Exception | Callable[[SearchJob], Outcome]
    ) -> None:
        self._outcomes = list(outcomes)
        self.asked: list[SearchJob] = []

    def fetch(self, job: SearchJob, *, deadline_s: float) -> Outcome:
        self.asked.append(job)
        outcome = self._outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome(job) if callable(outcome) else outcome


def candidate(provider_id: str, **fields: object) -> Candidate:
    return Candidate(
        provider_id=provider_id,
        person_keys=[f"id:sales_navigator:{provider_id}"],
        prospect_data={"id": f"linkedin_{provider_id}", **fields},
    )


def page(
    ids: Sequence[str] = (),
    *,
    next_cursor: str | None = None,
    total: int | None = 1000,
    invalid: int = 0,
) -> Page:
    return Page(
        candidates=[candidate(each) for each in ids],
        invalid=invalid,
        next_cursor=next_cursor,
        available_total=total,
    )


def people(count: int, *, start: int = 0) -> list[str]:
    """Return made-up ids."""
    return [f"p{number:05}" for number in range(start, start + count)]


def run(account: LinkedInAccount, *outcomes: Any) -> Scripted:
    """Run a turn for each outcome, each at its time; return what the source was asked.

    A turn that did not take place is the test's mistake, and fails it.
    """
    source = Scripted(*outcomes)
    for _ in outcomes:
        let_time_pass(account)
        try:
            assert runner.run_turn(account.id, source)
        except WorkerKilled:
            continue
    return source


class WorkerKilled(Exception):
    """Stands for kill -9 at the line that raises it."""


def play(account: LinkedInAccount, source: Source | None = None) -> int:
    """Run turns, bringing each wait to its end, until no job of the account is
    runnable; return how many requests were made."""
    turns = 0
    for _ in range(MOST_TURNS):
        if not SearchJob.objects.filter(account=account, status__in=RUNNABLE).exists():
            return turns
        let_time_pass(account)
        turns += runner.run_turn(account.id, source)
    raise AssertionError(f"still running after {MOST_TURNS} turns")


def let_time_pass(account: LinkedInAccount | None = None) -> None:
    """Bring every wait of the account (or all) and its jobs to its end; a lease lives
    on."""
    accounts, jobs = LinkedInAccount.objects.all(), SearchJob.objects.all()
    if account is not None:
        accounts, jobs = accounts.filter(id=account.id), jobs.filter(account=account)
    accounts.update(next_turn_at=Now())
    jobs.filter(next_step_at__gt=Now()).update(next_step_at=Now())
    SourceHealth.objects.filter(state="open").update(retry_at=Now())


def lapse(account: LinkedInAccount | None = None) -> None:
    """Let the lease (or all) have lapsed so long ago that the pace is over as well."""
    leased = LinkedInAccount.objects.filter(lease_token__isnull=False)
    if account is not None:
        leased = leased.filter(id=account.id)
    leased.update(lease_expires_at=Now() - timedelta(days=1))


def expected(sandbox: SandboxServer, job: SearchJob) -> list[str]:
    """Return whom the local Unipile itself says the job must find, in order."""
    job = now_of(job)  # jsonb keeps the criteria in an order of its own
    body = translate(job.search_criteria, Api(job.search_source)).body
    return sandbox.answer(body, job.account.unipile_account_id)[: job.target_count]


def found(job: SearchJob) -> list[str]:
    """Return whom the job stored, by position."""
    rows = SearchResult.objects.filter(job_id=job.id).order_by("position")
    return list(rows.values_list("provider_id", flat=True))


def kinds(job: SearchJob) -> list[str]:
    """Return the journal's kinds, oldest first."""
    journal = SearchEvent.objects.filter(job_id=job.id).order_by("revision")
    return list(journal.values_list("kind", flat=True))


def now_of(job: SearchJob) -> SearchJob:
    """Return the row as it is now."""
    return SearchJob.objects.select_related("account").get(id=job.id)


def check(job_row: SearchJob) -> SearchJob:
    """Assert what always holds for a job, and return its row as it is now."""
    job = now_of(job_row)
    places = SearchResult.objects.filter(job=job).order_by("position")
    assert list(places.values_list("position", flat=True)) == list(
        range(job.progress_current)
    )
    assert job.received == (
        job.progress_current + job.duplicates + job.invalid + job.surplus
    )
    _check_journal(job)
    assert (job.status in TERMINAL) == (job.completed_at is not None)
    assert job.progress_current <= job.progress_total
    assert job.requests >= job.next_batch
    return job


def _check_journal(job: SearchJob) -> None:
    journal = SearchEvent.objects.filter(job=job).order_by("revision")
    assert list(journal.values_list("revision", flat=True)) == list(
        range(1, job.revision + 1)
    )
    pages = journal.filter(kind="page_stored")
    columns = ("received", "stored", "duplicates", "invalid", "surplus")
    totals = {key: sum(pages.values_list(f"data__{key}", flat=True)) for key in columns}
    assert totals == {
        "received": job.received,
        "stored": job.progress_current,
        "duplicates": job.duplicates,
        "invalid": job.invalid,
        "surplus": job.surplus,
    }
    assert list(pages.values_list("data__batch", flat=True)) == list(
        range(job.next_batch)
    )


def result_of(job: SearchJob) -> tuple[str, str]:
    """Return how it ended, after checking what always holds."""
    row = check(job)
    return row.status, row.completion_reason
