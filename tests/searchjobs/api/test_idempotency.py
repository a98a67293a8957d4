"""A request sent again is done once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from searchjobs.api import idempotency
from searchjobs.models import IdempotencyKey, SearchJob
from tests.factories import MembershipFactory, WorkspaceFactory
from tests.searchjobs.api.callers import (
    CREATE_JOB,
    Colleague,
    caller_for,
    colleague,
    refused,
)

BODY: dict[str, Any] = {"search_criteria": {"title": "CEO", "keywords": "tech"}}
KEY = {"Idempotency-Key": "b7e1"}
DAY = timedelta(hours=24)


def test_the_first_answer_says_nothing_of_a_replay(alice: Colleague) -> None:
    response = alice.client.send(CREATE_JOB, BODY, **KEY)
    assert "Idempotent-Replayed" not in response.headers


def test_the_same_again_gives_the_first_answer_again(alice: Colleague) -> None:
    first = alice.client.send(CREATE_JOB, BODY, **KEY)
    again = alice.client.send(CREATE_JOB, BODY, **KEY)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert SearchJob.objects.count() == 1


def test_the_order_of_keys_and_the_spaces_do_not_matter(alice: Colleague) -> None:
    alice.client.send(CREATE_JOB, BODY, **KEY)
    other = b'{ "search_criteria": {"keywords":"tech",   "title":"CEO"} }'
    again = alice.client.generic(
        "POST", CREATE_JOB, other, content_type="application/json", headers=KEY
    )
    assert again.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_with_another_body_is_refused(alice: Colleague) -> None:
    alice.client.send(CREATE_JOB, BODY, **KEY)
    response = alice.client.send(CREATE_JOB, BODY | {"target_count": 5}, **KEY)
    refused(response, 422, "idempotency_key_reused")
    assert SearchJob.objects.count() == 1


def test_the_same_key_for_another_workspace_is_refused(alice: Colleague) -> None:
    here = {"X-Workspace-Id": str(alice.workspace.id)}
    alice.client.send(CREATE_JOB, BODY, **KEY, **here)
    elsewhere = MembershipFactory.create(user=alice.user)
    there = {"X-Workspace-Id": str(elsewhere.workspace_id)}
    response = alice.client.send(CREATE_JOB, BODY, **KEY, **there)
    refused(response, 422, "idempotency_key_reused")


def test_two_people_may_choose_the_same_key(
    alice: Colleague, stranger: Colleague
) -> None:
    alice.client.send(CREATE_JOB, BODY, **KEY)
    response = stranger.client.send(CREATE_JOB, BODY, **KEY)
    assert "Idempotent-Replayed" not in response.headers
    assert SearchJob.objects.count() == 2


def test_after_a_day_the_key_is_as_new(alice: Colleague) -> None:
    alice.client.send(CREATE_JOB, BODY, **KEY)
    IdempotencyKey.objects.update(created_at=Now() - DAY)
    other = alice.client.send(CREATE_JOB, BODY | {"target_count": 5}, **KEY)
    again = alice.client.send(CREATE_JOB, BODY | {"target_count": 5}, **KEY)
    assert other.status_code == 200
    assert again.json() == other.json()
    assert SearchJob.objects.count() == 2


def test_within_a_day_it_is_not(alice: Colleague) -> None:
    alice.client.send(CREATE_JOB, BODY, **KEY)
    IdempotencyKey.objects.update(created_at=Now() - DAY + timedelta(minutes=1))
    again = alice.client.send(CREATE_JOB, BODY, **KEY)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_expired_keys_are_forgotten(alice: Colleague) -> None:
    alice.client.send(CREATE_JOB, BODY, **KEY)
    IdempotencyKey.objects.update(created_at=Now() - DAY)
    alice.client.send(CREATE_JOB, BODY, **{"Idempotency-Key": "new"})
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]


def test_a_refused_request_may_be_mended_and_sent_again(alice: Colleague) -> None:
    type(alice.account).objects.update(status="credentials")
    response = alice.client.send(CREATE_JOB, BODY, **KEY)
    refused(response, 400, "no_linkedin_account")
    assert not IdempotencyKey.objects.exists()
    type(alice.account).objects.update(status="ok")
    assert alice.client.send(CREATE_JOB, BODY, **KEY).status_code == 200


@pytest.mark.parametrize("key", ["x" * 256, "a\x7fb"])
def test_a_key_too_long_or_unprintable_is_refused(alice: Colleague, key: str) -> None:
    response = alice.client.send(CREATE_JOB, BODY, **{"Idempotency-Key": key})
    answer = refused(response, 400, "invalid_request")
    assert list(answer["fields"]) == ["Idempotency-Key"]
    assert not SearchJob.objects.exists()


def test_a_key_of_255_characters_is_taken(alice: Colleague) -> None:
    response = alice.client.send(CREATE_JOB, BODY, **{"Idempotency-Key": "x" * 255})
    assert response.status_code == 200


def test_an_empty_key_is_none(alice: Colleague) -> None:
    for _ in range(2):
        alice.client.send(CREATE_JOB, BODY, **{"Idempotency-Key": ""})
    assert SearchJob.objects.count() == 2


# --- twins --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_twins_at_the_same_moment_make_one_search() -> None:
    alice = colleague(WorkspaceFactory.create())
    start = threading.Barrier(8)

    def send(_: int) -> Any:
        client = caller_for(alice.user)
        start.wait()
        try:
            return client.send(CREATE_JOB, BODY, **KEY)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert len({answer.json()["job_id"] for answer in answers}) == 1
    replayed = ["Idempotent-Replayed" in answer.headers for answer in answers]
    assert sorted(replayed) == [False] + [True] * 7
    assert SearchJob.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_twin_of_one_that_fails_does_the_work_itself() -> None:
    user = colleague(WorkspaceFactory.create()).user
    has_begun, may_fail = threading.Event(), threading.Event()

    def fail() -> dict[str, Any]:
        has_begun.set()
        may_fail.wait(30)
        raise RuntimeError("the first one breaks")

    def first() -> None:
        try:
            with pytest.raises(RuntimeError, match="breaks"):
                idempotency.once(user=user, key="k", body_sha256="b", do=fail)
        finally:
            connection.close()

    def second() -> idempotency.Answer:
        try:
            return idempotency.once(
                user=user, key="k", body_sha256="b", do=lambda: {"by": "second"}
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        breaking = pool.submit(first)
        assert has_begun.wait(30)
        twin = pool.submit(second)
        _wait_until_somebody_waits_for_a_lock()
        assert not twin.done()
        may_fail.set()
        breaking.result(30)
        assert twin.result(30) == idempotency.Answer(
            body={"by": "second"}, is_replayed=False
        )


def _wait_until_somebody_waits_for_a_lock() -> None:
    with connection.cursor() as cursor:
        for _ in range(10_000):
            cursor.execute(
                "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = "
                "(SELECT oid FROM pg_database WHERE datname = current_database()) "
                "JOIN pg_stat_activity a USING (pid) "
                "WHERE NOT l.granted AND a.datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waited")
