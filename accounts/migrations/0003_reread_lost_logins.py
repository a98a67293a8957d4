from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """Logins that were lost before they were read again by themselves."""

    dependencies = [("accounts", "0002_rereads")]

    operations = [
        migrations.RunSQL(
            "UPDATE user_unipile_accounts SET next_reread_at = statement_timestamp() "
            "WHERE status <> 'ok' AND unipile_account_id IS NOT NULL",
            migrations.RunSQL.noop,
        )
    ]
