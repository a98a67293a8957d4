"""What a page's script sends: ids with commas between, a decision, a label."""

from __future__ import annotations

import uuid

from django.http import HttpRequest

from accounts.errors import Refusal
from prospects.models import DecisionValue, LabelKind
from searchjobs.pages.doors import Visit

MOST_LOGGED = 2**63 - 1


def decision_in(request: HttpRequest) -> str:
    decision = request.POST.get("decision", "")
    if decision not in DecisionValue.values:
        raise Refusal("Choose approved, rejected or pending.")
    return decision


def kind_in(request: HttpRequest) -> LabelKind:
    kind = request.POST.get("kind", "")
    if kind not in LabelKind.values:
        raise Refusal("Choose a tag or a list.")
    return LabelKind(kind)


def ids_in(request: HttpRequest, name: str) -> list[uuid.UUID]:
    listed = request.POST.get(name, "")
    return [uuid_in(text) for text in listed.split(",") if text]


def uuid_in(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refusal("This is not an id of ours.") from None


def since_in(request: HttpRequest) -> int:
    """Return how far the page has read a log."""
    known = request.GET.get("since", "")
    is_number = known.isascii() and known.isdigit() and len(known) <= 19
    if not is_number or int(known) > MOST_LOGGED:
        raise Refusal("Say since when: the number of a row of the log.")
    return int(known)


def check_workspace(request: HttpRequest, visit: Visit) -> None:
    """Refuse a page of another workspace than the one chosen meanwhile, in another tab.

    Raises:
        Refusal: workspace_changed (409).
    """
    shown = request.headers.get("X-Workspace-Id")
    if shown and shown != str(visit.membership.workspace_id):
        raise Refusal(
            "You went to another workspace in another tab. Reload this page.",
            code="workspace_changed",
            status=409,
        )
