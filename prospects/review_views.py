"""The review page: a search's people, and what one decides on them.

The page's address is its state: filters stand in the query."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts import memberships
from accounts.errors import NotFound, Refusal
from prospects import (
    changes,
    directory,
    labels,
    pages,
    review,
    services,
    sightings,
)
from prospects.exports import files
from prospects.exports import rows as rows_of
from prospects.exports.presets import Preset
from prospects.posted import decision_in, ids_in, since_in, uuid_in
from prospects.services import Before
from searchjobs.models import SearchJob
from searchjobs.pages import sums
from searchjobs.pages.doors import Visit, is_scripted, job_page, workspace_page


@require_GET
@job_page
def review_page(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    """The page; asked by its script, only what a filter changes."""
    chosen, view = pages.filter_in(job, request.GET), pages.view_in(request.GET)
    context = {
        "visit": visit,
        "job": job,
        "log": changes.latest(job.workspace_id),  # first: the rows may know more
        "marks": changes.latest_mark(job.workspace_id),
        **pages.surroundings(job, chosen, view),
        **pages.drawn(job, chosen, view),
        "found": pages.rows(chosen, request.GET),
    }
    if is_scripted(request):
        return render(request, "prospects/_results.html", context)
    context |= {
        **pages.strip(job, visit),
        **pages.headline(job),
        "section": "searches",
        "undoable": pages.undoable(job, visit),
        "whoms": files.Whom,
        **labels.names_of(visit.membership),
    }
    return render(request, "prospects/review.html", context)


@require_GET
@job_page
def pulse(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    """What may have changed around the rows: progress, sum, tabs, facets."""
    chosen, view = pages.filter_in(job, request.GET), pages.view_in(request.GET)
    context = {
        "job": job,
        **pages.strip(job, visit),
        **pages.surroundings(job, chosen, view),
        **pages.drawn(job, chosen, view),
    }
    return render(request, "prospects/_pulse.html", context)


@require_GET
@job_page
def ledger(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    """What each page brought: where the numbers of the sum come from."""
    context = {"pages": sums.pages_of(job), "sum": sums.sum_of(job)}
    return render(request, "searchjobs/_sum.html", context)


@require_GET
@job_page
def rows(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    chosen = pages.filter_in(job, request.GET)
    context = {
        "visit": visit,
        "job": job,
        "chosen": chosen,
        "found": pages.rows(chosen, request.GET),
    }
    return render(request, "prospects/_rows.html", context)


@require_GET
@job_page
def person(
    request: HttpRequest, visit: Visit, job: SearchJob, *, result_id: uuid.UUID
) -> HttpResponse:
    """One person's details: all that the source gave, and every decision."""
    row = review.row_named(visit.membership, result_id)
    if row.job_id != job.id:
        raise NotFound("Prospect not found", code="prospect_not_found")
    log = (
        review.history(visit.membership, row.prospect_id)
        if row.prospect_id is not None
        else []
    )
    since = [entry for entry in log if entry.decided_at >= row.found_at]
    found = sightings.of_result(visit.membership, result_id)
    context = {
        "visit": visit,
        "job": job,
        "row": row,
        "history": [*since, None, *log[len(since) :]],  # None: found by this search
        **labels.names_of(visit.membership),
        "elsewhere": [one for one in found if one.job_id != job.id],
        "raw": json.dumps(row.data, indent=1, ensure_ascii=False),
    }
    return render(request, "prospects/_drawer.html", context)


# --- decisions ------------------------------------------------------------------------


@require_POST
@job_page
def decide(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    """Decide on the people named by `ids`, or (all=1) on all that the address's filter
    matches but those named by `except`; both are lists with commas between."""
    is_all = request.POST.get("all") == "1"
    outcome = services.decide(
        membership=visit.membership,
        decision=decision_in(request),
        result_ids=() if is_all else ids_in(request, "ids"),
        matching=pages.clicked_filter(job, request.GET) if is_all else None,
        except_ids=ids_in(request, "except"),
    )
    return JsonResponse(
        {
            "success": True,
            "undo_id": outcome.undo_id,
            "decided": outcome.decided,
            "unchanged": outcome.unchanged,
            "counts": _counts(outcome.counts, job),
            "overrode": len(outcome.overridden),
            "overridden": [_before(before) for before in outcome.overridden[:5]],
        }
    )


@require_GET
@job_page
def decided(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    """Tell what anybody decided on the search's people since the log's row `since`."""
    log = changes.latest(job.workspace_id)  # first: what comes meanwhile is told twice
    known = since_in(request)
    told = changes.since(job, known) if known < log else []
    return JsonResponse(
        {
            "success": True,
            "log": log,
            "changes": [
                {
                    "decision": change.decision,
                    "by": change.by_name,
                    "is_own": change.by == visit.user.id,
                    "at": change.at,
                    "ids": change.result_ids,
                }
                for change in told
            ],
        }
    )


@require_POST
@job_page
def undo(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    outcome = services.undo(
        membership=visit.membership, undo_id=uuid_in(request.POST.get("undo_id", ""))
    )
    return JsonResponse(
        {
            "success": True,
            "undo_id": outcome.undo_id,
            "restored": outcome.restored,
            "kept": [_before(before) for before in outcome.kept[:5]],
            "counts": _counts(outcome.counts, job),
        }
    )


def _counts(
    counts: dict[uuid.UUID, review.Counts], job: SearchJob
) -> dict[str, int] | None:
    return asdict(counts[job.id]) if job.id in counts else None


def _before(before: Before) -> dict[str, Any]:
    return {"decision": before.decision, "by": before.by_name, "at": before.at}


# --- lists and files ------------------------------------------------------------------


@require_GET
@job_page
def export(
    request: HttpRequest, visit: Visit, job: SearchJob, *, file_format: str
) -> StreamingHttpResponse:
    """A search's approved people as a file; others only where they are asked for.

    Not for viewers, who may look and no more.
    """
    memberships.require_change(visit.membership)
    wanted = _wanted(request, file_format)
    pieces = rows_of.of_search(job, decision=wanted.whom.shown)
    return files.answer(wanted, pieces, title=job.name)


@require_GET
@workspace_page
def export_prospects(
    request: HttpRequest, visit: Visit, *, file_format: str
) -> StreamingHttpResponse:
    """The same of everybody the workspace decided on, as the address narrows it."""
    memberships.require_change(visit.membership)
    wanted = _wanted(request, file_format)
    chosen = directory.parse(request.GET.dict())
    pieces = rows_of.of_workspace(
        visit.membership, replace(chosen, decision=wanted.whom.shown)
    )
    return files.answer(wanted, pieces, title="Prospects")


def _wanted(request: HttpRequest, file_format: str) -> files.Wanted:
    preset = request.GET.get("preset", Preset.GENERIC.value)
    whom = request.GET.get("decision", files.Whom.APPROVED.value)
    if file_format not in files.Format.values:
        raise NotFound("There is no such file.", code="not_found")
    if preset not in Preset.values:
        raise Refusal(f"Choose a preset: {', '.join(Preset.values)}.")
    if whom not in files.Whom.values:
        raise Refusal("Export the approved, the rejected, or all with their decision.")
    return files.Wanted(
        format=files.Format(file_format),
        preset=Preset(preset),
        whom=files.Whom(whom),
    )
