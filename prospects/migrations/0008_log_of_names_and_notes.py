"""Let the log of tags and lists tell of their names and of notes, too."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

_FORGET = """
DELETE FROM prospect_label_changes WHERE label_id IS NULL OR prospect_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("prospects", "0007_words_of_prospects")]

    operations = [
        migrations.AlterField(
            model_name="labelchange",
            name="label",
            field=models.ForeignKey(
                db_index=False,
                help_text="None for a note, or a tag or list that was deleted.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="prospects.label",
            ),
        ),
        migrations.AlterField(
            model_name="labelchange",
            name="prospect",
            field=models.ForeignKey(
                db_index=False,
                help_text="None for all who have it: it was renamed or deleted.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="prospects.prospect",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, reverse_sql=_FORGET),
    ]
