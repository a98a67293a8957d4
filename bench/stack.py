"""The whole system in its own processes, with settings a measurement chooses."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from config import embedded
from config.embedded.system import free_port, is_free
from config.processes import is_healthy
from config.supervisor import Supervisor

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).absolute() / "bench"

CEOS = {
    "category": "people",
    "keywords": "CEO tech startup",
    "location": ["103644278"],
    "title": "CEO",
    "company_headcount": ["B", "C"],
}


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What a measurement talks to."""

    url: str
    sandbox_url: str
    token: str
    api: httpx.Client

    def create(self, target_count: int, **fields: Any) -> dict[str, Any]:
        body = {"search_criteria": CEOS, "target_count": target_count, **fields}
        return self._read(self.api.post("/api/linkedin/search/create-job", json=body))

    def job(self, job_id: str) -> dict[str, Any]:
        answer = self.api.get(
            "/api/linkedin/search/create-job", params={"job_id": job_id}
        )
        job: dict[str, Any] = self._read(answer)["job"]
        return job

    def accounts(self) -> list[dict[str, Any]]:
        accounts: list[dict[str, Any]] = self._read(
            self.api.get("/api/linkedin/accounts")
        )["accounts"]
        return accounts

    def requests(self) -> list[dict[str, Any]]:
        """Return the sandbox's own log of searches, in order of arrival."""
        log = httpx.get(f"{self.sandbox_url}/_sandbox/requests").json()
        return [record for record in log if record["path"].endswith("/search")]

    def forget_requests(self) -> None:
        httpx.delete(f"{self.sandbox_url}/_sandbox/requests").raise_for_status()

    @staticmethod
    def _read(answer: httpx.Response) -> dict[str, Any]:
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        return body


@contextmanager
def running(*, pace_s: float, latency_s: float = 0.0) -> Iterator[Stack]:
    """Start everything around a fresh database; stop it afterwards."""
    shutil.rmtree(VAR_DIR, ignore_errors=True)
    port, sandbox_port = free_port(), free_port()
    with embedded.hold(VAR_DIR) as held:
        environment = {
            **os.environ,
            "DATABASE_URL": held.urls.database_url,
            "REDIS_URL": held.urls.redis_url,
            "UNIPILE_DSN": f"http://127.0.0.1:{sandbox_port}",
            "UNIPILE_API_KEY": "sandbox",
            "UNIPILE_IS_SANDBOX": "true",
            "VAR_DIR": str(VAR_DIR),
            "DEMO_PASSWORD": secrets.token_urlsafe(),
            "API_THROTTLE_PER_MINUTE": "0",
            "SEARCH_PACE_SECONDS": str(pace_s),
            "SEARCH_PACE_JITTER_SECONDS": "0",
        }
        supervisor = Supervisor(
            environment=environment, logs=VAR_DIR / "logs", visible=False, cwd=BASE_DIR
        )
        with supervisor:
            yield _start(supervisor, port, sandbox_port, latency_s)


def _start(
    supervisor: Supervisor, port: int, sandbox_port: int, latency_s: float
) -> Stack:
    manage = [sys.executable, "manage.py"]
    sandbox = ["-m", "unipile_client.sandbox", "--port", str(sandbox_port)]
    supervisor.start(
        "sandbox", [sys.executable, *sandbox, "--latency-s", str(latency_s)]
    )
    supervisor.run("migrate", [*manage, "migrate", "--no-input"])
    supervisor.wait_until(
        lambda: not is_free(sandbox_port), what="The sandbox", timeout_s=30
    )
    supervisor.run("seed_demo", [*manage, "seed_demo"])
    token = supervisor.run("token", [*manage, "issue_token", "demo@example.com"])
    url = f"http://127.0.0.1:{port}"
    web = ["-m", "uvicorn", "config.asgi:application", "--port", str(port)]
    worker = ["-m", "celery", "-A", "config", "worker", "--pool", "threads"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    supervisor.start("web", [sys.executable, *web, "--log-level", "warning"])
    supervisor.start("worker", [sys.executable, *worker, "-c", "16", *quiet])
    supervisor.start("dispatcher", [*manage, "dispatch"])
    supervisor.wait_until(lambda: is_healthy(url), what="web", timeout_s=60)
    key = token.split()[-1]
    return Stack(
        url=url,
        sandbox_url=f"http://127.0.0.1:{sandbox_port}",
        token=key,
        api=httpx.Client(
            base_url=url, headers={"Authorization": f"Token {key}"}, timeout=60
        ),
    )
