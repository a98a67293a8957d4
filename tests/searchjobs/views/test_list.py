"""The list of searches, and what one does with one."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import AccountStatus, LinkedInAccount
from searchjobs.models import SearchJob
from searchjobs.states import JobStatus
from tests.factories import (
    LinkedInAccountFactory,
    SearchJobFactory,
    SearchResultFactory,
)
from tests.markup import markup
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def test_a_part_of_the_list_is_what_changes_of_it(
    browser: Client, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account)
    part = markup(browser.get("/searches", headers=HTMX)).strip()
    assert part.startswith('<nav class="tabs" id="job-tabs"')
    assert f'id="job-{job.id}"' in part
    assert 'id="job-foot"' in part
    assert "<html" not in part


def test_each_tab_lists_its_own(browser: Client, account: LinkedInAccount) -> None:
    for status in JobStatus:
        SearchJobFactory.create(account=account, status=status, name=f"Is {status}")
    listed = {
        show: _named(_page(browser, f"?show={show}"))
        for show in ("all", "running", "attention", "paused", "completed", "cancelled")
    }
    assert listed == {
        "all": set(JobStatus.values),
        "running": {"queued", "processing"},
        "attention": {"failed", "paused"},
        "paused": set(),
        "completed": {"completed"},
        "cancelled": {"cancelled"},
    }


def test_a_row_says_the_word_of_its_tab(
    browser: Client, account: LinkedInAccount
) -> None:
    for stored in (0, 3):
        job = SearchJobFactory.create(account=account, status=JobStatus.COMPLETED)
        SearchResultFactory.create_batch(stored, job=job)
    page = _page(browser, "?show=completed")
    states = re.findall(r'<span class="state">.*?([A-Z][\w ]+)</span>', page)
    assert states == ["Completed", "Completed"]
    assert re.search(r'aria-current="page">Completed<span class="n">2<', page)
    assert "0 of 3 reviewed" in page
    assert "nobody found" in page


def test_the_list_leads_to_the_saved_searches(
    browser: Client, account: LinkedInAccount
) -> None:
    SearchJobFactory.create(account=account)
    assert 'href="/searches/saved"' in _page(browser, "")


def test_a_search_is_found_by_its_name(
    browser: Client, account: LinkedInAccount
) -> None:
    SearchJobFactory.create(account=account, name="Founders in Berlin")
    SearchJobFactory.create(account=account, name="Chief executives")
    page = _page(browser, "?q=berlin")
    assert "Founders in Berlin" in page
    assert "Chief executives" not in page


def test_a_search_is_found_by_whom_it_looks_for(
    browser: Client, account: LinkedInAccount
) -> None:
    wanted = {"title": "Head of Data"}, {"keywords": "big data"}
    for number, search_criteria in enumerate([*wanted, {"title": "CEO"}]):
        SearchJobFactory.create(
            account=account, name=f"Is {number}", search_criteria=search_criteria
        )
    assert _named(_page(browser, "?q=data")) == {"0", "1"}


def test_searches_are_filtered_by_who_started_them_and_through_which_account(
    browser: Client, account: LinkedInAccount
) -> None:
    theirs = LinkedInAccountFactory.create(
        workspace=account.workspace, user__name="Amara Okafor", name="Amara's LinkedIn"
    )
    SearchJobFactory.create(account=account, name="Is mine")
    SearchJobFactory.create(account=theirs, name="Is hers")
    SearchJobFactory.create(account=theirs, user=account.user, name="Is through")
    assert _named(_page(browser, f"?who={theirs.user_id}")) == {"hers"}
    assert _named(_page(browser, f"?account={theirs.id}")) == {"hers", "through"}
    both = _page(browser, f"?who={account.user_id}&account={theirs.id}")
    assert _named(both) == {"through"}
    assert "Showing 1 of 3" in both
    assert "Started by me" in both
    assert "Amara Okafor" in both


def test_the_tabs_count_under_the_filters_and_keep_them(
    browser: Client, account: LinkedInAccount
) -> None:
    for status in (JobStatus.QUEUED, JobStatus.FAILED):
        SearchJobFactory.create(account=account, status=status, name="Berlin")
    SearchJobFactory.create(account=account, status=JobStatus.QUEUED, name="Paris")
    page = _page(browser, "?q=berlin")
    tabs = re.findall(r'href="([^"]*)" [^>]*>([\w ]+)<span class="n">(\d+)<', page)
    assert [(label, number) for _, label, number in tabs] == [
        ("All", "2"),
        ("Running", "1"),
        ("Needs attention", "1"),
    ]
    assert tabs[1][0] == "?show=running&amp;q=berlin"


def test_a_filter_that_finds_nothing_leads_back_to_all(
    browser: Client, account: LinkedInAccount
) -> None:
    SearchJobFactory.create(account=account)
    page = _page(browser, "?q=nobody")
    assert "No search here matches “nobody”" in page
    assert 'href="?">Show all searches' in page


@pytest.mark.parametrize(
    "query", ["?show=x", "?q=%00", "?cursor=x", "?cursor=ab%FF", "?who=x&account=%00"]
)
def test_a_strange_address_of_the_list_is_no_error(
    browser: Client, account: LinkedInAccount, query: str
) -> None:
    SearchJobFactory.create(account=account)
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
    with django_assert_num_queries(9):
        browser.get("/searches", headers=HTMX)
    with django_assert_num_queries(11):
        browser.get("/searches")


def _named(page: str) -> set[str]:
    return set(re.findall(r"job-t trunc[^>]*>Is (\w+)<", page))


def _page(browser: Client, query: str) -> str:
    return markup(browser.get(f"/searches{query}"))


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
    back = browser.post(path, {"back": "/searches?show=completed"})
    assert back.headers["Location"] == "/searches?show=completed"
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
    assert "Cannot pause a cancelled search." in markup(plain)


def test_a_finished_search_is_deleted(
    browser: Client, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account, status=JobStatus.COMPLETED)
    response = browser.post(f"/searches/{job.id}/delete")
    assert response.headers["Location"] == "/searches"
    assert not SearchJob.objects.exists()


def test_a_search_is_renamed_in_the_journal_too(
    browser: Client, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account, status=JobStatus.COMPLETED)
    path = f"/searches/{job.id}/rename"
    response = browser.post(path, {"name": "  Chiefs \n of Berlin "}, headers=HTMX)
    assert response.headers["HX-Trigger"] == "search-changed"
    job.refresh_from_db()
    assert (job.name, job.revision) == ("Chiefs of Berlin", 1)
    assert job.events.get().kind == "renamed"


@pytest.mark.parametrize("name", ["", "  ", "x" * 201], ids=["empty", "blank", "long"])
def test_a_name_that_is_none_is_refused(
    browser: Client, account: LinkedInAccount, name: str
) -> None:
    job = SearchJobFactory.create(account=account)
    response = browser.post(f"/searches/{job.id}/rename", {"name": name}, headers=HTMX)
    assert response.status_code == 400
    assert response.json()["error"] == "Give a name of at most 200 characters."
    job.refresh_from_db()
    assert job.name == "Chief executives"


def test_a_search_is_run_again_as_it_was(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    job = SearchJobFactory.create(
        account=account, status=JobStatus.CANCELLED, target_count=420, name="Chiefs"
    )
    path = f"/searches/{job.id}/again"
    told = json.loads(browser.post(path, headers=HTMX).headers["HX-Trigger"])
    made = SearchJob.objects.exclude(id=job.id).get()
    assert told == {"search-made": {"name": "Chiefs", "url": f"/searches/{made.id}"}}
    assert (made.search_criteria, made.target_count) == ({"title": "CEO"}, 420)
    assert (made.account, made.status) == (account, JobStatus.QUEUED)
    assert browser.post(path).headers["Location"].startswith("/searches/")


def test_a_colleague_s_search_is_run_again_through_one_s_own_account(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    theirs = LinkedInAccountFactory.create(workspace=account.workspace)
    job = SearchJobFactory.create(account=theirs, status=JobStatus.COMPLETED)
    browser.post(f"/searches/{job.id}/again")
    assert SearchJob.objects.exclude(id=job.id).get().account == account


def test_without_an_account_in_order_running_again_says_what_to_do(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    job = SearchJobFactory.create(account=account)
    LinkedInAccount.objects.update(status=AccountStatus.CREDENTIALS)
    response = browser.post(f"/searches/{job.id}/again", headers=HTMX)
    assert response.status_code == 400
    assert "connect your LinkedIn account" in response.json()["error"]


def test_ages_are_told_from_the_row_s_own_time(
    browser: Client, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account)
    SearchJob.objects.filter(id=job.id).update(
        created_at=datetime.now(UTC) - timedelta(hours=4)
    )
    assert ">4 h ago</time>" in markup(browser.get("/searches"))
