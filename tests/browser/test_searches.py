"""Signing in, a new search, and what every page does."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import LinkedInAccount
from searchjobs import services
from searchjobs.models import SearchJob
from tests.browser.conftest import Live
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.browser


def test_signing_in_leads_to_where_one_wanted_to_go(
    live: Live, new_page: Callable[..., Page]
) -> None:
    live.member.user.set_password("correct horse")
    live.member.user.save()
    page = new_page(signed_in=False)
    page.goto("/prospects")
    page.get_by_label("E-mail address").fill("Priya@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not match")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Prospects")).to_be_visible()

    page.get_by_role("button", name="Priya Raman, your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_refused_move_is_said_and_changes_nothing(live: Live, page: Page) -> None:
    job = live.search()
    page.goto(f"/searches/{job.id}")
    page.route(re.compile("/pause$"), lambda route: route.continue_())
    services.cancel(job=job, by=live.member)
    page.evaluate(
        "url => htmx.ajax('POST', url,"
        " {swap: 'none', headers: {'X-CSRFToken': document.body.dataset.csrf}})",
        f"/searches/{job.id}/pause",
    )
    expect(page.locator(".toast")).to_contain_text("Cannot pause a cancelled search.")


def test_a_search_by_filters_with_type_ahead(live: Live, page: Page) -> None:
    page.goto("/searches/new")
    page.get_by_label("Title", exact=True).fill("CEO")
    place = page.get_by_role("combobox", name="Location")
    place.press_sequentially("san fr")
    page.get_by_role("option", name="San Francisco Bay Area").click()
    expect(page.locator(".combo .chip")).to_have_text("San Francisco Bay Area")
    page.locator("label", has_text="11–50").click()
    page.get_by_label("How many people?").fill("250")
    estimate = page.locator("#estimate")
    expect(estimate).to_contain_text("3 pages of 84")
    expect(estimate).to_contain_text("Priya's LinkedIn")
    expect(estimate).to_contain_text("CEO, San Francisco Bay Area, 11–50")
    expect(estimate).to_contain_text("leaves 2,250 of today’s quota")

    page.get_by_role("button", name="Find 250 prospects").click()

    expect(page.get_by_role("heading", name="CEO")).to_be_visible()
    expect(page.get_by_text("In San Francisco Bay Area")).to_be_visible()
    job = SearchJob.objects.get()
    assert job.search_criteria == {
        "title": "CEO",
        "location": ["90000084"],
        "company_headcount": ["B"],
    }
    assert job.target_count == 250


def test_the_type_ahead_works_by_keyboard(live: Live, page: Page) -> None:
    page.goto("/searches/new")
    place = page.get_by_role("combobox", name="Location")
    place.press_sequentially("united")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(place).to_have_attribute("aria-expanded", "true")
    name = page.get_by_role("option").first.locator("span").first.inner_text()
    place.press("Enter")
    expect(page.locator(".combo .chip")).to_have_text(name)
    place.press("Backspace")
    expect(page.locator(".combo .chip")).to_have_count(0)


def test_what_the_account_s_api_ignores_is_named(
    live: Live, sandbox: SandboxServer, page: Page
) -> None:
    LinkedInAccount.objects.update(premium_features=[])
    page.goto("/searches/new")
    page.get_by_label("Title", exact=True).fill("CEO")
    page.locator("label", has_text="11–50").click()
    page.get_by_label("How many people?").fill("2500")
    estimate = page.locator("#estimate")
    expect(estimate).to_contain_text("Classic ignores company headcount.")
    expect(estimate).to_contain_text("Classic gives at most 1,000 people per search.")
    expect(page.get_by_role("button", name="Find 1,000 prospects")).to_be_visible()


def test_a_pasted_address_that_is_no_search_is_refused_by_field(
    live: Live, page: Page
) -> None:
    page.goto("/searches/new")
    page.get_by_role("button", name="Paste a URL").click()
    page.get_by_label("LinkedIn search URL").fill("https://www.linkedin.com/feed/")
    expect(page.locator("#estimate")).to_contain_text("This is not a search for people")
    page.get_by_role("button", name="Find prospects").click()
    expect(page.locator("#url-wrong")).to_contain_text(
        "This is not a search for people"
    )
    expect(page.get_by_label("LinkedIn search URL")).to_have_value(
        "https://www.linkedin.com/feed/"
    )
    assert not SearchJob.objects.exists()


def test_a_pasted_address_is_searched(live: Live, page: Page) -> None:
    page.goto("/searches/new")
    page.get_by_role("button", name="Paste a URL").click()
    url = "https://www.linkedin.com/sales/search/people?query=ceo"
    page.get_by_label("LinkedIn search URL").fill(url)
    page.get_by_role("button", name="Find 1,000 prospects").click()
    expect(page).to_have_url(re.compile(r"/searches/[0-9a-f-]{36}$"))
    assert SearchJob.objects.get().search_criteria == {"url": url}


def test_what_was_filled_in_survives_an_error(live: Live, page: Page) -> None:
    page.goto("/searches/new")
    place = page.get_by_role("combobox", name="Location")
    place.press_sequentially("seattle")
    page.locator("#l-location").get_by_text("Seattle").first.click()
    chip = page.locator(".combo .chip").inner_text()
    page.get_by_label("How many people?").fill("0")
    page.get_by_role("button", name="Find prospects").click()
    expect(page.locator("#target_count-wrong")).to_be_visible()
    expect(page.locator(".combo .chip")).to_have_text(chip)


def test_keys_lead_elsewhere(live: Live, page: Page) -> None:
    page.goto("/searches")
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/searches/new$"))
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile("/prospects$"))


def test_the_theme_is_kept(live: Live, page: Page) -> None:
    page.goto("/searches")
    toggle = page.locator("[data-theme-toggle]")
    toggle.click()
    toggle.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
