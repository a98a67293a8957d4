"""Whether a source of people answers."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from searchjobs.states import Health


class SourceHealth(models.Model):
    """Whether a source answers, as all workers know it; written by `breaker.py`."""

    source = models.CharField(
        max_length=20, primary_key=True, help_text="An account's provider."
    )
    state = models.CharField(max_length=9, choices=Health, default=Health.CLOSED)
    troubles = models.PositiveIntegerField(
        default=0, help_text="Turns in a row, of any account, that it spoilt."
    )
    troubled_accounts = ArrayField(
        models.UUIDField(), default=list, help_text="Whose turns those were."
    )
    failed_probes = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Open: no request before. Half open: until then the probe may take.",
    )
    probe_account = models.UUIDField(null=True, blank=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "source_health"
        verbose_name = "source"
        verbose_name_plural = "health of sources"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=Health.values), name="health_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=Health.CLOSED, retry_at__isnull=True)
                | (~Q(state=Health.CLOSED) & Q(retry_at__isnull=False)),
                name="health_retried_iff_not_closed",
            ),
            models.CheckConstraint(
                condition=Q(state=Health.HALF_OPEN, probe_account__isnull=False)
                | (~Q(state=Health.HALF_OPEN) & Q(probe_account__isnull=True)),
                name="health_probed_iff_half_open",
            ),
        ]

    def __str__(self) -> str:
        return self.source
