"""The charts of a search: on demand, a filter by a click, fresh while it runs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from prospects.models import ProspectDecision
from searchjobs.models import SearchJob
from tests.browser.axe import SIZES, report
from tests.browser.conftest import Live

pytestmark = pytest.mark.browser


@pytest.fixture
def job(live: Live) -> SearchJob:
    """A search that has found 100 of 300 and still runs."""
    job = live.search(target_count=300)
    live.turn()
    return job


def count_of(page: Page, bar: str) -> int:
    number = page.locator("#charts .bar-i", has_text=bar).locator(".n").first
    return int(number.inner_text())


def test_a_bar_filters_and_the_people_behind_it_are_a_key_away(
    job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    expect(page.locator("#charts")).to_be_hidden()
    page.get_by_role("link", name="Charts").click()
    expect(page.locator("#chart-degree .bar-i").first).to_be_visible()
    expect(page.locator("#scroll")).to_be_hidden()
    second = count_of(page, "2nd")

    page.locator("#charts").get_by_role("link", name="2nd").click()

    expect(page.locator("#shown")).to_contain_text(f"showing {second} of 100")
    expect(page.locator("#chart-degree [aria-current]")).to_contain_text("2nd")
    expect(page.get_by_label("2nd")).to_be_checked()
    expect(page).to_have_url(re.compile(r"\?degree=2&view=charts$"))

    page.reload()
    expect(page.locator("#chart-degree [aria-current]")).to_contain_text("2nd")
    page.keyboard.press("v")
    expect(page.locator("#scroll")).to_be_visible()
    expect(page.locator("#rows tr")).to_have_count(min(second, 80))
    expect(page).to_have_url(re.compile(r"\?degree=2$"))
    page.go_back()
    expect(page.locator("#chart-degree [aria-current]")).to_contain_text("2nd")


def test_charts_opened_while_the_list_is_read_again_stay(
    job: SearchJob, page: Page
) -> None:
    held: list[Route] = []
    page.route(f"**/{job.id}?", lambda route: held.append(route))
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("Control+a")
    with page.expect_request(f"**/{job.id}?"):
        page.keyboard.press("a")

    page.keyboard.press("v")
    held[0].continue_()

    expect(page.locator("#charts")).to_contain_text("Nobody is pending any more.")
    expect(page).to_have_url(re.compile(r"\?view=charts$"))


def test_charts_follow_a_running_search_without_being_drawn_anew(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}?view=charts")
    page.locator("#charts").get_by_role("link", name="2nd").focus()
    page.evaluate("window.bar = document.activeElement")
    expect(page.locator("#curve")).to_contain_text("100 in")
    live.turn()
    expect(page.locator("#curve")).to_contain_text("200 in")
    expect(page.locator("#chart-company .card-h")).to_contain_text("200 people")
    assert page.evaluate("window.bar.isConnected")
    assert page.evaluate("window.bar === document.activeElement")


def test_no_key_decides_on_people_that_are_not_shown(
    job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_visible()
    page.keyboard.press("v")
    expect(page.locator("#chart-company .bar-i").first).to_be_visible()
    expect(page.locator("#bulk")).to_be_hidden()
    for key in ("a", "r", "x", "j", "a", "Control+a", "r"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    expect(page.locator("#rows tr").first).to_be_visible()
    expect(page.locator("#rows tr")).to_have_count(80)
    assert not ProspectDecision.objects.exists()


def test_the_details_close_before_the_charts(job: SearchJob, page: Page) -> None:
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_be_visible()
    page.keyboard.press("v")
    expect(page.locator("#chart-company .bar-i").first).to_be_visible()
    expect(page.locator("#drawer")).to_be_hidden()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_charts_pass_axe_and_fit(
    job: SearchJob, new_page: Callable[..., Page], size: str
) -> None:
    page = new_page(size=SIZES[size])
    page.goto(f"/searches/{job.id}?decision=all&view=charts")
    page.get_by_text("As a table").click()
    assert report(page) == ""
