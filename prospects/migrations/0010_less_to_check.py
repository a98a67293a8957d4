"""Ask less of each person when thousands are decided at once: a fifth of 0.85 s for 2,500.

A key and a word of the log belong to their prospect's workspace, and that one is checked
already; what finds a workspace's prospects by decision finds all of them, too.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_people_and_sign_ins"),
        ("prospects", "0009_words_without_accents"),
    ]

    operations = [
        migrations.AlterField(
            model_name="personalias",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="prospectdecision",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="prospect",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="prospects",
                to="accounts.workspace",
            ),
        ),
    ]
