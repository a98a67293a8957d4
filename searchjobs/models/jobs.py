"""The search job, and the journal of what happened to it.

Rows of `SearchJob` are written after creation only by UPDATE of named columns: status
and what goes with it in `lifecycle.py`, through `events.py`, which numbers each change.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import LinkedInAccount, Workspace
from searchjobs.states import (
    RUNNABLE,
    TERMINAL,
    CompletionReason,
    EventKind,
    JobStatus,
    WaitReason,
)


class SearchType(models.TextChoices):
    """The source: who supplies people."""

    LINKEDIN = "linkedin"
    BRIGHTDATA = "brightdata"


class SearchSource(models.TextChoices):
    """The api: which LinkedIn product answers."""

    CLASSIC = "classic"
    SALES_NAVIGATOR = "sales_navigator", "Sales Navigator"
    RECRUITER = "recruiter"


class SearchJob(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="search_jobs"
    )
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="search_jobs"
    )
    account = models.ForeignKey(
        LinkedInAccount, on_delete=models.PROTECT, related_name="search_jobs"
    )
    name = models.CharField(max_length=200)
    search_criteria = models.JSONField(help_text="As asked, in the contract's keys.")
    search_type = models.CharField(
        max_length=16, choices=SearchType, default=SearchType.LINKEDIN
    )
    search_source = models.CharField(max_length=16, choices=SearchSource)
    status = models.CharField(
        max_length=12, choices=JobStatus, default=JobStatus.QUEUED
    )
    progress_current = models.PositiveIntegerField(
        default=0, db_default=0, help_text="People stored."
    )
    progress_total = models.PositiveIntegerField(
        help_text="People to store; at the end what was stored."
    )
    total_results = models.PositiveIntegerField(
        default=0, db_default=0, help_text="People stored when it ended."
    )
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it completed, failed or was cancelled."
    )
    error_message = models.TextField(null=True, blank=True)  # noqa: DJ001  (original's)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="Set by a database trigger."
    )

    error_code = models.CharField(max_length=50, blank=True, default="", db_default="")
    target_count = models.PositiveIntegerField(
        help_text="People asked for, after the api's cap."
    )
    page_size = models.PositiveIntegerField(
        help_text="Rows a page; constant, for the cursor embeds it."
    )
    available_total = models.PositiveIntegerField(
        null=True, blank=True, help_text="The most that LinkedIn said exist."
    )
    completion_reason = models.CharField(
        max_length=16, choices=CompletionReason, blank=True, default="", db_default=""
    )
    received = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Rows: stored + duplicates + invalid + surplus, always.",
    )
    duplicates = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Rows of people stored already."
    )
    invalid = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Rows without an id."
    )
    surplus = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Rows past the target, on the last page."
    )
    pass_received = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Rows since paging last began; a page asked again counts once.",
    )
    doubts = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How often the end now met was asked again."
    )
    requests = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Turns that ended."
    )
    replays = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Passes over LinkedIn's list after the first, for people it missed.",
    )
    missed = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="At the end: about how many of those wanted LinkedIn never showed.",
    )
    next_cursor = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Opaque; empty: from the start.",
    )
    next_batch = models.PositiveIntegerField(default=0, db_default=0)
    next_step_at = models.DateTimeField(db_default=Now(), help_text="No turn before.")
    served_at = models.DateTimeField(
        null=True, blank=True, help_text="When its last turn began."
    )
    wait_reason = models.CharField(
        max_length=16, choices=WaitReason, blank=True, default="", db_default=""
    )
    failures = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Its own troubles in a row; 8 fail it."
    )
    barren_seconds = models.FloatField(
        default=0.0,
        db_default=0.0,
        help_text="Of its turns, since somebody was last stored.",
    )
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    retry_count = models.PositiveIntegerField(default=0, db_default=0)
    revision = models.PositiveIntegerField(
        default=0, help_text="Number of its last event."
    )

    class Meta:
        db_table = "prospect_search_jobs"
        verbose_name = "search"
        verbose_name_plural = "searches"
        indexes = [
            models.Index(
                "workspace", F("created_at").desc(), F("id").desc(), name="job_newest"
            ),
            models.Index(
                "account",
                "next_step_at",
                name="job_runnable",
                condition=Q(status__in=RUNNABLE),
            ),
            models.Index(
                "account",
                name="job_awaiting_account",
                condition=Q(status="paused", error_code="account_disconnected"),
            ),
            models.Index(F("created_at").desc(), name="job_newest_of_all"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=JobStatus.values), name="job_status_known"
            ),
            models.CheckConstraint(
                condition=Q(search_type__in=SearchType.values), name="job_type_known"
            ),
            models.CheckConstraint(
                condition=Q(search_source__in=SearchSource.values),
                name="job_source_known",
            ),
            models.CheckConstraint(
                condition=Q(wait_reason__in=["", *WaitReason.values]),
                name="job_wait_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(progress_current__lte=F("progress_total")),
                name="job_progress_within_total",
            ),
            models.CheckConstraint(
                condition=Q(
                    received=F("progress_current")
                    + F("duplicates")
                    + F("invalid")
                    + F("surplus")
                ),
                name="job_ledger_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(status__in=TERMINAL, completed_at__isnull=False)
                | (~Q(status__in=TERMINAL) & Q(completed_at__isnull=True)),
                name="job_finished_iff_completed_at",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=JobStatus.COMPLETED,
                    completion_reason__in=CompletionReason.values,
                )
                | (~Q(status=JobStatus.COMPLETED) & Q(completion_reason="")),
                name="job_completed_iff_reason",
            ),
            models.CheckConstraint(
                condition=Q(page_size__gte=1, page_size__lte=100),
                name="job_page_size_within_api",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def progress_percent(self) -> int:
        """Return 0–100, floored; 100 only when completed (also for 0 of 0)."""
        if self.status == JobStatus.COMPLETED:
            return 100
        return min(99, self.progress_current * 100 // max(1, self.progress_total))

    @property
    def progress_text(self) -> str:
        return (
            f"Fetched {self.progress_current}/{self.progress_total} "
            f"({self.progress_percent}%)"
        )


class SearchEvent(models.Model):
    """One change of a job, numbered by the job's revision. Never changed."""

    pk = models.CompositePrimaryKey("job_id", "revision")
    job = models.ForeignKey(
        SearchJob, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=EventKind)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "prospect_search_events"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values), name="event_kind_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.revision} {self.kind}"
