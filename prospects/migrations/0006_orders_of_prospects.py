"""Let the lists of prospects be read in their order, and the log of tags by workspace."""

from __future__ import annotations

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

_ADDED = (
    (
        "prospect",
        models.Index(
            models.F("workspace"),
            models.F("decision"),
            models.F("decided_at").desc(),
            models.F("id").desc(),
            name="prospect_by_decision",
        ),
    ),
    (
        "prospect",
        models.Index(
            models.F("workspace"),
            models.F("decided_at").desc(),
            models.F("id").desc(),
            condition=~models.Q(decision="pending"),
            name="prospect_all_decided",
        ),
    ),
    (
        "labelchange",
        models.Index(models.F("workspace"), models.F("id"), name="label_change_log"),
    ),
)


class Migration(migrations.Migration):
    atomic = False  # people go on deciding while they are built

    dependencies = [("prospects", "0005_labels_and_notes")]

    operations = [
        # what an interrupted attempt leaves
        *(
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}",
                migrations.RunSQL.noop,
            )
            for _, index in _ADDED
        ),
        *(
            AddIndexConcurrently(model_name=model, index=index)
            for model, index in _ADDED
        ),
        RemoveIndexConcurrently(model_name="prospect", name="prospect_decided"),
    ]
