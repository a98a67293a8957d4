from __future__ import annotations

import itertools
import time
import uuid
from datetime import timedelta

import pytest
import redis
from asgiref.sync import sync_to_async
from django.conf import settings as django_settings
from pytest_django import Settings

from accounts import tokens
from searchjobs import consumers, lifecycle, live, snapshots
from searchjobs.models import SearchJob
from tests.factories import MembershipFactory, UserFactory
from tests.searchjobs.sockets import (
    Socket,
    cookie_of,
    member_with_job,
    opened,
    path_of,
    store_page,
    tell,
    workspace_path_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

issue = sync_to_async(tokens.issue)
YEAR = timedelta(days=365)


# --- who is let in ------------------------------------------------------------------


@pytest.mark.parametrize("path_to", [path_of, workspace_path_of])
async def test_a_member_with_a_session_is_let_in(path_to) -> None:
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(path_to(job), cookie=cookie) as socket:
        assert (await socket.frame())["type"] == "search_job.snapshot"


@pytest.mark.parametrize("path_to", [path_of, workspace_path_of])
async def test_nobody_without_a_session_is_let_in(path_to) -> None:
    _, job = await member_with_job()
    async with opened(path_to(job)) as socket:
        assert await socket.closed_with() == 4401


@pytest.mark.parametrize("path_to", [path_of, workspace_path_of])
async def test_a_stranger_finds_nothing(path_to) -> None:
    _, job = await member_with_job()
    stranger = await sync_to_async(MembershipFactory.create)()
    cookie = await cookie_of(stranger.user)
    async with opened(path_to(job), cookie=cookie) as socket:
        assert await socket.closed_with() == 4404


@pytest.mark.parametrize(
    "path",
    [
        f"/ws/search-jobs/{uuid.UUID(int=7)}",
        "/ws/search-jobs/no-uuid",
        f"/ws/workspaces/{uuid.UUID(int=7)}/search-jobs",
        "/ws/workspaces/no-uuid/search-jobs",
        "/ws/elsewhere",
    ],
)
async def test_an_unknown_address_is_closed_as_not_found(path: str) -> None:
    cookie = await cookie_of(await sync_to_async(UserFactory.create)())
    async with opened(path, cookie=cookie) as socket:
        assert await socket.closed_with() == 4404


async def test_a_token_lets_its_user_in_and_its_subprotocol_is_echoed() -> None:
    member, job = await member_with_job()
    offered = f"token.{await issue(member.user, lifetime=YEAR)}"
    socket = Socket(path_of(job), subprotocols=[offered])
    answer = await socket.connect()
    assert answer == {"type": "websocket.accept", "subprotocol": offered}
    assert (await socket.frame())["type"] == "search_job.snapshot"
    await socket.disconnect()


@pytest.mark.parametrize("lifetime", [timedelta(seconds=-1), None])
async def test_a_token_that_is_expired_or_unknown_lets_nobody_in(
    lifetime: timedelta | None,
) -> None:
    member, job = await member_with_job()
    token = await issue(member.user, lifetime=lifetime) if lifetime else "f" * 64
    async with opened(path_of(job), subprotocols=[f"token.{token}"]) as socket:
        assert await socket.closed_with() == 4401


async def test_a_bad_token_is_not_made_good_by_a_session() -> None:
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(
        path_of(job), cookie=cookie, subprotocols=["token.bad"]
    ) as socket:
        assert await socket.closed_with() == 4401


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "http://localhost.evil.example",
        "localhost",
        "http://[",
    ],
)
async def test_a_foreign_origin_is_refused(origin: str) -> None:
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    socket = Socket(path_of(job), cookie=cookie, origin=origin)
    assert (await socket.connect())["type"] == "websocket.close"


async def test_an_origin_named_in_the_settings_is_let_in(
    settings: Settings,
) -> None:
    settings.ALLOWED_ORIGINS = ["https://crm.example"]
    member, job = await member_with_job()
    token = await issue(member.user, lifetime=YEAR)
    async with opened(
        path_of(job), origin="https://crm.example", subprotocols=[f"token.{token}"]
    ) as socket:
        assert (await socket.frame())["type"] == "search_job.snapshot"


async def test_a_host_that_is_not_ours_makes_no_origin_ours(
    settings: Settings,
) -> None:
    settings.ALLOWED_HOSTS = ["shortlist.example"]
    member, job = await member_with_job()
    socket = Socket(path_of(job), cookie=await cookie_of(member.user))
    assert (await socket.connect())["type"] == "websocket.close"


