"""Who comes in, into which workspace, and how a refusal reads on a page.

A page acts in the workspace of the search it shows; pages without a search act in the
one chosen in the session, else in the user's oldest. The chosen one is looked up anew
each time: a membership that ended opens nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from accounts import memberships
from accounts.errors import NotFound, Refusal
from accounts.models import Membership, User
from searchjobs import selectors
from searchjobs.models import SearchJob

SESSION_KEY = "workspace_id"

_NOT_VALID = "This page does not know what is asked for:"

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody signed in, the workspace the page acts in, and the others they have."""

    membership: Membership
    memberships: list[Membership]

    @property
    def user(self) -> User:
        return self.membership.user


def workspace_page(
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase],
) -> View[P]:
    """Let in who is signed in and belongs to a workspace."""

    @user_page
    @wraps(view)
    def guarded(
        request: HttpRequest, user: User, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        return view(request, _visit(user, _chosen(request)), *args, **kwargs)

    return guarded


def user_page(
    view: Callable[Concatenate[HttpRequest, User, P], HttpResponseBase],
) -> View[P]:
    """Let in who is signed in, workspace or none; say no where refused."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User) or not user.is_authenticated:
            return _to_sign_in(request)
        try:
            response = view(request, user, *args, **kwargs)
        except Refusal as refusal:
            response = refused(request, refusal)
        # a part of a page must never come from the cache as the page
        patch_vary_headers(response, ["HX-Request"])
        return response

    return guarded


def job_page(
    view: Callable[Concatenate[HttpRequest, Visit, SearchJob, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Let in who may see the search of the address; others find nothing there."""

    @workspace_page
    @wraps(view)
    def guarded(
        request: HttpRequest,
        visit: Visit,
        /,
        job_id: uuid.UUID,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> HttpResponseBase:
        job = selectors.job_of(visit.user, job_id)
        if job.workspace_id != visit.membership.workspace_id:
            visit = _visit(visit.user, job.workspace_id)
        return view(request, visit, job, *args, **kwargs)

    return guarded


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a refusal: words for a script that asked, a page for a person."""
    if is_scripted(request):
        body = {"success": False, "error": refusal.message, "code": refusal.code}
        return JsonResponse({**body, **refusal.details}, status=refusal.status)
    wrong = refusal.details.get("fields")
    message = _NOT_VALID if wrong else refusal.message
    context = {"title": _title_of(refusal), "message": message, "wrong": wrong}
    return render(request, "error.html", context, status=refusal.status)


def is_scripted(request: HttpRequest) -> bool:
    """Say whether htmx, or a script that says it is, asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if not is_scripted(request):
        return redirect_to_login(request.get_full_path())
    response = HttpResponse(status=401)
    here = HtmxDetails(request).current_url_abs_path
    response["HX-Redirect"] = (
        redirect_to_login(here).url if here else resolve_url("login")
    )
    return response


def _chosen(request: HttpRequest) -> uuid.UUID | None:
    chosen = request.session.get(SESSION_KEY)
    return uuid.UUID(chosen) if chosen else None


def _visit(user: User, workspace_id: uuid.UUID | None) -> Visit:
    mine = memberships.memberships_of(user)
    if not mine:
        raise NotFound("You belong to no workspace yet. Ask a colleague to invite you.")
    here = next((m for m in mine if m.workspace_id == workspace_id), mine[0])
    here.user = user  # the signed-in one, known already
    return Visit(membership=here, memberships=mine)


def _title_of(refusal: Refusal) -> str:
    match refusal.status:
        case 403:
            return "Not allowed"
        case 404:
            return "Not found"
        case 409:
            return "Not possible now"
    return "That did not work"
