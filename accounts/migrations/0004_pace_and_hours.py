"""How much slower an account goes since a 429, and its working hours."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

import accounts.models
import accounts.zones


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_reread_lost_logins"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="linkedinaccount",
            name="account_wait_reason_known",
        ),
        migrations.AddField(
            model_name="linkedinaccount",
            name="hours_from",
            field=models.TimeField(
                blank=True,
                help_text="No request before. Empty: at any hour.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="linkedinaccount",
            name="hours_to",
            field=models.TimeField(
                blank=True,
                help_text="No request from then on; before `hours from`: of the next day.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="linkedinaccount",
            name="pace_factor",
            field=models.FloatField(
                db_default=1.0,
                default=1.0,
                help_text="How many times slower than the pace it goes since a 429.",
            ),
        ),
        migrations.AddField(
            model_name="linkedinaccount",
            name="time_zone",
            field=models.CharField(
                blank=True,
                help_text="Of the hours, such as Europe/Berlin.",
                max_length=50,
                validators=[accounts.zones.require_known],
            ),
        ),
        migrations.AddField(
            model_name="linkedinaccount",
            name="working_days",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                db_default=[1, 2, 3, 4, 5, 6, 7],
                default=accounts.models.every_day,
                help_text="On which the hours begin: 1 is Monday, 7 is Sunday.",
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="linkedinaccount",
            name="wait_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rate_limited", "Rate Limited"),
                    ("backing_off", "Backing Off"),
                    ("provider_down", "Provider Down"),
                    ("outside_hours", "Outside Hours"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedinaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "wait_reason__in",
                        [
                            "",
                            "rate_limited",
                            "backing_off",
                            "provider_down",
                            "outside_hours",
                        ],
                    )
                ),
                name="account_wait_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedinaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pace_factor__gte", 1.0), ("pace_factor__lte", 8.0)
                ),
                name="account_pace_factor_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedinaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("hours_from__isnull", True),
                        ("hours_to__isnull", True),
                        ("time_zone", ""),
                    ),
                    models.Q(
                        ("hours_from__isnull", False),
                        ("hours_to__isnull", False),
                        models.Q(("time_zone", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="account_hours_whole",
                violation_error_message="Give both hours and their time zone, or none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedinaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("working_days__contained_by", [1, 2, 3, 4, 5, 6, 7]),
                    models.Q(("working_days", []), _negated=True),
                ),
                name="account_working_days_known",
                violation_error_message="Give days from 1 (Monday) to 7 (Sunday).",
            ),
        ),
    ]
