"""People who act at the very moment in which a turn begins or ends.

Where the order matters a thread is held inside its transaction until the other is seen
to wait for its lock.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from accounts.errors import Conflict, NotFound, Refusal
from accounts.models import LinkedInAccount, Membership
from searchjobs import outcomes, services
from searchjobs.models import SearchJob
from searchjobs.sources import NeedsPerson
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
)
from tests.searchjobs.playing import (
    check,
    now_of,
    page,
    people,
)
from tests.searchjobs.threads import (
    TIMEOUT_S,
    Threads,
    claim,
    end,
    new_job,
    wait_until_somebody_waits_for_a_lock,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_pace"),
]


@pytest.fixture
def member() -> Membership:
    return MembershipFactory()


@pytest.fixture
def account(member: Membership) -> LinkedInAccount:
    return LinkedInAccountFactory(user=member.user, workspace=member.workspace)


# --- people against a turn ----------------------------------------------------------


def test_a_pause_that_waits_for_a_page_to_be_stored_pauses_after_it(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account)
    claimed = claim(account)
    with transaction.atomic():
        outcomes.end(
            outcomes.Turn(
                claim=claimed[0],
                outcome=page(people(100), next_cursor="b"),
                seconds=0.1,
            )
        )
        paused = threads.start(lambda: services.pause(job=job, by=member))
        wait_until_somebody_waits_for_a_lock()
    paused.result(TIMEOUT_S)
    row = check(job)
    assert (row.status, row.progress_current) == ("paused", 100)


def test_a_cancel_that_waits_for_the_last_page_is_refused(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account, target_count=100)
    claimed = claim(account)
    with transaction.atomic():
        outcomes.end(
            outcomes.Turn(claim=claimed[0], outcome=page(people(100)), seconds=0.1)
        )
        cancelled = threads.start(lambda: services.cancel(job=job, by=member))
        wait_until_somebody_waits_for_a_lock()
    with pytest.raises(Conflict):
        cancelled.result(TIMEOUT_S)
    assert check(job).status == "completed"


def test_a_page_that_waits_for_a_cancel_is_dropped(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account)
    claimed = claim(account)
    with transaction.atomic():
        services.cancel(job=job, by=member)
        ended = threads.start(lambda: end(claimed, page(people(100), next_cursor="b")))
        wait_until_somebody_waits_for_a_lock()
    ended.result(TIMEOUT_S)
    row = check(job)
    assert (row.status, row.progress_current, row.requests) == ("cancelled", 0, 1)
    account.refresh_from_db()
    assert account.lease_token is None


def test_a_claim_that_waits_for_a_cancel_takes_the_next_job(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    first, second = new_job(member, account), new_job(member, account)
    with transaction.atomic():
        services.cancel(job=first, by=member)
        claimed = threads.start(lambda: claim(account))
        wait_until_somebody_waits_for_a_lock()
    assert claimed.result(TIMEOUT_S)[0].job_id == second.id


def test_a_delete_waits_for_the_turn_under_way(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account)
    claimed = claim(account)
    services.cancel(job=job, by=member)
    with transaction.atomic():
        outcomes.end(
            outcomes.Turn(claim=claimed[0], outcome=page(people(9)), seconds=0.1)
        )
        deleted = threads.start(lambda: services.delete(job=job, by=member))
        wait_until_somebody_waits_for_a_lock()
    deleted.result(TIMEOUT_S)
    assert not SearchJob.objects.filter(id=job.id).exists()
    account.refresh_from_db()
    assert account.lease_token is None


def test_a_turn_whose_job_is_being_deleted_ends_without_it(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    job = new_job(member, account)
    claimed = claim(account)
    services.cancel(job=job, by=member)
    with transaction.atomic():
        services.delete(job=job, by=member)
        ended = threads.start(lambda: end(claimed, page(people(9))))
        wait_until_somebody_waits_for_a_lock()
    ended.result(TIMEOUT_S)
    account.refresh_from_db()
    assert account.lease_token is None


@pytest.mark.parametrize("action", ["pause", "resume", "cancel", "retry", "delete"])
def test_of_the_same_action_twice_at_once_one_succeeds(
    threads: Threads, account: LinkedInAccount, member: Membership, action: str
) -> None:
    columns: dict[str, Any] = {
        "resume": {"status": "paused", "paused_by": member.user},
        "retry": {"status": "failed", "error_code": "x", "error_message": "It failed."},
        "delete": {"status": "cancelled"},
    }.get(action, {})
    for _ in range(10):
        job = new_job(member, account, **columns)
        act = getattr(services, action)
        answers = threads.at_once(*[lambda: act(job=job, by=member)] * 2)  # noqa: B023
        refused = [each for each in answers if isinstance(each, Refusal)]
        assert len(refused) == 1
        assert isinstance(refused[0], NotFound if action == "delete" else Conflict)


def test_a_resume_that_waits_for_the_loss_of_the_login_is_refused(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    paused = new_job(member, account, status="paused", paused_by=member.user)
    new_job(member, account)
    claimed = claim(account)
    with transaction.atomic():
        outcomes.end(
            outcomes.Turn(
                claim=claimed[0],
                outcome=NeedsPerson(account_status="credentials"),
                seconds=0.1,
            )
        )
        resumed = threads.start(lambda: services.resume(job=paused, by=member))
        wait_until_somebody_waits_for_a_lock()
    with pytest.raises(Conflict, match="signed this account out"):
        resumed.result(TIMEOUT_S)
    assert now_of(paused).status == "paused"


def test_a_loss_of_the_login_that_waits_for_a_resume_pauses_the_resumed(
    threads: Threads, account: LinkedInAccount, member: Membership
) -> None:
    paused = new_job(member, account, status="paused", paused_by=member.user)
    new_job(member, account)
    claimed = claim(account)
    with transaction.atomic():
        services.resume(job=paused, by=member)
        ended = threads.start(
            lambda: end(claimed, NeedsPerson(account_status="credentials"))
        )
        wait_until_somebody_waits_for_a_lock()
    ended.result(TIMEOUT_S)
    row = check(paused)
    assert (row.status, row.error_code) == ("paused", "account_disconnected")
