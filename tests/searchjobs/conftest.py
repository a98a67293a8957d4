"""An account of the local Unipile, and an engine that waits for nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.models import LinkedInAccount
from tests.factories import LinkedInAccountFactory
from tests.searchjobs.threads import Threads
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer


@pytest.fixture
def no_pace(settings: Settings) -> None:
    """Let requests follow each other at once, as many as one likes."""
    settings.SEARCH_PACE_SECONDS = 0
    settings.SEARCH_PACE_JITTER_SECONDS = 0
    settings.SEARCH_DAILY_QUOTA = dict.fromkeys(
        ("classic", "sales_navigator", "recruiter"), 0
    )


@pytest.fixture
def threads() -> Iterator[Threads]:
    running = Threads()
    yield running
    running.close()


@pytest.fixture
def account(db: None) -> LinkedInAccount:
    """The local Unipile's first account: Sales Navigator, and classic as everybody."""
    return LinkedInAccountFactory(unipile_account_id=account_id(0))


@pytest.fixture
def anna(sandbox: SandboxServer, account: LinkedInAccount) -> LinkedInAccount:
    """The same account, with the local Unipile behind it."""
    return account
