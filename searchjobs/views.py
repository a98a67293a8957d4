"""The pages of searches: sign in, the list, a new one, what one does with one."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.contrib.auth.views import LoginView, LogoutView
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import memberships
from accounts.errors import Refusal
from searchjobs import listings, live, selectors, services
from searchjobs.models import SearchJob
from searchjobs.pages import criteria, drafts, progress
from searchjobs.pages.doors import (
    SESSION_KEY,
    Visit,
    is_scripted,
    job_page,
    workspace_page,
)
from searchjobs.states import ACTIVE, RUNNABLE, JobStatus, Move
from unipile_client.types import Api

JOBS_A_PAGE = 25
LONGEST_Q = 200


class SignIn(LoginView):
    template_name = "accounts/login.html"
    redirect_authenticated_user = True


class SignOut(LogoutView):
    def post(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponse:
        """End the session, and with it the sockets of its other tabs."""
        user_id = request.user.pk
        response = super().post(request, *args, **kwargs)
        live.look_again(user_id)
        return response


# --- the list -------------------------------------------------------------------------

_TABS: dict[str, tuple[str, Q]] = {
    "all": ("All", Q()),
    "running": ("Running", Q(status__in=RUNNABLE)),
    "attention": (
        "Needs attention",
        Q(status=JobStatus.FAILED) | Q(status=JobStatus.PAUSED, paused_by=None),
    ),
    "paused": ("Paused", Q(status=JobStatus.PAUSED, paused_by__isnull=False)),
    "done": ("Done", Q(status__in=(JobStatus.COMPLETED, JobStatus.CANCELLED))),
}


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the address of the list asks for."""

    show: str
    q: str
    cursor: str

    @property
    def query(self) -> str:
        return urlencode({key: value for key, value in vars(self).items() if value})

    def narrow(self, jobs: QuerySet[SearchJob]) -> QuerySet[SearchJob]:
        jobs = jobs.filter(_TABS[self.show][1])
        return jobs.filter(name__icontains=self.q) if self.q else jobs


def _asked(request: HttpRequest) -> _Asked:
    show = request.GET.get("show", "all")
    q = " ".join(request.GET.get("q", "").replace("\x00", "").split())
    return _Asked(
        show=show if show in _TABS else "all",
        q=q[:LONGEST_Q],
        cursor=request.GET.get("cursor", ""),
    )


