"""The running web process keeps what its own schema promises, whatever is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi import checks

from accounts.models import LinkedInAccount, Membership
from tests.acceptance.conftest import CEOS, Engine
from tests.acceptance.processes import database_url
from tests.acceptance.web import Web, serving
from tests.factories import SearchJobFactory, SearchResultFactory
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db(transaction=True)]

SEARCH = "/api/linkedin/search"
LATEST_ANSWER_S = 60  # a busy machine is late, never wrong
FEW_EXAMPLES = hypothesis_settings(
    max_examples=15,
    deadline=None,
    database=None,
    suppress_health_check=[*HealthCheck],
)


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


def test_a_body_in_chunks_is_read_as_any_other(web: Web) -> None:
    response = web.client.post(
        f"{SEARCH}/create-job",
        content=iter([b'{"search_criteria"', b": {}}"]),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 200


def test_a_long_body_is_refused_and_the_client_hears_it(web: Web) -> None:
    response = web.client.post(
        f"{SEARCH}/create-job",
        content=b"x" * 5_000_000,
        headers={"Content-Type": "application/json"},
    )
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


# --- what its schema promises -------------------------------------------------------


def send(case: Case, web: Web) -> None:
    case.call_and_validate(
        base_url=web.url,
        timeout=LATEST_ANSWER_S,
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
