"""How do changes reach the page? By two sockets, of a search and of a workspace.

    1 accept   a foreign origin is refused; a stranger is accepted, then closed with
               4401 or 4404, because a browser cannot read why it was not accepted
    2 join     the group: what is committed from here on waits in this socket's queue
    3 tell     the snapshot, read from the database after joining: nothing is missed
    4 go on    what the group says; a revision that was already told is dropped

A message may be lost (Redis was down): each ping looks at the database first, and tells
what is missing. A frame always holds the whole state, so only the newest is kept while
the socket may not send: at most ten frames a second.

Each look (`looks`, shared by all sockets of the moment) also asks whether the user is
still signed in and may still see this; it is taken at once when they are signed out,
lose a token or are removed (`live.look_again`).
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import uuid
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qs

import msgspec
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from accounts import tokens
from accounts.models import User
from searchjobs import callers, live, looks, presence, snapshots
from searchjobs.callers import Caller
from searchjobs.looks import Look
from searchjobs.presence import Presence
from searchjobs.snapshots import Frame

logger = logging.getLogger(__name__)

NOT_SIGNED_IN = 4401
NOT_FOUND = 4404
TRY_AGAIN = 1011

FRAME_EACH_S = 0.125  # and one ahead of its time: at most ten in any second
PING_EACH_S = 10.0
LONGEST_QUEUE = 500
FARTHEST_REVISION = 2**31 - 1

P = ParamSpec("P")
T = TypeVar("T")


async def _read(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Read from the database in a thread of its own: sockets do not wait in line."""
    reading = database_sync_to_async(function, thread_sensitive=False)
    answer: T = await reading(*args, **kwargs)
    return answer


