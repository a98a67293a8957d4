"""What comes of a turn: a page, a time to wait, a pause, a failure?

Each ends the account's turn and changes its job, in the one transaction of `runner`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from searchjobs import (
    backoff,
    breaker,
    ingest,
    ledger,
    lifecycle,
    limits,
    line,
    logins,
    paging,
    passes,
    quotas,
    standings,
    turns,
)
from searchjobs.models import SearchJob
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
from searchjobs.states import ACTIVE, CompletionReason, EventKind, WaitReason

Job = SearchJob | None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A claimed turn on its way; `seconds` is how long the answer took."""

    claim: turns.Claim
    outcome: Outcome
    seconds: float


def end(turn: Turn) -> None:
    """Write what came of a turn, whatever it is, unless its lease was lost.

    In the caller's transaction, under the account's lock, then the job's.
    """
    account = turns.lock_leased(turn.claim)
    if account is None:
        return
    job = turns.lock_job(turn.claim.job_id)
    if job is not None and job.status not in ACTIVE:
        _count_request(job)
        job = None
    outcome = turn.outcome
    match outcome:
        case Page():
            _end_with_page(account, job, outcome, turn)
        case RetryAfter():
            _end_with_retry(account, job, outcome, turn)
            return
        case LimitReached():
            _end_with_limit(account, job, outcome, turn)
        case NeedsPerson():
            _end_needing_person(account, job, outcome)
        case CursorLost() | CeilingReached() | GiveUp():
            turns.end(account)
            if job is not None:
                _end_without_page(job, outcome)
    breaker.answered(account)


def _end_without_page(
    job: SearchJob, outcome: CursorLost | CeilingReached | GiveUp
) -> None:
    match outcome:
        case CursorLost():
            _lose_cursor(job)
        case CeilingReached():
            _end_at_ceiling(job)
        case GiveUp():
            lifecycle.fail(
                job.id,
                code=outcome.code,
                message=outcome.message,
                counts_request=True,
            )


# --- a page -----------------------------------------------------------------------


def _end_with_page(
    account: turns.LockedAccount, job: Job, page: Page, turn: Turn
) -> None:
    turns.end_answered(
        account, rows=page.rows, seconds=turn.seconds, api=turn.claim.api
    )
    if job is None:  # cancelled or deleted meanwhile: dropped, though LinkedIn gave it
        return
    stored = ingest.store(
        job, page.candidates, invalid=page.invalid, batch=job.next_batch
    )
    history = passes.pass_history(job.id).with_page(
        passes.cursor_hash(job.next_cursor),
        received=page.rows,
        invalid=page.invalid,
        stored=stored.stored,
    )
    standing = standings.after_page(
        job,
        history,
        rows=page.rows,
        stored=stored.stored,
        available_total=page.available_total,
    )
    verdict = _verdict(page, standing, history)
    if isinstance(verdict, paging.Replay) and not _may_receive(account, turn, verdict):
        verdict = verdict.otherwise
    asks_again = isinstance(verdict, paging.AskAgain)
    barren_s = settings.SEARCH_PACE_SECONDS + turn.seconds
    counted = ledger.page_stored(
        job.id,
        _record_of(page, stored, job, turn, pass_number=history.number),
        pass_received=standing.pass_received,
        next_cursor=job.next_cursor if asks_again else page.next_cursor or "",
        doubts=verdict.doubts if isinstance(verdict, paging.AskAgain) else 0,
        available_total=standing.available_total,
        barren_seconds=0.0 if stored.stored else job.barren_seconds + barren_s,
    )
    if counted is None:
        return
    _follow(counted, verdict)
    if isinstance(verdict, paging.GoOn | paging.AskAgain | paging.BeginAnew):
        _end_if_barren(counted)


def _record_of(
    page: Page, stored: ingest.Stored, job: SearchJob, turn: Turn, *, pass_number: int
) -> ledger.PageRecord:
    return ledger.PageRecord(
        batch=job.next_batch,
        pass_number=pass_number,
        cursor=passes.cursor_hash(job.next_cursor),
        received=page.rows,
        stored=stored.stored,
        duplicates=stored.duplicates,
        invalid=stored.invalid,
        surplus=stored.surplus,
        seconds=round(turn.seconds, 3),
    )


def _verdict(
    page: Page, standing: paging.Standing, history: passes.PassHistory
) -> paging.Verdict:
    return paging.judge(
        standing,
        paging.PageEnd(
            rows=page.rows,
            has_next=page.next_cursor is not None,
            next_is_known=passes.cursor_hash(page.next_cursor or "") in history.answers,
            may_begin_anew=history.may_begin_anew,
        ),
    )


def _may_receive(
    account: turns.LockedAccount, turn: Turn, replay: paging.Replay
) -> bool:
    """Say whether the day's quota has room for all rows that a replay can take."""
    left = quotas.quota_of(account.row, turn.claim.api).left
    return left is None or left >= replay.rows


