"""The shapes of answers, for the OpenAPI schema, and how they are made."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from rest_framework import serializers as s

from accounts.models import User
from prospects.filters import Flag, Known, Seniority
from prospects.models import DecisionValue, Prospect, ProspectDecision
from prospects.review import Counts, Row
from prospects.services import Before, DecisionOutcome, UndoOutcome
from searchjobs.events import rfc3339

MOST_LISTED: Final = 100
TAGS: Final = ["prospects"]
Shape = s.Serializer[Any]


class JobCounts(Shape):
    job_id = s.UUIDField()
    approved = s.IntegerField(min_value=0)
    rejected = s.IntegerField(min_value=0)
    pending = s.IntegerField(min_value=0)


class By(Shape):
    id = s.UUIDField()
    name = s.CharField()


class EarlierDecision(Shape):
    prospect_id = s.UUIDField()
    result_id = s.UUIDField(allow_null=True)
    decision = s.ChoiceField(DecisionValue.choices)
    decided_by = By()
    decided_at = s.DateTimeField()


class DecisionAnswer(Shape):
    success = s.BooleanField()
    undo_id = s.UUIDField(allow_null=True, help_text="Null: nobody's decision changed.")
    decided = s.IntegerField(help_text="People whose decision changed.")
    unchanged = s.IntegerField(help_text="People who had it already.")
    unknown = s.IntegerField(help_text="Ids that lead to nobody of this workspace.")
    counts = JobCounts(many=True)
    overridden_total = s.IntegerField()
    overridden = EarlierDecision(
        many=True, help_text="What colleagues had decided before; the first 100."
    )


class UndoAnswer(Shape):
    success = s.BooleanField()
    undo_id = s.UUIDField(allow_null=True, help_text="Undoes this undo.")
    restored = s.IntegerField(help_text="People who are what they were before.")
    counts = JobCounts(many=True)
    kept_total = s.IntegerField()
    kept = EarlierDecision(
        many=True, help_text="Decided on since, and left so; the first 100."
    )


class ListedProspect(Shape):
    id = s.UUIDField(allow_null=True, help_text="Null while nobody has decided.")
    result_id = s.UUIDField(allow_null=True, help_text="Null once its search is gone.")
    job_id = s.UUIDField(allow_null=True)
    name = s.CharField()
    title = s.CharField(allow_null=True)
    company = s.CharField(allow_null=True)
    location = s.CharField(allow_null=True)
    linkedinUrl = s.CharField(allow_null=True)
    decision = s.ChoiceField(DecisionValue.choices)
    decided_by = By(allow_null=True)
    decided_at = s.DateTimeField(allow_null=True)
    note = s.CharField()
    tags = s.ListField(child=s.CharField())
    position = s.IntegerField(required=False, help_text="With `job` alone, as below.")
    headline = s.CharField(required=False, allow_null=True)
    connectionDegree = s.IntegerField(
        required=False, min_value=1, max_value=3, allow_null=True
    )
    seniority = s.ChoiceField(Seniority.choices, required=False)
    known = s.ChoiceField(Known.choices, required=False)
    flags = s.ListField(child=s.ChoiceField(Flag.choices), required=False)


class ProspectsAnswer(Shape):
    success = s.BooleanField()
    prospects = ListedProspect(many=True)
    next_after = s.CharField(allow_null=True)


class LoggedDecision(Shape):
    previous = s.ChoiceField(DecisionValue.choices)
    decision = s.ChoiceField(DecisionValue.choices)
    decided_by = By()
    decided_at = s.DateTimeField()
    undo_id = s.UUIDField()
    undoes = s.UUIDField(allow_null=True)


class ProspectAnswer(Shape):
    success = s.BooleanField()
    prospect = ListedProspect()
    history = LoggedDecision(many=True)


def decided(outcome: DecisionOutcome) -> dict[str, Any]:
    return {
        "success": True,
        "undo_id": outcome.undo_id,
        "decided": outcome.decided,
        "unchanged": outcome.unchanged,
        "unknown": outcome.unknown,
        "counts": _counts(outcome.counts),
        "overridden_total": len(outcome.overridden),
        "overridden": [_before(one) for one in outcome.overridden[:MOST_LISTED]],
    }


def undone(outcome: UndoOutcome) -> dict[str, Any]:
    return {
        "success": True,
        "undo_id": outcome.undo_id,
        "restored": outcome.restored,
        "counts": _counts(outcome.counts),
        "kept_total": len(outcome.kept),
        "kept": [_before(one) for one in outcome.kept[:MOST_LISTED]],
    }


def _counts(counts: Mapping[uuid.UUID, Counts]) -> list[dict[str, Any]]:
    return [{"job_id": job_id, **asdict(one)} for job_id, one in counts.items()]


def _before(before: Before) -> dict[str, Any]:
    return {
        "prospect_id": before.prospect_id,
        "result_id": before.result_id,
        "decision": before.decision,
        "decided_by": {"id": before.by, "name": before.by_name},
        "decided_at": rfc3339(before.at),
    }


def row(row: Row) -> dict[str, Any]:
    """Return one of a search's people."""
    by = {"id": row.decided_by, "name": row.decided_by_name} if row.decided_by else None
    data = row.data
    return {
        "id": row.prospect_id,
        "result_id": row.id,
        "job_id": row.job_id,
        "name": row.name,
        "title": data.get("title"),
        "company": data.get("company"),
        "location": data.get("location"),
        "linkedinUrl": data.get("linkedinUrl"),
        "decision": row.decision,
        "decided_by": by,
        "decided_at": rfc3339(row.decided_at),
        "note": row.note,
        "tags": row.tags,
        "position": row.position,
        "headline": data.get("headline"),
        "connectionDegree": data.get("connectionDegree"),
        "seniority": row.seniority,
        "known": row.known,
        "flags": row.flags,
    }


def prospect(prospect: Prospect) -> dict[str, Any]:
    """Return somebody on whom the workspace has decided."""
    found_by = prospect.found_by
    return {
        "id": prospect.id,
        "result_id": found_by.id if found_by else None,
        "job_id": found_by.job_id if found_by else None,
        "name": prospect.name,
        "title": prospect.title or None,
        "company": prospect.company or None,
        "location": prospect.location or None,
        "linkedinUrl": prospect.linkedin_url or None,
        "decision": prospect.decision,
        "decided_by": _by(prospect.decided_by) if prospect.decided_by else None,
        "decided_at": rfc3339(prospect.decided_at),
        "note": prospect.note,
        "tags": prospect.tags,
    }


def logged(entry: ProspectDecision) -> dict[str, Any]:
    return {
        "previous": entry.previous,
        "decision": entry.decision,
        "decided_by": _by(entry.decided_by),
        "decided_at": rfc3339(entry.decided_at),
        "undo_id": entry.action,
        "undoes": entry.undoes,
    }


def _by(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.get_full_name()}
