"""What a workspace without a search is shown, and its first search."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import LinkedInAccount, Membership, Role
from searchjobs.models import SearchJob
from tests.factories import MembershipFactory, SearchJobFactory
from tests.markup import markup
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db

TRY = "/searches/try"


def test_who_has_no_account_in_order_is_led_to_connect_one(
    browser: Client, account: LinkedInAccount
) -> None:
    LinkedInAccount.objects.update(status="credentials")
    page = markup(browser.get("/searches"))
    assert 'action="/settings/accounts/connect"' in page
    assert TRY not in page


def test_who_has_an_account_may_try_a_real_search_whose_cost_is_said(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    page = markup(browser.get("/searches"))
    assert "Alice&#x27;s LinkedIn is connected." in page
    assert "takes 50 of what Alice&#x27;s LinkedIn may receive today" in page

    job_page = browser.post(TRY).headers["Location"]

    job = SearchJob.objects.get()
    assert job_page == f"/searches/{job.id}"
    assert (job.target_count, job.name) == (50, "First search: chief executives")


def test_before_the_sandbox_a_sample_says_that_it_is_fictional(
    browser: Client,
    account: LinkedInAccount,
    sandbox: SandboxServer,
    settings: Settings,
) -> None:
    settings.UNIPILE_IS_SANDBOX = True
    page = markup(browser.get("/searches"))
    assert "500 chief executives, all of them fictional" in page
    browser.post(TRY)
    assert SearchJob.objects.get().name == "Sample, fictional people: chief executives"


def test_a_second_click_makes_no_second_search(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    first = browser.post(TRY).headers["Location"]
    assert browser.post(TRY).headers["Location"] == first
    assert SearchJob.objects.count() == 1


def test_a_viewer_is_told_who_starts_the_first_search(
    account: LinkedInAccount, client_of: Callable[[Membership], Client]
) -> None:
    viewer = MembershipFactory.create(workspace=account.workspace, role=Role.VIEWER)
    page = markup(client_of(viewer).get("/searches"))
    assert "Nobody here has searched yet" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_another_workspace_s_searches_make_nobody_less_new(
    browser: Client, account: LinkedInAccount
) -> None:
    SearchJobFactory.create()
    assert "Find your first prospects" in markup(browser.get("/searches"))


def test_a_newcomer_costs_few_queries(
    browser: Client,
    account: LinkedInAccount,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(5):
        browser.get("/searches")
