"""What a page says of a search: its look, its reason, what one may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import AccountStatus, LinkedInAccount, Membership, Role
from searchjobs import lifecycle
from searchjobs.models import SearchJob
from searchjobs.pages import progress
from searchjobs.pages.progress import Look
from searchjobs.states import CompletionReason, JobStatus, WaitReason
from tests.factories import LinkedInAccountFactory, MembershipFactory, SearchJobFactory
from tests.searchjobs import playing

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Membership:
    return MembershipFactory.create(user__name="Priya Raman")


@pytest.fixture
def account(member: Membership) -> LinkedInAccount:
    return LinkedInAccountFactory.create(user=member.user, workspace=member.workspace)


def look_of(job: SearchJob, member: Membership) -> Look:
    return progress.one(playing.now_of(job), member).look


@pytest.mark.parametrize("status", [s for s in JobStatus if s != JobStatus.PAUSED])
def test_each_status_has_its_look(
    member: Membership, account: LinkedInAccount, status: JobStatus
) -> None:
    expected = {"processing": Look.FETCHING}.get(status) or Look(status)
    job = SearchJobFactory.create(account=account, status=status)
    assert look_of(job, member) is expected


def test_a_pause_is_a_person_s_or_the_account_s(
    member: Membership, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account, status=JobStatus.PROCESSING)
    lifecycle.pause_for_account([job.id])
    assert look_of(job, member) is Look.LOST
    lifecycle.pause(job.id, member.user)
    shown = progress.one(playing.now_of(job), member)
    assert shown.look is Look.PAUSED
    assert shown.by == "you"


def test_a_colleague_s_pause_names_them(
    member: Membership, account: LinkedInAccount
) -> None:
    amara = MembershipFactory.create(
        workspace=member.workspace, user__name="Amara Okafor"
    )
    job = SearchJobFactory.create(account=account)
    lifecycle.pause(job.id, amara.user)
    assert progress.one(playing.now_of(job), member).by == "Amara Okafor"


def test_who_cancelled_is_named(member: Membership, account: LinkedInAccount) -> None:
    job = SearchJobFactory.create(account=account)
    lifecycle.cancel(job.id, member.user)
    assert progress.one(playing.now_of(job), member).by == "you"


@pytest.mark.parametrize("reason", WaitReason)
def test_every_wait_has_words_and_an_end(
    member: Membership, account: LinkedInAccount, reason: WaitReason
) -> None:
    until = datetime.now(UTC) + timedelta(minutes=5)
    job = SearchJobFactory.create(
        account=account,
        status=JobStatus.PROCESSING,
        wait_reason=reason,
        next_step_at=until,
    )
    shown = progress.one(playing.now_of(job), member)
    assert shown.look is Look.WAITING
    assert shown.label.startswith("Waiting")
    assert shown.wait is not None
    assert shown.wait.until == until


def test_a_wait_whose_time_has_come_is_no_wait(
    member: Membership, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(
        account=account,
        status=JobStatus.PROCESSING,
        wait_reason=WaitReason.BACKING_OFF,
        next_step_at=datetime.now(UTC) - timedelta(seconds=1),
    )
    assert look_of(job, member) is Look.FETCHING


@pytest.mark.parametrize(
    ("status", "label"),
    [
        (AccountStatus.CREDENTIALS, "LinkedIn signed this account out"),
        (AccountStatus.RESTRICTED, "LinkedIn restricts this account"),
        (AccountStatus.STOPPED, "Paused for its LinkedIn account"),
    ],
)
def test_a_lost_account_says_what_happened_and_what_to_do(
    member: Membership, account: LinkedInAccount, status: str, label: str
) -> None:
    job = SearchJobFactory.create(account=account)
    LinkedInAccount.objects.update(status=status)
    lifecycle.pause_for_account([job.id])
    shown = progress.one(playing.now_of(job), member)
    assert shown.label == label
    assert "go on where they stopped" in shown.advice
    assert "resume" not in shown.moves


@pytest.mark.parametrize(
    "code", ["job_timeout", "cursor_lost", "unipile_unauthorized", "of_the_future"]
)
def test_every_failure_says_what_to_do(
    member: Membership, account: LinkedInAccount, code: str
) -> None:
    job = SearchJobFactory.create(
        account=account, status=JobStatus.FAILED, error_code=code
    )
    advice = progress.one(playing.now_of(job), member).advice
    assert "etry" in advice
    assert advice.endswith(".")


@pytest.mark.parametrize(
    ("reason", "columns", "words"),
    [
        ("target_reached", {"progress_current": 500}, "All 500 asked for were found."),
        ("target_reached", {"progress_current": 1}, "The one person asked for was"),
        (
            "provider_ceiling",
            {"available_total": 8400},
            "Sales Navigator shows at most 2,500 people per search, of about 8,400.",
        ),
        ("provider_ceiling", {}, "at most 2,500 people per search."),
        ("exhausted", {"progress_current": 3}, "LinkedIn has no more"),
        ("exhausted", {}, "LinkedIn knows nobody who matches."),
        (
            "ended_early",
            {"progress_current": 500, "available_total": 1400},
            "LinkedIn gave 500 of about 1,400.",
        ),
    ],
)
def test_why_it_stopped_is_one_sentence(
    account: LinkedInAccount, reason: str, columns: dict[str, int], words: str
) -> None:
    job = SearchJobFactory.create(
        account=account,
        status=JobStatus.COMPLETED,
        completion_reason=CompletionReason(reason),
        **columns,
    )
    assert words in progress.reason_of(job)


def test_a_viewer_may_do_nothing(account: LinkedInAccount) -> None:
    viewer = MembershipFactory.create(workspace=account.workspace, role=Role.VIEWER)
    job = SearchJobFactory.create(account=account)
    assert progress.one(playing.now_of(job), viewer).moves == ()


def test_the_rate_is_that_of_the_last_pages(
    member: Membership, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account, status=JobStatus.PROCESSING)
    began = datetime.now(UTC)
    for number in range(3):
        event = job.events.create(
            revision=number + 1, kind="page_stored", data={"stored": 100}
        )
        job.events.filter(revision=event.revision).update(
            created_at=began + timedelta(seconds=3 * number)
        )
    assert progress.one(playing.now_of(job), member).rate == 2000


def test_one_page_makes_no_rate(member: Membership, account: LinkedInAccount) -> None:
    job = SearchJobFactory.create(account=account, status=JobStatus.PROCESSING)
    job.events.create(revision=1, kind="page_stored", data={"stored": 100})
    assert progress.one(playing.now_of(job), member).rate is None


def test_a_list_asks_once_for_all_forecasts(
    member: Membership,
    account: LinkedInAccount,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        SearchJobFactory.create(account=account)
    jobs = list(progress.with_names(SearchJob.objects.all()))
    with django_assert_num_queries(2):  # line, usage
        shown = progress.progress_of(jobs, member)
        assert sorted(each.place for each in shown) == sorted(
            ["first", "second", "third", "fourth", "fifth"]
        )


def test_the_next_page_is_counted_in_this_pass(account: LinkedInAccount) -> None:
    job = SearchJobFactory.create(
        account=account, progress_current=250, pass_received=300, target_count=1000
    )
    shown = progress.Progress(
        job=job, look=Look.FETCHING, outlook=None, may_change=True
    )
    assert shown.page == "page 4 of 10"
    job.pass_received = 1000
    assert shown.page == "page 11"
    job.pass_received, job.replays = 300, 1
    assert shown.page == "page 4 of 10, pass 2"
