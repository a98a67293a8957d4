"""Who calls the API: alice at work, and those who should see nothing of it."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from accounts.models import Role
from tests.factories import WorkspaceFactory
from tests.searchjobs.api.callers import Colleague, colleague


@pytest.fixture(autouse=True)
def _linkedin_is_set_up(settings: Settings) -> None:
    settings.UNIPILE_DSN = "http://127.0.0.1:1"
    settings.UNIPILE_API_KEY = "test-key"
    settings.SEARCH_DAILY_QUOTA = {
        "classic": 1000,
        "sales_navigator": 2500,
        "recruiter": 2500,
    }


@pytest.fixture
def alice(db: None) -> Colleague:
    return colleague(WorkspaceFactory.create())


@pytest.fixture
def viewer(alice: Colleague) -> Colleague:
    """Somebody who may look at alice's workspace."""
    return colleague(alice.workspace, Role.VIEWER)


@pytest.fixture
def stranger(db: None) -> Colleague:
    """A member of another workspace."""
    return colleague(WorkspaceFactory.create())
