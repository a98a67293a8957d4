"""Are the tables there? For `manage.py setup_tables` and its twin of the REST API."""

from __future__ import annotations

import time

from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from searchjobs.models import SearchJob, SearchResult

LOOK_EACH_S = 0.1
_ONE_AT_A_TIME = 0x5EA7C4  # the advisory lock's number: any, but ours


def set_up() -> dict[str, bool]:
    """Migrate if anything is to be migrated, then verify the tables.

    Safe to run twice and at once: callers take turns by an advisory lock, which ends
    with the connection.
    """
    with connection.cursor() as cursor:
        while not _is_our_turn(cursor):
            time.sleep(LOOK_EACH_S)
        try:
            if _is_behind():
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])
    return verify_tables()


def _is_our_turn(cursor: CursorWrapper) -> bool:
    """Take the lock if it is free. Who waits for it within PostgreSQL has a snapshot,
    and an index that is built concurrently waits for all of those: for ever."""
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME])
    return bool(cursor.fetchone()[0])


def verify_tables() -> dict[str, bool]:
    """Return for the original's two tables whether all their columns are there."""
    verified = {}
    with connection.cursor() as cursor:
        for model in (SearchJob, SearchResult):
            cursor.execute(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND table_name = %s",
                [model._meta.db_table],
            )
            present = {name for (name,) in cursor.fetchall()}
            needed = {field.column for field in model._meta.local_concrete_fields}
            verified[model._meta.db_table] = needed <= present
    return verified


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
