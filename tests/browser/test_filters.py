"""The address is the state: tabs, facets, search, sort; nothing is hidden silently."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from searchjobs.models import SearchJob, SearchResult
from tests.browser.conftest import Live

pytestmark = pytest.mark.browser


@pytest.fixture
def job(live: Live) -> SearchJob:
    """A search that found 200."""
    job = live.search(target_count=200)
    live.play()
    return job


def second_degree(job: SearchJob) -> int:
    return SearchResult.objects.filter(
        job=job, prospect_data__connectionDegree=2
    ).count()


def test_a_facet_narrows_says_so_and_stands_in_the_address(
    live: Live, job: SearchJob, page: Page
) -> None:
    number = second_degree(job)
    page.goto(f"/searches/{job.id}")
    page.evaluate("window.sameDocument = true")
    expect(page.locator("#shown")).to_be_hidden()

    page.get_by_label("2nd").check()

    expect(page.locator("#shown")).to_contain_text(f"showing {number} of 200")
    expect(page).to_have_url(re.compile(r"\?degree=2$"))
    expect(page.get_by_label("2nd")).to_be_focused()
    expect(page.locator("#tabs [aria-current]")).to_have_text("Pending 200")
    assert page.evaluate("window.sameDocument")


def test_a_reload_loses_nothing(live: Live, job: SearchJob, page: Page) -> None:
    page.goto(f"/searches/{job.id}?degree=2&sort=name")
    expect(page.get_by_label("2nd")).to_be_checked()
    expect(page.locator("#sort")).to_have_value("name")
    first = page.locator("#rows [data-detail]").first.inner_text()
    page.reload()
    expect(page.locator("#rows [data-detail]").first).to_have_text(first)
    expect(page.locator("#shown")).to_contain_text(f"of {200}")


def test_clear_shows_everybody_again(live: Live, job: SearchJob, page: Page) -> None:
    page.goto(f"/searches/{job.id}?degree=2&q=ceo")
    expect(page.locator("#shown")).to_be_visible()
    page.locator("#shown").get_by_role("link", name="clear").click()
    expect(page.locator("#shown")).to_be_hidden()
    expect(page.locator("#q")).to_have_value("")
    expect(page).to_have_url(re.compile(r"/searches/[^?]+$"))
    expect(page.locator("#foot")).to_contain_text("200 prospects")


def test_back_brings_the_earlier_filter_back(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    page.get_by_label("2nd").check()
    expect(page.locator("#shown")).to_be_visible()
    page.go_back()
    expect(page.locator("#shown")).to_be_hidden()
    expect(page.get_by_label("2nd")).not_to_be_checked()
    page.go_forward()
    expect(page.locator("#shown")).to_be_visible()


def test_coming_back_from_elsewhere_shows_the_whole_page(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    page.get_by_label("2nd").check()
    expect(page.locator("#shown")).to_be_visible()
    page.get_by_role("link", name="Searches").last.click()
    expect(page.get_by_role("heading", name="Searches")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Chief executives")).to_be_visible()
    expect(page.get_by_label("2nd")).to_be_checked()


def test_typing_searches(live: Live, job: SearchJob, page: Page) -> None:
    page.goto(f"/searches/{job.id}")
    someone = page.locator("#rows [data-detail]").nth(3).inner_text()
    page.locator("#q").fill(someone)
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#shown")).to_contain_text("showing 1 of 200")
    expect(page.locator("#q")).to_be_focused()


def test_a_search_for_nobody_says_how_many_are_hidden(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}?q=zzzzzz")
    expect(page.locator("#foot")).to_contain_text(
        "Nobody pending matches these filters"
    )
    expect(page.locator("#foot")).to_contain_text("200 others are hidden")
    page.locator("#foot").get_by_role("link", name="Clear filters").click()
    expect(page.locator("#rows tr")).to_have_count(80)


def test_number_keys_choose_the_tab(live: Live, job: SearchJob, page: Page) -> None:
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("4")
    expect(page.locator("#tabs [aria-current]")).to_have_text("All 200")
    expect(page).to_have_url(re.compile("decision=all"))
    page.keyboard.press("2")
    expect(page.locator("#foot")).to_contain_text("Nobody is approved yet")


def test_scrolling_loads_everybody_once(live: Live, job: SearchJob, page: Page) -> None:
    page.goto(f"/searches/{job.id}")
    for loaded in (80, 160, 200):
        expect(page.locator("#rows tr")).to_have_count(loaded)
        page.locator("#rows tr").last.scroll_into_view_if_needed()
    ids = page.locator("#rows tr").evaluate_all("rows => rows.map(r => r.dataset.id)")
    expected = SearchResult.objects.filter(job=job).order_by("position")
    assert ids == [str(each) for each in expected.values_list("id", flat=True)]


def test_keys_and_ranges_cross_from_one_block_of_rows_to_the_next(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    page.locator("#rows tr").last.scroll_into_view_if_needed()
    rows, current = page.locator("#rows tr"), page.locator("#rows tr.is-cur")
    expect(rows).to_have_count(160)
    last, first = (rows.nth(place).get_attribute("data-id") for place in (79, 80))
    rows.nth(79).click(position={"x": 400, "y": 10})
    page.keyboard.press("j")
    expect(current).to_have_attribute("data-id", first or "")
    page.keyboard.press("a")
    expect(page.locator("#tabs")).to_contain_text("Approved 1")
    page.keyboard.press("k")
    page.keyboard.press("k")
    page.keyboard.press("Shift+J")
    page.keyboard.press("Shift+J")
    expect(page.locator("#bulk-count")).to_have_text("3 selected")
    page.keyboard.press("r")
    expect(page.locator("#tabs")).to_contain_text("Rejected 3")
    page.keyboard.press("u")
    page.keyboard.press("u")
    expect(rows.nth(79)).to_have_attribute("data-id", last or "")
    expect(rows.nth(80)).to_have_attribute("data-id", first or "")


def test_many_who_leave_out_of_sight_leave_no_gap(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    page.locator("#rows tr").last.scroll_into_view_if_needed()
    rows = page.locator("#rows tr")
    expect(rows).to_have_count(160)
    height_of_a_row = "rows => rows.offsetHeight / rows.querySelectorAll('tr').length"
    before = page.locator("#rows").evaluate(height_of_a_row)
    rows.nth(0).locator("input").click()
    rows.nth(39).locator("input").click(modifiers=["Shift"])
    rows.nth(119).locator("input").click()
    page.keyboard.press("r")
    expect(page.locator("#tabs")).to_contain_text("Rejected 41")
    after = page.locator("#rows").evaluate(height_of_a_row)
    assert after == pytest.approx(before, rel=0.02)


def test_a_wrong_address_is_refused_with_words(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}?decision=perhaps")
    expect(page.get_by_role("main")).to_contain_text("decision: Choose one of pending")


def test_the_page_works_without_scripts(live: Live, job: SearchJob, page: Page) -> None:
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"/searches/{job.id}")
    page.get_by_role("link", name="All 200").click()
    expect(page).to_have_url(re.compile("decision=all"))
    expect(page.locator("#rows tr")).to_have_count(80)
