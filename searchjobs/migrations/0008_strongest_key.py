"""Let 'found before' be asked by a person's strongest key."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # millions of rows: searches go on while it is built

    dependencies = [("searchjobs", "0007_replays")]

    operations = [
        # what an interrupted attempt leaves
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS result_strongest_key",
            migrations.RunSQL.noop,
        ),
        AddIndexConcurrently(
            model_name="searchresult",
            index=models.Index(
                models.F("workspace"),
                models.F("person_keys__0"),
                name="result_strongest_key",
            ),
        ),
    ]
