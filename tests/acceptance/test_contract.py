"""The running web process keeps what its own schema promises, whatever is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
import schemathesis
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi import checks

from accounts import tokens
from accounts.models import LinkedInAccount, Membership
from tests.acceptance.conftest import CEOS, Engine
from tests.acceptance.processes import Child, database_url, free_port
from tests.factories import SearchJobFactory, SearchResultFactory
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db(transaction=True)]

SEARCH = "/api/linkedin/search"
FEW_EXAMPLES = hypothesis_settings(
    max_examples=15,
    deadline=None,
    database=None,
    suppress_health_check=[*HealthCheck],
)


@dataclass(frozen=True, kw_only=True)
class Web:
    """A running web process, and a client that sends a member's token."""

    url: str
    client: httpx.Client


@contextmanager
def serving(membership: Membership, env: dict[str, str]) -> Iterator[Web]:
    port = free_port()
    process = Child(
        *("-m", "uvicorn", "config.asgi:application", "--port", str(port)), env=env
    )
    process.start()
    process.wait_for("Uvicorn running")
    token = tokens.issue(membership.user, lifetime=timedelta(days=1))
    url = f"http://127.0.0.1:{port}"
    headers = {"Authorization": f"Token {token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
        yield Web(url=url, client=client)
    process.stop()


@pytest.fixture
def web(
    membership: Membership, account: LinkedInAccount, sandbox_server: SandboxServer
) -> Iterator[Web]:
    """A web process without worker, with the local Unipile behind it."""
    env = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "VAR_DIR": str(settings.VAR_DIR),
        "UNIPILE_DSN": sandbox_server.url,
        "UNIPILE_API_KEY": "test-key",
        "SEARCH_PACE_SECONDS": "0",
        "SEARCH_PACE_JITTER_SECONDS": "0",
        "API_THROTTLE_PER_MINUTE": "0",
    }
    with serving(membership, env) as served:
        yield served


@pytest.fixture
def working(engine: Engine, membership: Membership) -> Iterator[Web]:
    """A web process beside a worker, a dispatcher and the local Unipile."""
    with serving(membership, engine.env) as served:
        yield served


# --- the original's own script ------------------------------------------------------


def test_the_originals_five_steps(engine: Engine, working: Web) -> None:
    ask = working.client.get
    created = working.client.post(
        f"{SEARCH}/create-job", json={"search_criteria": CEOS, "target_count": 50}
    ).json()
    job_id = {"job_id": created["job_id"]}

    def job() -> dict[str, Any]:
        shown: dict[str, Any] = ask(f"{SEARCH}/create-job", params=job_id).json()["job"]
        return shown

    engine.wait_until(lambda: job()["status"] == "completed")
    assert job()["progress"] == {"current": 50, "total": 50, "percentage": 100}
    page = ask(f"{SEARCH}/results", params=job_id | {"per_page": "20"}).json()
    assert len(page["prospects"]) == 20
    assert page["pagination"]["total_pages"] == 3


def test_with_a_worker_the_system_is_ready(working: Web) -> None:
    response = working.client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "ready")


# --- what its schema promises -------------------------------------------------------


def send(case: Case, web: Web) -> None:
    case.call_and_validate(
        base_url=web.url,
        headers={"Authorization": web.client.headers["Authorization"]},
        excluded_checks=[
            # A well-formed request can be refused: an unknown id, a name of no account.
            checks.positive_data_acceptance,
        ],
    )


@pytest.mark.parametrize("mode", [*GenerationMode])
def test_whatever_is_sent_is_answered_as_the_schema_says(
    web: Web, account: LinkedInAccount, mode: GenerationMode, subtests: pytest.Subtests
) -> None:
    job = SearchJobFactory.create(
        account=account, status="completed", progress_current=3, target_count=3
    )
    for position in range(3):
        SearchResultFactory.create(job=job, position=position)
    schema = schemathesis.openapi.from_dict(web.client.get("/api/schema").json())
    for found in schema.get_all_operations():
        operation = found.ok()
        with subtests.test(operation.label):
            try:
                cases = operation.as_strategy(generation_mode=mode)
                given(cases)(FEW_EXAMPLES(lambda case: send(case, web)))()
            except Unsatisfiable:
                pass
