"""Signing in and out, a new search, and the choice of a workspace."""

from __future__ import annotations

import uuid

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import memberships
from accounts.errors import Refusal
from searchjobs import listings, live, selectors, services
from searchjobs.pages import criteria, drafts
from searchjobs.pages.doors import (
    SESSION_KEY,
    Visit,
    workspace_page,
)
from unipile_client.types import Api


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


# --- the workspace --------------------------------------------------------------------


@require_POST
@workspace_page
def choose_workspace(request: HttpRequest, visit: Visit) -> HttpResponse:
    chosen = memberships.resolve(visit.user, request.POST.get("workspace") or "-")
    request.session[SESSION_KEY] = str(chosen.workspace_id)
    return redirect("searches")
