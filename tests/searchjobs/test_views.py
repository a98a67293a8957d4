"""The pages of searches as the server gives them: who may, what is refused, what is
asked of the database."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import AccountStatus, LinkedInAccount, Membership, Role
from searchjobs.models import SearchJob
from searchjobs.pages.doors import SESSION_KEY
from searchjobs.states import JobStatus
from searchjobs.views import MOVES
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
    UserFactory,
)
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def member() -> Membership:
    return MembershipFactory.create(user__name="Priya Raman")


@pytest.fixture
def account(member: Membership) -> LinkedInAccount:
    return LinkedInAccountFactory.create(user=member.user, workspace=member.workspace)


@pytest.fixture
def client_of() -> Callable[[Membership], Client]:
    def signed_in(who: Membership) -> Client:
        client = Client()
        client.force_login(who.user)
        return client

    return signed_in


@pytest.fixture
def browser(member: Membership, client_of: Callable[[Membership], Client]) -> Client:
    return client_of(member)


def paths_of(job: SearchJob) -> list[tuple[str, str]]:
    moves = [
        ("post", reverse("search-move", kwargs={"job_id": job.id, "move": move}))
        for move in MOVES
    ]
    return [*moves, ("post", reverse("search-delete", args=[job.id]))]


# --- who may --------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/searches", "/searches/new", "/settings"])
def test_nobody_sees_a_page_without_signing_in(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/login?next={path}"


def test_a_part_of_a_page_sends_who_was_signed_out_to_the_sign_in(
    client: Client,
) -> None:
    response = client.get("/searches", headers=HTMX)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/login"


def test_who_belongs_nowhere_is_told_so() -> None:
    client = Client()
    client.force_login(UserFactory.create())
    response = client.get("/searches")
    assert response.status_code == 404
    assert "You belong to no workspace yet" in response.content.decode()


def test_a_stranger_finds_no_search(
    account: LinkedInAccount, client_of: Callable[[Membership], Client]
) -> None:
    job = SearchJobFactory.create(account=account)
    stranger = client_of(MembershipFactory.create())
    for method, path in paths_of(job):
        theirs = getattr(stranger, method)(path)
        unknown = getattr(stranger, method)(
            path.replace(str(job.id), str(uuid.uuid4()))
        )
        assert theirs.status_code == unknown.status_code == 404
        assert theirs.content == unknown.content
    job.refresh_from_db()
    assert job.status == JobStatus.QUEUED


def test_a_viewer_is_refused_what_they_are_not_shown(
    account: LinkedInAccount, client_of: Callable[[Membership], Client]
) -> None:
    job = SearchJobFactory.create(account=account)
    viewer = client_of(
        MembershipFactory.create(workspace=account.workspace, role=Role.VIEWER)
    )
    page = viewer.get("/searches").content.decode()
    assert "Chief executives" in page
    assert 'href="/searches/new"' not in page
    assert 'aria-label="Pause' not in page
    for method, path in paths_of(job):
        assert getattr(viewer, method)(path).status_code == 403
    assert viewer.get("/searches/new").status_code == 403


def test_only_one_s_own_workspace_is_listed(
    browser: Client, account: LinkedInAccount
) -> None:
    SearchJobFactory.create(account=account, name="Ours")
    SearchJobFactory.create(name="Theirs")
    page = browser.get("/searches").content.decode()
    assert "Ours" in page
    assert "Theirs" not in page


def test_the_workspace_is_the_one_chosen(browser: Client, member: Membership) -> None:
    other = MembershipFactory.create(user=member.user, workspace__name="Southlight")
    page = browser.get("/settings").content.decode()
    assert "Go to Southlight" in page

    browser.post("/workspace", {"workspace": str(other.workspace_id)})

    assert browser.session[SESSION_KEY] == str(other.workspace_id)
    assert "Go to Southlight" not in browser.get("/settings").content.decode()


def test_a_stranger_s_workspace_cannot_be_chosen(browser: Client) -> None:
    other = MembershipFactory.create()
    response = browser.post("/workspace", {"workspace": str(other.workspace_id)})
    assert response.status_code == 404
    assert SESSION_KEY not in browser.session


def test_a_chosen_workspace_that_one_left_opens_nothing(
    browser: Client, member: Membership
) -> None:
    other = MembershipFactory.create(user=member.user)
    browser.post("/workspace", {"workspace": str(other.workspace_id)})
    secret = SearchJobFactory.create(
        account=LinkedInAccountFactory.create(workspace=other.workspace), name="Secret"
    )
    other.delete()
    assert secret.name not in browser.get("/searches").content.decode()


def test_pages_change_only_by_post(browser: Client, account: LinkedInAccount) -> None:
    job = SearchJobFactory.create(account=account)
    for _, path in paths_of(job):
        assert browser.get(path).status_code == 405


def test_a_change_needs_the_page_s_token(
    member: Membership, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member.user)
    for _, path in paths_of(job):
        assert strict.post(path).status_code == 403


# --- sign in --------------------------------------------------------------------------


def test_the_home_page_is_the_list(browser: Client) -> None:
    assert browser.get("/").headers["Location"] == "/searches"


def test_who_is_signed_in_needs_no_sign_in(browser: Client) -> None:
    assert browser.get("/login").status_code == 302


def test_no_page_holds_a_style_or_script_of_its_own(
    browser: Client, account: LinkedInAccount
) -> None:
    SearchJobFactory.create(account=account, progress_current=250)
    for path in ("/searches", "/searches/new", "/settings", "/nowhere"):
        page = browser.get(path).content.decode()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", page), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), path


# --- the list -------------------------------------------------------------------------


def test_the_list_asks_again_while_something_runs(
    browser: Client, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account, status=JobStatus.PROCESSING)
    assert "every 2s" in browser.get("/searches", headers=HTMX).content.decode()

    SearchJob.objects.filter(id=job.id).update(
        status=JobStatus.CANCELLED, completed_at=datetime.now(UTC)
    )

    assert "every 2s" not in browser.get("/searches", headers=HTMX).content.decode()


def test_a_part_of_the_list_is_its_rows_alone(
    browser: Client, account: LinkedInAccount
) -> None:
    SearchJobFactory.create(account=account)
    part = browser.get("/searches", headers=HTMX).content.decode().strip()
    assert part.startswith("<tbody")
    assert part.endswith("</tbody>")


def test_each_tab_lists_its_own(browser: Client, account: LinkedInAccount) -> None:
    for status in JobStatus:
        SearchJobFactory.create(account=account, status=status, name=f"Is {status}")
    listed = {
        show: set(
            re.findall(r"job-t trunc[^>]*>Is (\w+)<", _page(browser, f"?show={show}"))
        )
        for show in ("all", "running", "attention", "paused", "done")
    }
    assert listed == {
        "all": set(JobStatus.values),
        "running": {"queued", "processing"},
        "attention": {"failed", "paused"},
        "paused": set(),
        "done": {"completed", "cancelled"},
    }


def test_a_search_is_found_by_its_name(
    browser: Client, account: LinkedInAccount
) -> None:
    SearchJobFactory.create(account=account, name="Founders in Berlin")
    SearchJobFactory.create(account=account, name="Chief executives")
    page = _page(browser, "?q=berlin")
    assert "Founders in Berlin" in page
    assert "Chief executives" not in page


@pytest.mark.parametrize("query", ["?show=x", "?q=%00", "?cursor=x", "?cursor=ab%FF"])
def test_a_strange_address_of_the_list_is_no_error(browser: Client, query: str) -> None:
    assert browser.get(f"/searches{query}").status_code == 200


def test_many_searches_come_in_pages(browser: Client, account: LinkedInAccount) -> None:
    for number in range(30):
        SearchJobFactory.create(account=account, name=f"Search {number:02}")
    first = _page(browser, "")
    older = re.search(r'href="(\?[^"]*cursor=[^"]+)"', first)
    assert older is not None
    second = _page(browser, older[1].replace("&amp;", "&"))
    names = [
        *re.findall(r"Search (\d\d)<", first),
        *re.findall(r"Search (\d\d)<", second),
    ]
    assert names == [f"{number:02}" for number in reversed(range(30))]


def test_the_list_costs_the_same_however_long(
    browser: Client,
    account: LinkedInAccount,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(20):
        SearchJobFactory.create(account=account, search_criteria={"location": ["1"]})
    with django_assert_num_queries(7):
        browser.get("/searches", headers=HTMX)


def _page(browser: Client, query: str) -> str:
    return browser.get(f"/searches{query}").content.decode()


# --- what one does with a search ------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "move", "becomes"),
    [
        (JobStatus.PROCESSING, "pause", JobStatus.PAUSED),
        (JobStatus.PAUSED, "resume", JobStatus.QUEUED),
        (JobStatus.QUEUED, "cancel", JobStatus.CANCELLED),
        (JobStatus.FAILED, "retry", JobStatus.QUEUED),
    ],
)
def test_a_move_tells_the_page_that_something_changed(
    browser: Client, account: LinkedInAccount, status: str, move: str, becomes: str
) -> None:
    job = SearchJobFactory.create(account=account, status=status)
    response = browser.post(f"/searches/{job.id}/{move}", headers=HTMX)
    assert response.status_code == 204
    assert response.headers["HX-Trigger"] == "search-changed"
    job.refresh_from_db()
    assert job.status == becomes


def test_without_scripts_a_move_leads_back(
    browser: Client, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account)
    path = f"/searches/{job.id}/pause"
    assert browser.post(path).headers["Location"] == f"/searches/{job.id}"
    path = f"/searches/{job.id}/resume"
    back = browser.post(path, {"back": "/searches?show=done"})
    assert back.headers["Location"] == "/searches?show=done"
    path = f"/searches/{job.id}/cancel"
    away = browser.post(path, {"back": "https://evil.example/"})
    assert away.headers["Location"] == f"/searches/{job.id}"


def test_an_illegal_move_is_refused_with_words(
    browser: Client, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account, status=JobStatus.CANCELLED)
    scripted = browser.post(f"/searches/{job.id}/pause", headers=HTMX)
    assert scripted.status_code == 409
    assert scripted.json()["error"] == "Cannot pause a cancelled search."
    assert scripted.json()["allowed"] == ["delete"]
    plain = browser.post(f"/searches/{job.id}/pause")
    assert "Cannot pause a cancelled search." in plain.content.decode()


def test_a_finished_search_is_deleted(
    browser: Client, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account, status=JobStatus.COMPLETED)
    response = browser.post(f"/searches/{job.id}/delete")
    assert response.headers["Location"] == "/searches"
    assert not SearchJob.objects.exists()


# --- a new search ---------------------------------------------------------------------

FORM = {"mode": "filters", "title": " CEO ", "target_count": "250"}


def test_a_search_is_made_from_the_form(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    response = browser.post(
        "/searches/new",
        {
            **FORM,
            "account_id": str(account.id),
            "location": ["103644278", "103644278"],
            "label": ["LOCATION:103644278:United States"],
            "company_headcount": ["B", "C"],
            "network_distance": ["2"],
            "profile_language": "",
            "name": "  American   chiefs ",
        },
    )
    job = SearchJob.objects.get()
    assert response.headers["Location"] == f"/searches/{job.id}"
    assert job.name == "American chiefs"
    assert job.target_count == 250
    assert job.search_criteria == {
        "title": "CEO",
        "location": ["103644278"],
        "company_headcount": ["B", "C"],
        "network_distance": [2],
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "fill in at least one filter"),
        ({"target_count": "many"}, "Give a whole number."),
        ({"target_count": "0"}, "Give a number from 1 to 1,000,000."),
        ({"location": "Berlin"}, "Each value must be LinkedIn"),
        ({"network_distance": "9"}, "Choose 1st, 2nd or 3rd+."),
        ({"profile_language": "english"}, "two letters, such as en"),
        ({"api": "recruiter"}, "has no Recruiter"),
        ({"account_id": "mine"}, "Choose one of your accounts."),
        ({"mode": "url", "url": "https://example.com"}, "not an address on linkedin"),
        ({"title": "C\x00O"}, "a character that is not text"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_stored(
    browser: Client,
    account: LinkedInAccount,
    sandbox: SandboxServer,
    change: dict[str, str],
    words: str,
) -> None:
    response = browser.post("/searches/new", {**FORM, **change})
    assert response.status_code == 400
    page = response.content.decode()
    assert words in page
    assert "The search was not started." in page
    assert not SearchJob.objects.exists()


def test_without_an_account_the_form_says_so(
    browser: Client, sandbox: SandboxServer
) -> None:
    page = browser.get("/searches/new").content.decode()
    assert "You have no LinkedIn account here yet." in page
    refused = browser.post("/searches/new", FORM).content.decode()
    assert "No active LinkedIn account found." in refused


def test_a_lost_account_is_shown_and_cannot_be_chosen(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(status=AccountStatus.CREDENTIALS)
    page = browser.get("/searches/new").content.decode()
    assert "Needs a new sign-in" in page
    assert re.search(r'name="account_id" disabled', page)


def test_run_again_fills_the_form_as_it_was(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    job = SearchJobFactory.create(
        account=account,
        target_count=420,
        search_criteria={"title": "CTO", "location": ["7"], "network_distance": [2]},
    )
    page = browser.get(f"/searches/new?again={job.id}").content.decode()
    assert 'value="CTO"' in page
    assert 'value="420"' in page
    assert '<input type="hidden" name="location" value="7">' in page
    assert re.search(r'name="network_distance" value="2" checked', page)


def test_a_stranger_s_search_cannot_be_run_again(
    browser: Client, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create()
    assert browser.get(f"/searches/new?again={job.id}").status_code == 404


def test_the_estimate_counts_what_the_account_has_in_line(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(answer_seconds=0.5)
    alone = _estimate(browser)
    assert "3 pages of 84" in alone
    assert "about 6 s" in alone or "about 7 s" in alone
    SearchJobFactory.create(account=account, target_count=1000)
    assert _seconds(_estimate(browser)) > _seconds(alone)


def test_the_estimate_names_what_is_ignored_capped_and_over_quota(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(premium_features=[], daily_quota_classic=400)
    part = _estimate(
        browser, company_headcount="B", seniority="cxo", target_count="5000"
    )
    assert "Classic ignores company headcount and seniority." in part
    assert "Classic gives at most 1,000 people per search." in part
    assert "400 left today." in part


def test_the_estimate_says_what_is_missing(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    assert "fill in at least one filter" in _estimate(browser, title="")


def test_an_estimate_stores_nothing(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    _estimate(browser)
    assert not SearchJob.objects.exists()
    assert sandbox.requests() == []


def _estimate(browser: Client, **change: str) -> str:
    response = browser.post("/searches/new/estimate", {**FORM, **change}, headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


def _seconds(part: str) -> int:
    found = re.search(r"<b>about (\d+) s</b>", part)
    assert found is not None
    return int(found[1])


# --- settings -------------------------------------------------------------------------


def test_settings_list_the_viewer_s_accounts_and_quotas(
    browser: Client, account: LinkedInAccount
) -> None:
    LinkedInAccountFactory.create(workspace=account.workspace, name="A colleague's")
    LinkedInAccount.objects.filter(id=account.id).update(
        status=AccountStatus.RESTRICTED, daily_quota_classic=0
    )
    page = browser.get("/settings").content.decode()
    assert "Sales Navigator: 2,500 left today" in page
    assert "Classic: no daily quota" in page
    assert "LinkedIn restricts this account." in page
    assert "A colleague" not in page


def test_ages_are_told_from_the_row_s_own_time(
    browser: Client, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account)
    SearchJob.objects.filter(id=job.id).update(
        created_at=datetime.now(UTC) - timedelta(hours=4)
    )
    assert ">4 h</time>" in browser.get("/searches").content.decode()
