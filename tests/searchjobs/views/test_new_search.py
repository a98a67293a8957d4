"""The form of a new search, and its estimate."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import AccountStatus, LinkedInAccount
from searchjobs.models import SearchJob
from tests.factories import (
    SearchJobFactory,
)
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


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
