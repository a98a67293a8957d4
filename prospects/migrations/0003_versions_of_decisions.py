from __future__ import annotations

from django.db import migrations, models
from django.db.models import deletion


class Migration(migrations.Migration):
    dependencies = [("prospects", "0002_found_by_outlives_results")]

    operations = [
        migrations.AddField(
            model_name="prospectdecision",
            name="result",
            field=models.UUIDField(
                help_text="The result it was made on, if any; no foreign key.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="prospectdecision",
            name="version_before",
            field=models.UUIDField(
                help_text="The prospect's version until then.", null=True
            ),
        ),
        migrations.AddField(
            model_name="prospectdecision",
            name="version_after",
            field=models.UUIDField(
                help_text="Its version since: this action, or what an undo went back "
                "to.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="prospect",
            name="version",
            field=models.UUIDField(
                editable=False,
                help_text="The action that made the decision what it is; empty: none "
                "has yet.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="prospect",
            name="found_by",
            field=models.ForeignKey(
                blank=True,
                help_text="The result it left pending on; a decision outlives its "
                "search.",
                null=True,
                on_delete=deletion.SET_NULL,
                related_name="+",
                to="searchjobs.searchresult",
            ),
        ),
        migrations.AddIndex(
            model_name="prospectdecision",
            index=models.Index(
                models.F("prospect"), models.F("id"), name="decision_latest"
            ),
        ),
        migrations.AlterField(
            model_name="prospectdecision",
            name="prospect",
            field=models.ForeignKey(
                db_index=False,
                on_delete=deletion.CASCADE,
                related_name="decisions",
                to="prospects.prospect",
            ),
        ),
    ]
