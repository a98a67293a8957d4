"""Settings: the page, and what one does there with LinkedIn accounts."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts import hosted
from searchjobs import accountsync, allowances, hours, listings
from searchjobs.pages import accounts
from searchjobs.pages import settings as pages
from searchjobs.pages.doors import Visit, is_scripted, workspace_page


@require_GET
@workspace_page
def settings(request: HttpRequest, visit: Visit) -> HttpResponse:
    return pages.page(request, visit)


@require_POST
@workspace_page
def connect(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Lead to Unipile's page, where the person signs in to LinkedIn."""
    return _lead_to(request, hosted.link_for(visit.membership))


@require_POST
@workspace_page
def reconnect(
    request: HttpRequest, visit: Visit, *, account_id: uuid.UUID
) -> HttpResponse:
    """Lead to Unipile's page, where the person signs this account in again."""
    account = listings.account_of(visit.membership, account_id)
    return _lead_to(request, hosted.link_for(visit.membership, account))


def _lead_to(request: HttpRequest, link: hosted.Link) -> HttpResponse:
    """Send a script there; without one show a link, which a person follows.

    Not a redirect: the policy lets forms lead to us alone, and stays as strict.
    """
    if is_scripted(request):
        return HttpResponse(status=204, headers={"HX-Redirect": link.url})
    return render(request, "accounts/leave.html", {"link": link})


@require_POST
@workspace_page
def check(request: HttpRequest, visit: Visit, *, account_id: uuid.UUID) -> HttpResponse:
    """Ask Unipile now how a login is, and say it in words; a script shows those."""
    account = accountsync.sync_one(listings.account_of(visit.membership, account_id))
    said = accounts.checked(account)
    if is_scripted(request):
        return render(request, "accounts/_checked.html", {"checked": said})
    return pages.page(request, visit, checked=said)


@require_POST
@workspace_page
def account_hours(
    request: HttpRequest, visit: Visit, *, account_id: uuid.UUID
) -> HttpResponse:
    """Give an account working hours, or let it ask at any hour."""
    account = listings.account_of(visit.membership, account_id)
    form = request.POST
    if "any" in form:
        hours.change(account, None)
    else:
        wanted = hours.read(
            hours_from=form.get("hours_from", ""),
            hours_to=form.get("hours_to", ""),
            time_zone=form.get("time_zone", "").strip(),
            working_days=form.getlist("working_days"),
        )
        hours.change(account, wanted)
    return redirect("settings")


@require_POST
@workspace_page
def account_quotas(
    request: HttpRequest, visit: Visit, *, account_id: uuid.UUID
) -> HttpResponse:
    """Set how many people an account may receive a day."""
    account = listings.account_of(visit.membership, account_id)
    wanted = allowances.read(request.POST, account)
    allowances.change(account, wanted, by=visit.membership)
    return redirect("settings")
