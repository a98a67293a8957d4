"""The page of everybody decided on, over all searches, and what one does there."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Refusal
from prospects import directory, labels, listings, services, sightings
from prospects.choices import Who
from prospects.directory import PERIODS, ProspectFilter
from prospects.exports import files
from prospects.filters import Shown
from prospects.marking_views import marked
from prospects.posted import check_workspace, decision_in, ids_in, kind_in, uuid_in
from searchjobs.pages.doors import Visit, workspace_page

PROSPECTS_A_PAGE = 60
TABS = {
    Shown.APPROVED: "Approved",
    Shown.REJECTED: "Rejected",
    Shown.ALL: "Decided",
    Shown.PENDING: "Pending",
}


@require_GET
@workspace_page
def prospects(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Whom the filter in the address matches, the latest decided first."""
    chosen = directory.parse(request.GET.dict())
    after = request.GET.get("after") or None
    member = visit.membership
    listed = listings.prospects_of(member, chosen, after=after, limit=PROSPECTS_A_PAGE)
    counts = listings.counts_of(member, chosen)
    in_tab = counts
    if chosen.is_narrowed:
        bare = ProspectFilter(decision=chosen.decision, as_of=chosen.as_of)
        in_tab = listings.counts_of(member, bare)
    context = {
        "visit": visit,
        "section": "prospects",
        "listed": listed,
        "found_in": sightings.of_prospects(
            member, [one.id for one in listed.prospects]
        ),
        "chosen": chosen,
        "query": urlencode(directory.pairs_of(chosen)),
        "tabs": _tabs(chosen, counts),
        "matching": counts[str(chosen.decision)],
        "in_tab": in_tab[str(chosen.decision)],
        "parts": _parts(listings.options_of(member, chosen), chosen),
        **labels.names_of(member),
        "labels": labels.labels_of(member),
        "as_of": listings.moment(),
        "whoms": files.Whom,
        "q": chosen.q,
        "is_first": after is None,
    }
    return render(request, "prospects/prospects.html", context)


def _tabs(chosen: ProspectFilter, counts: dict[str, int]) -> list[dict[str, Any]]:
    others = [pair for pair in directory.pairs_of(chosen) if pair[0] != "decision"]
    return [
        {
            "decision": shown,
            "query": urlencode([("decision", str(shown)), *others]),
            "words": words,
            "is_part": shown == Shown.PENDING,  # the others are in their searches
            "count": counts[str(shown)],
            "is_chosen": shown == chosen.decision,
        }
        for shown, words in TABS.items()
    ]


_WORDS = {
    "search": "Any search",
    "tag": "Any tag",
    "list": "Any list",
    "by": "By anyone",
    "company": "Any company",
    "location": "Any location",
}


def _parts(
    options: dict[str, list[listings.Option]], chosen: ProspectFilter
) -> list[dict[str, Any]]:
    """Return the filter's selects; what is chosen stays listed though nobody has it."""
    parts: list[dict[str, Any]] = []
    for name, usual in _WORDS.items():
        is_now = str(getattr(chosen, name) or "")
        listed = list(options[name])
        if is_now and all(is_now != one.value for one in listed):
            listed.append(listings.Option(value=is_now, words=is_now, count=0))
        parts.append(
            {"name": name, "usual": usual, "chosen": is_now, "options": listed}
        )
    periods = [
        listings.Option(value=value, words=words, count=None)
        for value, words in PERIODS.items()
    ]
    parts.append(
        {
            "name": "within",
            "usual": "Any time",
            "chosen": chosen.within,
            "options": periods,
        }
    )
    return parts


# --- changes --------------------------------------------------------------------------


def _who(request: HttpRequest) -> Who:
    """Return those named by `ids`, or (all=1) all that the address's filter matched
    when it was shown, but those named by `except`."""
    if request.POST.get("all") != "1":
        return Who(prospect_ids=ids_in(request, "ids"))
    chosen = directory.parse(request.GET.dict())
    if chosen.as_of is None:
        raise Refusal("Say when you looked: as_of is missing.")
    return Who(matching=chosen, except_ids=ids_in(request, "except"))


@require_POST
@workspace_page
def decide(request: HttpRequest, visit: Visit) -> HttpResponse:
    check_workspace(request, visit)
    who = _who(request)
    outcome = services.decide(
        membership=visit.membership,
        decision=decision_in(request),
        prospect_ids=who.prospect_ids,
        matching=who.matching,
        except_ids=who.except_ids,
    )
    return JsonResponse(
        {"success": True, "undo_id": outcome.undo_id, "changed": outcome.decided}
    )


@require_POST
@workspace_page
def mark(request: HttpRequest, visit: Visit) -> HttpResponse:
    check_workspace(request, visit)
    outcome = labels.mark(
        membership=visit.membership,
        kind=kind_in(request),
        name=request.POST.get("name", ""),
        is_added=request.POST.get("is_added") != "0",
        who=_who(request),
    )
    return marked(outcome)


@require_POST
@workspace_page
def undo(request: HttpRequest, visit: Visit) -> HttpResponse:
    check_workspace(request, visit)
    outcome = services.undo(
        membership=visit.membership, undo_id=uuid_in(request.POST.get("undo_id", ""))
    )
    return JsonResponse(
        {"success": True, "undo_id": outcome.undo_id, "changed": outcome.restored}
    )


@require_POST
@workspace_page
def make_label(request: HttpRequest, visit: Visit) -> HttpResponse:
    label = labels.make(
        membership=visit.membership,
        kind=kind_in(request),
        name=request.POST.get("name", ""),
    )
    query = urlencode({"decision": "all", label.kind: label.name})
    return redirect(f"{reverse('prospects')}?{query}")


@require_POST
@workspace_page
def change_label(
    request: HttpRequest, visit: Visit, *, label_id: uuid.UUID
) -> HttpResponse:
    """Rename a tag or list; with delete=1, delete it."""
    if request.POST.get("delete") == "1":
        labels.delete(membership=visit.membership, label_id=label_id)
    else:
        labels.rename(
            membership=visit.membership,
            label_id=label_id,
            name=request.POST.get("name", ""),
        )
    return redirect("prospects")
