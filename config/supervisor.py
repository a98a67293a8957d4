"""Start processes that live and die together.

Why not honcho or another Procfile runner: the demo has to start things in an order,
wait until one answers before the next, run short commands in between, and leave no
orphan when it is killed itself.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import NoReturn

_POLL_S = 0.05
_NOTHING: Mapping[str, str] = MappingProxyType({})
_PR_SET_PDEATHSIG = 1  # prctl(2), Linux alone
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class ProcessEnded(Exception):
    """A process ended that should not have; the message says which, and how."""


@dataclass(frozen=True, kw_only=True)
class _Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path | None

    def ending(self) -> ProcessEnded:
        code = self.process.wait()
        how = f"ended with exit code {code}"
        if code < 0:
            how = f"was ended by {signal.Signals(-code).name}"
        return ProcessEnded(f"{self.name} {how}{self._last_line()}")

    def _last_line(self) -> str:
        if self.log is None:
            return ""
        lines = self.log.read_text(errors="replace").strip().splitlines() or ["empty"]
        return f": {lines[-1].strip()} (all of it: {self.log})"


class Supervisor:
    """Start processes; leaving the `with` ends those that still run, and theirs.

    Use it in the main thread: the children are told to end when the thread dies that
    started them. Where `visible`, they write to our own output, else each to its file
    in `logs`. `termination_s` is what they get to end in order, a worker the turn that
    it is in; then they are killed.
    """

    def __init__(
        self,
        *,
        environment: Mapping[str, str],
        logs: Path,
        visible: bool,
        cwd: Path,
        termination_s: float = 15,
    ) -> None:
        self._environment = dict(environment)
        self._logs = logs
        self._visible = visible
        self._cwd = cwd
        self._termination_s = termination_s
        self._children: list[_Child] = []

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(
        self,
        name: str,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str] = _NOTHING,
    ) -> None:
        """Start a process that is to run until `stop` or `kill`.

        `environment` is what it has beyond that of all.
        """
        log = None if self._visible else self._logs / f"{name}.log"
        self._children.append(self._spawn(name, argv, log, environment))

    def send(self, name: str, number: signal.Signals) -> None:
        """Signal a process and its own; one that ended meanwhile is none of ours."""
        for child in self._named(name):
            _signal_group(child, number)

    def kill(self, name: str) -> None:
        """End a process by SIGKILL: its name may be given to the next one."""
        for child in self._named(name):
            _signal_group(child, signal.SIGKILL)
            child.process.wait()
            self._children.remove(child)

    def ended(self) -> dict[str, str]:
        """Return which processes ended of themselves, and how."""
        return {
            one.name: str(one.ending())
            for one in self._children
            if one.process.poll() is not None
        }

    def _named(self, name: str) -> list[_Child]:
        return [child for child in self._children if child.name == name]

    def run(self, name: str, argv: Sequence[str]) -> str:
        """Run a command to its end and return its output.

        Raises ProcessEnded if it fails, or any process dies meanwhile.
        """
        log = self._logs / f"{name}.log"
        self._finish(self._spawn(name, argv, log))
        return log.read_text(errors="replace")

    def show(self, name: str, argv: Sequence[str]) -> None:
        """Run a command to its end, writing to our own output; else as `run`."""
        self._finish(self._spawn(name, argv, None))

    def wait_until(
        self, is_ready: Callable[[], bool], *, what: str, timeout_s: float
    ) -> None:
        """Return when it is ready; ProcessEnded if a process dies or time runs out."""
        deadline = time.monotonic() + timeout_s
        while not is_ready():
            _check(self._children)
            if time.monotonic() > deadline:
                raise ProcessEnded(f"{what} did not answer within {timeout_s:.0f} s.")
            time.sleep(_POLL_S)

    def watch(self) -> NoReturn:
        """Wait until a process dies, and raise ProcessEnded."""
        while True:
            _check(self._children)
            time.sleep(_POLL_S)

    def stop(self) -> None:
        """End every process, the last started first, and whatever it started itself."""
        children = self._children[::-1]
        self._children.clear()
        for child in children:
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + self._termination_s
        for child in children:
            try:
                child.process.wait(max(deadline - time.monotonic(), 0.01))
            except subprocess.TimeoutExpired:
                pass
            finally:
                _signal_group(child, signal.SIGKILL)
                child.process.wait()

    def _finish(self, command: _Child) -> None:
        others = [*self._children]
        self._children.append(command)
        while command.process.poll() is None:
            _check(others)
            time.sleep(_POLL_S)
        self._children.remove(command)
        if command.process.returncode != 0:
            raise command.ending()

    def _spawn(
        self,
        name: str,
        argv: Sequence[str],
        log: Path | None,
        environment: Mapping[str, str] = _NOTHING,
    ) -> _Child:
        self._logs.mkdir(parents=True, exist_ok=True)
        output = log.open("wb") if log else None
        try:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                env={**self._environment, **environment},
                cwd=self._cwd,
                start_new_session=True,
                preexec_fn=_end_with(os.getpid()) if _LIBC else None,
            )
        finally:
            if output:
                output.close()
        return _Child(name=name, process=process, log=log)


def _check(children: Sequence[_Child]) -> None:
    for child in children:
        if child.process.poll() is not None:
            raise child.ending()


def _end_with(parent: int) -> Callable[[], None]:
    """Return what makes a child get SIGTERM when its parent dies, even by SIGKILL."""

    def ask() -> None:
        assert _LIBC is not None
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def _signal_group(child: _Child, number: signal.Signals) -> None:
    """Signal a child and its own children; none may be left, which is well."""
    try:
        os.killpg(child.process.pid, number)
    except (ProcessLookupError, PermissionError):  # macOS: a zombie's group
        return
