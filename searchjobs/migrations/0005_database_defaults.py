"""What a new search begins with, known to the database too: it is made by SQL."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("searchjobs", "0004_source_health"),
    ]

    operations = [
        migrations.AlterField(
            model_name="searchjob",
            name="barren_seconds",
            field=models.FloatField(
                db_default=0.0,
                default=0.0,
                help_text="Of its turns, since somebody was last stored.",
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="completion_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("target_reached", "Target Reached"),
                    ("provider_ceiling", "Provider Ceiling"),
                    ("exhausted", "Exhausted"),
                    ("ended_early", "Ended Early"),
                ],
                db_default="",
                default="",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="doubts",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="How often the end now met was asked again.",
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="duplicates",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Rows of people stored already."
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="error_code",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=50
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="failures",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Its own troubles in a row; 8 fail it.",
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="invalid",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Rows without an id."
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="next_batch",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="next_cursor",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Opaque; empty: from the start.",
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="pass_received",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Rows since paging last began; a page asked again counts once.",
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="progress_current",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="People stored."
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="received",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Rows: stored + duplicates + invalid + surplus, always.",
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="requests",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Turns that ended."
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="retry_count",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="surplus",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Rows past the target, on the last page.",
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="total_results",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="People stored when it ended."
            ),
        ),
        migrations.AlterField(
            model_name="searchjob",
            name="wait_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rate_limited", "Rate Limited"),
                    ("daily_quota", "Daily Quota"),
                    ("backing_off", "Backing Off"),
                    ("provider_down", "Provider Down"),
                    ("outside_hours", "Outside Hours"),
                ],
                db_default="",
                default="",
                max_length=16,
            ),
        ),
    ]
