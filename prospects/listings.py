"""Whom has a workspace decided on, whatever search found them?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet, TextField
from django.db.models.expressions import RawSQL

from accounts.errors import NotFound
from accounts.models import Membership
from prospects import cursors, people
from prospects.filters import Shown
from prospects.models import DecisionValue, Prospect


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Some prospects, the latest decided first; `next_after` is None at the end."""

    prospects: tuple[Prospect, ...]
    next_after: str | None


def prospects_of(
    membership: Membership,
    *,
    decision: Shown = Shown.APPROVED,
    q: str = "",
    after: str | None = None,
    limit: int = 100,
) -> Listed:
    """Return the workspace's prospects with this decision (`all`: any but pending).

    Each has its `decided_by` and, where that search is still there, `found_by.job`.

    Raises:
        Refusal: invalid_request for an `after` that is not ours.
    """
    chosen = _whole(membership)
    if decision == Shown.ALL:
        chosen = chosen.exclude(decision=DecisionValue.PENDING)
    else:
        chosen = chosen.filter(decision=decision)
    for word in people.folded_words(q):
        chosen = chosen.alias(haystack=_HAYSTACK).filter(haystack__contains=word)
    if after is not None:
        chosen = chosen.filter(_behind(after))
    found = list(chosen.order_by("-decided_at", "-id")[: limit + 1])
    is_all = len(found) <= limit
    return Listed(
        prospects=tuple(found[:limit]),
        next_after=None if is_all else _cursor_of(found[limit - 1]),
    )


def prospect_named(membership: Membership, prospect_id: uuid.UUID) -> Prospect:
    """Return one prospect of the workspace.

    Raises:
        NotFound: prospect_not_found, also for another workspace's.
    """
    prospect = _whole(membership).filter(id=prospect_id).first()
    if prospect is None:
        raise NotFound("Prospect not found", code="prospect_not_found")
    return prospect


def _whole(membership: Membership) -> QuerySet[Prospect]:
    return (
        Prospect.objects.filter(workspace_id=membership.workspace_id)
        .select_related("decided_by", "found_by__job")
        .defer("found_by__prospect_data", "found_by__person_keys")
    )


_HAYSTACK = RawSQL(
    people.folded(
        "prospects.name, prospects.title, prospects.company, prospects.location"
    ),
    [],
    output_field=TextField(),
)


def _cursor_of(prospect: Prospect) -> str:
    at = prospect.decided_at.isoformat() if prospect.decided_at else None
    return cursors.cursor_of(at, str(prospect.id))


def _behind(cursor: str) -> Q:
    """Return the condition of being listed behind the cursor's prospect."""
    at, prospect_id = cursors.parts_of(cursor, number=2)
    try:
        behind = Q(id__lt=uuid.UUID(str(prospect_id)))
        if at is None:  # the pending have no time
            return behind
        moment = datetime.fromisoformat(str(at)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise cursors.not_ours() from None
    return Q(decided_at__lt=moment) | Q(decided_at=moment) & behind
