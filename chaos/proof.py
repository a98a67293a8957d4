"""That chaos finds what is wrong: engines with one part broken on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from chaos.stack import Stack

_KEY = "result_person_once_per_job"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A damage (`damage.DAMAGES`), and the columns of which one must not be zero."""

    damage: str
    what: str
    shows_as: tuple[str, ...]
    breaks: str = ""  # what the database suffers
    mends: str = ""

    @contextmanager
    def done_to(self, stack: Stack) -> Iterator[None]:
        _run(self.breaks)
        stack.replace_workers(damage=self.damage)
        try:
            yield
        finally:
            stack.replace_workers(damage="")
            _run("TRUNCATE prospect_search_jobs CASCADE")
            _run(self.mends)


PROOFS = (
    Proof(
        damage="fence",
        what="a late worker ends its turn whoever holds the lease",
        shows_as=("lost", "disorder", "beyond", "hasty", "audit"),
    ),
    Proof(
        damage="key",
        what="nothing says that a search stores a person once",
        shows_as=("doubled",),
        breaks=f"DROP INDEX {_KEY}",
        mends=f"CREATE UNIQUE INDEX {_KEY}"
        " ON prospect_search_results (job_id, provider_id)",
    ),
    Proof(
        damage="next-turn",
        what="where and when to go on is written after the page's commit",
        shows_as=("beyond",),
    ),
)


def _run(statement: str) -> None:
    if statement:
        with connection.cursor() as cursor:
            cursor.execute(statement)
