"""One person that a search found."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models import Workspace
from searchjobs.models.jobs import SearchJob


class SearchResult(models.Model):
    """One person that one job found."""

    id = models.UUIDField(
        primary_key=True,
        db_default=models.Func(function="uuidv7", output_field=models.UUIDField()),
        editable=False,
        help_text="A uuid v7: the index grows at its end.",
    )
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    job = models.ForeignKey(
        SearchJob, on_delete=models.CASCADE, related_name="results", db_index=False
    )
    position = models.PositiveIntegerField(
        help_text="Order of arrival: dense, 0 to stored - 1."
    )
    provider_id = models.CharField(
        max_length=255, help_text="The item's id in this api's answer."
    )
    person_keys = ArrayField(
        models.TextField(),
        help_text="Who it is across searches and apis, strongest first.",
    )
    prospect_data = models.JSONField()
    batch_number = models.PositiveIntegerField(help_text="The page, from 0.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "prospect_search_results"
        verbose_name = "result"
        constraints = [
            models.UniqueConstraint(
                "job", "provider_id", name="result_person_once_per_job"
            ),
            models.UniqueConstraint(
                "job", "position", name="result_position_once_per_job"
            ),
        ]
        indexes = [
            models.Index(
                "workspace", models.F("person_keys__0"), name="result_strongest_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id} #{self.position}"