class _LiveSocket(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    """What both sockets do; each says what it is about."""

    def __init__(self) -> None:
        super().__init__()
        self._group = ""
        self._caller: Caller | None = None
        self._look_at = 0.0  # by the loop's clock
        self._told: dict[str, int] = {}  # job → the revision last sent
        self._waiting: dict[Hashable, Frame] = {}
        self._something = asyncio.Event()
        self._numbers = itertools.count()
        self._talking: asyncio.Task[None] | None = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hand on a message, without channels' thread hop: no connection is open."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        if not callers.is_origin_allowed(self.scope["headers"]):
            await self.close()
            return
        token = callers.token_in(self.scope["subprotocols"])
        await self.accept(callers.subprotocol_of(token))
        user = await self._user(token)
        if user is None:
            await self.close(NOT_SIGNED_IN)
            return
        self._look_at = _next_look()
        self._caller = Caller(
            user=user, token=token, session_key=self.scope["session"].session_key
        )
        await self._add_to(live.user_group(user.id))
        if not await self._open(user):
            await self.close(NOT_FOUND)
            return
        self._talking = asyncio.create_task(self._talk(self._caller))

    async def disconnect(self, code: int) -> None:
        if self._caller is not None:
            await self._take_from(live.user_group(self._caller.user.id))
        if self._group:
            await self._take_from(self._group)
        if self._talking is not None:
            self._talking.cancel()

    async def _user(self, token: str | None) -> User | None:
        if token is None:
            user = self.scope["user"]
            return user if user.is_authenticated else None
        found = await _read(tokens.user_of, token)
        return found[0] if found else None

    async def _open(self, user: User) -> bool:
        """Join the group and queue the snapshot; False where there is none to see."""
        raise NotImplementedError

    def _look(self, caller: Caller) -> Look:
        """Return what to ask the database from time to time."""
        raise NotImplementedError

    def _ping(self) -> Frame:
        """Return the sign of life, with what the page can compare, if anything."""
        return {"type": "ping"}

    async def _join(self, group: str) -> None:
        await self._add_to(group)
        self._group = group

    async def _add_to(self, group: str) -> None:
        await self.channel_layer.group_add(group, self.channel_name)

    async def _take_from(self, group: str) -> None:
        await self.channel_layer.group_discard(group, self.channel_name)

    # --- what the group says --------------------------------------------------------

    async def access_changed(self, message: Frame) -> None:
        self._look_at = 0.0
        self._something.set()

    async def search_job_updated(self, message: Frame) -> None:
        job_id = message["job_id"]
        known = self._waiting.get(job_id, {"revision": self._told.get(job_id, 0)})
        if message["revision"] > known["revision"]:
            self._queue(job_id, message)

    async def account_updated(self, message: Frame) -> None:
        self._queue(("account", message.get("id")), message)

    async def prospects_decided(self, message: Frame) -> None:
        if len(self._waiting) < LONGEST_QUEUE:
            self._queue(next(self._numbers), message)

    async def prospects_marked(self, message: Frame) -> None:
        self._queue("marked", message)

    def _queue(self, subject: Hashable, frame: Frame) -> None:
        """Let a frame wait for its moment, in the place of an older one if any."""
        self._waiting[subject] = frame
        self._something.set()

    # --- what the page hears --------------------------------------------------------

    async def _talk(self, caller: Caller) -> None:
        """Send what waits, a frame at a time, and a ping each ten seconds."""
        try:
            loop = asyncio.get_running_loop()
            free_at = loop.time()
            while True:
                if loop.time() >= self._look_at:
                    self._look_at = _next_look()
                    seen = await looks.take(self._look(caller))
                    if not seen.is_signed_in or not seen.may_see:
                        await self.close(
                            NOT_FOUND if seen.is_signed_in else NOT_SIGNED_IN
                        )
                        return
                    await self._catch_up(seen.frames)
                await self._wait()
                if self._waiting:
                    await self._tell(self._waiting.pop(next(iter(self._waiting))))
                    free_at = max(free_at, loop.time()) + FRAME_EACH_S
                    await asyncio.sleep(free_at - FRAME_EACH_S - loop.time())
        except Exception as failure:
            # the page comes back, and the next snapshot tells it everything
            logger.warning("socket given up: %s", type(failure).__name__)
            with suppress(Exception):  # the page may be gone
                await self.close(TRY_AGAIN)

    async def _wait(self) -> None:
        """Wait for something to tell, or for the time of the next look."""
        if not self._waiting:
            self._something.clear()
            try:
                async with asyncio.timeout_at(self._look_at):
                    await self._something.wait()
            except TimeoutError:
                return

    async def _catch_up(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            await self.search_job_updated(frame)
        self._queue("ping", {"type": "ping"})

    async def _tell(self, frame: Frame) -> None:
        if frame["type"] == "search_job.updated":
            previous = self._told.get(frame["job_id"], "null")
            self._told[frame["job_id"]] = frame["revision"]
            await self.send(f'{{"previous":{previous},{frame["json"]}')
            return
        if frame["type"] == "ping":
            frame = self._ping()
        await self.send(msgspec.json.encode(frame).decode())


class JobSocket(_LiveSocket):
    """`/ws/search-jobs/<job id>?since=<revision>`: one search."""

    async def _open(self, user: User) -> bool:
        job_id = _uuid_of(self.scope["url_route"]["kwargs"]["job_id"])
        if job_id is None:
            return False
        self._job_id = job_id
        await self._join(live.job_group(job_id))
        since = _since_in(self.scope["query_string"])
        snapshot = await _read(snapshots.of_job, user, job_id, since=since)
        if snapshot is None:
            return False
        self._told[str(job_id)] = snapshot["revision"]
        self._queue("snapshot", snapshot)
        return True

    def _look(self, caller: Caller) -> Look:
        return Look(caller=caller, job_id=self._job_id, told=self._told)

    def _ping(self) -> Frame:
        return {"type": "ping", "revision": self._told[str(self._job_id)]}


class WorkspaceSocket(_LiveSocket):
    """`/ws/workspaces/<workspace id>/search-jobs`: all searches, and the rest.

    `?looking_at=<job id>` asks for that one search alone, and tells colleagues that its
    user looks at it.
    """

    async def _open(self, user: User) -> bool:
        workspace_id = _uuid_of(self.scope["url_route"]["kwargs"]["workspace_id"])
        if workspace_id is None:
            return False
        self._workspace_id = workspace_id
        self._user_here = user
        self._looking_at = _looking_at_in(self.scope["query_string"])
        self._presence = Presence(viewer=user)
        self._speaks_at = 0.0
        await self._join(live.workspace_group(workspace_id))
        snapshot = await _read(
            snapshots.of_workspace, user, workspace_id, only=self._looking_at
        )
        if snapshot is None or (self._looking_at and not snapshot["jobs"]):
            return False
        self._told.update(
            (job["new"]["id"], job["revision"]) for job in snapshot["jobs"]
        )
        self._queue("snapshot", snapshot)
        live.send(self._group, presence.asked(self.channel_name))
        self._say_here()
        return True

    async def disconnect(self, code: int) -> None:
        if self._group and self._looking_at:
            live.send(
                self._group, presence.gone(self._looking_at, socket=self.channel_name)
            )
        await super().disconnect(code)

    def _look(self, caller: Caller) -> Look:
        return Look(
            caller=caller,
            job_id=self._looking_at,
            workspace_id=self._workspace_id,
            told=self._told,
        )

    async def _catch_up(self, frames: Sequence[Frame]) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._speaks_at:
            self._say_here()
        for job_id in self._presence.forget(now=now):
            self._tell_presence(job_id)
        await super()._catch_up(frames)

    async def search_job_updated(self, message: Frame) -> None:
        if self._is_about(message):
            await super().search_job_updated(message)

    def _is_about(self, message: Frame) -> bool:
        return self._looking_at is None or message["job_id"] == str(self._looking_at)

    # --- who else is here -----------------------------------------------------------

    async def presence_asked(self, message: Frame) -> None:
        if message["socket"] != self.channel_name and self._looking_at:
            live.answer(message["socket"], self._here(self._looking_at))

    async def presence_here(self, message: Frame) -> None:
        now = asyncio.get_running_loop().time()
        if self._is_about(message) and self._presence.hear(message, now=now):
            self._tell_presence(message["job_id"])

    async def presence_gone(self, message: Frame) -> None:
        if self._is_about(message) and self._presence.lose(message):
            self._tell_presence(message["job_id"])

    def _say_here(self) -> None:
        if self._looking_at is not None:
            message = self._here(self._looking_at)
            now = asyncio.get_running_loop().time()
            self._speaks_at = now + message["each_s"] - PING_EACH_S / 2
            live.send(self._group, message)

    def _here(self, job_id: uuid.UUID) -> Frame:
        return presence.here(
            job_id,
            socket=self.channel_name,
            user=self._user_here,
            each_s=self._presence.each_s(str(job_id)),
        )

    def _tell_presence(self, job_id: str) -> None:
        self._queue(("presence", job_id), self._presence.frame(job_id))


class NoSocket(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    """Any other address."""

    async def connect(self) -> None:
        await self.accept()
        await self.close(NOT_FOUND)


def _next_look() -> float:
    """Return when, by the loop's clock: in nine to ten seconds, with others."""
    latest = asyncio.get_running_loop().time() + PING_EACH_S
    return latest - latest % (PING_EACH_S / 10)


def _since_in(query: bytes) -> int:
    """Return the revision after which the journal is wanted; 0 is the whole of it."""
    given = parse_qs(query.decode("latin-1")).get("since", ["0"])[-1]
    if not (given.isascii() and given.isdigit()):
        return 0
    return int(given) if len(given) < 10 else FARTHEST_REVISION


def _looking_at_in(query: bytes) -> uuid.UUID | None:
    return _uuid_of(parse_qs(query.decode("latin-1")).get("looking_at", [""])[-1])


def _uuid_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
