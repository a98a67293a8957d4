"""What people do with searches, and what they are told when they may not."""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from pytest_django import Settings

from accounts.errors import Conflict, NotFound, Refusal
from accounts.models import LinkedInAccount, Membership, Role
from prospects.models import Prospect
from searchjobs import runner, services
from searchjobs.models import SearchEvent, SearchJob, SearchResult
from searchjobs.states import TRANSITIONS, JobStatus, Move
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
    SearchResultFactory,
)
from tests.searchjobs.playing import (
    CEOS,
    check,
    kinds,
    now_of,
    page,
    people,
    run,
)
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unipile(settings: Settings) -> None:
    settings.UNIPILE_DSN, settings.UNIPILE_API_KEY = "unipile.example:1", "key"


@pytest.fixture
def member() -> Membership:
    return MembershipFactory()


@pytest.fixture
def viewer(member: Membership) -> Membership:
    return MembershipFactory(workspace=member.workspace, role=Role.VIEWER)


def connect(member: Membership, **columns: Any) -> LinkedInAccount:
    return LinkedInAccountFactory(
        user=member.user, workspace=member.workspace, **columns
    )


def create(member: Membership, **arguments: Any) -> services.Created:
    arguments.setdefault("search_criteria", CEOS)
    return services.create(membership=member, **arguments)


def job_of(member: Membership, **columns: Any) -> SearchJob:
    return SearchJobFactory(
        account=columns.pop("account", None) or connect(member),
        user=member.user,
        workspace=member.workspace,
        **columns,
    )


# --- create -------------------------------------------------------------------------


def test_a_search_is_queued_with_its_first_event(member: Membership) -> None:
    account = connect(member)
    created = create(member, target_count=2500)
    job = check(created.job)
    assert (job.status, job.account, job.user) == ("queued", account, member.user)
    assert (job.target_count, job.progress_total, job.page_size) == (2500, 2500, 100)
    assert (job.search_source, job.search_type) == ("sales_navigator", "linkedin")
    assert job.search_criteria == CEOS
    assert (created.capped, kinds(job)) == (False, ["created"])


def test_a_search_is_named_after_its_criteria_unless_it_is_named(
    member: Membership,
) -> None:
    connect(member)
    assert create(member).job.name == "CEO, CEO tech startup"
    assert create(member, name="My own").job.name == "My own"
    assert len(create(member, search_criteria={"keywords": "x" * 500}).job.name) <= 200


@pytest.mark.parametrize(
    ("features", "api", "asked", "stored", "size"),
    [
        ([], "classic", 2500, 1000, 50),
        (["sales_navigator"], "sales_navigator", 5000, 2500, 100),
        (["recruiter"], "recruiter", 2501, 2500, 100),
    ],
)
def test_a_target_past_the_apis_ceiling_is_capped_and_said(
    member: Membership,
    features: list[str],
    api: str,
    asked: int,
    stored: int,
    size: int,
) -> None:
    connect(member, premium_features=features)
    created = create(member, target_count=asked)
    assert created.capped
    job = created.job
    assert (job.search_source, job.target_count, job.page_size) == (api, stored, size)


def test_sales_navigator_comes_before_recruiter_before_classic(
    member: Membership,
) -> None:
    connect(member, premium_features=[])
    connect(member, premium_features=["recruiter"])
    strongest = connect(member, premium_features=["recruiter", "sales_navigator"])
    job = create(member).job
    assert (job.account, job.search_source) == (strongest, "sales_navigator")


def test_of_equal_accounts_the_one_whose_turn_comes_first_is_taken(
    member: Membership,
) -> None:
    connect(member, next_turn_at=datetime.now(UTC) + timedelta(hours=1))
    free = connect(member)
    assert create(member).job.account == free


def test_the_api_can_be_named(member: Membership) -> None:
    connect(member)
    job = create(member, search_criteria={**CEOS, "api": "classic"}).job
    assert job.search_source == "classic"


def test_an_api_that_the_account_has_not_is_refused(member: Membership) -> None:
    connect(member)
    with pytest.raises(Refusal) as refused:
        create(member, search_criteria={**CEOS, "api": "recruiter"})
    assert "search_criteria.api" in refused.value.details["fields"]
    assert not SearchJob.objects.exists()


