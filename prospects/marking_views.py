"""The doorways to notes, tags and lists, on the review page."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import NotFound
from prospects import changes, labels, notes, pages, review
from prospects.choices import Who
from prospects.labels import LabelOutcome
from prospects.posted import ids_in, kind_in, since_in
from searchjobs.models import SearchJob
from searchjobs.pages.doors import Visit, job_page


@require_POST
@job_page
def mark(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    """Tag or list the people named by `ids`, or (all=1) all that the address's filter
    matches but those named by `except`; is_added=0 takes it away."""
    is_all = request.POST.get("all") == "1"
    outcome = labels.mark(
        membership=visit.membership,
        kind=kind_in(request),
        name=request.POST.get("name", ""),
        is_added=request.POST.get("is_added") != "0",
        who=Who(
            result_ids=() if is_all else ids_in(request, "ids"),
            matching=pages.clicked_filter(job, request.GET) if is_all else None,
            except_ids=ids_in(request, "except"),
        ),
    )
    return marked(outcome)


def marked(outcome: LabelOutcome) -> JsonResponse:
    return JsonResponse(
        {
            "success": True,
            "undo_id": outcome.undo_id,
            "changed": outcome.changed,
            "unchanged": outcome.unchanged,
            "name": outcome.label.name,
        }
    )


@require_POST
@job_page
def note(
    request: HttpRequest, visit: Visit, job: SearchJob, *, result_id: uuid.UUID
) -> HttpResponse:
    """Save the note on one person; `was` is what it was when it was shown."""
    _check(visit, job, result_id)
    notes.write(
        membership=visit.membership,
        result_id=result_id,
        note=request.POST.get("note", "").strip(),
        was=request.POST.get("was", ""),
    )
    return _own(request, visit, job, result_id)


@require_POST
@job_page
def label(
    request: HttpRequest, visit: Visit, job: SearchJob, *, result_id: uuid.UUID
) -> HttpResponse:
    """Tag one person, or put them in a list; is_added=0 takes it away."""
    _check(visit, job, result_id)
    labels.mark(
        membership=visit.membership,
        kind=kind_in(request),
        name=request.POST.get("name", ""),
        is_added=request.POST.get("is_added") != "0",
        who=Who(result_ids=[result_id]),
    )
    return _own(request, visit, job, result_id)


@require_GET
@job_page
def marks(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    """The marks of the search's people that changed since the log's row `since`."""
    log = changes.latest_mark(job.workspace_id)  # first: what comes then is told twice
    known = since_in(request)
    told = changes.marks_since(job, known) if known < log else []
    return render(request, "prospects/_told.html", {"marks": log, "people": told})


def _check(visit: Visit, job: SearchJob, result_id: uuid.UUID) -> None:
    if review.row_named(visit.membership, result_id).job_id != job.id:
        raise NotFound("Prospect not found", code="prospect_not_found")


def _own(
    request: HttpRequest, visit: Visit, job: SearchJob, result_id: uuid.UUID
) -> HttpResponse:
    """Return what the workspace says of somebody, and the marks of their row."""
    context = {
        "visit": visit,
        "job": job,
        "row": review.row_named(visit.membership, result_id),
        **labels.names_of(visit.membership),
        "is_answer": True,
    }
    return render(request, "prospects/_own.html", context)
