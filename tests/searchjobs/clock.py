"""A clock of PostgreSQL that tests move: hours pass in no time, and no row is touched.

All of the engine's times are compared by `statement_timestamp()`; a function of that
name in a schema before pg_catalog answers in its place, for this connection alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

_SIMULATED = """
CREATE SCHEMA IF NOT EXISTS simulated;
CREATE OR REPLACE FUNCTION simulated.statement_timestamp() RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT current_setting('simulated.now')::timestamptz
$$;
SET LOCAL search_path = simulated, pg_catalog, public;
"""


class Clock:
    """Stands still until it is told to move; lasts as long as the transaction."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        with connection.cursor() as cursor:
            cursor.execute(_SIMULATED)
        self.set(now)

    def set(self, now: datetime) -> None:
        self.now = now
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('simulated.now', %s, true)", [now.isoformat()]
            )

    def advance(self, seconds: float) -> None:
        self.set(self.now + timedelta(seconds=seconds))
