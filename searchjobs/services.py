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
from accounts.advice import advice_for, no_account
from accounts.errors import Conflict, NotFound, Refusal
from accounts.models import (
    STRONGEST_FIRST,
    AccountStatus,
    LinkedInAccount,
    Membership,
    User,
)
from searchjobs import events, ingest, lifecycle, line, paging, selectors, tasks, turns
from searchjobs.models import SearchJob, SearchType
from searchjobs.sources import linkedin
from searchjobs.states import EventKind, JobStatus, Move, allowed_moves
from unipile_client import criteria
from unipile_client.types import Api

MOST_PEOPLE = 1_000_000
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
    _require_source(search_type)
    plan = plan_search(
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


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a search would do: which account and api, how many people, page by page."""

    account: LinkedInAccount
    api: Api
    target_count: int
    page_size: int
    capped: bool
    warnings: tuple[str, ...]


def plan_search(
    *,
    membership: Membership,
    search_criteria: Mapping[str, Any],
    target_count: int,
    account_id: uuid.UUID | None,
) -> Plan:
    """Check a search and choose its account and api, storing nothing.

    Raises: as `create` does.
    """
    require_valid(search_criteria, target_count)
    account = _account_for(membership, account_id)
    api = _api_for(account, search_criteria)
    capped = min(target_count, api.ceiling)
    translation = criteria.translate(search_criteria, api)
    return Plan(
        account=account,
        api=api,
        target_count=capped,
        page_size=paging.page_size_for(capped, max_page_size=api.max_page_size),
        capped=capped < target_count,
        warnings=translation.ignored,
    )


def require_valid(search_criteria: Mapping[str, Any], target_count: int) -> None:
    """Refuse what no account could search for.

    Raises:
        Refusal: invalid_request, with each wrong field in `fields`.
    """
    wrong = {
        f"search_criteria.{field}": why
        for field, why in criteria.validate(search_criteria).items()
    }
    if not 1 <= target_count <= MOST_PEOPLE:
        wrong["target_count"] = f"Give a number from 1 to {MOST_PEOPLE:,}."
    if wrong:
        raise Refusal("The search is not valid; see `fields`.", fields=wrong)


def _require_source(search_type: str) -> None:
    if search_type != SearchType.LINKEDIN or not linkedin.is_set_up():
        raise Refusal(
            f"The source '{search_type}' is not set up here. Ask your administrator, "
            "or search on LinkedIn.",
            code="source_not_configured",
        )


_OWN = """
    SELECT * FROM user_unipile_accounts WHERE user_id = %s AND workspace_id = %s
"""


def _account_for(
    membership: Membership, account_id: uuid.UUID | None
) -> LinkedInAccount:
    """Return the caller's account: the one named, else strongest api, earliest turn."""
    own = LinkedInAccount.objects.raw(
        _OWN, [membership.user_id, membership.workspace_id]
    )
    accounts = [one for one in own if account_id in (None, one.id)]
    if account_id is not None and not accounts:
        raise NotFound("LinkedIn account not found", code="account_not_found")
    usable = [one for one in accounts if one.status == AccountStatus.OK]
    if not usable:
        raise no_account()
    return min(usable, key=lambda one: (_strength(one), one.next_turn_at))


def _strength(account: LinkedInAccount) -> int:
    return STRONGEST_FIRST.index(account.apis[0])


def _api_for(account: LinkedInAccount, search_criteria: Mapping[str, Any]) -> Api:
    """Return the api the criteria or their URL name, else the account's strongest."""
    named = search_criteria.get("api")
    if not named and search_criteria.get("url"):
        named = criteria.api_of_url(search_criteria["url"])
    if named and named not in account.apis:
        raise Refusal(
            "The search is not valid; see `fields`.",
            fields={
                "search_criteria.api": f"The account {account.name} has no "
                f"{Api(named).label}. Choose another account or another api."
            },
        )
    return Api(named or account.apis[0])


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
