"""The list of searches, and what one does with one there."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from searchjobs import listings, selectors, services
from searchjobs.models import SearchJob
from searchjobs.pages import criteria, listed, newcomer, progress
from searchjobs.pages.doors import Visit, is_scripted, job_page, workspace_page

JOBS_A_PAGE = 25


@require_GET
@workspace_page
def searches(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The list; asked by a script, what changes of it: tabs, rows and foot."""
    asked = listed.read(request.GET)
    tabs = listed.tabs_of(visit.membership, asked)
    context = {"visit": visit, "section": "searches", "asked": asked, "tabs": tabs}
    if not tabs.everything:
        context["newcomer"] = newcomer.newcomer(visit.membership)
        return render(request, "searchjobs/searches.html", context)
    context |= _rows_of(visit, asked)
    if is_scripted(request):
        return render(request, "searchjobs/_list.html", context)
    context["people"] = listed.people_of(visit.membership)
    context["accounts"] = listed.accounts_of(visit.membership)
    return render(request, "searchjobs/searches.html", context)


def _rows_of(visit: Visit, asked: listed.Asked) -> dict[str, object]:
    jobs, behind = listings.page_of_jobs(
        progress.with_names(selectors.jobs_of(visit.membership).filter(asked.where)),
        behind=asked.behind,
        limit=JOBS_A_PAGE,
    )
    names = criteria.names_of([job.search_criteria for job in jobs])
    return {
        "jobs": jobs,
        "rows": [
            (each, criteria.chips_of(each.job.search_criteria, names))
            for each in progress.progress_of(jobs, visit.membership)
        ],
        "older": asked.but(cursor=behind.cursor) if behind else "",
    }


@require_POST
@workspace_page
def try_out(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Run the search that a newcomer tries, and lead to its people."""
    job = newcomer.try_out(visit.membership)
    return redirect("review", job_id=job.id)


# --- what one does with a search ------------------------------------------------------

CHANGED = "search-changed"
MADE = "search-made"


@require_POST
@job_page
def move(
    request: HttpRequest, visit: Visit, job: SearchJob, *, move: str
) -> HttpResponse:
    """Pause, resume, cancel or retry. The page hears of it and asks for what changed;
    without scripts it is loaded anew."""
    services.MOVES[move](job=job, by=visit.membership)
    return _done(request, fallback=reverse("review", args=[job.id]))


@require_POST
@job_page
def rename(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    services.rename(job=job, by=visit.membership, name=request.POST.get("name", ""))
    return _done(request, fallback=reverse("searches"))


@require_POST
@job_page
def delete(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    services.delete(job=job, by=visit.membership)
    return _done(request, fallback=reverse("searches"))


@require_POST
@job_page
def run_again(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    """Queue the same search anew; a script stays where it is, and is told which."""
    made = services.run_again(job=job, by=visit.membership).job
    if not is_scripted(request):
        return redirect("review", job_id=made.id)
    told = {MADE: {"name": made.name, "url": reverse("review", args=[made.id])}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})


def _done(request: HttpRequest, *, fallback: str) -> HttpResponse:
    if is_scripted(request):
        return HttpResponse(status=204, headers={"HX-Trigger": CHANGED})
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if is_ours else fallback)
