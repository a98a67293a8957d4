"""`manage.py setup_tables`: migrate, and verify the tables."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from searchjobs import setup


class Command(BaseCommand):
    help = "Migrate and verify the tables, like POST setup-search-jobs-tables."

    def handle(self, *args: Any, **options: Any) -> None:
        self.check(tags=[checks.Tags.database], databases=[DEFAULT_DB_ALIAS])
        verified = setup.set_up()
        for table, is_whole in verified.items():
            self.stdout.write(f"{table}: {'✅' if is_whole else '❌'}")
        if not all(verified.values()):
            raise CommandError("The tables are not as they should be.")
