"""Every process of the system, each of which may be killed and started again."""

from __future__ import annotations

import io
import logging
import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
import httpx
from django.core.management import call_command

from chaos.relay import Relay
from chaos.servers import Servers, serving
from config.embedded.system import free_port
from config.processes import DEMO_EMAIL, is_healthy
from config.supervisor import Supervisor
from unipile_client.sandbox.server import SandboxServer
from unipile_client.types import Api

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").absolute() / "chaos"

ACCOUNTS, WORKERS, DISPATCHERS = 20, 4, 2
PACE_S, LEASE_S = 0.02, 3.0
_READY_WITHIN_S = 120
_COMMITS_WITHIN_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Account:
    """A LinkedIn account: our id, Unipile's, and the api it searches with."""

    id: str
    unipile_id: str
    api: Api


class Stack:
    """What rounds are played on; `damage` is what its workers suffer from."""

    def __init__(
        self,
        supervisor: Supervisor,
        servers: Servers,
        sandbox: SandboxServer,
        relays: dict[str, Relay],
    ) -> None:
        self.servers = servers
        self.sandbox = sandbox
        self.damage = ""
        port = free_port()
        self.api = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10)
        web = ("uvicorn", "config.asgi:application", "--port", str(port))
        self._commands = {"web": ["-m", *web, "--log-level", "warning"]}
        for number in range(DISPATCHERS):
            self._commands[f"dispatcher {number}"] = ["manage.py", "dispatch"]
        self._supervisor = supervisor
        self._relays = relays

    def start(self) -> None:
        for name in (*self._commands, *self._relays):
            self._start(name)
        url = str(self.api.base_url)
        self._supervisor.wait_until(
            lambda: is_healthy(url), what="web", timeout_s=_READY_WITHIN_S
        )
        key = _said("issue_token", DEMO_EMAIL).split()[-1]
        self.api.headers["Authorization"] = f"Token {key}"

    def replace_workers(self, *, damage: str) -> None:
        """Have workers with this damage from now on; "" for sound ones."""
        self.damage = damage
        for worker in self._relays:
            self.kill(worker)

    def kill(self, name: str) -> None:
        """kill -9, and start another one in its place."""
        self._supervisor.kill(name)
        self._start(name)

    def kill_at_commit(self, worker: str) -> None:
        """Let it die when it has committed and does not know it yet."""
        self.hold(worker)
        self.kill(worker)
        self.let_go(worker)

    def hold(self, worker: str) -> None:
        """Cut the worker off from its database, at a commit: a zombie, in time."""
        self._relays[worker].hold_at_commit(timeout_s=_COMMITS_WITHIN_S)

    def let_go(self, worker: str) -> None:
        self._relays[worker].let_go()

    def freeze(self, name: str) -> None:
        """Stop a process where it stands: a zombie, once its lease has lapsed."""
        self._supervisor.send(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self._supervisor.send(name, signal.SIGCONT)

    def calm(self) -> None:
        for worker in self._relays:
            self.thaw(worker)
            self.let_go(worker)

    def revive(self) -> list[str]:
        """Start again what ended of itself, and say how; the log is kept."""
        ended = self._supervisor.ended()
        for name in ended:
            log = VAR_DIR / "logs" / f"{name}.log"
            shutil.copy(log, log.with_suffix(f".{time.time():.0f}.log"))
            self.kill(name)
        return list(ended.values())

    def accounts(self) -> list[Account]:
        listed = self.api.get("/api/linkedin/accounts").raise_for_status().json()
        return [
            Account(
                id=one["id"],
                unipile_id=one["unipile_account_id"],
                api=Api(one["api"]),
            )
            for one in listed["accounts"]
        ]

    def _start(self, name: str) -> None:
        command, environment = self._commands.get(name, []), dict[str, str]()
        if name in self._relays:
            command = _worker(self.damage)
            environment = {
                "DATABASE_URL": self.servers.url_through(self._relays[name].port)
            }
        self._supervisor.start(
            name, [sys.executable, *command], environment=environment
        )


def _worker(damage: str) -> list[str]:
    celery = ["-m", "celery"] if not damage else ["-m", "chaos.damaged_worker", damage]
    options = ["-A", "config", "worker", "--pool", "threads", "--concurrency", "8"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [*celery, *options, *quiet]


def _said(command: str, *arguments: str) -> str:
    said = io.StringIO()
    call_command(command, *arguments, stdout=said)
    return said.getvalue()


@contextmanager
def running() -> Iterator[Stack]:
    """Start everything, with this process as its management; stop it afterwards."""
    with (
        serving(VAR_DIR) as servers,
        SandboxServer(accounts=ACCOUNTS) as sandbox,
        ExitStack() as wires,
    ):
        relays = {
            f"worker {number}": wires.enter_context(servers.relay())
            for number in range(WORKERS)
        }
        settings = {
            "DATABASE_URL": servers.urls.database_url,
            "REDIS_URL": servers.urls.redis_url,
            "UNIPILE_DSN": sandbox.url,
            "UNIPILE_API_KEY": "sandbox",
            "UNIPILE_IS_SANDBOX": "true",
            "VAR_DIR": str(VAR_DIR),
            "DEMO_PASSWORD": secrets.token_urlsafe(),
            "SITE_URL": "http://localhost",
            "SEARCH_PACE_SECONDS": str(PACE_S),
            "SEARCH_PACE_JITTER_SECONDS": "0",
            "SEARCH_LEASE_SECONDS": str(LEASE_S),
            "SEARCH_REDISPATCH_SECONDS": "0.5",
            "ACCOUNT_REREAD_SECONDS": "1",
            "LOG_LEVEL": "WARNING",
        }
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", **settings}
        django.setup()
        logging.disable(logging.ERROR)  # here: what is away or dies is our doing
        _said("migrate", "--no-input")
        _said("seed_demo")
        with Supervisor(
            environment=os.environ, logs=VAR_DIR / "logs", visible=False, cwd=BASE_DIR
        ) as supervisor:
            stack = Stack(supervisor, servers, sandbox, relays)
            stack.start()
            yield stack
