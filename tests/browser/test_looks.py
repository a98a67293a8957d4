"""Can everybody use each page: in two themes, on a desktop, a tablet and a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from prospects import services as prospect_services
from prospects.filters import ReviewFilter
from prospects.models import DecisionValue
from searchjobs import lifecycle
from searchjobs.states import WaitReason
from tests.browser.axe import SIZES, overflow, report
from tests.browser.conftest import Live
from tests.factories import UserFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def pages(live: Live) -> dict[str, str]:
    """Each page of the product, with few people on it: axe looks at every row."""
    nobody = live.search(title="CEO", first_name="Zzyzx")
    done = live.search(target_count=25)
    live.play()
    prospect_services.decide(
        membership=live.member,
        decision=DecisionValue.APPROVED,
        matching=ReviewFilter(job_id=done.id, seniority=(), q="founder"),
    )
    failed = live.search()
    live.turn()
    lifecycle.fail(failed.id, code="cursor_lost", message="The place is lost.")
    running = live.search()
    live.turn()
    waiting = live.search()
    live.turn(2)
    with transaction.atomic():
        until = timezone.now() + timedelta(hours=1)
        lifecycle.wait([waiting.id], reason=WaitReason.RATE_LIMITED, until=until)
    queued = live.search()
    return {
        "searches": "/searches",
        "new": "/searches/new",
        "saved": "/searches/saved",
        "prospects": "/prospects",
        "settings": "/settings",
        "password": "/password",
        "done": f"/searches/{done.id}",
        "approved": f"/searches/{done.id}?decision=approved",
        "failed": f"/searches/{failed.id}?degree=1",
        "running": f"/searches/{running.id}?degree=1",
        "waiting": f"/searches/{waiting.id}?degree=1",
        "queued": f"/searches/{queued.id}",
        "nobody": f"/searches/{nobody.id}",
        "hidden": f"/searches/{done.id}?q=zzyzx",
        "missing": "/nowhere",
    }


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_passes_axe_and_fits(
    pages: dict[str, str], new_page: Callable[..., Page], size: str
) -> None:
    page = new_page(size=SIZES[size])
    found = {}
    for name, path in pages.items():
        page.goto(path)
        found[name] = report(page)
    assert found == dict.fromkeys(pages, "")


def test_every_page_fits_a_tablet(
    pages: dict[str, str], new_page: Callable[..., Page]
) -> None:
    page = new_page(size=SIZES["tablet"])
    found = {}
    for name, path in pages.items():
        page.goto(path)
        found[name] = overflow(page)
    assert found == dict.fromkeys(pages, 0)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_what_opens_on_the_review_page_passes_axe(
    pages: dict[str, str], new_page: Callable[..., Page], size: str
) -> None:
    page = new_page(size=SIZES[size])
    page.goto(pages["done"])
    page.keyboard.press("Enter")
    page.locator("#drawer h2").wait_for()
    page.keyboard.press("x")
    assert report(page) == ""
    page.keyboard.press("a")
    page.locator(".toast").wait_for()
    assert report(page) == ""
    page.evaluate("document.querySelector('#m-match').showPopover()")
    assert report(page) == ""
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert report(page) == ""


def test_the_phone_s_filter_sheet_passes_axe(
    pages: dict[str, str], new_page: Callable[..., Page]
) -> None:
    page = new_page(size=SIZES["phone"])
    page.goto(pages["running"])
    page.get_by_role("button", name="Filter").click()
    assert report(page) == ""
    page.get_by_role("button", name="Show people").click()
    page.locator("#filters").wait_for(state="hidden")


def test_the_sign_in_passes_axe(new_page: Callable[..., Page]) -> None:
    page = new_page(signed_in=False)
    page.goto("/login")
    assert report(page) == ""


def test_the_admin_passes_axe(
    pages: dict[str, str], live: Live, new_page: Callable[..., Page]
) -> None:
    superuser = UserFactory.create(is_staff=True, is_superuser=True)
    page = new_page(user=superuser)
    found = {}
    for path in (
        "/admin/",
        "/admin/searchjobs/searchjob/",
        pages["done"].replace("/searches", "/admin/searchjobs/searchjob") + "/change/",
        "/admin/searchjobs/searchresult/",
        "/admin/accounts/linkedinaccount/",
        f"/admin/accounts/linkedinaccount/{live.account.id}/change/",
        "/admin/prospects/prospect/",
        "/admin/accounts/user/",
        "/admin/accounts/user/add/",
    ):
        page.goto(path)
        expect(page.locator("#user-tools")).to_be_visible()
        found[path] = report(page)
    assert found == dict.fromkeys(found, "")


def test_the_page_to_try_the_api_passes_axe_and_fits(live: Live, page: Page) -> None:
    page.goto("/api/docs")
    look_up = page.locator("#operations-accounts-list_parameters")
    look_up.locator(".opblock-summary-control").click()
    look_up.get_by_role("button", name="Try it out").click()
    look_up.get_by_placeholder("keywords").fill("Berlin")
    look_up.get_by_role("button", name="Execute").click()
    look_up.locator(".live-responses-table").wait_for()
    accounts = page.locator("#operations-accounts-list_accounts")
    accounts.locator(".opblock-summary-control").click()
    accounts.locator(".responses-table").wait_for()
    assert report(page) == ""
    page.set_viewport_size({"width": SIZES["phone"][0], "height": SIZES["phone"][1]})
    assert overflow(page) == 0
