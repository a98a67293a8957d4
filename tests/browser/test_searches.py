"""Signing in, and what every page does."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from searchjobs import services
from tests.browser.conftest import Live

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
    toggle = page.get_by_role("button", name="Switch theme")
    toggle.click()
    toggle.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
