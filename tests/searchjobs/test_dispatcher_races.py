"""One account's row that somebody holds keeps no dispatcher waiting."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import transaction

from accounts.models import LinkedInAccount
from searchjobs import dispatcher, turns
from searchjobs.models import SearchJob
from tests.factories import SearchJobFactory
from tests.searchjobs.threads import TIMEOUT_S, Threads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("status", "do"),
    [("ok", dispatcher.resume_jobs_of), ("credentials", dispatcher.pause_jobs_of)],
)
def test_a_held_account_is_left_to_the_next_look(
    threads: Threads, status: str, do: Callable[[uuid.UUID], int]
) -> None:
    job = SearchJobFactory.create(
        status="paused" if status == "ok" else "queued",
        error_code="account_disconnected" if status == "ok" else "",
    )
    LinkedInAccount.objects.update(status=status)

    with transaction.atomic():
        assert turns.lock(job.account_id) is not None
        assert threads.start(lambda: do(job.account_id)).result(TIMEOUT_S) == 0

    assert do(job.account_id) == 1
    assert SearchJob.objects.get().status == ("queued" if status == "ok" else "paused")
