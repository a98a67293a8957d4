"""The app, and the check that PostgreSQL is new enough for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections

POSTGRESQL = 18  # uuidv7()


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Users, workspaces and LinkedIn accounts"


@checks.register(checks.Tags.database)
def check_postgresql(
    databases: Sequence[str] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """Say in one line that the server is too old; `migrate` asks before it begins."""
    found = [(alias, _version_of(alias)) for alias in databases or ()]
    return [
        checks.Error(
            f"PostgreSQL {POSTGRESQL} or newer is needed, and '{alias}' is {version}.",
            id="accounts.E001",
        )
        for alias, version in found
        if version < POSTGRESQL
    ]


def _version_of(alias: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        version: int = cursor.fetchone()[0]
        return version
