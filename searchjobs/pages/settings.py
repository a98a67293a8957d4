"""The page Settings: accounts, tokens, members; each form on it answers with it."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts import hosted, members, tokens
from accounts.models import Role
from searchjobs import allowances
from searchjobs.pages import accounts, paces
from searchjobs.pages.doors import Visit

DOES = {
    Role.OWNER: "also makes and changes owners",
    Role.ADMIN: "looks after members and everybody's accounts",
    Role.MEMBER: "searches, decides and exports",
    Role.VIEWER: "looks",
}


def page(request: HttpRequest, visit: Visit, **made: Any) -> HttpResponse:
    """Render the page; `made` is what is shown this one time (a token, a link)."""
    now = timezone.now()
    here = visit.membership
    sign_in = hosted.sign_in_of(here, request.GET.get("sign_in", ""))
    went = request.GET.get("went", "")
    context = {
        "visit": visit,
        "section": "settings",
        "accounts": accounts.rows_for(here, now=now),
        "came_back": accounts.said_of(sign_in, went=went) if sign_in else None,
        "pace_s": settings.SEARCH_PACE_SECONDS,
        "least": allowances.LEAST,
        "most": allowances.MOST,
        "days": paces.DAYS,
        "zones": sorted(available_timezones()),
        "tokens": tokens.tokens_of(visit.user),
        "lifetimes": tokens.LIFETIMES_DAYS,
        "members": members.members_of(here),
        "given": members.roles_given_by(here),
        "invitations": members.open_invitations(here) if here.leads else (),
        "invitations_last": members.GOOD_FOR,
        "roles": [(role, DOES[role]) for role in members.roles_given_by(here)],
        "now": now,
        **made,
    }
    response = render(request, "accounts/settings.html", context)
    response["Cache-Control"] = "no-store"
    return response
