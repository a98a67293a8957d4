"""Answers that are kept for a while: our own to create-job, and LinkedIn's names."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from searchjobs.models.jobs import SearchSource


class IdempotencyKey(models.Model):
    """The first answer to a create-job, for whoever asks the same again within 24 h."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    key = models.CharField(max_length=255)
    body_sha256 = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "idempotency_keys"
        constraints = [
            models.UniqueConstraint("user", "key", name="idempotency_key_once_per_user")
        ]

    def __str__(self) -> str:
        return self.key


class ParameterLookup(models.Model):
    """What LinkedIn answered to 'which ids match this text', kept for a while."""

    service = models.CharField(max_length=16, choices=SearchSource)
    type = models.CharField(max_length=20, help_text="LOCATION, INDUSTRY, COMPANY …")
    keywords = models.CharField(max_length=100)
    items = models.JSONField(help_text='[{"id": …, "title": …}]')
    fetched_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "search_parameter_lookups"
        constraints = [
            models.UniqueConstraint(
                "service", "type", "keywords", name="parameter_lookup_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.keywords}"
