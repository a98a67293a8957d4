"""The sockets of a real server, reached over a network by a client that is not ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from accounts import tokens
from accounts.models import LinkedInAccount, Membership
from searchjobs.models import SearchJob
from tests.acceptance.processes import Broker, Child, database_url, free_port
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
)

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db(transaction=True)]

SOON_S = 5.0
A_PING_AND_MORE_S = 15.0


@dataclass(frozen=True, kw_only=True)
class Web:
    """A running web process, its broker, and somebody's token."""

    port: int
    broker: Broker
    token: str

    def socket(self, job: SearchJob, **options: Any) -> ClientConnection:
        subprotocols = options.pop("subprotocols", [f"token.{self.token}"])
        return connect(
            f"ws://127.0.0.1:{self.port}/ws/search-jobs/{job.id}",
            subprotocols=subprotocols,
            **options,
        )

    def do(self, job: SearchJob, move: str) -> None:
        """Let the web process itself change the job, and tell of it."""
        httpx.post(
            f"http://127.0.0.1:{self.port}/api/linkedin/search/jobs/{job.id}/{move}",
            headers={"Authorization": f"Token {self.token}"},
            timeout=30,
        ).raise_for_status()


@pytest.fixture
def membership(transactional_db: None) -> Membership:
    return MembershipFactory.create()


@pytest.fixture
def job(membership: Membership) -> SearchJob:
    account: LinkedInAccount = LinkedInAccountFactory.create(
        user=membership.user, workspace=membership.workspace
    )
    return SearchJobFactory.create(account=account)


@pytest.fixture
def web(membership: Membership) -> Iterator[Web]:
    port, broker = free_port(), Broker()
    env = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": broker.url,
        "VAR_DIR": str(settings.VAR_DIR),
    }
    serve = ("-m", "uvicorn", "config.asgi:application", "--port", str(port))
    process = Child(*serve, env=env)
    broker.start()
    process.start()
    process.wait_for("Uvicorn running")
    token = tokens.issue(membership.user, lifetime=timedelta(days=1))
    yield Web(port=port, broker=broker, token=token)
    process.stop()
    broker.kill()


def frame_of(
    socket: ClientConnection, type_: str, *, within_s: float = SOON_S
) -> dict[str, Any]:
    """Return the next frame of this type."""
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(within_s))
        if frame["type"] == type_:
            return frame


def test_a_change_reaches_a_client_of_another_make(web: Web, job: SearchJob) -> None:
    with web.socket(job) as socket:
        assert socket.subprotocol == f"token.{web.token}"
        frame_of(socket, "search_job.snapshot")
        web.do(job, "pause")
        frame = frame_of(socket, "search_job.updated")
    assert (frame["kind"], frame["new"]["status"]) == ("paused", "paused")


def test_a_client_can_read_why_it_was_sent_away(web: Web, job: SearchJob) -> None:
    with (
        web.socket(job, subprotocols=["token.unknown"]) as socket,
        pytest.raises(ConnectionClosed) as closed,
    ):
        socket.recv(SOON_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_a_page_of_a_foreign_origin_is_refused(web: Web, job: SearchJob) -> None:
    with pytest.raises(InvalidStatus) as refused:
        web.socket(job, origin="https://evil.example")
    assert refused.value.response.status_code == 403


def test_an_open_socket_outlives_a_broker_that_is_lost(
    web: Web, job: SearchJob
) -> None:
    with web.socket(job) as socket:
        frame_of(socket, "search_job.snapshot")
        web.broker.kill()
        web.do(job, "pause")
        web.broker.start()
        late = frame_of(socket, "search_job.updated", within_s=A_PING_AND_MORE_S)
        web.do(job, "resume")
        frame = frame_of(socket, "search_job.updated")
    assert late["kind"] == "paused"
    assert (frame["previous"], frame["kind"]) == (late["revision"], "resumed")
