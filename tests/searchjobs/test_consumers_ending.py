"""An open socket ends when its user may listen no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.test import Client
from knox.models import AuthToken

from accounts import tokens
from accounts.models import Membership, Role, User
from searchjobs import consumers, leaving, live
from searchjobs.models import SearchJob
from tests.factories import MembershipFactory
from tests.searchjobs.sockets import (
    Socket,
    cookie_of,
    member_with_job,
    opened,
    path_of,
    store_page,
    workspace_path_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = pytest.mark.parametrize("path_to", [path_of, workspace_path_of])


@sync_to_async
def remove(member: Membership) -> None:
    owner = MembershipFactory.create(workspace=member.workspace, role=Role.OWNER)
    leaving.remove(by=owner, user_id=member.user_id)


@sync_to_async
def post(cookie: str, path: str, **form: str) -> None:
    client = Client()
    client.cookies.load(cookie)
    assert client.post(path, form).status_code == 302


@PATHS
async def test_who_is_removed_hears_no_more(path_to: Callable[..., str]) -> None:
    member, job = await member_with_job()
    async with opened(path_to(job), cookie=await cookie_of(member.user)) as socket:
        await socket.frame()
        await remove(member)
        assert await end_of(socket) == 4404


@PATHS
async def test_who_signs_out_hears_no_more(path_to: Callable[..., str]) -> None:
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(path_to(job), cookie=cookie) as socket:
        await socket.frame()
        await post(cookie, "/logout")
        assert await end_of(socket) == 4401


async def test_signing_out_here_leaves_another_browser_signed_in() -> None:
    member, job = await member_with_job()
    here, there = await cookie_of(member.user), await cookie_of(member.user)
    async with opened(path_of(job), cookie=there) as socket:
        await socket.frame()
        await post(here, "/logout")
        assert (await socket.frame())["type"] == "ping"  # it has looked
        await store_page(job.id)
        assert (await socket.frame())["type"] == "search_job.updated"


async def test_another_password_ends_the_sockets_of_other_browsers() -> None:
    member, job = await member_with_job()
    await change_the_password(member.user, job)
    here, there = await cookie_of(member.user), await cookie_of(member.user)
    async with opened(path_of(job), cookie=there) as socket:
        await socket.frame()
        new = dict.fromkeys(("new_password1", "new_password2"), "a third horse")
        await post(here, "/password", old_password="another horse", **new)
        assert await end_of(socket) == 4401


async def test_a_revoked_token_ends_its_sockets() -> None:
    member, job = await member_with_job()
    issue = sync_to_async(tokens.issue)
    token = await issue(member.user, lifetime=timedelta(days=1))
    async with opened(path_of(job), subprotocols=[f"token.{token}"]) as socket:
        await socket.frame()
        key = (await AuthToken.objects.aget()).token_key
        await post(await cookie_of(member.user), f"/settings/tokens/{key}/revoke")
        assert await end_of(socket) == 4401


async def end_the_session(user: User, job: SearchJob) -> None:
    await Session.objects.all().adelete()


async def bar(user: User, job: SearchJob) -> None:
    await User.objects.filter(id=user.id).aupdate(is_active=False)


async def change_the_password(user: User, job: SearchJob) -> None:
    user.set_password("another horse")
    await user.asave()


async def end_the_membership(user: User, job: SearchJob) -> None:
    await Membership.objects.all().adelete()


@pytest.mark.parametrize(
    ("happen", "code"),
    [
        (end_the_session, 4401),
        (bar, 4401),
        (change_the_password, 4401),
        (end_the_membership, 4404),
    ],
)
async def test_what_nobody_told_is_seen_at_the_next_look(
    happen: Callable[[User, SearchJob], Awaitable[None]],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where Redis was down, or it was done in the admin."""
    monkeypatch.setattr(consumers, "PING_EACH_S", 0.3)
    monkeypatch.setattr(live, "look_again", lambda user_id: None)
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(workspace_path_of(job), cookie=cookie) as socket:
        await socket.frame()
        await happen(member.user, job)
        assert await end_of(socket) == code


async def end_of(socket: Socket) -> int:
    """Return the code that the socket is closed with, after what it still says."""
    while (output := await socket.output())["type"] != "websocket.close":
        pass
    code: int = output["code"]
    return code
