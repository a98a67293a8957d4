"""A new search: the form, what it would find, and the searches that are kept."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import memberships
from accounts.errors import Refusal
from searchjobs import previews, saved, selectors, services
from searchjobs.models import SavedSearch
from searchjobs.pages import drafts, estimates, form
from searchjobs.pages.doors import Visit, is_scripted, workspace_page
from searchjobs.pages.drafts import Draft


@require_http_methods(["GET", "POST"])
@workspace_page
def new_search(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The form; posted, a search, or with `take_over` the address as filters."""
    memberships.require_change(visit.membership)
    if request.method != "POST":
        return _form(request, visit, _first_draft(request, visit))
    draft = drafts.read(request.POST)
    if "take_over" in request.POST:
        return _form(request, visit, draft.as_filters())
    try:
        made = services.create(
            membership=visit.membership, name=draft.title, **draft.arguments()
        )
    except Refusal as refusal:
        return _form(request, visit, draft, refusal)
    return redirect("review", job_id=made.job.id)


def _first_draft(request: HttpRequest, visit: Visit) -> Draft:
    """Begin empty, with what an earlier search asked for (?again=<its id>), or with a
    saved one (?saved=<its id>)."""
    earlier = drafts.uuid_of(request.GET.get("again", ""))
    if earlier is not None:
        return drafts.again(selectors.job_of(visit.user, earlier), visit.user)
    kept = drafts.uuid_of(request.GET.get("saved", ""))
    if kept is not None:
        return drafts.opened(saved.one_of(visit.membership, kept))
    return Draft()


def _form(
    request: HttpRequest,
    visit: Visit,
    draft: Draft,
    refusal: Refusal | None = None,
    *,
    not_done: str = "started",
) -> HttpResponse:
    context = {
        "visit": visit,
        "section": "new",
        "draft": draft,
        "refusal": refusal,
        "not_done": not_done,
        "words": _words_of(refusal),
        "wrong": form.by_field(refusal),
        **form.choices(visit.membership, draft),
        **_estimate_of(visit, draft),
    }
    status = refusal.status if refusal else 200
    return render(request, "searchjobs/new_search.html", context, status=status)


def _words_of(refusal: Refusal | None) -> str:
    if refusal is None or "search_criteria" in refusal.details.get("fields", {}):
        return ""
    marked = "fields" in refusal.details
    return "Change what is marked below." if marked else refusal.message


# --- what it would find ---------------------------------------------------------------


@require_POST
@workspace_page
def estimate(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The estimate beside the form, for the form as it stands, and what each filter and
    the pasted address come to."""
    draft = drafts.read(request.POST)
    context = {"draft": draft, "is_part": True, **_estimate_of(visit, draft)}
    return render(request, "searchjobs/_estimate.html", context)


def _estimate_of(visit: Visit, draft: Draft) -> dict[str, object]:
    beside = {
        "marks": {mark.key: mark for mark in estimates.marks(visit.membership, draft)},
        "pasted": form.pasted(draft),
    }
    try:
        return {"estimate": estimates.estimate(visit.membership, draft), **beside}
    except Refusal as refusal:
        why = list(form.by_field(refusal).values())
        return {"not_yet": why or [refusal.message], **beside}


MOST_TRIES = 5
_SOON_S = 10  # a wait so short is waited for by the page itself


@require_POST
@workspace_page
def preview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """How many match, and the first ten; or when the account can be asked."""
    draft = drafts.read(request.POST)
    try:
        seen = previews.preview(membership=visit.membership, **draft.arguments())
    except Refusal as refusal:
        return render(request, "searchjobs/_preview.html", _not_seen(request, refusal))
    return render(request, "searchjobs/_preview.html", {"seen": form.Seen(seen, draft)})


@dataclass(frozen=True, kw_only=True)
class _NotSeen:
    words: list[str]
    until: str | None  # the time that they say, where they say one
    asks_again_in_s: int | None
    tries: range  # one for each that was made


def _not_seen(request: HttpRequest, refusal: Refusal) -> dict[str, object]:
    tries = len(request.POST.getlist("tried")) + 1
    retry_after: int | None = refusal.details.get("retry_after")
    is_soon = refusal.code == "throttled" and (retry_after or _SOON_S) < _SOON_S
    return {
        "not_seen": _NotSeen(
            words=list(form.by_field(refusal).values()) or [refusal.message],
            until=refusal.details.get("until"),
            asks_again_in_s=retry_after if is_soon and tries < MOST_TRIES else None,
            tries=range(tries),
        )
    }


# --- the searches that are kept -------------------------------------------------------


@require_http_methods(["GET", "POST"])
@workspace_page
def saved_searches(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The list; posted, the form as it stands is kept."""
    if request.method == "POST":
        return _save(request, visit)
    context = {
        "visit": visit,
        "section": "searches",
        "rows": form.saved_rows(visit.membership),
    }
    return render(request, "searchjobs/saved_searches.html", context)


def _save(request: HttpRequest, visit: Visit) -> HttpResponse:
    draft = drafts.read(request.POST)
    try:
        kept = _kept(visit, draft)
    except Refusal as refusal:
        if not is_scripted(request):
            return _form(request, visit, draft, refusal, not_done="saved")
        raise _in_words(refusal) from None
    if not is_scripted(request):
        return redirect(f"{reverse('new-search')}?saved={kept.id}")
    context = {"kept": kept, "starts": form.starts(visit.membership), "is_part": True}
    return render(request, "searchjobs/_saved.html", context)


def _in_words(refusal: Refusal) -> Refusal:
    """Return the refusal with what is wrong at its fields as its message: there is no
    other place for it."""
    return Refusal(
        " ".join(form.by_field(refusal).values()) or refusal.message,
        code=refusal.code,
        status=refusal.status,
        **refusal.details,
    )


def _kept(visit: Visit, draft: Draft) -> SavedSearch:
    asked = draft.arguments()
    return saved.save(
        membership=visit.membership,
        name=draft.title or selectors.name_of(draft.search_criteria),
        search_criteria=asked["search_criteria"],
        id_names=draft.id_names,
        target_count=asked["target_count"],
        instead_of=draft.saved,
    )


@require_POST
@workspace_page
def rename_saved(
    request: HttpRequest, visit: Visit, *, saved_id: uuid.UUID
) -> HttpResponse:
    kept = saved.one_of(visit.membership, saved_id)
    name = " ".join(request.POST.get("name", "").split())
    saved.rename(kept, name, by=visit.membership)
    return redirect("saved-searches")


@require_POST
@workspace_page
def delete_saved(
    request: HttpRequest, visit: Visit, *, saved_id: uuid.UUID
) -> HttpResponse:
    saved.delete(saved.one_of(visit.membership, saved_id), by=visit.membership)
    return redirect("saved-searches")
