from __future__ import annotations

import uuid
from copy import copy
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import AccountStatus, LinkedInAccount, User
from searchjobs import events, lifecycle
from searchjobs.models import SearchEvent, SearchJob, SearchResult
from searchjobs.states import EventKind
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
    SearchResultFactory,
    UserFactory,
)
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db

JOBS = reverse("admin:searchjobs_searchjob_changelist")
PEOPLE = reverse("admin:searchjobs_searchresult_changelist")
ACCOUNTS = reverse("admin:accounts_linkedinaccount_changelist")
MOST_QUERIES = 12


@pytest.fixture
def boss() -> User:
    return UserFactory.create(is_staff=True, is_superuser=True)


@pytest.fixture
def desk(boss: User) -> Client:
    """The admin, as a superuser sees it."""
    return signed_in(boss)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def staff(*codenames: str) -> User:
    """Return somebody who is no superuser and may do what is named."""
    user = UserFactory.create(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def page_of(job: SearchJob) -> str:
    return reverse("admin:searchjobs_searchjob_change", args=[job.id])


def act(desk: Client, action: str, *jobs: SearchJob) -> str:
    """Choose an action for these jobs, and return what the next page says."""
    chosen = [str(job.id) for job in jobs]
    answer = desk.post(
        JOBS, {"action": action, "_selected_action": chosen}, follow=True
    )
    return answer.content.decode()


def many_jobs(count: int) -> None:
    job = SearchJobFactory.create()
    rows = [copy(job) for _ in range(count - 1)]  # building each takes a millisecond
    for n, row in enumerate(rows):
        row.id, row.name = uuid.uuid4(), f"No {n}"
    SearchJob.objects.bulk_create(rows)


# --- the list -------------------------------------------------------------------------


def test_ten_thousand_searches_take_few_queries(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many_jobs(10_000)
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = desk.get(JOBS)
    assert answer.status_code == 200


def test_the_list_says_progress_and_why_a_search_waits(desk: Client) -> None:
    job = SearchJobFactory.create(progress_current=250)
    lifecycle.doubt(job.id, doubts=1, delay_s=60)
    page = desk.get(JOBS).content.decode()
    assert "250 of 1,000 (25%)" in page
    assert "backing_off until" in page


@pytest.mark.parametrize(
    "term",
    [
        lambda job: str(job.id),
        lambda job: job.user.email.upper(),
        lambda job: "chief",
        lambda job: "  ",
    ],
    ids=["its id", "who began it", "its name", "blank"],
)
def test_a_search_is_found_by(desk: Client, term: Any) -> None:
    job = SearchJobFactory.create()
    answer = desk.get(JOBS, {"q": term(job)})
    assert [row.id for row in answer.context["cl"].result_list] == [job.id]


@pytest.mark.parametrize("term", ["nobody@example.com", str(uuid.UUID(int=7)), "zzz"])
def test_what_is_not_there_is_not_found(desk: Client, term: str) -> None:
    SearchJobFactory.create()
    assert not desk.get(JOBS, {"q": term}).context["cl"].result_list


def test_the_list_is_filtered_by_status_and_source(desk: Client) -> None:
    wanted = SearchJobFactory.create(status="failed", search_source="classic")
    SearchJobFactory.create(status="failed")
    SearchJobFactory.create(search_source="classic")
    query = {"status__exact": "failed", "search_source__exact": "classic"}
    answer = desk.get(JOBS, query)
    assert [row.id for row in answer.context["cl"].result_list] == [wanted.id]


# --- one search -----------------------------------------------------------------------


def test_a_search_shows_its_journal_newest_first(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    job = SearchJobFactory.create(revision=1)
    events.record(job.id, EventKind.CREATED, {"target_count": 1000})
    lifecycle.fail(job.id, code="cursor_lost", message="<b>Lost</b>")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = desk.get(page_of(job)).content.decode()
    assert page.index("cursor_lost") < page.index("target_count")
    assert "<b>Lost</b>" not in page


def test_only_the_newest_200_events_are_shown(desk: Client) -> None:
    job = SearchJobFactory.create()
    for _ in range(201):
        lifecycle.doubt(job.id, doubts=1, delay_s=1)
    page = desk.get(page_of(job)).content.decode()
    assert page.count("<td>doubted</td>") == 200
    assert "<td>201</td>" in page


def test_what_the_engine_writes_cannot_be_edited(desk: Client) -> None:
    job = SearchJobFactory.create(progress_current=5)
    form = desk.get(page_of(job)).context["adminform"].form
    assert list(form.fields) == ["name"]


def test_renaming_is_in_the_journal_as_everywhere(desk: Client, boss: User) -> None:
    job = SearchJobFactory.create()
    for _ in range(2):  # nothing is renamed to what it is called
        assert desk.post(page_of(job), {"name": "Founders"}).status_code == 302
    job.refresh_from_db()
    assert (job.name, job.revision) == ("Founders", 1)
    event = SearchEvent.objects.get(job=job)
    assert (event.kind, event.data) == ("renamed", {"by": str(boss.id)})


@pytest.mark.parametrize(("role", "status"), [("member", 302), ("viewer", 403)])
def test_staff_rename_by_their_role(role: str, status: int) -> None:
    job = SearchJobFactory.create(name="Chiefs")
    helper = staff("view_searchjob", "change_searchjob")
    MembershipFactory.create(user=helper, workspace=job.workspace, role=role)
    desk = signed_in(helper)
    assert desk.get(page_of(job)).status_code == 200
    assert desk.post(page_of(job), {"name": "Founders"}).status_code == status
    job.refresh_from_db()
    assert job.name == ("Founders" if status == 302 else "Chiefs")


def test_the_cursor_is_not_shown(desk: Client) -> None:
    job = SearchJobFactory.create(next_cursor="secret-cursor")
    assert "secret-cursor" not in desk.get(page_of(job)).content.decode()


@pytest.mark.parametrize("name", ["add", "delete"])
def test_searches_are_neither_added_nor_deleted_here(desk: Client, name: str) -> None:
    job = SearchJobFactory.create()
    args = [] if name == "add" else [job.id]
    url = reverse(f"admin:searchjobs_searchjob_{name}", args=args)
    assert desk.get(url).status_code == 403


# --- what people do -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("pause", "processing", "paused"),
        ("resume", "paused", "queued"),
        ("cancel", "queued", "cancelled"),
        ("retry", "failed", "queued"),
    ],
)
def test_an_action_does_what_the_service_does_and_is_logged(
    desk: Client, boss: User, action: str, before: str, after: str
) -> None:
    job = SearchJobFactory.create(status=before)
    MembershipFactory.create(user=job.account.user, workspace=job.workspace)
    act(desk, action, job)
    job.refresh_from_db()
    assert (job.status, job.revision) == (after, 1)
    assert job.events.get().data == {"by": str(boss.id)}
    assert LogEntry.objects.get(object_id=str(job.id)).user == boss


def test_an_action_that_is_refused_says_why_and_does_the_others(
    desk: Client,
) -> None:
    completed = SearchJobFactory.create(status="completed")
    running = SearchJobFactory.create(status="processing")
    page = act(desk, "pause", completed, running)
    running.refresh_from_db()
    assert "Cannot pause a completed search." in page
    assert running.status == "paused"
    assert LogEntry.objects.count() == 1


def test_who_may_only_look_is_offered_no_action() -> None:
    job = SearchJobFactory.create(status="processing")
    viewer = staff("view_searchjob")
    MembershipFactory.create(user=viewer, workspace=job.workspace)
    act(signed_in(viewer), "pause", job)
    job.refresh_from_db()
    assert job.status == "processing"


@pytest.mark.parametrize(
    ("role", "after"), [("member", "paused"), ("viewer", "queued")]
)
def test_staff_act_in_their_own_workspaces_by_their_role(role: str, after: str) -> None:
    job = SearchJobFactory.create()
    helper = staff("view_searchjob", "change_searchjob")
    MembershipFactory.create(user=helper, workspace=job.workspace, role=role)
    act(signed_in(helper), "pause", job)
    job.refresh_from_db()
    assert job.status == after


def test_staff_see_no_search_of_another_workspace() -> None:
    job = SearchJobFactory.create()
    helper = staff("view_searchjob", "change_searchjob", "view_searchresult")
    MembershipFactory.create(user=helper)
    desk = signed_in(helper)
    act(desk, "cancel", job)
    job.refresh_from_db()
    assert job.status == "queued"
    assert not desk.get(JOBS).context["cl"].result_list
    assert desk.get(page_of(job)).status_code == 302


def test_who_is_no_staff_is_sent_away() -> None:
    assert signed_in(UserFactory.create()).get(JOBS).status_code == 302


# --- the people of a search -----------------------------------------------------------


def test_the_people_of_one_search_are_listed_in_their_order(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    job = SearchJobFactory.create()
    for position in (1, 0, 2):
        SearchResultFactory.create(job=job, position=position)
    SearchResultFactory.create()
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = desk.get(PEOPLE, {"job__id__exact": str(job.id)})
    shown = answer.context["cl"].result_list
    assert [row.position for row in shown] == [0, 1, 2]
    assert "Bob Example" in answer.content.decode()


def test_the_people_of_all_searches_are_not_listed(desk: Client) -> None:
    SearchResultFactory.create()
    assert not desk.get(PEOPLE).context["cl"].result_list


def test_the_list_of_people_reads_no_whole_profile(desk: Client) -> None:
    result = SearchResultFactory.create()
    answer = desk.get(PEOPLE, {"job__id__exact": str(result.job_id)})
    assert answer.context["cl"].result_list[0].get_deferred_fields() == {
        "prospect_data",
        "person_keys",
    }


@pytest.mark.parametrize("name", ["add", "delete"])
def test_people_are_neither_added_nor_deleted(desk: Client, name: str) -> None:
    result = SearchResultFactory.create()
    args = [] if name == "add" else [result.id]
    url = reverse(f"admin:searchjobs_searchresult_{name}", args=args)
    assert desk.get(url).status_code == 403
    assert SearchResult.objects.exists()


def test_a_person_can_be_looked_at(desk: Client) -> None:
    result = SearchResultFactory.create()
    url = reverse("admin:searchjobs_searchresult_change", args=[result.id])
    answer = desk.get(url)
    assert answer.status_code == 200
    assert not answer.context["adminform"].form.fields


# --- accounts -------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [("admin", 302), ("member", 403)])
def test_staff_set_quotas_where_they_lead(role: str, status: int) -> None:
    account = LinkedInAccountFactory.create()
    helper = staff("view_linkedinaccount", "change_linkedinaccount")
    MembershipFactory.create(user=helper, workspace=account.workspace, role=role)
    desk = signed_in(helper)
    assert desk.get(account_page(account)).status_code == 200
    wanted = {"daily_quota_classic": "5", "working_days": "1,2,3,4,5,6,7"}
    assert desk.post(account_page(account), wanted).status_code == status
    account.refresh_from_db()
    assert account.daily_quota_classic == (5 if status == 302 else None)


def account_page(account: LinkedInAccount) -> str:
    return reverse("admin:accounts_linkedinaccount_change", args=[account.id])


def test_a_raised_quota_lets_the_waiting_searches_be_judged_anew(
    desk: Client,
) -> None:
    job = SearchJobFactory.create(status="processing", wait_reason="daily_quota")
    SearchJob.objects.filter(id=job.id).update(next_step_at="2099-01-01T00:00Z")
    answer = desk.post(
        account_page(job.account),
        {"daily_quota_sales_navigator": "5000", "working_days": "1,2,3,4,5,6,7"},
    )
    job.refresh_from_db()
    assert answer.status_code == 302
    assert job.account.daily_quota_sales_navigator == 5000
    assert job.next_step_at.year < 2099


@pytest.mark.parametrize(
    ("hours", "is_saved"),
    [
        ({"hours_from": "09:00", "hours_to": "18:00", "time_zone": "UTC"}, True),
        ({"hours_from": "09:00", "hours_to": "18:00", "time_zone": "Mars"}, False),
        ({"hours_from": "09:00", "time_zone": "UTC"}, False),
        ({"working_days": "0,8"}, False),
    ],
    ids=str,
)
def test_working_hours_are_whole_or_not_saved(
    desk: Client, hours: dict[str, str], is_saved: bool
) -> None:
    account = LinkedInAccountFactory.create()
    answer = desk.post(account_page(account), {"working_days": "1,2,3", **hours})
    account.refresh_from_db()
    assert (answer.status_code == 302) == is_saved
    assert (account.working_days == [1, 2, 3]) == is_saved


def test_of_an_account_only_quotas_and_hours_can_be_edited(desk: Client) -> None:
    account = LinkedInAccountFactory.create()
    form = desk.get(account_page(account)).context["adminform"].form
    assert list(form.fields) == [
        "daily_quota_classic",
        "daily_quota_sales_navigator",
        "daily_quota_recruiter",
        "hours_from",
        "hours_to",
        "time_zone",
        "working_days",
    ]


def sync(desk: Client, account: LinkedInAccount) -> str:
    chosen = {"action": "sync", "_selected_action": [str(account.id)]}
    return desk.post(ACCOUNTS, chosen, follow=True).content.decode()


def test_accounts_are_synced_by_an_action(desk: Client, sandbox: SandboxServer) -> None:
    account = LinkedInAccountFactory.create(unipile_account_id=account_id(0))
    sandbox.set_account_status(account_id(0), "CREDENTIALS")
    said = sync(desk, account)
    account.refresh_from_db()
    assert account.status == AccountStatus.CREDENTIALS
    assert "8 at Unipile, 1 changed" in said


def test_a_sync_that_fails_says_why(desk: Client, settings: Any) -> None:
    settings.UNIPILE_DSN = ""
    assert "UNIPILE_DSN" in sync(desk, LinkedInAccountFactory.create())


# --- everything else that is registered ---------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        "accounts_user",
        "accounts_workspace",
        "accounts_membership",
        "accounts_linkedinaccount",
        "prospects_prospect",
    ],
)
def test_each_list_opens_with_few_queries(
    desk: Client, model: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        MembershipFactory.create()
        LinkedInAccountFactory.create()
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = desk.get(reverse(f"admin:{model}_changelist"))
    assert answer.status_code == 200


def test_a_user_is_added_by_address_and_edited_with_memberships(
    desk: Client,
) -> None:
    fields = {
        "email": "new@example.com",
        "usable_password": "true",
        "password1": "quite-long-words-7",
        "password2": "quite-long-words-7",
    }
    assert desk.post(reverse("admin:accounts_user_add"), fields).status_code == 302
    user = User.objects.get(email="new@example.com")
    MembershipFactory.create(user=user)
    answer = desk.get(reverse("admin:accounts_user_change", args=[user.id]))
    assert answer.status_code == 200


@pytest.mark.parametrize("model", ["user", "workspace", "linkedinaccount"])
def test_nothing_that_carries_searches_is_deleted_here(
    desk: Client, model: str
) -> None:
    account = LinkedInAccountFactory.create()
    ids = {
        "user": account.user_id,
        "workspace": account.workspace_id,
        "linkedinaccount": account.id,
    }
    url = reverse(f"admin:accounts_{model}_delete", args=[ids[model]])
    assert desk.get(url).status_code == 403
