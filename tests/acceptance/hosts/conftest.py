"""Three machines around the servers of this namespace, and what runs on them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from searchjobs.models import SearchJob
from searchjobs.states import TERMINAL
from tests.acceptance.hosts.machines import Machine
from tests.acceptance.processes import ROOT, WORKER, Child
from unipile_client.sandbox.server import SandboxServer

PACE_S = 0.3
FINISHES_WITHIN_S = 60
WRONG_CLOCK = str(Path(__file__).with_name("wrong_clock.py"))


class Network:
    """The machines, each with settings that lead to the servers over its wire."""

    def __init__(self, sandbox: SandboxServer, folder: Path) -> None:
        self.lease_s = 20.0
        self._sandbox = sandbox
        self._folder = folder
        self._stack = ExitStack()
        self._said: list[Child] = []

    def __enter__(self) -> Network:
        self.one, self.two, self.three = (
            self._stack.enter_context(Machine(number)) for number in (1, 2, 3)
        )
        return self

    def __exit__(self, *trouble: Any) -> None:
        self._stack.close()

    def worker(self, machine: Machine, *, clock_is_off_s: float = 0) -> Child:
        """Start a worker and wait until it takes messages."""
        how = [WRONG_CLOCK, str(clock_is_off_s)] if clock_is_off_s else ["-m"]
        started = self._start(machine, *how, *WORKER)
        started.wait_for("ready.")
        return started

    def dispatcher(self, machine: Machine, *, clock_is_off_s: float) -> Child:
        how = [WRONG_CLOCK, str(clock_is_off_s)]
        return self._start(machine, *how, "django", "dispatch")

    def web(self, machine: Machine) -> Child:
        options = ("--host", "0.0.0.0", "--port", "8000")
        started = self._start(
            machine, "-m", "uvicorn", "config.asgi:application", *options
        )
        started.wait_for("Uvicorn running")
        return started

    def wait_until(self, holds: Callable[[], Any]) -> None:
        """Look until it holds; the deadline only ends a failure."""
        deadline = time.monotonic() + FINISHES_WITHIN_S
        while not holds():
            if time.monotonic() > deadline:
                said = [line for child in self._said for line in child.output[-20:]]
                raise AssertionError("".join(said))
            time.sleep(0.02)

    def finish(self, job: SearchJob) -> SearchJob:
        self.wait_until(lambda: SearchJob.objects.get(id=job.id).status in TERMINAL)
        return SearchJob.objects.get(id=job.id)

    def _start(self, machine: Machine, *command: str) -> Child:
        child = machine.start(*command, env=self._environment_of(machine))
        self._said.append(child)
        return child

    def _environment_of(self, machine: Machine) -> dict[str, str]:
        own = connection.settings_dict
        there, login = machine.gateway, f"{own['USER']}:{own['PASSWORD']}"
        return {
            "DATABASE_URL": f"postgres://{login}@{there}:{own['PORT']}/{own['NAME']}",
            "REDIS_URL": f"redis://:{own['PASSWORD']}@{there}:6379/0",
            "UNIPILE_DSN": self._sandbox.url.replace("0.0.0.0", there),
            "UNIPILE_API_KEY": "test-key",
            "UNIPILE_IS_SANDBOX": "true",
            "SECRET_KEY": "the same on every machine",
            "ALLOWED_HOSTS": machine.address,
            "VAR_DIR": str(self._folder / machine.address),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(ROOT),
            "SEARCH_PACE_SECONDS": str(PACE_S),
            "SEARCH_PACE_JITTER_SECONDS": "0",
            "SEARCH_LEASE_SECONDS": str(self.lease_s),
            "SEARCH_REDISPATCH_SECONDS": "0.5",
            "SEARCH_DAILY_QUOTA_SALES_NAVIGATOR": "0",
        }


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[SandboxServer]:
    """The sandbox, on every address of this namespace."""
    with SandboxServer(host="0.0.0.0") as server:
        yield server


@pytest.fixture
def network(
    transactional_db: None, sandbox_server: SandboxServer, tmp_path: Path
) -> Iterator[Network]:
    sandbox_server.reset()
    with Network(sandbox_server, tmp_path) as running:
        yield running
    sandbox_server.release()
