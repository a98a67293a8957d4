"""Settings: one's own API tokens, and who belongs to the workspace."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import members, tokens
from accounts.models import User
from searchjobs import leaving, live
from searchjobs.pages import settings as pages
from searchjobs.pages.doors import (
    SESSION_KEY,
    Visit,
    is_scripted,
    user_page,
    workspace_page,
)

# --- tokens ---------------------------------------------------------------------------


@require_POST
@workspace_page
def make_token(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make a token and show it: in this answer, and never again."""
    form = request.POST
    token = tokens.make(
        visit.user, name=form.get("name", ""), days=form.get("days", "")
    )
    return pages.page(request, visit, new_token=token)


@require_POST
@workspace_page
def revoke_token(request: HttpRequest, visit: Visit, *, token_key: str) -> HttpResponse:
    tokens.revoke(visit.user, token_key)
    live.look_again(visit.user.id)
    return redirect("settings")


# --- members --------------------------------------------------------------------------


@require_POST
@workspace_page
def invite(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make an invitation and show its link: in this answer, and never again."""
    form = request.POST
    email = form.get("email", "")
    signed = members.invite(by=visit.membership, email=email, role=form.get("role", ""))
    link = settings.SITE_URL + reverse("invitation", args=[signed])
    return pages.page(request, visit, new_link=link, invited=email.strip())


@require_POST
@workspace_page
def take_back(
    request: HttpRequest, visit: Visit, *, invitation_id: uuid.UUID
) -> HttpResponse:
    members.take_back(by=visit.membership, invitation_id=invitation_id)
    return redirect("settings")


@require_POST
@workspace_page
def change_role(
    request: HttpRequest, visit: Visit, *, user_id: uuid.UUID
) -> HttpResponse:
    role = request.POST.get("role", "")
    members.change_role(by=visit.membership, user_id=user_id, role=role)
    return redirect("settings")


@require_POST
@workspace_page
def remove(request: HttpRequest, visit: Visit, *, user_id: uuid.UUID) -> HttpResponse:
    """End a membership; of oneself, leave."""
    leaving.remove(by=visit.membership, user_id=user_id)
    if user_id != visit.user.id:
        return redirect("settings")
    if is_scripted(request):  # the whole page was of the workspace they left
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("searches")})
    return redirect("searches")


@require_http_methods(["GET", "POST"])
@user_page
def invitation(request: HttpRequest, user: User, *, token: str) -> HttpResponse:
    """Show what a link offers; take it only when the person says so."""
    if request.method == "GET":
        offered = members.invitation_of(user, token)
        return render(request, "accounts/invitation.html", {"invitation": offered})
    membership = members.accept(user=user, token=token)
    request.session[SESSION_KEY] = str(membership.workspace_id)
    return redirect("searches")
