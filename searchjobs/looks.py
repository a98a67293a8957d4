"""May a socket go on, and what has it not told yet? Asked for many at once.

Sockets that look in the same moment share the look. One by one, with three queries and
a thread each, they were two thirds of what the web did.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from channels.db import database_sync_to_async
from django.db.models.functions import Now

from accounts.models import Membership
from searchjobs import callers, live, snapshots
from searchjobs.callers import Caller
from searchjobs.models import SearchJob
from searchjobs.snapshots import Frame

GATHER_S = 0.02
BACK_S = 25.0  # two looks and a half


@dataclass(frozen=True, kw_only=True)
class Look:
    """Whose socket it is, what it is about, and what it told: job id → revision.

    About one search (`job_id`), all of a workspace, or with both, one of a workspace.
    """

    caller: Caller
    told: Mapping[str, int]
    job_id: uuid.UUID | None = None
    workspace_id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a look found; `frames` are states that were not told, as they travel."""

    is_signed_in: bool
    may_see: bool
    frames: Sequence[Frame]


class _Round:
    """The looks of one moment, in one event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._is_open = True
        self._asked: list[tuple[Look, asyncio.Future[Seen]]] = []
        self._looking = self._loop.create_task(self._look())

    def is_open_in(self, loop: asyncio.AbstractEventLoop) -> bool:
        return self._is_open and self._loop is loop

    async def take(self, look: Look) -> Seen:
        answer: asyncio.Future[Seen] = self._loop.create_future()
        self._asked.append((look, answer))
        return await answer

    async def _look(self) -> None:
        await asyncio.sleep(GATHER_S)
        self._is_open = False
        looking = database_sync_to_async(see, thread_sensitive=False)
        try:
            found = await looking([look for look, _ in self._asked])
        except Exception as failure:
            for _, answer in self._asked:
                if not answer.done():
                    answer.set_exception(failure)
        else:
            for (_, answer), seen in zip(self._asked, found, strict=True):
                if not answer.done():  # its socket may have gone
                    answer.set_result(seen)


_round: _Round | None = None


async def take(look: Look) -> Seen:
    """Look at the database, with all who ask in the same moment; raise what it does."""
    global _round
    if _round is None or not _round.is_open_in(asyncio.get_running_loop()):
        _round = _Round()
    return await _round.take(look)


class _Job(NamedTuple):
    id: uuid.UUID
    workspace_id: uuid.UUID
    revision: int


def see(looks: Sequence[Look]) -> list[Seen]:
    """Answer each look: three queries for all, and one or two for each caller."""
    signed_in = {
        caller: callers.is_signed_in(caller)
        for caller in {look.caller for look in looks}
    }
    users = {look.caller.user.id for look in looks}
    members = set(
        Membership.objects.filter(user__in=users).values_list("user_id", "workspace_id")
    )
    jobs = _jobs_of(looks)
    may_see = [
        (look.caller.user.id, _workspace_of(look, own)) in members
        for look, own in zip(looks, jobs, strict=True)
    ]
    untold = [
        [job.id for job in own if is_theirs and job.revision > _told(look, job)]
        for look, own, is_theirs in zip(looks, jobs, may_see, strict=True)
    ]
    frames = _frames(set(chain.from_iterable(untold)))
    return [
        Seen(
            is_signed_in=signed_in[look.caller],
            may_see=is_theirs,
            frames=[frames[job_id] for job_id in ids if job_id in frames],
        )
        for look, is_theirs, ids in zip(looks, may_see, untold, strict=True)
    ]


def _jobs_of(looks: Sequence[Look]) -> list[list[_Job]]:
    """Return, for each look, the jobs that it is about."""
    rows = SearchJob.objects.values_list("id", "workspace_id", "revision")
    named = rows.filter(id__in={look.job_id for look in looks if look.job_id})
    changed = rows.filter(
        workspace_id__in={look.workspace_id for look in looks if not look.job_id},
        updated_at__gt=Now() - timedelta(seconds=BACK_S),
    )
    by_id = {row[0]: [_Job(*row)] for row in named}
    by_workspace: dict[uuid.UUID | None, list[_Job]] = defaultdict(list)
    for row in changed:
        by_workspace[row[1]].append(_Job(*row))
    return [
        by_id.get(look.job_id, []) if look.job_id else by_workspace[look.workspace_id]
        for look in looks
    ]


def _workspace_of(look: Look, own: list[_Job]) -> uuid.UUID | None:
    return look.workspace_id or (own[0].workspace_id if own else None)


def _told(look: Look, job: _Job) -> int:
    return look.told.get(str(job.id), 0)


def _frames(job_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Frame]:
    return {
        uuid.UUID(frame["new"]["id"]): live.packed(frame)
        for frame in snapshots.updates_of(job_ids)
    }
