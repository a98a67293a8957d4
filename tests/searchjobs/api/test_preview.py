"""POST /api/linkedin/search/preview."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import LinkedInAccount
from tests.searchjobs.api.callers import Colleague, refused
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

PREVIEW = "/api/linkedin/search/preview"
CEOS = {"search_criteria": {"title": "CEO"}}


@pytest.fixture
def ready(alice: Colleague, sandbox: SandboxServer, settings: Settings) -> Colleague:
    """Alice, whose account the local Unipile knows."""
    settings.UNIPILE_DSN = sandbox.url
    LinkedInAccount.objects.filter(id=alice.account.id).update(
        unipile_account_id=account_id(0)
    )
    return alice


def look(who: Colleague, **body: Any) -> dict[str, Any]:
    response = who.client.send(PREVIEW, CEOS | body)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def test_it_answers_how_many_match_and_the_first_ten(ready: Colleague) -> None:
    answer = look(ready, target_count=2000)
    metadata = answer["metadata"]
    assert answer["available_total"] > 2000
    assert len(answer["prospects"]) == 10
    assert metadata["api"] == "sales_navigator"
    assert metadata["estimated_results"] == 2000
    assert metadata["estimated_requests"] == 20
    assert metadata["estimated_time_seconds"] > 0
    assert (metadata["quota_used"], metadata["quota_left_today"]) == (10, 2490)


def test_ignored_filters_and_a_capped_target_are_named(ready: Colleague) -> None:
    metadata = look(
        ready,
        target_count=5000,
        search_criteria={"title": "CEO", "api": "classic", "seniority": ["cxo"]},
    )["metadata"]
    assert (metadata["warnings"], metadata["capped"]) == (["seniority"], True)
    assert metadata["target_count"] == 1000


def test_what_create_job_would_refuse_is_refused(ready: Colleague) -> None:
    response = ready.client.send(PREVIEW, {"search_criteria": {"titel": "CEO"}})
    fields = refused(response, 400, "invalid_request")["fields"]
    assert fields == {"search_criteria.titel": "This filter is not known."}


def test_a_busy_account_says_when_to_ask_again(ready: Colleague) -> None:
    LinkedInAccount.objects.update(next_turn_at="2999-01-01T00:00Z")
    answer = refused(ready.client.send(PREVIEW, CEOS), 429, "throttled")
    assert answer["retry_after"] > 0
