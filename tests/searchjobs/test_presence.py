"""Who looks at which search, as sockets of one workspace tell each other."""

from __future__ import annotations

import uuid

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from searchjobs import live, presence
from searchjobs.models import SearchJob
from searchjobs.presence import Presence
from tests.factories import MembershipFactory, UserFactory
from tests.searchjobs.sockets import (
    Socket,
    cookie_of,
    member_with_job,
    opened,
    workspace_path_of,
)

JOB = uuid.UUID(int=1)


@pytest.fixture
def heard() -> Presence:
    return Presence(viewer=UserFactory.build(name="Priya Raman"))


def here(socket: str, user: User, *, each_s: float = 10) -> presence.Message:
    return presence.here(JOB, socket=socket, user=user, each_s=each_s)


def test_a_person_with_two_tabs_is_here_once(heard: Presence) -> None:
    amara = UserFactory.build(name="Amara Okafor")
    assert heard.hear(here("one", amara), now=0)
    assert not heard.hear(here("two", amara), now=0)
    assert not heard.lose(presence.gone(JOB, socket="one"))
    assert heard.lose(presence.gone(JOB, socket="two"))


def test_the_viewer_is_no_company(heard: Presence) -> None:
    assert not heard.hear(here("one", heard.viewer), now=0)
    assert heard.people(str(JOB)) == []


def test_who_falls_silent_is_gone(heard: Presence) -> None:
    amara = UserFactory.build(name="Amara Okafor")
    heard.hear(here("one", amara), now=0)
    heard.hear(here("one", amara), now=10)
    assert heard.forget(now=34) == []
    assert heard.forget(now=36) == [str(JOB)]


def test_who_speaks_seldom_is_waited_for_longer(heard: Presence) -> None:
    amara = UserFactory.build(name="Amara Okafor")
    heard.hear(here("one", amara, each_s=100), now=0)
    assert heard.forget(now=249) == []
    assert heard.forget(now=251) == [str(JOB)]


@pytest.mark.parametrize("viewers", [1, 10, 20, 100])
def test_however_many_look_all_of_them_speak_once_a_second_together(
    heard: Presence, viewers: int
) -> None:
    for number in range(viewers):
        heard.hear(here(f"socket {number}", UserFactory.build()), now=0)
    messages_a_second = viewers / heard.each_s(str(JOB))
    assert messages_a_second <= 1


def looking(job: SearchJob) -> str:
    return f"{workspace_path_of(job)}?looking_at={job.id}"


async def people_in(socket: Socket) -> list[str]:
    while (frame := await socket.frame())["type"] != "presence":
        pass
    return [person["name"] for person in frame["people"]]


@pytest.mark.django_db(transaction=True)
async def test_two_who_look_at_one_search_see_each_other_come_and_go() -> None:
    priya, job = await member_with_job()
    amara = await sync_to_async(MembershipFactory.create)(
        workspace=priya.workspace, user__name="Amara Okafor"
    )
    cookies = [await cookie_of(member.user) for member in (priya, amara)]
    async with opened(looking(job), cookie=cookies[0]) as first:
        async with opened(looking(job), cookie=cookies[1]) as second:
            assert await people_in(first) == ["Amara Okafor"]
            assert await people_in(second) == [priya.user.get_full_name()]
        assert await people_in(first) == []


@pytest.mark.django_db(transaction=True)
async def test_who_looks_at_one_search_hears_of_no_other() -> None:
    member, job = await member_with_job()
    cookie = await cookie_of(member.user)
    async with opened(looking(job), cookie=cookie) as socket:
        snapshot = await socket.frame()
        assert [each["new"]["id"] for each in snapshot["jobs"]] == [str(job.id)]
        for job_id, revision in ((uuid.UUID(int=7), 9), (job.id, 5)):
            live.send(
                live.workspace_group(job.workspace_id),
                {
                    "type": "search_job.updated",
                    "revision": revision,
                    "new": {"id": str(job_id)},
                },
            )
        assert (await socket.frame())["revision"] == 5


@pytest.mark.django_db(transaction=True)
async def test_nobody_looks_at_a_search_of_elsewhere() -> None:
    member, job = await member_with_job()
    _, foreign = await member_with_job()
    path = f"{workspace_path_of(job)}?looking_at={foreign.id}"
    async with opened(path, cookie=await cookie_of(member.user)) as socket:
        assert await socket.closed_with() == 4404
