"""A whole engine in processes of its own, against the sandbox over a socket."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from accounts.models import LinkedInAccount, Membership, User, Workspace
from searchjobs import services
from searchjobs.models import SearchJob
from searchjobs.states import TERMINAL
from tests.acceptance.processes import Broker, Child, database_url, dispatcher, worker
from unipile_client.client import UnipileClient
from unipile_client.sandbox.server import SandboxServer

CEOS = {
    "category": "people",
    "keywords": "CEO tech startup",
    "location": ["103644278"],
    "title": "CEO",
    "company_headcount": ["B", "C"],
}
FINISHES_WITHIN_S = 90


class Engine:
    """Broker, worker and dispatcher around one database and one sandbox."""

    def __init__(self, sandbox: SandboxServer, **engine_settings: str) -> None:
        self.sandbox = sandbox
        self.broker = Broker()
        self.env = {
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.broker.url,
            "UNIPILE_DSN": sandbox.url,
            "UNIPILE_API_KEY": "test-key",
            "UNIPILE_IS_SANDBOX": "true",
            "VAR_DIR": str(settings.VAR_DIR),
            "SEARCH_PACE_SECONDS": "0.02",
            "SEARCH_PACE_JITTER_SECONDS": "0",
            "SEARCH_LEASE_SECONDS": "3",
            "SEARCH_REDISPATCH_SECONDS": "0.5",
            "SEARCH_DAILY_QUOTA_SALES_NAVIGATOR": "0",
            **engine_settings,
        }
        self.worker: Child = worker(self.env)
        self.dispatcher: Child = dispatcher(self.env)

    def start(self) -> None:
        self.broker.start()
        self.dispatcher.start()
        self.start_worker()

    def start_worker(self) -> None:
        self.worker = worker(self.env)
        self.worker.start()
        self.worker.wait_for("ready.")

    def stop(self) -> None:
        """End at once: nobody needs what they would leave in order."""
        self.worker.kill()
        self.dispatcher.kill()
        self.broker.kill()

    def wait_until(
        self, holds: Callable[[], Any], *, within_s: float = FINISHES_WITHIN_S
    ) -> None:
        """Look at the database until it holds; the deadline only ends a failure."""
        deadline = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > deadline:
                output = [*self.worker.output[-40:], *self.dispatcher.output[-20:]]
                raise AssertionError("".join(output))
            time.sleep(0.02)

    def finish(self, job: SearchJob) -> SearchJob:
        """Wait until the job has ended, and return it."""
        self.wait_until(lambda: SearchJob.objects.get(id=job.id).status in TERMINAL)
        return SearchJob.objects.get(id=job.id)


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[SandboxServer]:
    with SandboxServer(port=0, latency_s=0) as server:
        yield server


@pytest.fixture
def membership(transactional_db: None) -> Membership:
    user = User.objects.create_user("anna@example.com")
    workspace = Workspace.objects.create(name="North")
    return Membership.objects.create(user=user, workspace=workspace, role="owner")


@pytest.fixture
def account(membership: Membership, sandbox_server: SandboxServer) -> LinkedInAccount:
    """The sandbox's first account: Sales Navigator."""
    sandbox_server.clear()
    return connect_account(membership, sandbox_server, place=0)


def connect_account(
    membership: Membership, server: SandboxServer, *, place: int
) -> LinkedInAccount:
    with UnipileClient(dsn=server.url, api_key="test-key") as client:
        listed = client.accounts().items[place]
    return LinkedInAccount.objects.create(
        user=membership.user,
        workspace=membership.workspace,
        unipile_account_id=listed.id,
        name=f"Account {place}",
        premium_features=["sales_navigator"],
    )


@pytest.fixture
def engine(
    transactional_db: None, account: LinkedInAccount, sandbox_server: SandboxServer
) -> Iterator[Engine]:
    running = Engine(sandbox_server)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def new_search(
    membership: Membership, settings: Any, sandbox_server: SandboxServer
) -> Callable[..., SearchJob]:
    """Create a search as the API does; the test process itself has no worker."""
    settings.UNIPILE_DSN = sandbox_server.url
    settings.UNIPILE_API_KEY = "test-key"

    def create(target_count: int = 2500, **fields: Any) -> SearchJob:
        return services.create(
            membership=membership,
            search_criteria=fields.pop("search_criteria", CEOS),
            target_count=target_count,
            **fields,
        ).job

    return create
