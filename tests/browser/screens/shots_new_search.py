"""New search"""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now
from playwright.sync_api import Page, expect

from accounts.models import LinkedInAccount
from searchjobs.models import SavedSearch
from tests.browser.screens.conftest import BOTH, Camera, unroll
from tests.browser.screens.staging import Stage
from tests.browser.test_new_search import CHIEFS, look
from tests.searchjobs import playing


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


def shows_new_search_preview(stage: Stage, camera: Camera) -> None:
    """How many match, and the first ten, before anything is stored"""

    def preview(page: Page) -> None:
        playing.let_time_pass(stage.live.account)
        fill(page)
        look(page)
        expect(page.locator("#preview li")).to_have_count(10)
        unroll(page, 1220)

    camera.take("/searches/new", preview, looks=BOTH, whole=True)


def shows_new_search_preview_waits(stage: Stage, camera: Camera) -> None:
    """The account waits; the page asks again by itself"""

    def preview(page: Page) -> None:
        playing.let_time_pass(stage.live.account)
        fill(page)  # its names are kept by then
        LinkedInAccount.objects.update(next_turn_at=Now() + timedelta(seconds=9))
        look(page)
        expect(page.locator("#preview")).to_contain_text("Asks again by itself in")

    camera.take("/searches/new", preview, whole=True)


def shows_new_search_url(stage: Stage, camera: Camera) -> None:
    """A pasted address, understood and shown back"""

    def paste(page: Page) -> None:
        page.get_by_role("button", name="Paste a URL").click()
        page.get_by_label("LinkedIn search URL").fill(CHIEFS)
        expect(page.locator("#understood .chip")).to_have_count(3)

    camera.take("/searches/new", paste, looks=BOTH, whole=True)


def shows_new_search_url_wrong(stage: Stage, camera: Camera) -> None:
    """An address that is no search"""

    def paste(page: Page) -> None:
        page.get_by_role("button", name="Paste a URL").click()
        page.get_by_label("LinkedIn search URL").fill("https://www.linkedin.com/feed/")
        expect(page.locator("#estimate")).to_contain_text("not a search")
        page.get_by_role("button", name="Find prospects").click()
        expect(page.locator("#url-wrong")).to_be_visible()

    camera.take("/searches/new", paste, whole=True)


def save_some(stage: Stage) -> None:
    for name, criteria in {
        "Chief executives, US tech": playing.CEOS,
        "Founders, Bay Area": {"title": "Founder", "location": ["90000084"]},
        "Finance chiefs": {"title": "CFO", "company_headcount": ["D", "E"]},
    }.items():
        SavedSearch.objects.create(
            workspace=stage.live.member.workspace,
            name=name,
            search_criteria=criteria,
            target_count=1000,
        )


def shows_new_search_start_from(stage: Stage, camera: Camera) -> None:
    """Start from a saved search"""
    save_some(stage)
    camera.take(
        "/searches/new",
        lambda page: page.get_by_role("button", name="Start from").click(),
    )


def shows_saved_searches(stage: Stage, camera: Camera) -> None:
    """Saved searches, renamed and deleted"""
    save_some(stage)
    camera.take("/searches/saved", looks=BOTH)


def shows_new_search_wrong(stage: Stage, camera: Camera) -> None:
    """What is wrong is said at its field, and nothing is lost"""

    def submit(page: Page) -> None:
        page.get_by_label("Title", exact=True).fill("CEO")
        page.get_by_label("How many people?").fill("0")
        page.get_by_role("button", name="Find prospects").click()
        expect(page.locator("#target_count-wrong")).to_be_visible()

    camera.take("/searches/new", submit, whole=True)
