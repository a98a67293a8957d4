"""The list of searches, and what one does with one."""

from __future__ import annotations

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
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


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
    with django_assert_num_queries(8):
        browser.get("/searches", headers=HTMX)


def _page(browser: Client, query: str) -> str:
    return browser.get(f"/searches{query}").content.decode()


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


def test_settings_list_the_viewer_s_accounts_and_quotas(
    browser: Client, account: LinkedInAccount
) -> None:
    LinkedInAccountFactory.create(workspace=account.workspace, name="A colleague's")
    LinkedInAccount.objects.filter(id=account.id).update(
        status=AccountStatus.RESTRICTED, daily_quota_classic=0
    )
    page = browser.get("/settings").content.decode()
    assert "Sales Navigator: 0 of 2,500" in page
    assert "Classic: 0, no limit" in page
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
