"""Functions on real connections, one statement at a time, in the order a test says.

Each has its thread and its connection, and stops before and after each statement (so
also before each commit) until it is told to go on, or to die there. Whoever waits for a
row lock is passed over until it has the lock. Nothing depends on time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import DatabaseError, connection

from accounts.errors import Refusal

LOOK_AT_LOCKS_EVERY_S = 0.005


class Killed(BaseException):
    """Stands for kill -9: nothing catches it, and PostgreSQL undoes what was open."""


class Actor:
    """A function that stops at each statement; `dies_at` is the stop it dies at."""

    def __init__(self, do: Callable[[Actor], Any], *, dies_at: int | None) -> None:
        self._do = do
        self._dies_at = dies_at
        self.stops = 0
        self.state = "new"
        self.pid: int | None = None
        self.result: Any = None
        self.troubles: list[Exception] = []
        self.is_killed = False

    def begin(self, stage: threading.Condition) -> None:
        self._stage = stage
        self.state = "running"
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """Wait here until told to go on."""
        if self.is_killed:
            raise Killed
        self.stops += 1
        with self._stage:
            self.state = "waiting"
            self._stage.notify_all()
            self._stage.wait_for(lambda: self.state == "running")
        if self.stops == self._dies_at:
            self.is_killed = True
            raise Killed

    def _run(self) -> None:
        try:
            with connection.execute_wrapper(self._execute):
                self.result = self._do(self)
        except Killed:
            pass
        except Refusal as refusal:
            self.result = refusal
        except Exception as trouble:
            self.troubles.append(trouble)
        finally:
            connection.close()
            with self._stage:
                self.state = "over"
                self._stage.notify_all()

    def _execute(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        if "SAVEPOINT" in sql:
            return execute(sql, params, many, context)
        self.pid = context["connection"].connection.info.backend_pid
        self.stop()
        try:
            result = execute(sql, params, many, context)
        except DatabaseError as trouble:  # a deadlock, though the engine may try again
            self.troubles.append(trouble)
            raise
        self.stop()
        return result


def play(actors: Sequence[Actor], order: Sequence[tuple[int, int]]) -> None:
    """Run them all to their end; `order` says who goes on, and for how many stops.

    When it is used up the rest run one after the other.
    """
    stage = threading.Condition()
    for actor in actors:
        actor.begin(stage)
    _settle(stage, actors)
    choices = _choices(order)
    while any(actor.state != "over" for actor in actors):
        ready = [actor for actor in actors if actor.state == "waiting"]
        if ready:  # else PostgreSQL is about to find a deadlock
            with stage:
                ready[next(choices) % len(ready)].state = "running"
                stage.notify_all()
        _settle(stage, actors)


def _choices(order: Sequence[tuple[int, int]]) -> Iterator[int]:
    for which, stops in order:
        for _ in range(stops):
            yield which
    while True:
        yield 0


def _settle(stage: threading.Condition, actors: Sequence[Actor]) -> None:
    """Return when each has stopped, is over, or waits for another's lock."""
    while True:
        with stage:
            stage.wait_for(lambda: not _running(actors), LOOK_AT_LOCKS_EVERY_S)
        running = _running(actors)
        if not running or all(actor.pid in _blocked() for actor in running):
            return


def _running(actors: Sequence[Actor]) -> list[Actor]:
    return [actor for actor in actors if actor.state == "running"]


def _blocked() -> set[int]:
    """Return who waits for a lock; a lock given is seen here before its owner wakes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_locks WHERE NOT granted")
        return {pid for (pid,) in cursor.fetchall()}
