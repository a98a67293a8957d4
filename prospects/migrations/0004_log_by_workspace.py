from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("prospects", "0003_versions_of_decisions")]

    operations = [
        migrations.AddIndex(
            model_name="prospectdecision",
            index=models.Index(
                models.F("workspace"), models.F("id"), name="decision_log"
            ),
        ),
    ]
