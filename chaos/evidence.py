"""What a round left behind: rows, journal, and the sandbox's own request log."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from chaos.plans import Wish
from unipile_client.criteria import translate
from unipile_client.sandbox.cursors import Cursor
from unipile_client.sandbox.server import SandboxServer


@dataclass(frozen=True, kw_only=True)
class Request:
    """A search as the sandbox saw it; `_at` is wall time, `_s` its monotonic clock."""

    arrived_at: float
    arrived_s: float
    finished_s: float | None
    start: int | None
    limit: int | None
    status: int | None
    faults: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Event:
    """A row of the journal; `start` is where the page begins that it stored."""

    kind: str
    at: float
    start: int | None


@dataclass(frozen=True, kw_only=True)
class Job:
    """A search that was wished for, all that is known of it; `answer` is the truth."""

    wish: Wish
    id: str
    status: str
    reason: str
    error: str
    people: list[str]
    positions: list[int]
    events: list[Event]
    requests: list[Request]
    answer: list[str]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    jobs: list[Job]
    unwished: int  # searches that nobody asked for
    missing: int  # whose creation was confirmed, and which are not there
    requests: dict[str, list[Request]]  # of each account, in order of arrival


def collect(
    sandbox: SandboxServer, wishes: Sequence[Wish], ids: Sequence[str]
) -> Evidence:
    requests = _requests(sandbox)
    people, events = _people(), _events()
    rows = {
        id: columns
        for id, *columns in _rows(
            "SELECT id::text, status, completion_reason,"
            " concat_ws(' ', error_code, error_message), search_criteria::text"
            " FROM prospect_search_jobs"
        )
    }
    jobs = []
    for wish, id in zip(wishes, ids, strict=True):
        if id not in rows:
            continue
        status, reason, error, criteria = rows[id]
        # the criteria as jsonb orders them: so does the sandbox's answer
        body = dict(translate(json.loads(criteria), wish.api).body)
        starts = _starts(wish, body)
        jobs.append(
            Job(
                wish=wish,
                id=id,
                status=status,
                reason=reason,
                error=error,
                people=[person for _, person in people[id]],
                positions=[position for position, _ in people[id]],
                events=[
                    Event(
                        kind=kind,
                        at=at,
                        start=None if cursor is None else starts.get(cursor),
                    )
                    for kind, at, cursor in events[id]
                ],
                requests=[
                    one
                    for one in requests[wish.account.unipile_id]
                    if one.limit == wish.page_size
                ],
                answer=_answer(sandbox, body),
            )
        )
    return Evidence(
        jobs=jobs,
        unwished=len(rows.keys() - ids),
        missing=len(set(ids) - rows.keys()),
        requests=requests,
    )


_answers: dict[str, list[str]] = {}


def _answer(sandbox: SandboxServer, body: dict[str, Any]) -> list[str]:
    """Return whom the search finds; the people never change."""
    known = json.dumps(body)
    if known not in _answers:
        _answers[known] = sandbox.answer(body)
    return _answers[known]


def _starts(wish: Wish, body: dict[str, Any]) -> dict[str, int]:
    """Return where a page begins, by what the journal keeps of its cursor."""
    cursors = {0: ""}
    for start in range(wish.page_size, wish.api.ceiling, wish.page_size):
        cursors[start] = Cursor(
            wish.account.unipile_id, wish.page_size, start, body
        ).encode()
    return {
        hashlib.sha256(cursor.encode()).hexdigest()[:16]: start
        for start, cursor in cursors.items()
    }


def _requests(sandbox: SandboxServer) -> dict[str, list[Request]]:
    found = defaultdict[str, list[Request]](list)
    for one in sandbox.requests():
        if one["path"].endswith("/search"):
            found[one["account_id"]].append(
                Request(
                    arrived_at=one["arrived_at"],
                    arrived_s=one["arrived_s"],
                    finished_s=one["finished_s"],
                    start=one["start"],
                    limit=one["limit"],
                    status=one["status"],
                    faults=tuple((one["fault"] or "").split("+")),
                )
            )
    return found


def _people() -> dict[str, list[tuple[int, str]]]:
    found = defaultdict[str, list[tuple[int, str]]](list)
    for id, position, person in _rows(
        "SELECT job_id::text, position, provider_id FROM prospect_search_results"
        " ORDER BY job_id, position"
    ):
        found[id].append((position, person))
    return found


def _events() -> dict[str, list[tuple[str, float, str | None]]]:
    found = defaultdict[str, list[tuple[str, float, str | None]]](list)
    for id, kind, at, cursor in _rows(
        "SELECT job_id::text, kind, extract(epoch FROM created_at)::float8,"
        " data->>'cursor' FROM prospect_search_events ORDER BY job_id, revision"
    ):
        found[id].append((kind, at, cursor))
    return found


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