def _follow(
    job: SearchJob, verdict: paging.Verdict, *, counts_request: bool = False
) -> None:
    """Do what the verdict says; `counts_request` where no page was stored by it."""
    match verdict:
        case paging.Complete():
            lifecycle.complete(
                job.id,
                verdict.reason,
                missed=verdict.missed,
                counts_request=counts_request,
            )
            line.look_at_quotas_again(job.account_id)  # others move up
        case paging.Replay():
            lifecycle.replay(job.id, repeated=verdict.repeated)
        case paging.BeginAnew():
            lifecycle.begin_anew(job.id, counts_request=counts_request)
        case paging.LoseCursor():
            lifecycle.fail(
                job.id,
                code="cursor_lost",
                message="LinkedIn lost the place in this search twice without giving "
                "anybody new. The people found are kept; retry later.",
                counts_request=counts_request,
            )
        case paging.AskAgain():
            lifecycle.doubt(
                job.id, doubts=verdict.doubts, delay_s=_backoff_s(verdict.doubts)
            )


def _end_if_barren(job: SearchJob) -> None:
    """End what brought nobody for too long: a failure, unless it is a replay."""
    if job.barren_seconds < settings.SEARCH_STALL_TIMEOUT_SECONDS:
        return
    if job.replays:
        standing = standings.between_pages(job, passes.pass_history(job.id))
        _follow(job, paging.end_short(standing))
    else:
        lifecycle.fail(job.id, code="job_timeout", message="Job timeout")


def _lose_cursor(job: SearchJob) -> None:
    history = passes.pass_history(job.id)
    verdict = paging.lost_cursor(
        standings.between_pages(job, history), may_begin_anew=history.may_begin_anew
    )
    _follow(job, verdict, counts_request=True)


def _end_at_ceiling(job: SearchJob) -> None:
    """Complete a search that LinkedIn itself says has reached its ceiling."""
    standing = standings.between_pages(job, passes.pass_history(job.id))
    ended = paging.Complete(
        reason=CompletionReason.PROVIDER_CEILING, missed=standing.missed
    )
    _follow(job, ended, counts_request=True)


# --- trouble ----------------------------------------------------------------------


def _end_with_retry(
    account: turns.LockedAccount, job: Job, outcome: RetryAfter, turn: Turn
) -> None:
    if outcome.scope is Scope.JOB and not _is_providers(outcome, turn):
        turns.end(account)
        if job is not None:
            stumble(job, EventKind.WAITING, outcome.code, outcome.message, turn)
        breaker.unclear(account)
        return
    reason = (
        outcome.reason if outcome.scope is Scope.ACCOUNT else WaitReason.PROVIDER_DOWN
    )
    delay_s = turns.back_off(account, reason=reason, asked_s=outcome.delay_s)
    breaker.spoilt(account, reason=reason, asked_s=outcome.delay_s)
    if job is not None:
        lifecycle.wait_for_account(job.id, reason=reason, delay_s=delay_s)


def _is_providers(outcome: RetryAfter, turn: Turn) -> bool:
    """Say whether a job's 500 is rather everybody's: nobody else was answered since."""
    return outcome.may_be_provider and not turns.somebody_was_answered_since(
        turn.claim.last_served_at, other_than=turn.claim.job_id
    )


def stumble(
    job: SearchJob, kind: EventKind, code: str, message: str, turn: Turn | None = None
) -> None:
    """Count the job's own trouble; the eighth in a row fails it."""
    failures = job.failures + 1
    barren_s = settings.SEARCH_PACE_SECONDS + turn.seconds if turn else 0.0
    stumbled = lifecycle.stumble(
        job.id,
        kind=kind,
        delay_s=_asked_s(turn) or _backoff_s(failures),
        data={"reason": code, "failures": failures},
        barren_seconds=barren_s,
        counts_request=turn is not None,
    )
    if stumbled is None:
        return
    if failures >= lifecycle.MOST_FAILURES:
        lifecycle.fail(job.id, code=code, message=message)
    else:
        _end_if_barren(stumbled)


def _asked_s(turn: Turn | None) -> float | None:
    """Return how long the source asked this job to wait (Retry-After on a 500)."""
    outcome = turn.outcome if turn else None
    return outcome.delay_s if isinstance(outcome, RetryAfter) else None


def _backoff_s(failures: int) -> float:
    return backoff.delay_s(failures, pace_s=settings.SEARCH_PACE_SECONDS)


def _count_request(job: SearchJob) -> None:
    SearchJob.objects.filter(id=job.id).update(requests=job.requests + 1)


def _end_with_limit(
    account: turns.LockedAccount, job: Job, outcome: LimitReached, turn: Turn
) -> None:
    """Make all the account's jobs of this api wait; its other apis go on."""
    turns.end(account)
    api = turn.claim.api
    until = limits.note(account.row, api, now=account.now, delay_s=outcome.delay_s)
    if job is not None:
        _count_request(job)
    lifecycle.wait(
        turns.runnable_jobs(account.id, api=api),
        reason=WaitReason.COMMERCIAL_LIMIT,
        until=until,
    )


def _end_needing_person(
    account: turns.LockedAccount, job: Job, outcome: NeedsPerson
) -> None:
    """Take the account out of use and pause its jobs, in this one transaction."""
    turns.end(account)
    if job is not None:
        _count_request(job)
    logins.lose(account, outcome.account_status, reason=outcome.reason)
