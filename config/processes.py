"""`python -m config.processes demo | run | smoke`: the whole system on one machine.

All three start what is not given by the environment (PostgreSQL, Valkey, a local
Unipile), migrate, and start web, worker and dispatcher. `demo` then walks the
five-step script before the reader's eyes and stays up; `run` only stays up; `smoke`
walks the script and ends with its result.
"""

from __future__ import annotations

import os
import signal
import sys
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import environ

from config import embedded
from config.embedded.system import free_port, is_free
from config.supervisor import ProcessEnded, Supervisor

BASE_DIR = Path(__file__).resolve().parent.parent
DEMO_EMAIL = "demo@example.com"

_START_TIMEOUT_S = 60
_WORKER_THREADS = 64


class Interrupted(BaseException):
    """A signal asked us to end."""


class Unusable(Exception):
    """The environment cannot work; the message says what to change."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the environment asks for; `sandbox_port` is 0 for a real Unipile."""

    command: str
    port: int
    var_dir: Path
    sandbox_port: int

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def has_demo_user(self) -> bool:
        return self.command != "run" or bool(self.sandbox_port)


def read_plan(command: str) -> Plan:
    """Read the environment and `.env`; raises Unusable."""
    environ.Env.read_env(BASE_DIR / ".env")
    env = environ.Env()
    port = env.int("PORT", default=8000)
    if not is_free(port):
        raise Unusable(f"Port {port} is in use: make {command} PORT={port + 1}")
    given = [bool(os.environ.get(n)) for n in ("UNIPILE_DSN", "UNIPILE_API_KEY")]
    if any(given) and not all(given):
        raise Unusable("Give both UNIPILE_DSN and UNIPILE_API_KEY, or neither.")
    return Plan(
        command=command,
        port=port,
        var_dir=Path(env.str("VAR_DIR", "") or BASE_DIR / "var").absolute(),
        sandbox_port=0 if all(given) else free_port(),
    )


def environment_of(plan: Plan, services: embedded.ServiceUrls) -> dict[str, str]:
    """Return the environment that every process is started with."""
    started = {
        "DATABASE_URL": services.database_url,
        "REDIS_URL": services.redis_url,
        "PORT": str(plan.port),
        "VAR_DIR": str(plan.var_dir),
        "PYTHONUNBUFFERED": "1",
    }
    if plan.sandbox_port:
        started |= {
            "UNIPILE_DSN": f"http://127.0.0.1:{plan.sandbox_port}",
            "UNIPILE_API_KEY": "sandbox",
            "UNIPILE_IS_SANDBOX": "true",
        }
    given = {"SITE_URL": plan.base_url} | dict(os.environ)
    return given | {name: value for name, value in started.items() if value}


def work(plan: Plan, supervisor: Supervisor) -> None:
    """Bring everything up in order and do what the command asks for."""
    python = sys.executable
    manage = [python, str(BASE_DIR / "manage.py")]
    if plan.sandbox_port:
        port = str(plan.sandbox_port)
        supervisor.start(
            "sandbox", [python, "-m", "unipile_client.sandbox", "--port", port]
        )
    _say("Preparing the database …")
    supervisor.run("migrate", [*manage, "migrate", "--no-input"])
    if plan.sandbox_port:
        supervisor.wait_until(
            lambda: not is_free(plan.sandbox_port),
            what="The sandbox",
            timeout_s=_START_TIMEOUT_S,
        )
    if plan.has_demo_user:
        supervisor.run("seed_demo", [*manage, "seed_demo"])
    _say("Starting web, worker and dispatcher …")
    supervisor.start("web", web(plan.port))
    supervisor.start("worker", worker())
    supervisor.start("dispatcher", [*manage, "dispatch"])
    smoke_test: list[str] = []
    if plan.command != "run":
        written = supervisor.run("issue_token", [*manage, "issue_token", DEMO_EMAIL])
        options = ["--base-url", plan.base_url, "--token", written.split()[-1]]
        smoke_test = [*manage, "smoke_test", *options, "--target-count", "50"]
    supervisor.wait_until(
        lambda: is_healthy(plan.base_url), what="web", timeout_s=_START_TIMEOUT_S
    )
    if smoke_test:
        supervisor.show("smoke_test", smoke_test)
    if plan.command != "smoke":
        _say(_welcome(plan))
        supervisor.watch()


def is_healthy(base_url: str) -> bool:
    """Tell whether the web process answers that it is well."""
    try:
        with urllib.request.urlopen(f"{base_url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:  # URLError is one
        return False


def main(argv: list[str]) -> int:
    """Run one of the three; returns the exit code."""
    if len(argv) != 1 or argv[0] not in ("demo", "run", "smoke"):
        sys.stderr.write("usage: python -m config.processes demo | run | smoke\n")
        return 2
    command = argv[0]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        plan = read_plan(command)
        with ExitStack() as stack:
            services = _services(plan, stack)
            supervisor = Supervisor(
                environment=environment_of(plan, services),
                logs=plan.var_dir / "logs",
                visible=command == "run",
                cwd=BASE_DIR,
            )
            work(plan, stack.enter_context(supervisor))
    except Interrupted:
        return 130 if command == "smoke" else 0
    except (embedded.EmbeddedError, ProcessEnded, Unusable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _services(plan: Plan, stack: ExitStack) -> embedded.ServiceUrls:
    given = embedded.ServiceUrls(
        database_url=os.environ.get("DATABASE_URL", ""),
        redis_url=os.environ.get("REDIS_URL", ""),
    )
    if given.database_url and given.redis_url:
        return given
    _say("Starting PostgreSQL and Valkey …")
    held = embedded.hold(
        plan.var_dir, postgres=not given.database_url, valkey=not given.redis_url
    )
    return stack.enter_context(held).urls


def web(port: int) -> list[str]:
    """Return the command of the web process."""
    options = ["--host", "127.0.0.1", "--port", str(port)]
    options += ["--ws-per-message-deflate", "false"]  # half of what a frame costs
    return [sys.executable, "-m", "uvicorn", "config.asgi:application", *options]


def worker() -> list[str]:
    """Return the command of a worker."""
    options = ["--pool", "threads", "--concurrency", str(_WORKER_THREADS)]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    celery = [sys.executable, "-m", "celery", "-A", "config", "worker", "-l", "INFO"]
    return [*celery, *options, *quiet]


def _welcome(plan: Plan) -> str:
    lines = [f"\nShortlist runs at {plan.base_url} (Ctrl-C ends it)"]
    if plan.has_demo_user:
        password = plan.var_dir / "demo_password"
        known = password.read_text().strip() if password.exists() else "$DEMO_PASSWORD"
        lines.append(f"Sign in as {DEMO_EMAIL} with the password {known}")
    if plan.command == "demo":
        lines.append(f"What the processes write is in {plan.var_dir / 'logs'}")
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _interrupt(number: int, frame: FrameType | None) -> None:
    """End in order, and do not let a second signal disturb that."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise Interrupted


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
