"""How these tests open a socket, and change a search behind its back."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from accounts.models import Membership, User
from config.asgi import application
from searchjobs import ledger, lifecycle, live
from searchjobs.models import SearchJob
from tests.factories import LinkedInAccountFactory, MembershipFactory

HOST = b"localhost"
SOON_S = 3.0


class Socket(ApplicationCommunicator):
    """A client of the ASGI application, without a network in between."""

    def __init__(
        self,
        path: str,
        *,
        cookie: str = "",
        origin: str | None = "http://localhost",
        subprotocols: Sequence[str] = (),
    ) -> None:
        headers = [(b"host", HOST), (b"cookie", cookie.encode())]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        address = urlsplit(path)
        scope = {
            "type": "websocket",
            "path": unquote(address.path),
            "query_string": address.query.encode(),
            "headers": headers,
            "subprotocols": list(subprotocols),
        }
        super().__init__(application, scope)

    async def connect(self) -> dict[str, Any]:
        """Knock; return the server's answer: websocket.accept or .close."""
        await self.send_input({"type": "websocket.connect"})
        return await self.output()

    async def output(self, timeout_s: float = SOON_S) -> dict[str, Any]:
        output: dict[str, Any] = await self.receive_output(timeout_s)
        return output

    async def frame(self, timeout_s: float = SOON_S) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads((await self.output(timeout_s))["text"])
        return frame

    async def closed_with(self) -> int:
        closing = await self.output()
        assert closing["type"] == "websocket.close"
        code: int = closing["code"]
        return code

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(SOON_S)


@asynccontextmanager
async def opened(path: str, **options: Any) -> AsyncIterator[Socket]:
    """Open a socket that is let in; close it in the end."""
    socket = Socket(path, **options)
    assert (await socket.connect())["type"] == "websocket.accept"
    try:
        yield socket
    finally:
        await socket.disconnect()


@sync_to_async
def cookie_of(user: User) -> str:
    """Sign the user in and return the cookie of that session."""
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"


@sync_to_async
def member_with_job(**columns: Any) -> tuple[Membership, SearchJob]:
    """Return somebody, and a queued search of theirs with its first event."""
    member = MembershipFactory.create()
    account = LinkedInAccountFactory.create(
        user=member.user, workspace=member.workspace
    )
    job = lifecycle.create(
        user=member.user,
        workspace=member.workspace,
        account=account,
        name="Chief executives",
        search_criteria={"title": "CEO"},
        search_source="sales_navigator",
        target_count=1000,
        progress_total=1000,
        page_size=100,
        **columns,
    )
    return member, job


@sync_to_async
def store_page(job_id: uuid.UUID, people: int = 100) -> SearchJob | None:
    """Count a page in, as a turn does, without the people themselves."""
    return ledger.page_stored(
        job_id,
        ledger.PageRecord(
            batch=0,
            pass_number=0,
            cursor="",
            received=people,
            stored=people,
            duplicates=0,
            invalid=0,
            surplus=0,
            seconds=0.1,
        ),
        pass_received=people,
        next_cursor="next",
        doubts=0,
        available_total=5000,
        barren_seconds=0.0,
    )


def tell(job: SearchJob, **message: Any) -> None:
    """Send the job's group and its workspace's a message, as a worker would."""
    live.send(live.job_group(job.id), message)
    live.send(live.workspace_group(job.workspace_id), message)


def path_of(job: SearchJob) -> str:
    return f"/ws/search-jobs/{job.id}"


def workspace_path_of(job: SearchJob) -> str:
    return f"/ws/workspaces/{job.workspace_id}/search-jobs"