@require_GET
@workspace_page
def searches(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The list; asked by htmx, its rows alone, which ask again while one runs."""
    asked = _asked(request)
    everything = selectors.jobs_of(visit.membership)
    jobs, behind = listings.page_of_jobs(
        progress.with_names(asked.narrow(everything)),
        behind=_place_in(asked.cursor),
        limit=JOBS_A_PAGE,
    )
    names = criteria.names_of([job.search_criteria for job in jobs])
    context = {
        "visit": visit,
        "section": "searches",
        "asked": asked,
        "jobs": jobs,
        "rows": [
            (each, criteria.chips_of(each.job.search_criteria, names))
            for each in progress.progress_of(jobs, visit.membership)
        ],
        "next_cursor": _cursor_of(behind),
        "is_live": any(job.status in ACTIVE and not job.paused_by_id for job in jobs),
    }
    if is_scripted(request):
        return render(request, "searchjobs/_jobs.html", context)
    tabs = [
        (key, label, everything.filter(where).count())
        for key, (label, where) in _TABS.items()
    ]
    return render(request, "searchjobs/searches.html", {**context, "tabs": tabs})


def _place_in(cursor: str) -> listings.Place | None:
    """Read a cursor; one that is not ours begins at the top."""
    try:
        created_at, job_id = base64.urlsafe_b64decode(cursor).decode().split(" ")
        return listings.Place(
            created_at=datetime.fromisoformat(created_at).astimezone(UTC),
            job_id=uuid.UUID(job_id),
        )
    except (ValueError, OverflowError, binascii.Error):
        return None


def _cursor_of(place: listings.Place | None) -> str:
    if place is None:
        return ""
    text = f"{place.created_at.isoformat()} {place.job_id}"
    return base64.urlsafe_b64encode(text.encode()).decode()


# --- a new search ---------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@workspace_page
def new_search(request: HttpRequest, visit: Visit) -> HttpResponse:
    memberships.require_change(visit.membership)
    if request.method != "POST":
        return _form(request, visit, _first_draft(request, visit))
    draft = drafts.read(request.POST)
    try:
        made = services.create(
            membership=visit.membership, name=draft.name, **draft.arguments()
        )
    except Refusal as refusal:
        return _form(request, visit, draft, refusal)
    return redirect("review", job_id=made.job.id)


def _first_draft(request: HttpRequest, visit: Visit) -> drafts.Draft:
    """Begin empty, or with what an earlier search asked for (?again=<its id>)."""
    try:
        earlier = uuid.UUID(request.GET.get("again", ""))
    except ValueError:
        return drafts.Draft()
    return drafts.again(selectors.job_of(visit.user, earlier))


def _form(
    request: HttpRequest,
    visit: Visit,
    draft: drafts.Draft,
    refusal: Refusal | None = None,
) -> HttpResponse:
    accounts = listings.accounts_of(visit.membership)
    left = listings.quotas_left(accounts)
    context = {
        "visit": visit,
        "section": "new",
        "draft": draft,
        "accounts": [
            (account, Api(account.apis[0]), left[account.id, account.apis[0]])
            for account in accounts
        ],
        "apis": list(Api),
        "letters": [(each, criteria.headcount_text(each)) for each in criteria.LETTERS],
        "seniorities": criteria.SENIORITIES.items(),
        "distances": criteria.DISTANCES.items(),
        "combos": [
            (key, kind, label, draft.chosen(key)) for key, kind, label in _COMBOS
        ],
        "refusal": refusal,
        "words": _words_of(refusal),
        "wrong": _by_field(refusal),
        **_estimate_of(visit, draft),
    }
    status = refusal.status if refusal else 200
    return render(request, "searchjobs/new_search.html", context, status=status)


_COMBOS = (
    ("location", "LOCATION", "Location"),
    ("industry", "INDUSTRY", "Industry"),
    ("company", "COMPANY", "Company"),
    ("school", "SCHOOL", "School"),
)


def _words_of(refusal: Refusal | None) -> str:
    if refusal is None or "search_criteria" in refusal.details.get("fields", {}):
        return ""
    marked = "fields" in refusal.details
    return "Change what is marked below." if marked else refusal.message


def _by_field(refusal: Refusal | None) -> dict[str, str]:
    """Return what is wrong by the form's own names of its fields."""
    fields = refusal.details.get("fields", {}) if refusal else {}
    return {name.removeprefix("search_criteria."): why for name, why in fields.items()}


@require_POST
@workspace_page
def estimate(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The estimate beside the form, for the form as it stands."""
    context = _estimate_of(visit, drafts.read(request.POST))
    return render(request, "searchjobs/_estimate.html", context)


def _estimate_of(visit: Visit, draft: drafts.Draft) -> dict[str, object]:
    try:
        return {"estimate": drafts.estimate(visit.membership, draft)}
    except Refusal as refusal:
        why = list(_by_field(refusal).values())
        return {"not_yet": why or [refusal.message]}


# --- what one does with a search ------------------------------------------------------

MOVES: dict[str, Callable[..., SearchJob]] = {
    Move.PAUSE.value: services.pause,
    Move.RESUME.value: services.resume,
    Move.CANCEL.value: services.cancel,
    Move.RETRY.value: services.retry,
}
CHANGED = "search-changed"


@require_POST
@job_page
def move(
    request: HttpRequest, visit: Visit, job: SearchJob, *, move: str
) -> HttpResponse:
    """Pause, resume, cancel or retry. The page hears of it and asks for what changed;
    without scripts it is loaded anew."""
    MOVES[move](job=job, by=visit.membership)
    return _done(request, fallback=reverse("review", args=[job.id]))


@require_POST
@job_page
def delete(request: HttpRequest, visit: Visit, job: SearchJob) -> HttpResponse:
    services.delete(job=job, by=visit.membership)
    return _done(request, fallback=reverse("searches"))


def _done(request: HttpRequest, *, fallback: str) -> HttpResponse:
    if is_scripted(request):
        return HttpResponse(status=204, headers={"HX-Trigger": CHANGED})
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if is_ours else fallback)


# --- the workspace --------------------------------------------------------------------


@require_POST
@workspace_page
def choose_workspace(request: HttpRequest, visit: Visit) -> HttpResponse:
    chosen = memberships.resolve(visit.user, request.POST.get("workspace") or "-")
    request.session[SESSION_KEY] = str(chosen.workspace_id)
    return redirect("searches")
