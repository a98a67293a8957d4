"""The original's setup-search-jobs-tables, for admins alone."""

from __future__ import annotations

import pytest

from tests.factories import UserFactory
from tests.searchjobs.api.callers import Caller, Colleague, caller_for, refused

SETUP = "/api/admin/setup-search-jobs-tables"


@pytest.fixture
def admin(db: None) -> Caller:
    return caller_for(UserFactory.create(is_staff=True))


def test_an_admin_is_told_that_the_tables_are_there(admin: Caller) -> None:
    response = admin.send(SETUP)
    assert response.status_code == 200
    assert response.json() == {
        "success": True,
        "message": "Prospect search jobs tables setup complete",
        "tables_verified": {
            "prospect_search_jobs": True,
            "prospect_search_results": True,
        },
    }


def test_nobody_else_may(alice: Colleague) -> None:
    refused(alice.client.send(SETUP), 403, "permission_denied")


def test_it_is_no_thing_to_get(admin: Caller) -> None:
    refused(admin.ask(SETUP), 405, "method_not_allowed")
