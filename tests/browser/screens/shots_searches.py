"""Searches, new search"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from accounts.models import LinkedInAccount
from tests.browser.screens.conftest import BOTH, Camera
from tests.browser.screens.staging import RATE_LIMIT, Stage
from tests.factories import SavedSearchFactory, SearchJobFactory
from tests.prospects.making import find_many


def shows_searches_empty(stage: Stage, camera: Camera) -> None:
    """A newcomer's first page"""
    camera.take("/searches", looks=BOTH)


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


def shows_new_search(stage: Stage, camera: Camera) -> None:
    """New search, empty"""
    camera.take("/searches/new", looks=BOTH, whole=True)


def fill(page: Page) -> None:
    page.get_by_label("Title", exact=True).fill("CEO")
    place = page.get_by_role("combobox", name="Location")
    place.press_sequentially("san fr")
    page.get_by_role("option", name="San Francisco Bay Area").click()
    page.locator("label", has_text="11–50").click()
    page.locator("label", has_text="51–200").click()
    page.get_by_label("How many people?").fill("250")
    expect(page.locator("#estimate")).to_contain_text("3 pages of 84")


def shows_new_search_filled(stage: Stage, camera: Camera) -> None:
    """New search, filled in, with its estimate"""
    camera.take("/searches/new", fill, looks=BOTH, whole=True)


def shows_new_search_type_ahead(stage: Stage, camera: Camera) -> None:
    """LinkedIn's places by their names"""

    def type_ahead(page: Page) -> None:
        place = page.get_by_role("combobox", name="Location")
        place.press_sequentially("united")
        expect(page.get_by_role("option").first).to_be_visible()

    camera.take("/searches/new", type_ahead)


def shows_new_search_ignored(stage: Stage, camera: Camera) -> None:
    """Filters that the account's product ignores are marked before submitting"""
    LinkedInAccount.objects.update(premium_features=[])

    def choose(page: Page) -> None:
        page.get_by_label("Title", exact=True).fill("CEO")
        page.locator("label", has_text="11–50").click()
        page.get_by_label("How many people?").fill("2500")
        expect(page.locator("#estimate")).to_contain_text("ignores")

    camera.take("/searches/new", choose, whole=True)


def shows_new_search_url(stage: Stage, camera: Camera) -> None:
    """A pasted address"""

    def paste(page: Page) -> None:
        page.get_by_role("button", name="Paste a URL").click()
        page.get_by_label("LinkedIn search URL").fill(
            "https://www.linkedin.com/search/results/people/?keywords=ceo"
            "&geoUrn=%5B%22103644278%22%5D&network=%5B%22S%22%5D"
        )
        expect(page.locator("#estimate")).to_contain_text("pages of")

    camera.take("/searches/new", paste, looks=BOTH, whole=True)


def shows_new_search_wrong(stage: Stage, camera: Camera) -> None:
    """What is wrong is said at its field, and nothing is lost"""

    def submit(page: Page) -> None:
        page.get_by_label("Title", exact=True).fill("CEO")
        page.get_by_label("How many people?").fill("0")
        page.get_by_role("button", name="Find prospects").click()
        expect(page.locator("#target_count-wrong")).to_be_visible()

    camera.take("/searches/new", submit, whole=True)


def shows_new_search_preview(stage: Stage, camera: Camera) -> None:
    """How many match and the first ten, before the search is started"""

    def look(page: Page) -> None:
        fill(page)
        page.get_by_role("button", name="Check how many match").click()
        expect(page.locator("#preview li").first).to_be_visible()

    camera.take("/searches/new", look, looks=BOTH, whole=True)


def shows_saved_searches(stage: Stage, camera: Camera) -> None:
    """Searches that the workspace keeps to run again"""
    for name in ("Chief executives, tech", "Sales leaders in Germany"):
        SavedSearchFactory.create(
            workspace=stage.live.member.workspace,
            saved_by=stage.live.member.user,
            name=name,
        )
    camera.take("/searches/saved", looks=BOTH)