async def test_a_client_that_is_no_browser_sends_no_origin() -> None:
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(path_of(job), cookie=cookie, origin=None) as socket:
        assert (await socket.frame())["type"] == "search_job.snapshot"


# --- what a search's socket tells ---------------------------------------------------


async def test_the_snapshot_holds_the_row_and_its_journal() -> None:
    member, job = await member_with_job()
    async with opened(path_of(job), cookie=await cookie_of(member.user)) as socket:
        snapshot = await socket.frame()
    assert snapshot["revision"] == 1
    assert snapshot["new"]["id"] == str(job.id)
    assert snapshot["new"]["status"] == "queued"
    assert snapshot["text"] == "Fetched 0/1000 (0%)"
    assert [event["kind"] for event in snapshot["events"]] == ["created"]


async def test_after_the_snapshot_come_the_changes() -> None:
    member, job = await member_with_job()
    async with opened(path_of(job), cookie=await cookie_of(member.user)) as socket:
        await socket.frame()
        await store_page(job.id, people=500)
        frame = await socket.frame()
    assert frame["type"] == "search_job.updated"
    assert (frame["previous"], frame["revision"]) == (1, 2)
    assert frame["kind"] == "page_stored"
    assert frame["new"]["progress_current"] == 500
    assert frame["text"] == "Fetched 500/1000 (50%)"


async def test_nothing_of_the_fence_is_told() -> None:
    member, job = await member_with_job()
    async with opened(path_of(job), cookie=await cookie_of(member.user)) as socket:
        snapshot = await socket.frame()
    assert not {"next_cursor", "lease_token", "served_at"} & set(snapshot["new"])


async def test_who_comes_back_gets_the_journal_since() -> None:
    member, job = await member_with_job()
    await store_page(job.id)
    await sync_to_async(lifecycle.pause)(job.id, member.user)
    cookie = await cookie_of(member.user)
    async with opened(f"{path_of(job)}?since=1", cookie=cookie) as socket:
        snapshot = await socket.frame()
    assert snapshot["revision"] == 3
    assert [event["revision"] for event in snapshot["events"]] == [2, 3]


@pytest.mark.parametrize("since", ["99", "9" * 40, "9" * 5000, "-1", "x", "%00"])
async def test_a_strange_since_is_answered_with_a_snapshot(since: str) -> None:
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(f"{path_of(job)}?since={since}", cookie=cookie) as socket:
        assert (await socket.frame())["revision"] == 1


