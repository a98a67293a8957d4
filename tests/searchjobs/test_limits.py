"""LinkedIn's own limits, as the local Unipile plays them in every disguise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from accounts.models import LinkedInAccount
from searchjobs import runner
from searchjobs.models import SearchJob
from searchjobs.pages import progress
from searchjobs.sources import LimitReached
from tests.factories import MembershipFactory, SearchJobFactory
from tests.searchjobs.playing import (
    CEOS,
    check,
    expected,
    found,
    kinds,
    let_time_pass,
    now_of,
    page,
    people,
    play,
    run,
)
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

DAY = timedelta(days=1)
LIMIT = LimitReached()
COMMERCIAL = {"detail": "You've reached the commercial use limit on search."}
CEILING = {"detail": "Results beyond 2,500 cannot be viewed."}
DISGUISES: list[dict[str, Any]] = [
    {"status": 401, "type": "errors/disconnected_account"},
    {"status": 403, "type": "errors/insufficient_permissions"},
    {"status": 429, "type": "errors/too_many_requests"},
    {"status": 500, "type": "errors/unexpected_error"},
]


def classic(account: LinkedInAccount, **fields: Any) -> SearchJob:
    return SearchJobFactory(
        account=account,
        search_source="classic",
        page_size=50,
        search_criteria=CEOS,
        **fields,
    )


def waits(job: SearchJob) -> timedelta:
    """Return how long from now the job waits, to the minute."""
    row = SearchJob.objects.annotate(now=Now()).get(id=job.id)
    minutes = round((row.next_step_at - row.now).total_seconds() / 60)
    return timedelta(minutes=minutes)


# --- the monthly limit --------------------------------------------------------------


@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda one: str(one["status"]))
def test_the_monthly_limit_parks_the_searches_and_loses_no_login(
    sandbox: SandboxServer, anna: LinkedInAccount, disguise: dict[str, Any]
) -> None:
    job = classic(anna, target_count=100)
    sandbox.put_faults([{"kind": "status", **disguise, **COMMERCIAL, "page": 1}])
    for _ in range(2):
        let_time_pass(anna)
        assert runner.run_turn(anna.id)
    row = check(job)
    assert (row.status, row.wait_reason, row.failures) == (
        "processing",
        "commercial_limit",
        0,
    )
    assert waits(job) == DAY
    assert (row.account.status, row.account.wait_reason) == ("ok", "")

    LinkedInAccount.objects.update(limits={})
    play(anna)
    assert check(job).status == "completed"
    assert found(job) == expected(sandbox, job)


def test_all_searches_of_that_api_wait_and_those_of_others_go_on(
    account: LinkedInAccount,
) -> None:
    first, second = classic(account), classic(account)
    other = SearchJobFactory(account=account, target_count=100)
    run(account, LIMIT)
    assert (waits(first), waits(second)) == (DAY, DAY)
    source = run(account, page(people(100)))
    assert source.asked[0].id == other.id
    assert check(other).status == "completed"


def test_a_search_made_meanwhile_waits_without_being_asked(
    account: LinkedInAccount,
) -> None:
    classic(account)
    run(account, LIMIT)
    late = classic(account)
    let_time_pass(account)
    assert not runner.run_turn(account.id)
    assert now_of(late).wait_reason == "commercial_limit"
    assert kinds(late) == ["waiting"]
    assert waits(late) == DAY


def test_it_is_tried_again_each_time_later(account: LinkedInAccount) -> None:
    job = classic(account)
    seen = []
    for _ in range(5):
        run(account, LIMIT)
        seen.append(waits(job) // DAY)
        let_limits_pass(account)
    assert seen == [1, 2, 4, 4, 4]


def let_limits_pass(account: LinkedInAccount) -> None:
    account.refresh_from_db()
    for limit in account.limits.values():
        limit["until"] = "2026-01-01T00:00:00+00:00"
    LinkedInAccount.objects.filter(id=account.id).update(limits=account.limits)


def test_a_page_ends_it(account: LinkedInAccount) -> None:
    job = classic(account)
    run(account, LIMIT)
    let_limits_pass(account)
    run(account, page(people(50), next_cursor="b"))
    account.refresh_from_db()
    assert account.limits == {}
    run(account, LIMIT)
    assert waits(job) == DAY


def test_unipiles_own_time_is_obeyed(account: LinkedInAccount) -> None:
    job = classic(account)
    run(account, LimitReached(delay_s=7200))
    assert waits(job) == timedelta(hours=2)


def test_the_page_names_the_cause(account: LinkedInAccount) -> None:
    job = classic(account)
    run(account, LIMIT)
    membership = MembershipFactory.create(user=job.user, workspace=job.workspace)
    shown = progress.one(now_of(job), membership)
    assert shown.label == "Waiting: LinkedIn's monthly search limit is used up"
    assert shown.wait is not None
    assert shown.wait.until == now_of(job).next_step_at


# --- the ceiling of a search --------------------------------------------------------


@pytest.mark.parametrize(
    "disguise",
    [*DISGUISES, {"status": 400}, {"status": 422}, {"status": 503}],
    ids=lambda one: str(one["status"]),
)
def test_near_its_ceiling_a_refusal_in_its_words_is_the_end(
    sandbox: SandboxServer, anna: LinkedInAccount, disguise: dict[str, Any]
) -> None:
    job = SearchJobFactory(
        account=anna, target_count=2500, search_criteria=CEOS, page_size=100
    )
    let_time_pass(anna)
    assert runner.run_turn(anna.id)
    SearchJob.objects.filter(id=job.id).update(pass_received=2400)
    sandbox.put_faults([{"kind": "status", **disguise, **CEILING}])
    let_time_pass(anna)
    assert runner.run_turn(anna.id)
    row = now_of(job)
    assert (row.status, row.completion_reason) == ("completed", "provider_ceiling")
    assert (row.progress_current, row.progress_total, row.requests) == (100, 100, 2)
    assert row.account.status == "ok"


def test_far_from_it_the_status_decides(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    job = SearchJobFactory(account=anna, target_count=300, search_criteria=CEOS)
    sandbox.put_faults([{"kind": "status", "status": 500, **CEILING, "page": 1}])
    play(anna)
    row = check(job)
    assert (row.status, row.completion_reason) == ("completed", "target_reached")
    assert found(job) == expected(sandbox, job)
