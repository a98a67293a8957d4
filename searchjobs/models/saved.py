"""Searches that a workspace keeps to run again."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now

from accounts.models import Workspace


class SavedSearch(models.Model):
    """What somebody looks for, under a name; it runs only when somebody runs it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="saved_searches"
    )
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    name = models.CharField(max_length=200)
    search_criteria = models.JSONField(help_text="As asked, in the contract's keys.")
    id_names = models.JSONField(
        default=list, help_text="What the ids are called: [[type, id, name]]."
    )
    target_count = models.PositiveIntegerField()
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "saved_searches"
        constraints = [
            models.UniqueConstraint(
                "workspace", Lower("name"), name="saved_search_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
