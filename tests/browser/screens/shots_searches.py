"""Searches"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from accounts.models import LinkedInAccount
from tests.browser.screens.conftest import BOTH, Camera
from tests.browser.screens.staging import RATE_LIMIT, Stage
from tests.factories import SearchJobFactory
from tests.prospects.making import find_many


def shows_searches_empty(stage: Stage, camera: Camera) -> None:
    """A newcomer's first page"""
    camera.take("/searches", looks=BOTH)


def shows_searches_not_connected(stage: Stage, camera: Camera) -> None:
    """A newcomer without a LinkedIn account"""
    LinkedInAccount.objects.all().delete()
    camera.take("/searches")


def shows_searches(stage: Stage, camera: Camera) -> None:
    """Searches in every state, live"""
    stage.morning()
    camera.take("/searches", looks=BOTH)


def shows_searches_waiting(stage: Stage, camera: Camera) -> None:
    """Searches that wait for LinkedIn's rate limit"""
    stage.morning()
    stage.sandbox.put_faults([RATE_LIMIT])
    stage.live.turn()
    camera.take("/searches?show=running")


def shows_searches_filtered(stage: Stage, camera: Camera) -> None:
    """Searches found by name"""
    stage.morning()
    camera.take("/searches?q=us+tech")


def shows_searches_none_match(stage: Stage, camera: Camera) -> None:
    """No search has this name"""
    stage.morning()
    camera.take("/searches?q=astronauts")


def shows_searches_too_many(stage: Stage, camera: Camera) -> None:
    """More searches than a page holds"""
    account = LinkedInAccount.objects.get()
    for number in range(70):
        job = SearchJobFactory(
            account=account,
            name=f"Chief executives, week {number + 1}",
            status="completed",
            target_count=20,
            progress_current=20,
        )
        find_many(job, 20)
    camera.take(
        "/searches", lambda page: page.locator(".pages").scroll_into_view_if_needed()
    )


def shows_searches_cancel(stage: Stage, camera: Camera) -> None:
    """Cancel asks once, and says what is kept"""
    stage.morning()
    camera.take(
        "/searches",
        lambda page: page.locator("[data-ask=cancel]").last.click(),
    )


def shows_searches_more(stage: Stage, camera: Camera) -> None:
    """Run again, run with changes, rename, delete"""
    stage.morning()
    camera.take(
        "/searches",
        lambda page: page.locator("[aria-label^='More for']").nth(1).click(),
    )


def shows_searches_rename(stage: Stage, camera: Camera) -> None:
    """Another name for a search"""
    stage.morning()

    def rename(page: Page) -> None:
        page.locator("[aria-label^='More for']").nth(1).click()
        page.locator(":popover-open [data-ask=rename]").click()
        expect(page.locator("#rename")).to_be_visible()

    camera.take("/searches", rename)
