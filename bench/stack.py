"""The whole system in its own processes, with settings a measurement chooses."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg

from config import embedded, processes
from config.embedded.system import free_port, is_free
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
# What the criteria become for Sales Navigator, for scripts that ask by themselves.
CEOS_BODY = {
    "api": "sales_navigator",
    "category": "people",
    "keywords": "CEO tech startup",
    "location": {"include": ["103644278"]},
    "role": {"include": ["CEO"]},
    "company_headcount": [{"min": 11, "max": 50}, {"min": 51, "max": 200}],
}
KEY = "sandbox"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What a measurement talks to."""

    url: str
    sandbox_url: str
    database_url: str
    token: str
    password: str  # the demo user's
    api: httpx.Client
    db: psycopg.Connection[tuple[Any, ...]]  # autocommit
    supervisor: Supervisor

    def create(self, target_count: int, **fields: Any) -> str:
        """Queue a search and return its id."""
        body = {"search_criteria": CEOS, "target_count": target_count, **fields}
        answer = self.api.post("/api/linkedin/search/create-job", json=body)
        answer.raise_for_status()
        job_id: str = answer.json()["job_id"]
        return job_id

    def job(self, job_id: str) -> dict[str, Any]:
        """Return a search as the API tells it."""
        answer = self.api.get(
            "/api/linkedin/search/create-job", params={"job_id": job_id}
        )
        answer.raise_for_status()
        job: dict[str, Any] = answer.json()["job"]
        return job

    def accounts(self) -> list[tuple[str, str]]:
        """Return (our id, Unipile's id) of those that have Sales Navigator."""
        return self.ask(
            "SELECT id::text, unipile_account_id FROM user_unipile_accounts"
            " WHERE 'sales_navigator' = ANY(premium_features) ORDER BY created_at, id"
        )

    def ask(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        return self.db.execute(query, values).fetchall()

    def seconds_of(self, job_ids: Sequence[str]) -> float:
        """Wait for searches to end; return the time from first creation to last end."""
        states = "SELECT count(*) FROM prospect_search_jobs WHERE id = ANY(%s::uuid[])"
        while self.ask(f"{states} AND completed_at IS NULL", [job_ids])[0][0]:
            time.sleep(0.02)
        ended = f"{states} AND status = 'completed'"
        if self.ask(ended, [job_ids])[0][0] != len(job_ids):
            raise RuntimeError("A search did not complete.")
        took = self.ask(
            "SELECT extract(epoch FROM max(completed_at) - min(created_at))::float8"
            " FROM prospect_search_jobs WHERE id = ANY(%s::uuid[])",
            [job_ids],
        )
        return float(took[0][0])

    def requests(self, unipile_account_id: str) -> list[dict[str, Any]]:
        """Return the sandbox's log of an account's searches, in order of arrival."""
        log = httpx.get(
            f"{self.sandbox_url}/_sandbox/requests",
            params={"account_id": unipile_account_id},
        ).json()
        return [record for record in log if record["path"].endswith("/search")]

    def memory_mb(self, what: str) -> float:
        """Return the resident memory of our children whose command holds this word."""
        told = subprocess.run(
            ["ps", "-A", "-o", "ppid=,rss=,args="],
            capture_output=True,
            text=True,
            check=True,
        )
        rows = (line.split(maxsplit=2) for line in told.stdout.splitlines())
        return sum(
            int(rss) / 1024
            for parent, rss, args in rows
            if int(parent) == os.getpid() and f" {what} " in f" {args} "
        )


@contextmanager
def running(
    *, pace_s: float, latency_s: float = 0.0, accounts: int = 10, works: bool = True
) -> Iterator[Stack]:
    """Start everything around a fresh database; stop it afterwards, and delete it.

    Without `works` nobody takes turns.
    """
    shutil.rmtree(VAR_DIR, ignore_errors=True)
    sandbox_port = free_port()
    with embedded.hold(VAR_DIR) as held:
        environment = {
            **os.environ,
            "DATABASE_URL": held.urls.database_url,
            "REDIS_URL": held.urls.redis_url,
            "UNIPILE_DSN": f"http://127.0.0.1:{sandbox_port}",
            "UNIPILE_API_KEY": KEY,
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
        with supervisor, psycopg.connect(held.urls.database_url, autocommit=True) as db:
            options = ["--latency-s", str(latency_s), "--accounts", str(accounts)]
            _start_sandbox(supervisor, sandbox_port, options)
            token = _seed(supervisor)
            url = _start_app(supervisor, works=works)
            with httpx.Client(
                base_url=url, headers={"Authorization": f"Token {token}"}, timeout=60
            ) as api:
                yield Stack(
                    url=url,
                    sandbox_url=f"http://127.0.0.1:{sandbox_port}",
                    database_url=held.urls.database_url,
                    token=token,
                    password=environment["DEMO_PASSWORD"],
                    api=api,
                    db=db,
                    supervisor=supervisor,
                )
    shutil.rmtree(VAR_DIR, ignore_errors=True)


def _start_sandbox(supervisor: Supervisor, port: int, options: list[str]) -> None:
    sandbox = [sys.executable, "-m", "unipile_client.sandbox", "--port", str(port)]
    supervisor.start("sandbox", [*sandbox, *options])
    supervisor.wait_until(lambda: not is_free(port), what="The sandbox", timeout_s=60)


def _seed(supervisor: Supervisor) -> str:
    """Make the tables and the demo workspace; return an API token."""
    manage = [sys.executable, "manage.py"]
    supervisor.run("migrate", [*manage, "migrate", "--no-input"])
    supervisor.run("seed_demo", [*manage, "seed_demo"])
    told = supervisor.run("token", [*manage, "issue_token", processes.DEMO_EMAIL])
    return told.split()[-1]


def _start_app(supervisor: Supervisor, *, works: bool) -> str:
    """Start what `make run` starts, by its own commands; return the address."""
    port = free_port()
    supervisor.start("web", processes.web(port))
    if works:
        supervisor.start("worker", processes.worker())
        supervisor.start("dispatcher", [sys.executable, "manage.py", "dispatch"])
    url = f"http://127.0.0.1:{port}"
    supervisor.wait_until(lambda: processes.is_healthy(url), what="web", timeout_s=60)
    if works:
        time.sleep(5)  # until the worker has connected and the rest is quiet
    return url
