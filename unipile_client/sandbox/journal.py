"""What was asked, when, and how it went: the request log that tests judge by."""

from __future__ import annotations

import time
from collections import Counter, deque

import msgspec

_KEPT_RECORDS = 200_000


class Record(msgspec.Struct, kw_only=True):
    """One request to the API.

    `arrived_s` and `finished_s` are this machine's monotonic clock, for pace and
    overlap; `arrived_at` is wall time (Unix seconds). `busy` is how many requests
    of the same account were under way when it arrived, itself included. `start`
    and `limit` are of a search that was understood, `rows` of the page made for it,
    sent or not. `status` is null while (and if) nothing was answered, `finished_s`
    while it is under way. Several faults are joined by a plus.
    """

    number: int
    method: str
    path: str
    account_id: str | None
    arrived_s: float
    arrived_at: float
    busy: int
    finished_s: float | None = None
    start: int | None = None
    limit: int | None = None
    status: int | None = None
    rows: int | None = None
    fault: str | None = None


class Journal:
    """The requests, oldest first; the oldest of very many are forgotten."""

    def __init__(self) -> None:
        self._records: deque[Record] = deque(maxlen=_KEPT_RECORDS)
        self._under_way: Counter[str | None] = Counter()
        self._count = 0

    def arrive(self, *, method: str, path: str, account_id: str | None) -> Record:
        """Note a request that begins."""
        self._under_way[account_id] += 1
        self._count += 1
        record = Record(
            number=self._count,
            method=method,
            path=path,
            account_id=account_id,
            arrived_s=time.monotonic(),
            arrived_at=time.time(),
            busy=self._under_way[account_id],
        )
        self._records.append(record)
        return record

    def finish(self, record: Record) -> None:
        """Note that a request is over, answered or not."""
        record.finished_s = time.monotonic()
        self._under_way[record.account_id] -= 1

    def records(
        self, *, account_id: str | None = None, since: float = 0.0
    ) -> list[Record]:
        """Return the requests of an account that arrived at or after a wall time."""
        return [
            record
            for record in self._records
            if record.arrived_at >= since
            and (account_id is None or record.account_id == account_id)
        ]

    def clear(self) -> None:
        """Forget all records; what is under way still counts as busy."""
        self._records.clear()
