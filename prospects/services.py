"""What people do about those a search found: decide, and take it back.

Each is one transaction that holds the workspace's row FOR NO KEY UPDATE, so that the
deciders of one workspace go one after the other: two at once could make a person twice,
or wait for each other's rows in opposite orders for ever. `NO KEY` lets searches go on:
storing people only asks that the workspace stays.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import memberships
from accounts.errors import NotFound
from accounts.models import Membership
from prospects import actions, choices, identity, labels, review
from prospects.actions import Action, Touched
from prospects.choices import Who
from prospects.directory import ProspectFilter
from prospects.filters import ReviewFilter
from prospects.identity import Person
from prospects.models import DecisionValue
from prospects.review import Counts


@dataclass(frozen=True, kw_only=True)
class Before:
    """What a person's decision was, and whose."""

    prospect_id: uuid.UUID
    result_id: uuid.UUID | None
    decision: str
    by: uuid.UUID
    by_name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DecisionOutcome:
    """What a decision did, in people.

    `undo_id` is None when nobody's decision changed. `unchanged` had that decision
    already; `unknown` ids belong to no result or prospect of this workspace.
    `overridden` is what colleagues had decided before; `counts` are by job touched.
    """

    undo_id: uuid.UUID | None
    decided: int
    unchanged: int
    unknown: int
    counts: dict[uuid.UUID, Counts]
    overridden: tuple[Before, ...]


@dataclass(frozen=True, kw_only=True)
class UndoOutcome:
    """What an undo did, in people.

    `undo_id` undoes the undo (None when nobody was restored). `kept` are those decided
    on since, as they stand: a later decision is never lost to an undo.
    """

    undo_id: uuid.UUID | None
    restored: int
    kept: tuple[Before, ...]
    counts: dict[uuid.UUID, Counts]


def decide(
    *,
    membership: Membership,
    decision: str,
    result_ids: Collection[uuid.UUID] = (),
    prospect_ids: Collection[uuid.UUID] = (),
    matching: ReviewFilter | ProspectFilter | None = None,
    except_ids: Collection[uuid.UUID] = (),
    note: str | None = None,
) -> DecisionOutcome:
    """Approve, reject or (pending) withdraw: named people, or all that match but some.

    Later decisions win; the log keeps all. `note` replaces the note of everybody
    chosen; None leaves it. `except_ids` are results, or prospects for a ProspectFilter.

    Raises:
        Refusal: permission_denied for a viewer; invalid_request for over 10,000 ids.
        NotFound: job_not_found, or prospect_not_found when no id is this workspace's.
    """
    memberships.require_change(membership)
    who = Who(
        result_ids=result_ids,
        prospect_ids=prospect_ids,
        matching=matching,
        except_ids=except_ids,
    )
    workspace_id = membership.workspace_id
    with transaction.atomic():
        action = actions.begin(membership)
        choice = choices.chosen(membership, who)
        people = choices.people_in(workspace_id, choice)
        changed = [person for person in people if person.is_changed_by(decision)]
        if decision != DecisionValue.PENDING:
            identity.make_records(
                workspace_id,
                people,
                decision=decision,
                by=membership.user_id,
                at=action.at,
                version=action.id,
            )
        elif note is not None:
            identity.make_records(workspace_id, people)
        identity.add_keys(workspace_id, people)
        if note is not None:
            identity.write_note(people, note, by=membership.user_id, at=action.at)
        actions.set_all(action, changed, decision)
        outcome = DecisionOutcome(
            undo_id=action.id if changed else None,
            decided=len(changed),
            unchanged=len(people) - len(changed),
            unknown=choice.unknown,
            counts=review.counts(choice.job_ids),
            overridden=_overridden(changed, decision, by=membership.user_id),
        )
        if changed:
            _tell(action, outcome.counts, decision=decision, people=len(changed))
    return outcome


def undo(*, membership: Membership, undo_id: uuid.UUID) -> UndoOutcome:
    """Take an action back: everybody is again what they were before it.

    An undo is an action too: undoing it decides again. Those decided on since stay as
    they are; those taken back already are left alone.

    Raises:
        Refusal: permission_denied for a viewer.
        NotFound: action_not_found, also for another workspace's.
    """
    memberships.require_change(membership)
    with transaction.atomic():
        action = actions.begin(membership)
        rows = actions.rows_of(membership.workspace_id, undo_id)
        if not rows:
            return _undo_labels(action, undo_id)
        standing = [row for row in rows if row.stands]
        choices.keep_origins_of(row.prospect_id for row in standing)
        actions.take_back(action, undo_id, standing)
        outcome = UndoOutcome(
            undo_id=action.id if standing else None,
            restored=len(standing),
            kept=_kept(rows),
            counts=review.counts(choices.jobs_of(row.result_id for row in rows)),
        )
        if standing:
            _tell(action, outcome.counts, undoes=str(undo_id), people=len(standing))
    return outcome


def _undo_labels(action: Action, undo_id: uuid.UUID) -> UndoOutcome:
    restored = labels.take_back(action, undo_id)
    if restored is None:
        raise NotFound("There is nothing to undo.", code="action_not_found")
    return UndoOutcome(
        undo_id=action.id if restored else None, restored=restored, kept=(), counts={}
    )


def _overridden(
    changed: list[Person], decision: str, *, by: uuid.UUID
) -> tuple[Before, ...]:
    """Return what colleagues had decided otherwise on those who now changed."""
    others = [
        (person, record)
        for person in changed
        for record in person.records
        if record.at and record.by and record.by != by and record.decision != decision
    ]
    names = actions.names_of(record.by for _, record in others if record.by)
    return tuple(
        Before(
            prospect_id=person.records[0].prospect_id,
            result_id=person.result_id,
            decision=record.decision,
            by=record.by,
            by_name=names[record.by],
            at=record.at,
        )
        for person, record in others
        if record.by and record.at
    )


def _kept(rows: list[Touched]) -> tuple[Before, ...]:
    """Return those on whom something else was decided after the action."""
    later = [row for row in rows if not (row.stands or row.is_taken_back)]
    names = actions.names_of(row.last_by for row in later)
    return tuple(
        Before(
            prospect_id=row.prospect_id,
            result_id=row.result_id,
            decision=row.decision,
            by=row.last_by,
            by_name=names[row.last_by],
            at=row.last_at,
        )
        for row in later
    )


def _tell(
    action: Action, counts: dict[uuid.UUID, Counts], *, people: int, **what: Any
) -> None:
    actions.tell(
        action,
        "prospects.decided",
        undo_id=str(action.id),
        **what,
        people=people,
        counts={str(job_id): asdict(one) for job_id, one in counts.items()},
    )