async def test_a_change_between_joining_and_snapshot_is_told_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The group is joined before the row is read: the message waits, and is old."""
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    await store_page(job.id)
    read = snapshots.of_job

    def read_after_a_change(*args, **kwargs):
        lifecycle.pause(job.id, member.user)
        return read(*args, **kwargs)

    monkeypatch.setattr(snapshots, "of_job", read_after_a_change)
    async with opened(path_of(job), cookie=cookie) as socket:
        assert (await socket.frame())["revision"] == 3
        await sync_to_async(lifecycle.resume)(job.id, member.user)
        assert (await socket.frame())["revision"] == 4


async def test_an_older_revision_is_dropped() -> None:
    member, job = await member_with_job()
    async with opened(path_of(job), cookie=await cookie_of(member.user)) as socket:
        await socket.frame()
        tell(job, **update(job, 5))
        assert (await socket.frame())["revision"] == 5
        for revision in (4, 3, 6):
            tell(job, **update(job, revision))
        frame = await socket.frame()
    assert (frame["previous"], frame["revision"]) == (5, 6)


def update(job: SearchJob, revision: int) -> dict[str, object]:
    return {
        "type": "search_job.updated",
        "revision": revision,
        "kind": "page_stored",
        "new": {"id": str(job.id), "progress_current": revision},
        "text": "",
    }


async def test_of_a_burst_the_last_state_arrives() -> None:
    member, job = await member_with_job()
    async with opened(path_of(job), cookie=await cookie_of(member.user)) as socket:
        await socket.frame()
        for revision in range(2, 302):
            tell(job, **update(job, revision))
        frames = [await socket.frame()]
        while frames[-1]["revision"] < 301:
            frames.append(await socket.frame())
    revisions = [frame["revision"] for frame in frames]
    assert [frame["previous"] for frame in frames] == [1, *revisions[:-1]]
    assert len(frames) < 100  # of 300; how many depends on how long they take to come


async def test_a_flood_is_thinned_to_ten_frames_a_second() -> None:
    member, job = await member_with_job()
    arrived: list[float] = []
    async with opened(path_of(job), cookie=await cookie_of(member.user)) as socket:
        await socket.frame()
        revisions = itertools.count(2)
        while len(arrived) < 20:
            for revision in itertools.islice(revisions, 5):
                tell(job, **update(job, revision))
            await socket.frame()
            arrived.append(time.monotonic())
    assert most_in_a_second(arrived) <= 10


def most_in_a_second(moments: list[float]) -> int:
    return max(
        sum(moment <= later < moment + 1 for later in moments) for moment in moments
    )


async def test_a_socket_survives_ten_idle_seconds_and_a_flush() -> None:
    """The client library closes connections that are idle for 5 s, if it may."""
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(path_of(job), cookie=cookie) as socket:
        await socket.frame()
        await sync_to_async(redis.from_url(django_settings.REDIS_URL).flushall)()
        ping = await socket.frame(timeout_s=12)
        await store_page(job.id)
        assert ping == {"type": "ping", "revision": 1}
        assert (await socket.frame())["revision"] == 2


async def test_a_message_that_was_lost_is_made_up_for_before_the_ping(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumers, "PING_EACH_S", 0.3)
    member, job = await member_with_job()
    async with opened(path_of(job), cookie=await cookie_of(member.user)) as socket:
        await socket.frame()
        monkeypatch.setattr(live, "send", lambda group, message: None)
        await store_page(job.id)
        frames = [await until(socket, "search_job.updated"), await socket.frame()]
    assert (frames[0]["revision"], frames[0]["kind"]) == (2, "page_stored")
    assert frames[1] == {"type": "ping", "revision": 2}


async def until(socket: Socket, type_: str) -> dict[str, object]:
    while (frame := await socket.frame())["type"] != type_:
        pass
    return frame


# --- what a workspace's socket tells ------------------------------------------------


async def test_the_workspace_tells_of_all_its_searches() -> None:
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(workspace_path_of(job), cookie=cookie) as socket:
        snapshot = await socket.frame()
        await store_page(job.id)
        frame = await socket.frame()
    assert [state["revision"] for state in snapshot["jobs"]] == [1]
    assert (frame["previous"], frame["revision"]) == (1, 2)
    assert frame["new"]["id"] == str(job.id)


async def test_a_search_that_the_socket_never_told_has_no_previous() -> None:
    member, job = await member_with_job()
    other = uuid.uuid4()
    cookie = await cookie_of(member.user)
    async with opened(workspace_path_of(job), cookie=cookie) as socket:
        await socket.frame()
        message = update(job, 7) | {"new": {"id": str(other)}}
        live.send(live.workspace_group(job.workspace_id), message)
        assert (await socket.frame())["previous"] is None


async def test_no_search_crowds_out_another() -> None:
    member, job = await member_with_job()
    ids = [str(uuid.uuid4()) for _ in range(5)]
    cookie = await cookie_of(member.user)
    async with opened(workspace_path_of(job), cookie=cookie) as socket:
        await socket.frame()
        for revision, job_id in itertools.product(range(1, 21), ids):
            message = update(job, revision) | {"new": {"id": job_id}}
            live.send(live.workspace_group(job.workspace_id), message)
        last: dict[str, int] = {}
        while sum(last.values()) < 20 * len(ids):
            frame = await socket.frame()
            last[frame["new"]["id"]] = frame["revision"]
    assert last == dict.fromkeys(ids, 20)


@pytest.mark.parametrize("type_", ["account.updated", "prospects.decided"])
async def test_what_else_happens_in_the_workspace_is_passed_on(type_: str) -> None:
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(workspace_path_of(job), cookie=cookie) as socket:
        await socket.frame()
        message = {"type": type_, "id": "1", "approved": 3}
        live.send(live.workspace_group(job.workspace_id), message)
        assert await socket.frame() == message


async def test_the_workspace_makes_up_for_lost_messages_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumers, "PING_EACH_S", 0.3)
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(workspace_path_of(job), cookie=cookie) as socket:
        await socket.frame()
        monkeypatch.setattr(live, "send", lambda group, message: None)
        await store_page(job.id)
        frame = await until(socket, "search_job.updated")
    assert (frame["previous"], frame["revision"]) == (1, 2)


async def test_no_search_of_another_workspace_is_told() -> None:
    member, job = await member_with_job()
    _, foreign = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(workspace_path_of(job), cookie=cookie) as socket:
        snapshot = await socket.frame()
        await store_page(foreign.id)
        await store_page(job.id)
        frame = await socket.frame()
    assert [state["new"]["id"] for state in snapshot["jobs"]] == [str(job.id)]
    assert frame["new"]["id"] == str(job.id)
