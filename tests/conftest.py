"""What the tests of several packages share: the local Unipile, over a socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from accounts import counts
from searchjobs.sources import linkedin
from unipile_client.sandbox.server import SandboxServer

# Only its name matters; what is longer by it says so (statemachine/length.py).
hypothesis_settings.register_profile("long")


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Flush after a test that commits in 0.01 s instead of 0.15.

    TRUNCATE makes new files for each table, however few rows it had; and Django's
    flush names content types and permissions anew, which the migrations named.
    """
    kept = {"django_content_type", "auth_permission"}

    def flush(test: TransactionTestCase) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            names = connection.introspection.django_table_names(
                only_existing=True, include_views=False
            )
            tables = [*map(connection.ops.quote_name, set(names) - kept)]
            # As TRUNCATE does: wait for requests that outlive their page.
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
            cursor.execute("; ".join(f"DELETE FROM {table}" for table in tables))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush)
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_once() -> Iterator[None]:
    """Look at the static files for the first client of a run: for each it took longer
    than many a test."""
    look = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, StaticFile] = {}

    def look_once(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[SandboxServer]:
    """One local Unipile for the whole run; tests take `sandbox`."""
    with SandboxServer() as server:
        yield server


@pytest.fixture
def sandbox(
    sandbox_server: SandboxServer, settings: Settings
) -> Iterator[SandboxServer]:
    """The local Unipile as it started, and the settings that lead to it."""
    sandbox_server.reset()
    settings.UNIPILE_DSN = sandbox_server.url
    settings.UNIPILE_API_KEY = "test-key"
    linkedin.forget_client()
    yield sandbox_server
    sandbox_server.release()
    linkedin.forget_client()


@pytest.fixture
def redis_is_away(settings: Settings) -> Iterator[None]:
    """Nobody answers where what happens too often is counted."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    counts.client.cache_clear()
    yield
    counts.client.cache_clear()


@pytest.fixture
def quick_passwords(settings: Settings) -> None:
    """Hash passwords at once; a real hash takes a third of a second, on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
