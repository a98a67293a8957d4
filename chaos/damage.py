"""The damages that chaos must find: parts of the engine, replaced in this process."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction

from searchjobs import ingest, ledger, turns
from searchjobs.models import SearchJob


def _remove_fence() -> None:
    turns.lock_leased = lambda claim: turns.lock(claim.account_id)


def _remove_key() -> None:
    """Insert whoever comes; the database's own key is dropped by `proof`."""
    statement = ingest._INSERT
    for part in (
        "ON CONFLICT (job_id, provider_id) DO NOTHING",
        "r.job_id = %(job)s AND",
    ):
        assert part in statement
    ingest._INSERT = statement.replace(
        "ON CONFLICT (job_id, provider_id) DO NOTHING", ""
    ).replace("r.job_id = %(job)s AND", "r.job_id IS NULL AND %(job)s IS NOT NULL AND")


def _end_turn_after_commit() -> None:
    """Commit the page; write its cursor and the turn's end in a second transaction."""
    end, page_stored = turns.end, ledger.page_stored
    cursors: dict[uuid.UUID, str] = {}

    def end_later(account: turns.LockedAccount, **how: Any) -> None:
        transaction.on_commit(partial(_end_now, account, how))

    def _end_now(account: turns.LockedAccount, how: dict[str, Any]) -> None:
        job_id = account.row.lease_job
        assert job_id is not None
        with transaction.atomic():
            if job_id in cursors:
                SearchJob.objects.filter(id=job_id).update(
                    next_cursor=cursors.pop(job_id)
                )
            end(account, **how)

    def store_without_cursor(
        job_id: uuid.UUID, page: ledger.PageRecord, *, next_cursor: str, **rest: Any
    ) -> SearchJob | None:
        cursors[job_id] = next_cursor
        present = SearchJob.objects.get(id=job_id).next_cursor
        return page_stored(job_id, page, next_cursor=present, **rest)

    turns.end = end_later
    ledger.page_stored = store_without_cursor


DAMAGES: dict[str, Callable[[], None]] = {
    "fence": _remove_fence,
    "key": _remove_key,
    "next-turn": _end_turn_after_commit,
}
