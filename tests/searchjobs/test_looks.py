"""Sockets that look in the same moment share one look; each sees what is its own."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from channels.db import database_sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import tokens
from accounts.models import Membership
from searchjobs import looks
from searchjobs.callers import Caller
from searchjobs.looks import Look
from searchjobs.models import SearchJob
from tests.searchjobs.sockets import member_with_job, store_page

pytestmark = pytest.mark.django_db(transaction=True)


async def somebody() -> tuple[Caller, SearchJob]:
    member, job = await member_with_job()
    return await caller_of(member), job


@database_sync_to_async
def caller_of(member: Membership) -> Caller:
    token = tokens.issue(member.user, lifetime=timedelta(days=1))
    return Caller(user=member.user, token=token, session_key=None)


def look_of(caller: Caller, job: SearchJob, *, told: int = 0) -> Look:
    return Look(caller=caller, job_id=job.id, told={str(job.id): told})


async def test_looks_of_one_moment_ask_the_database_once() -> None:
    (one, first), (other, second) = await somebody(), await somebody()
    asked: list[int] = []
    see = looks.see

    def counted(many: list[Look]) -> list[looks.Seen]:
        asked.append(len(many))
        return see(many)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(looks, "see", counted)
        seen = await asyncio.gather(
            looks.take(look_of(one, first)), looks.take(look_of(other, second))
        )
    assert asked == [2]
    assert [frame["job_id"] for each in seen for frame in each.frames] == [
        str(first.id),
        str(second.id),
    ]


async def test_more_sockets_of_one_caller_cost_no_more_queries() -> None:
    caller, job = await somebody()

    @database_sync_to_async
    def queries(sockets: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            looks.see([look_of(caller, job)] * sockets)
        return len(captured)

    assert await queries(50) == await queries(1) == 4


async def test_what_was_told_is_not_told_again() -> None:
    caller, job = await somebody()
    await store_page(job.id)
    told, behind = await asyncio.gather(
        looks.take(look_of(caller, job, told=2)),
        looks.take(look_of(caller, job, told=1)),
    )
    assert [frame["revision"] for frame in told.frames] == []
    assert [frame["revision"] for frame in behind.frames] == [2]


async def test_a_stranger_among_members_sees_nothing() -> None:
    (member, job), (stranger, _) = await somebody(), await somebody()
    its_own, foreign = await asyncio.gather(
        looks.take(look_of(member, job)), looks.take(look_of(stranger, job))
    )
    assert (its_own.may_see, len(its_own.frames)) == (True, 1)
    assert (foreign.is_signed_in, foreign.may_see) == (True, False)
    assert foreign.frames == []


async def test_a_workspace_s_look_sees_its_own_searches_alone() -> None:
    (member, job), (_, foreign) = await somebody(), await somebody()
    await store_page(foreign.id)
    seen = await looks.take(Look(caller=member, workspace_id=job.workspace_id, told={}))
    assert [frame["job_id"] for frame in seen.frames] == [str(job.id)]


async def test_a_search_that_is_gone_is_nobody_s_to_see() -> None:
    caller, job = await somebody()
    await SearchJob.objects.filter(id=job.id).adelete()
    assert not (await looks.take(look_of(caller, job))).may_see


async def test_a_database_that_fails_is_every_asker_s_to_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caller, job = await somebody()

    def fail(many: list[Look]) -> list[looks.Seen]:
        raise ConnectionError

    monkeypatch.setattr(looks, "see", fail)
    answers = await asyncio.gather(
        *(looks.take(look_of(caller, job)) for _ in range(2)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [ConnectionError] * 2


async def test_a_socket_that_went_meanwhile_disturbs_no_other() -> None:
    caller, job = await somebody()
    going = asyncio.ensure_future(looks.take(look_of(caller, job)))
    staying = asyncio.ensure_future(looks.take(look_of(caller, job)))
    await asyncio.sleep(0)
    going.cancel()
    assert (await staying).may_see
    assert going.cancelled()
