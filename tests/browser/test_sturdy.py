"""The review page where things go wrong, on a phone, and for who types by voice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from prospects.models import Prospect
from searchjobs.models import SearchJob
from tests.browser.conftest import Live

pytestmark = pytest.mark.browser

# An inline link in a line of text, and what only a screen reader sees, are no targets.
_TOO_SMALL = """() => [
  ...document.querySelectorAll("#review *, #m-export *")
].filter(one => one.matches("a, button, input:not([type=hidden]), select, textarea"))
  .filter(one => one.checkVisibility() && !one.closest(".sr, thead, .shown, dd"))
  .map(one => [one, (one.closest("label, .c-check, .c-name") ?? one)])
  .map(([one, target]) => [one, target.getBoundingClientRect()])
  .filter(([_, box]) => box.height && (box.height < 43.9 || box.width < 43.9))
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""


@pytest.fixture
def job(live: Live) -> SearchJob:
    job = live.search(target_count=300)
    live.turn()
    return job


def test_rows_that_arrive_shift_nothing(live: Live, job: SearchJob, page: Page) -> None:
    page.add_init_script("""
        window.shift = 0;
        new PerformanceObserver(list => {
          for (const one of list.getEntries()) window.shift += one.value;
        }).observe({type: "layout-shift", buffered: true});
    """)
    page.goto(f"/searches/{job.id}")
    page.locator("#rows tr.is-cur").wait_for()
    settled = page.evaluate("window.shift")

    live.turn()

    expect(page.locator("#fresh")).to_have_text("Show 100 new")
    assert page.evaluate("window.shift") == settled < 0.01


def test_blocked_sockets_still_show_the_end(
    live: Live, job: SearchJob, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.clock.install()
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close(code=1011))
    page.goto(f"/searches/{job.id}")
    live.play()
    page.clock.run_for(25_000)
    expect(page.locator("#run-label")).to_have_text("Completed")
    expect(page).to_have_title("Chief executives · Shortlist")


def test_the_end_rings_only_where_it_was_asked_for(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.add_init_script("""
        window.rung = [];
        window.Notification = class extends EventTarget {
          static permission = "default";
          static async requestPermission() { return this.permission = "granted"; }
          constructor(title, {body}) { super(); window.rung.push(`${title}: ${body}`); }
        };
    """)
    page.goto(f"/searches/{job.id}")
    bell = page.get_by_role("button", name="Tell me when the search ends")
    bell.click()
    expect(bell).to_have_attribute("aria-pressed", "true")
    live.play()
    expect(page.locator("#run-label")).to_have_text("Completed")
    assert page.evaluate("rung") == ["Chief executives: Fetched 300/300 (100%)"]
    expect(bell).to_be_hidden()


def test_each_number_of_the_sum_opens_the_pages_it_is_made_of(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    page.locator("#ledger").get_by_role("button", name="duplicates").click()
    dialog = page.get_by_role("dialog", name="What LinkedIn sent, page by page")
    expect(dialog.locator("tbody tr")).to_have_count(1)
    expect(dialog.locator("tfoot")).to_contain_text(re.compile("Sum100100"))
    expect(dialog).to_contain_text("a duplicate is somebody stored already")


def test_single_keys_can_be_turned_off(live: Live, job: SearchJob, page: Page) -> None:
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.locator("#rows tr.is-cur").wait_for()
    for key in ("a", "x", "?", "2", "Shift+J"):
        page.keyboard.press(key)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#rows tr").nth(1)).to_have_class("is-cur")
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("Control+a")
    expect(page.locator("#bulk-count")).to_have_text("100 selected")
    assert not Prospect.objects.exists()


def test_everything_on_a_phone_is_large_enough_for_a_thumb(
    live: Live, job: SearchJob, new_page: Callable[..., Page]
) -> None:
    page = new_page(size=(390, 844))
    page.goto(f"/searches/{job.id}?degree=2")
    page.locator("#rows tr").first.wait_for()
    assert page.evaluate(_TOO_SMALL) == []
    page.locator("#rows tr").first.get_by_role("checkbox").tap()
    expect(page.locator("#bulk-count")).to_have_text("1 selected")
    assert page.evaluate(_TOO_SMALL) == []
    page.locator("#bulk [data-bulk=clear]").tap()
    page.locator("#rows [data-detail]").first.tap()
    page.get_by_label("Add a tag").fill("warm")
    page.get_by_role("button", name="Add", exact=True).tap()
    page.get_by_role("button", name="Remove tag warm").wait_for()
    assert page.evaluate(_TOO_SMALL) == []
    page.get_by_role("button", name="Close details").tap()
    page.get_by_role("button", name="Export").tap()
    assert page.evaluate(_TOO_SMALL) == []
