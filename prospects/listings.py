"""Whom has a workspace decided on, whatever search found them?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Lower, Now

from accounts.errors import NotFound
from accounts.models import Membership
from prospects import cursors, people
from prospects.directory import ProspectFilter
from prospects.filters import Shown
from prospects.models import DecisionValue, Label, LabelEntry, LabelKind, Prospect

MOST_CHOICES: Final = 100


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Some prospects, the latest decided first; `next_after` is None at the end."""

    prospects: tuple[Prospect, ...]
    next_after: str | None


def prospects_of(
    membership: Membership,
    chosen: ProspectFilter,
    *,
    after: str | None = None,
    limit: int = 100,
) -> Listed:
    """Return the workspace's prospects that match.

    Each has its `decided_by`, `tags`, `lists` and, where that search is still there,
    `found_by.job`.

    Raises:
        Refusal: invalid_request for an `after` that is not ours.
    """
    matching = _whole(_matching(membership, chosen))
    if after is not None:
        matching = matching.filter(_behind(after))
    found = list(matching.order_by("-decided_at", "-id")[: limit + 1])
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
    prospect = _whole(_mine(membership)).filter(id=prospect_id).first()
    if prospect is None:
        raise NotFound("Prospect not found", code="prospect_not_found")
    return prospect


def moment() -> datetime:
    """Return the database's time, by which decisions have theirs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def ids_of(membership: Membership, chosen: ProspectFilter) -> set[uuid.UUID]:
    """Return all that match."""
    return set(_matching(membership, chosen).values_list("id", flat=True))


def _mine(membership: Membership) -> QuerySet[Prospect]:
    return Prospect.objects.filter(workspace_id=membership.workspace_id)


# Whole rows of those a prospect leads to would be a third of an export's time.
_READ: Final = (
    *("decision", "decided_by__name", "decided_by__email", "decided_at", "note"),
    *("name", "title", "company", "location", "linkedin_url"),
    "found_by__job__name",
)


def _whole(found: QuerySet[Prospect]) -> QuerySet[Prospect]:
    labels = {
        f"{kind}s": LabelEntry.objects.filter(
            prospect=OuterRef("id"), label__kind=kind
        ).order_by(Lower("label__name"))
        for kind in LabelKind
    }
    whole: QuerySet[Prospect] = (
        found.select_related("decided_by", "found_by__job")
        .only(*_READ)
        .annotate(
            **{
                name: ArraySubquery(of.values("label__name"))
                for name, of in labels.items()
            }
        )
    )
    return whole


def _matching(membership: Membership, chosen: ProspectFilter) -> QuerySet[Prospect]:
    matching = _narrowed(membership, chosen)
    if chosen.decision == Shown.ALL:
        return matching.exclude(decision=DecisionValue.PENDING)
    return matching.filter(decision=chosen.decision)


# Whose only decision was undone is as if nobody had ever looked at them.
_IS_TOUCHED: Final = (
    ~Q(decision=DecisionValue.PENDING)
    | Q(version__isnull=False)
    | ~Q(note="")
    | Exists(LabelEntry.objects.filter(prospect=OuterRef("id")))
)


def _narrowed(membership: Membership, chosen: ProspectFilter) -> QuerySet[Prospect]:
    """Return who matches, whatever their decision is."""
    equal = {
        "found_by__job_id": chosen.search,
        "decided_by_id": chosen.by,
        "company": chosen.company,
        "location": chosen.location,
    }
    matching = _mine(membership).filter(
        _IS_TOUCHED, **{key: is_ for key, is_ in equal.items() if is_}
    )
    for kind, name in ((LabelKind.TAG, chosen.tag), (LabelKind.LIST, chosen.list)):
        if name:
            labelled = LabelEntry.objects.filter(
                label__workspace_id=membership.workspace_id,
                label__kind=kind,
                label__name__iexact=name,
            )
            matching = matching.filter(id__in=labelled.values("prospect_id"))
    if chosen.within:
        days = timedelta(days=int(chosen.within))
        matching = matching.filter(decided_at__gt=Now() - days)
    if chosen.as_of:
        matching = matching.alias(since=Coalesce("decided_at", "created_at")).filter(
            since__lte=chosen.as_of
        )
    for word in people.folded_words(chosen.q):
        matching = matching.filter(haystack__contains=word)
    return matching


# --- what the filter can be -----------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Option:
    """A value of a part of the filter, in words, and how many match with it."""

    value: str
    words: str
    count: int | None


_PARTS: Final[dict[str, tuple[str, str]]] = {
    "search": ("found_by__job_id", "found_by__job__name"),
    "by": ("decided_by_id", "decided_by__name"),
    "company": ("company", "company"),
    "location": ("location", "location"),
}


def counts_of(membership: Membership, chosen: ProspectFilter) -> dict[str, int]:
    """Return how many match under each decision; `all` is those decided on."""
    tallied = _narrowed(membership, chosen).values_list("decision")
    tallies = dict(tallied.annotate(Count("id")).order_by())
    counts = {str(shown): tallies.get(shown.value, 0) for shown in Shown}
    return counts | {"all": counts["approved"] + counts["rejected"]}


def options_of(
    membership: Membership, chosen: ProspectFilter
) -> dict[str, list[Option]]:
    """Return what each part of the filter can be, the most frequent first; of each the
    first 100. Counts heed every part but their own."""
    options: dict[str, list[Option]] = {}
    for part, (value, words) in _PARTS.items():
        others = _matching(membership, _without(chosen, part))
        options[part] = _options(others.values_list(value, words))
    for kind in LabelKind:
        others = _matching(membership, _without(chosen, kind.value))
        labels = Label.objects.filter(
            workspace_id=membership.workspace_id, kind=kind
        ).annotate(
            found=Count("entries", filter=Q(entries__prospect__in=others.values("id")))
        )
        options[kind.value] = [
            Option(value=name, words=name, count=count)
            for name, count in labels.order_by("name").values_list("name", "found")
        ]
    return options


def _without(chosen: ProspectFilter, part: str) -> ProspectFilter:
    usual: Any = getattr(ProspectFilter(), part)
    return replace(chosen, **{part: usual})


def _options(pairs: QuerySet[Prospect, Any]) -> list[Option]:
    counted = pairs.annotate(found=Count("id")).order_by("-found")[:MOST_CHOICES]
    return [
        Option(value=str(value), words=words or str(value), count=count)
        for value, words, count in counted
        if value
    ]


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
    # said twice: an index can begin at the first part, not at an alternative
    return Q(decided_at__lte=moment) & (Q(decided_at__lt=moment) | behind)