def test_filters_that_the_api_cannot_apply_are_named(member: Membership) -> None:
    connect(member, premium_features=[])
    warnings = create(member).warnings
    assert any("company_headcount" in warning for warning in warnings)


@pytest.mark.parametrize("target_count", [0, -1, 1_000_001])
def test_a_target_that_is_no_number_of_people_is_refused(
    member: Membership, target_count: int
) -> None:
    connect(member)
    with pytest.raises(Refusal) as refused:
        create(member, target_count=target_count)
    assert set(refused.value.details["fields"]) == {"target_count"}


def test_somebody_without_an_account_in_order_is_told_to_connect_one(
    member: Membership,
) -> None:
    connect(member, status="credentials")
    LinkedInAccountFactory()
    with pytest.raises(Refusal) as refused:
        create(member)
    assert refused.value.code == "no_linkedin_account"
    assert refused.value.details["action"] == "connect_linkedin"


def test_a_colleagues_account_is_not_used(member: Membership) -> None:
    colleague = MembershipFactory(workspace=member.workspace)
    account = connect(colleague)
    with pytest.raises(Refusal, match="No active LinkedIn account"):
        create(member)
    with pytest.raises(NotFound) as refused:
        create(member, account_id=account.id)
    assert refused.value.code == "account_not_found"


def test_the_own_account_in_another_workspace_is_not_used(member: Membership) -> None:
    elsewhere = MembershipFactory(user=member.user)
    with pytest.raises(NotFound):
        create(member, account_id=connect(elsewhere).id)


def test_an_unknown_account_is_not_found(member: Membership) -> None:
    connect(member)
    with pytest.raises(NotFound):
        create(member, account_id=uuid.uuid4())


@pytest.mark.parametrize("dsn", ["", "unipile.example:1"])
def test_a_source_that_is_not_set_up_is_refused(
    member: Membership, settings: Settings, dsn: str
) -> None:
    settings.UNIPILE_DSN = dsn
    connect(member)
    search_type = "brightdata" if dsn else "linkedin"
    with pytest.raises(Refusal) as refused:
        create(member, search_type=search_type)
    assert refused.value.code == "source_not_configured"


