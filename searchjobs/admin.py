"""Searches, the people they found, and LinkedIn accounts in the admin.

What the engine writes is read-only here; what people do goes through the services. A
superuser sees and acts in every workspace, other staff only in their own.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.db.models.fields.json import KT
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts import memberships
from accounts.admin import CappedPaginator, LookOnlyAdmin, own_rows
from accounts.advice import advice_for
from accounts.errors import NotFound, Refusal
from accounts.models import LinkedInAccount, Membership, Role, User
from searchjobs import accountsync, endings, events, line, quotas, services, turns
from searchjobs.models import SearchEvent, SearchJob, SearchResult, SourceHealth
from searchjobs.pages import paces

EVENTS_SHOWN = 200
QUOTAS = ("daily_quota_classic", "daily_quota_sales_navigator", "daily_quota_recruiter")
HOURS = ("hours_from", "hours_to", "time_zone", "working_days")
EDITABLE = (*QUOTAS, *HOURS)
SHOWN_FIRST = ("name", "progress", "wait", "results", "completion_text")
FENCE = ("next_cursor", "lease_token", "lease_job", "answered_job")


def _membership_for(
    request: HttpRequest, row: SearchJob | LinkedInAccount
) -> Membership:
    """Return whom the services act for: a superuser counts as any workspace's owner.

    That membership is never saved; the journal and the log name the person.
    """
    assert isinstance(request.user, User)
    if request.user.is_superuser:
        return Membership(user=request.user, workspace=row.workspace, role=Role.OWNER)
    membership = memberships.membership_in(request.user, row.workspace_id)
    if membership is None:
        raise NotFound("There is nothing here.")
    return membership


@admin.register(SearchJob)
class SearchJobAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # NOT_GENERIC
    list_display = (
        "name",
        "status",
        "progress",
        "wait",
        "search_source",
        "account",
        "workspace",
        "created_at",
    )
    list_filter = ("status", "search_source")
    list_select_related = ("account", "workspace")
    list_per_page = 50
    ordering = ("-created_at",)
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("name",)
    actions = ("pause", "resume", "cancel", "retry")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SearchJob]:
        return own_rows(super().get_queryset(request), request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(id=uuid.UUID(term)), False
        except ValueError:
            key = "user__email__iexact" if "@" in term else "name__icontains"
            return queryset.filter(**{key: term}), False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        columns = [column.name for column in SearchJob._meta.concrete_fields]
        others = [name for name in columns if name not in (*SHOWN_FIRST, *FENCE)]
        return [*SHOWN_FIRST, "quota", *others, "timeline"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.get_fields(request, obj) if name != "name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: SearchJob | None = None
    ) -> bool:
        """Let those rename a search who may on its page."""
        is_permitted: bool = super().has_change_permission(request, obj)
        if obj is None or not is_permitted:
            return is_permitted
        return _membership_for(request, obj).may_change

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: SearchJob, form: ModelForm[Any], change: bool
    ) -> None:
        """Rename it as its page does: in the journal, and told to whoever looks."""
        if "name" in form.changed_data:
            services.rename(job=obj, by=_membership_for(request, obj), name=obj.name)

    @admin.display(ordering="progress_current")
    def progress(self, job: SearchJob) -> str:
        counts = f"{job.progress_current:,} of {job.progress_total:,}"
        return f"{counts} ({job.progress_percent}%)"

    @admin.display
    def wait(self, job: SearchJob) -> str:
        wait = events.wait_of(job, now=timezone.now())
        return f"{wait.reason} until {wait.until:%H:%M:%S} UTC" if wait else "-"

    @admin.display(description="Why it completed")
    def completion_text(self, job: SearchJob) -> str:
        return endings.text_of(job) or "-"

    @admin.display(description="Today's quota")
    def quota(self, job: SearchJob) -> str:
        return paces.used(quotas.quota_of(job.account, job.search_source))

    @admin.display
    def results(self, job: SearchJob) -> SafeString:
        url = reverse("admin:searchjobs_searchresult_changelist")
        return format_html(
            '<a href="{}?job__id__exact={}">{:,} people</a>',
            *(url, job.id, job.progress_current),
        )

    @admin.display(description=f"Journal (newest {EVENTS_SHOWN})")
    def timeline(self, job: SearchJob) -> SafeString:
        journal = SearchEvent.objects.filter(job_id=job.id).order_by("-revision")
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td></tr>",
            (
                (
                    event.revision,
                    f"{event.created_at:%Y-%m-%d %H:%M:%S}",
                    event.kind,
                    json.dumps(event.data, ensure_ascii=False) if event.data else "",
                )
                for event in journal[:EVENTS_SHOWN]
            ),
        )
        return format_html("<table>{}</table>", rows)

    # --- what people do -------------------------------------------------------------

    @admin.action(description="Pause", permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[SearchJob]) -> None:
        self._do(request, queryset, services.pause, "Paused")

    @admin.action(description="Resume", permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[SearchJob]) -> None:
        self._do(request, queryset, services.resume, "Resumed")

    @admin.action(description="Cancel for good", permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[SearchJob]) -> None:
        self._do(request, queryset, services.cancel, "Cancelled")

    @admin.action(description="Retry", permissions=["change"])
    def retry(self, request: HttpRequest, queryset: QuerySet[SearchJob]) -> None:
        self._do(request, queryset, services.retry, "Retried")

    def _do(
        self,
        request: HttpRequest,
        jobs: QuerySet[SearchJob],
        service: Callable[..., SearchJob],
        done: str,
    ) -> None:
        """Do it to each job by itself, and say of each that was refused why."""
        count = 0
        for job in jobs.select_related("workspace"):
            try:
                service(job=job, by=_membership_for(request, job))
            except Refusal as refusal:
                said = f"{job.name}: {refusal.message}"
                self.message_user(request, said, messages.WARNING)
                continue
            self.log_change(request, job, f"{done}.")
            count += 1
        if count:
            self.message_user(request, f"{done}: {count}", messages.SUCCESS)


@admin.register(SearchResult)
class SearchResultAdmin(LookOnlyAdmin):
    """The people of one search; reached from it, for all of them are millions."""

    list_display = ("position", "person", "title", "company", "batch_number")
    list_per_page = 100
    ordering = ("position",)
    list_display_links = ("person",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SearchResult]:
        rows = own_rows(super().get_queryset(request), request)
        if not self._is_list(request):
            return rows
        if "job__id__exact" not in request.GET:
            return rows.none()
        people: QuerySet[SearchResult] = rows.annotate(
            person_name=KT("prospect_data__name"),
            person_title=KT("prospect_data__title"),
            person_company=KT("prospect_data__company"),
        )
        return people.defer("prospect_data", "person_keys")

    def _is_list(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and str(match.url_name).endswith("_changelist")

    @admin.display
    def person(self, result: Any) -> str:
        return str(result.person_name)

    @admin.display
    def title(self, result: Any) -> str:
        return result.person_title or "-"

    @admin.display
    def company(self, result: Any) -> str:
        return result.person_company or "-"


@admin.register(LinkedInAccount)
class LinkedInAccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # NOT_GENERIC
    """Only the day's quotas and the working hours are a person's to set: Unipile and
    the engine know the rest."""

    list_display = (
        "name",
        "status",
        "user",
        "workspace",
        "wait_reason",
        "next_turn_at",
        "pace_factor",
        "synced_at",
    )
    list_filter = ("status",)
    list_select_related = ("user", "workspace")
    paginator = CappedPaginator
    show_full_result_count = False
    search_fields = ("name", "user__email", "=unipile_account_id")
    ordering = ("name",)
    actions = ("sync",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LinkedInAccount]:
        return own_rows(super().get_queryset(request), request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        columns = LinkedInAccount._meta.concrete_fields
        shown = [column.name for column in columns if column.name not in FENCE]
        return ["advice", *shown]

    @admin.display
    def advice(self, account: LinkedInAccount) -> str:
        return advice_for(account) or "-"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.get_fields(request, obj) if name not in EDITABLE]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: LinkedInAccount | None = None
    ) -> bool:
        """Let those set quotas and hours who lead the account's workspace."""
        is_permitted: bool = super().has_change_permission(request, obj)
        if obj is None or not is_permitted:
            return is_permitted
        return _membership_for(request, obj).leads

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: LinkedInAccount,
        form: ModelForm[Any],
        change: bool,
    ) -> None:
        """Write the edited columns alone; who waits for them is judged anew."""
        obj.save(update_fields=form.changed_data)
        line.look_at_quotas_again(obj.id)
        turns.look_at_hours_again(obj.id)

    @admin.action(description="Sync with Unipile", permissions=["change"])
    def sync(self, request: HttpRequest, queryset: QuerySet[LinkedInAccount]) -> None:
        """Read all accounts: Unipile lists them together."""
        try:
            outcome = accountsync.sync(owner=None)
        except Refusal as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return
        for account in queryset:
            self.log_change(request, account, "Synced with Unipile.")
        said = f"{outcome.listed} at Unipile, {len(outcome.changed)} changed"
        self.message_user(request, said, messages.SUCCESS)


@admin.register(SourceHealth)
class SourceHealthAdmin(LookOnlyAdmin):
    """Whether Unipile answers, as the workers find it."""

    list_display = ("source", "state", "retry_at", "failed_probes", "changed_at")
