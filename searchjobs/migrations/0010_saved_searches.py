"""Let a workspace keep searches to run again."""

from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_people_and_sign_ins"),
        ("searchjobs", "0009_renamed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "search_criteria",
                    models.JSONField(help_text="As asked, in the contract's keys."),
                ),
                (
                    "id_names",
                    models.JSONField(
                        default=list,
                        help_text="What the ids are called: [[type, id, name]].",
                    ),
                ),
                ("target_count", models.PositiveIntegerField()),
                (
                    "saved_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_searches",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "db_table": "saved_searches",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        django.db.models.functions.text.Lower("name"),
                        name="saved_search_name_once",
                    )
                ],
            },
        ),
    ]