def test_a_viewer_changes_nothing(viewer: Membership, member: Membership) -> None:
    connect(viewer)
    job = job_of(member)
    for attempt in (
        lambda: create(viewer),
        lambda: services.pause(job=job, by=viewer),
        lambda: services.resume(job=job, by=viewer),
        lambda: services.cancel(job=job, by=viewer),
        lambda: services.retry(job=job, by=viewer),
        lambda: services.delete(job=job, by=viewer),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert (refused.value.code, refused.value.status) == ("permission_denied", 403)
    assert SearchJob.objects.count() == 1
    assert not SearchEvent.objects.exists()


# --- what people do with a search ---------------------------------------------------

ACTIONS: dict[Move, Callable[..., Any]] = {
    Move.PAUSE: services.pause,
    Move.RESUME: services.resume,
    Move.CANCEL: services.cancel,
    Move.RETRY: services.retry,
    Move.DELETE: services.delete,
}


@pytest.mark.parametrize("move", ACTIONS)
@pytest.mark.parametrize("status", JobStatus)
def test_what_is_not_allowed_is_a_conflict_that_says_what_is(
    member: Membership, status: JobStatus, move: Move
) -> None:
    by_person = {"paused_by": member.user} if status == JobStatus.PAUSED else {}
    job = job_of(member, status=status, **by_person)
    is_allowed = status in TRANSITIONS[move][0] and not (
        by_person and move == Move.PAUSE
    )
    if is_allowed:
        ACTIONS[move](job=job, by=member)
        return
    with pytest.raises(Conflict) as refused:
        ACTIONS[move](job=job, by=member)
    assert refused.value.code == "illegal_transition"
    assert str(move) not in refused.value.details["allowed"]
    assert refused.value.message == f"Cannot {move} a {status} search."
    assert not SearchEvent.objects.filter(job=job).exists()


@pytest.mark.parametrize("move", ACTIONS)
def test_a_search_that_is_gone_is_not_found(member: Membership, move: Move) -> None:
    job = job_of(member)
    SearchJob.objects.all().delete()
    with pytest.raises(NotFound) as refused:
        ACTIONS[move](job=job, by=member)
    assert refused.value.code == "job_not_found"


@pytest.mark.parametrize(
    ("move", "status", "paused_by_person"),
    [(Move.RESUME, "paused", True), (Move.RETRY, "failed", False)],
)
def test_what_needs_an_account_is_refused_while_that_is_lost(
    member: Membership, move: Move, status: str, paused_by_person: bool
) -> None:
    account = connect(member, status="credentials")
    by = {"paused_by": member.user} if paused_by_person else {}
    job = job_of(member, account=account, status=status, **by)
    with pytest.raises(Conflict, match="Reconnect it in Settings") as refused:
        ACTIONS[move](job=job, by=member)
    assert refused.value.code == "account_disconnected"
    assert now_of(job).status == status


def test_pausing_what_paused_for_its_account_makes_it_the_persons(
    member: Membership,
) -> None:
    job = job_of(member, status="paused", error_code="account_disconnected")
    services.pause(job=job, by=member)
    assert now_of(job).paused_by == member.user


@pytest.mark.usefixtures("no_pace")
def test_a_resumed_search_goes_on_where_it_paused(member: Membership) -> None:
    job = job_of(member, target_count=200)
    run(job.account, page(people(100), next_cursor="b"))
    services.pause(job=job, by=member)
    services.resume(job=job, by=member)
    source = run(job.account, page(people(100, start=100)))
    assert source.asked[0].next_cursor == "b"
    assert check(job).status == "completed"


def test_a_finished_search_is_deleted_with_its_people_and_its_journal(
    member: Membership,
) -> None:
    job = job_of(member, status="failed", progress_current=2)
    SearchResultFactory.create_batch(2, job=job)
    SearchEvent.objects.create(job=job, revision=1, kind="failed")
    services.delete(job=job, by=member)
    assert not SearchJob.objects.exists()
    assert not SearchResult.objects.exists()
    assert not SearchEvent.objects.exists()


def test_a_decision_outlives_the_search_that_found_the_person(
    member: Membership,
) -> None:
    job = job_of(member, status="completed", progress_current=1)
    decided = Prospect.objects.create(
        workspace=member.workspace,
        decision="approved",
        decided_by=member.user,
        decided_at=datetime.now(UTC),
        found_by=SearchResultFactory(job=job),
    )
    services.delete(job=job, by=member)
    connection.check_constraints()
    decided.refresh_from_db()
    assert (decided.decision, decided.found_by) == ("approved", None)


# --- Redis is a hint ----------------------------------------------------------------


@pytest.fixture
def broker_down() -> Iterator[None]:
    """Nobody listens where the broker should be."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    before = current_app.conf.broker_url
    current_app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
    current_app._after_fork()  # forgets its connections
    yield
    current_app.conf.broker_url = before
    current_app._after_fork()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker_down")
def test_a_search_is_created_at_once_while_the_broker_is_down(
    member: Membership,
) -> None:
    connect(member)
    began = time.monotonic()
    job = create(member).job
    assert time.monotonic() - began < 0.5
    assert now_of(job).status == "queued"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_pace")
def test_a_created_search_is_hinted_at_and_runs(
    member: Membership, sandbox: SandboxServer
) -> None:
    with current_app.connection_for_read() as broker:
        queue = broker.SimpleQueue("celery")
        queue.clear()
        account = connect(member, unipile_account_id=account_id(0))
        job = create(member, target_count=100).job
        message = queue.get(timeout=10)
        message.ack()
        queue.close()
    assert message.payload[0] == [str(account.id)]
    assert runner.run_turn(account.id)
    assert check(job).status == "completed"


def test_no_search_is_created_half(member: Membership) -> None:
    connect(member)
    with pytest.raises(Refusal):
        create(member, search_criteria={"category": "no such"})
    assert not SearchJob.objects.exists()


def test_run_again_is_a_new_search(member: Membership) -> None:
    connect(member)
    first = create(member).job
    services.cancel(job=first, by=member)
    second = create(member, search_criteria=first.search_criteria).job
    assert second.id != first.id
    run(second.account, page(people(1), next_cursor="b"))
    assert (now_of(first).status, now_of(second).progress_current) == ("cancelled", 1)
