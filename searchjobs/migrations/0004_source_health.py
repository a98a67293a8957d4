"""Whether a source answers, as all workers know it."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_pace_and_hours"),
        ("searchjobs", "0003_longest_provider_id"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SourceHealth",
            fields=[
                (
                    "source",
                    models.CharField(
                        help_text="An account's provider.",
                        max_length=20,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("closed", "answers"),
                            ("open", "does not answer"),
                            ("half_open", "is being tried"),
                        ],
                        default="closed",
                        max_length=9,
                    ),
                ),
                (
                    "troubles",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Turns in a row, of any account, that it spoilt.",
                    ),
                ),
                (
                    "troubled_accounts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        default=list,
                        help_text="Whose turns those were.",
                        size=None,
                    ),
                ),
                ("failed_probes", models.PositiveIntegerField(default=0)),
                (
                    "retry_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Open: no request before. Half open: until then the probe may take.",
                        null=True,
                    ),
                ),
                ("probe_account", models.UUIDField(blank=True, null=True)),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "health of sources",
                "db_table": "source_health",
            },
        ),
        migrations.RemoveConstraint(
            model_name="searchjob",
            name="job_wait_reason_known",
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
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="searchjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "wait_reason__in",
                        [
                            "",
                            "rate_limited",
                            "daily_quota",
                            "backing_off",
                            "provider_down",
                            "outside_hours",
                        ],
                    )
                ),
                name="job_wait_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcehealth",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["closed", "open", "half_open"])),
                name="health_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcehealth",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retry_at__isnull", True), ("state", "closed")),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        ("retry_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="health_retried_iff_not_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcehealth",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("probe_account__isnull", False), ("state", "half_open")),
                    models.Q(
                        models.Q(("state", "half_open"), _negated=True),
                        ("probe_account__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="health_probed_iff_half_open",
            ),
        ),
    ]
