"""Which time zones are there? Those that Python and PostgreSQL both know."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import DataError, connection, transaction


def require_known(name: str) -> None:
    """Refuse what is no time zone: the engine would stumble over it at each turn.

    Raises:
        ValidationError: with a sentence that says how they are written.
    """
    if name not in available_timezones() or not _is_known_to_the_database(name):
        raise ValidationError("Give a time zone such as Europe/Berlin.")


def _is_known_to_the_database(name: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT now() AT TIME ZONE %s", [name])
    except DataError:
        return False
    return True
