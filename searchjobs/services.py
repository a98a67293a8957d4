"""What people do with searches: create, pause, resume, cancel, retry, rename, delete.

Each is one transaction; what it refuses it refuses whole, with nothing stored.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from accounts import memberships
from accounts.advice import advice_for
from accounts.errors import Conflict, NotFound, Refusal
from accounts.models import AccountStatus, LinkedInAccount, Membership, User
from searchjobs import (
    events,
    ingest,
    lifecycle,
    line,
    planning,
    selectors,
    tasks,
    turns,
)
from searchjobs.models import SearchJob, SearchType
from searchjobs.states import EventKind, JobStatus, Move, allowed_moves

LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Created:
    """A new search, and what the person should know of it.

    `capped` says that the target was lowered to the api's ceiling; `warnings` name each
    filter that this api cannot apply.
    """

    job: SearchJob
    capped: bool
    warnings: tuple[str, ...]


def create(
    *,
    membership: Membership,
    search_criteria: Mapping[str, Any],
    search_type: str = SearchType.LINKEDIN,
    target_count: int = 1000,
    account_id: uuid.UUID | None = None,
    name: str = "",
) -> Created:
    """Queue a search; a worker is told after the commit.

    Raises:
        Refusal: invalid_request with `fields`, source_not_configured, or
            no_linkedin_account when the caller has none in order.
        NotFound: account_not_found for an account that is not the caller's.
    """
    memberships.require_change(membership)
    planning.require_source(search_type)
    plan = planning.plan_search(
        membership=membership,
        search_criteria=search_criteria,
        target_count=target_count,
        account_id=account_id,
    )
    job = lifecycle.create(
        user=membership.user,
        workspace_id=membership.workspace_id,
        account=plan.account,
        name=name or selectors.name_of(search_criteria),
        search_criteria=dict(search_criteria),
        search_type=search_type,
        search_source=plan.api,
        target_count=plan.target_count,
        progress_total=plan.target_count,
        page_size=plan.page_size,
    )
    if plan.account.next_turn_at <= job.created_at:  # else the dispatcher knows when
        transaction.on_commit(partial(tasks.hint, plan.account.id), robust=True)
    return Created(job=job, capped=plan.capped, warnings=plan.warnings)


def run_again(*, job: SearchJob, by: Membership) -> Created:
    """Queue the same search anew, through its account where that is the caller's own
    and in order, else through their best.

    Raises: as `create` does.
    """
    is_theirs = job.account.user_id == by.user_id
    is_usable = is_theirs and job.account.status == AccountStatus.OK
    return create(
        membership=by,
        search_criteria=job.search_criteria,
        search_type=job.search_type,
        target_count=job.target_count,
        account_id=job.account_id if is_usable else None,
        name=job.name,
    )


# --- what people do with a search ---------------------------------------------------


def pause(*, job: SearchJob, by: Membership) -> SearchJob:
    """Stop after the page under way, which is still stored."""
    return _do(job, by, Move.PAUSE, lifecycle.pause, makes_room=True)


def cancel(*, job: SearchJob, by: Membership) -> SearchJob:
    """End the search for good; the page under way is dropped, the people kept."""
    return _do(job, by, Move.CANCEL, lifecycle.cancel, makes_room=True)


def retry(*, job: SearchJob, by: Membership) -> SearchJob:
    """Let a failed search go on from the page it stopped at.

    Raises:
        Conflict: account_disconnected while its LinkedIn account is not in order.
    """
    return _do_on_account(job, by, Move.RETRY, lifecycle.retry)


def resume(*, job: SearchJob, by: Membership) -> SearchJob:
    """Let a paused search go on.

    Raises: as `retry` does.
    """
    return _do_on_account(job, by, Move.RESUME, lifecycle.resume)


# What somebody may ask for by its name, in an address.
MOVES: Mapping[str, Callable[..., SearchJob]] = {
    Move.PAUSE.value: pause,
    Move.RESUME.value: resume,
    Move.CANCEL.value: cancel,
    Move.RETRY.value: retry,
}


def _do_on_account(
    job: SearchJob,
    by: Membership,
    move: Move,
    change: Callable[[uuid.UUID, User], SearchJob | None],
) -> SearchJob:
    """Do what needs an account in order, whose lock keeps it so meanwhile."""
    memberships.require_change(by)
    with transaction.atomic():
        account = turns.lock(job.account_id)
        changed = _do(job, by, move, change, hints=True)
        if account is not None and not _is_a_members(account.row):
            raise Conflict(
                "The LinkedIn account of this search belongs to somebody who left the "
                "workspace. Run the search again with your own.",
                code="account_disconnected",
            )
        if account is not None and account.row.status != AccountStatus.OK:
            said = "The LinkedIn account of this search is not in order."
            raise Conflict(
                f"{said} {advice_for(account.row)}", code="account_disconnected"
            )
        return changed


def _is_a_members(account: LinkedInAccount) -> bool:
    return memberships.membership_in(account.user, account.workspace_id) is not None


def _do(
    job: SearchJob,
    by: Membership,
    move: Move,
    change: Callable[[uuid.UUID, User], SearchJob | None],
    *,
    hints: bool = False,
    makes_room: bool = False,
) -> SearchJob:
    memberships.require_change(by)
    with transaction.atomic():
        changed = change(job.id, by.user)
        if changed is None:
            raise _illegal(job.id, move)
        if hints:
            transaction.on_commit(partial(tasks.hint, job.account_id), robust=True)
        if makes_room:  # those behind it in line for a quota move up
            look = partial(line.look_at_quotas_again, job.account_id)
            transaction.on_commit(look, robust=True)
    return changed


def _illegal(job_id: uuid.UUID, move: Move) -> Refusal:
    job = SearchJob.objects.filter(id=job_id).only("status", "paused_by_id").first()
    if job is None:
        return NotFound("Job not found", code="job_not_found")
    status = JobStatus(job.status)
    return Conflict(
        f"Cannot {move} a {status} search.",
        code="illegal_transition",
        allowed=[
            str(allowed)
            for allowed in allowed_moves(
                status, paused_by_person=job.paused_by_id is not None
            )
        ],
    )


def rename(*, job: SearchJob, by: Membership, name: str) -> SearchJob:
    """Call the search something else.

    Raises:
        Refusal: invalid_request with `fields`.
    """
    memberships.require_change(by)
    called = " ".join(name.replace("\0", "").split())
    if not 1 <= len(called) <= LONGEST_NAME:
        said = f"Give a name of at most {LONGEST_NAME} characters."
        raise Refusal(said, fields={"name": said})
    with transaction.atomic():
        renamed = events.change(
            job.id,
            leaving=tuple(JobStatus),
            kind=EventKind.RENAMED,
            data={"by": str(by.user_id)},
            name=called,
        )
    if renamed is None:
        raise NotFound("Job not found", code="job_not_found")
    return renamed


def delete(*, job: SearchJob, by: Membership) -> None:
    """Delete a finished search and the people it found; decisions on them stay.

    Locks the account first: a turn of it that is under way ends before or finds no job.
    """
    memberships.require_change(by)
    with transaction.atomic():
        turns.lock(job.account_id)
        locked = SearchJob.objects.select_for_update().filter(id=job.id).first()
        if locked is None:
            raise NotFound("Job not found", code="job_not_found")
        if not JobStatus(locked.status).is_terminal:
            raise _illegal(job.id, Move.DELETE)
        ingest.delete_people_of(locked.id)
        locked.delete()
