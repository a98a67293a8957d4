"""The review page where things go wrong, on a phone, and for who types by voice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from prospects import services
from prospects.models import DecisionValue, Prospect
from searchjobs.models import SearchJob, SearchResult
from tests.browser.axe import report
from tests.browser.conftest import Live
from tests.factories import MembershipFactory

pytestmark = pytest.mark.browser

# An inline link in a line of text, and what only a screen reader sees, are no targets.
_TOO_SMALL = """() => [
  ...document.querySelectorAll("#review *, #m-export *, #m-user *, .nav *")
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
        window.shifts = [];
        new PerformanceObserver(list => {
          for (const {value, sources} of list.getEntries())
            window.shifts.push([value, sources.map(({node}) => node?.outerHTML)]);
        }).observe({type: "layout-shift", buffered: true});
    """)
    page.goto(f"/searches/{job.id}")
    page.locator("#rows tr.is-cur").wait_for()
    live.turn()
    expect(page.locator("#fresh")).to_have_text("Show 100 new")
    expect(page.locator("#run-meta .rate")).to_be_visible()
    live.play()
    expect(page.locator("#run-label")).to_have_text("Completed")
    assert page.evaluate("window.shifts") == []
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0


def test_blocked_sockets_still_show_the_end_and_what_a_colleague_does(
    live: Live, job: SearchJob, new_page: Callable[..., Page]
) -> None:
    amara = MembershipFactory(
        workspace=live.member.workspace, user__name="Amara Okafor"
    )
    second = SearchResult.objects.get(job=job, position=1)
    page = new_page()
    page.clock.install()
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close(code=1011))
    page.goto(f"/searches/{job.id}")
    live.play()
    services.decide(
        membership=amara, decision=DecisionValue.REJECTED, result_ids=[second.id]
    )
    page.clock.run_for(25_000)
    expect(page.locator("#run-label")).to_have_text("Completed")
    expect(page).to_have_title("Chief executives · Shortlist")
    decision = page.locator(f"#p-{second.id} .c-dec")
    expect(decision).to_have_text("Rejected · Amara")


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
    dialog = page.get_by_role("dialog", name="What LinkedIn sent, page by page")
    for number in page.locator("#ledger").get_by_role("button").all():
        number.click()
        expect(dialog.locator("tbody tr")).to_have_count(1)
        expect(dialog.locator("tfoot")).to_have_text("Sum 100 100 0 0 0")
        expect(dialog).to_contain_text("a duplicate is somebody stored already")
        page.keyboard.press("Escape")
    expect(page.locator("#ledger").get_by_role("button")).to_have_count(2)


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
    page.get_by_role("button", name="Add tag").tap()
    page.get_by_role("button", name="Remove tag warm").wait_for()
    assert page.evaluate(_TOO_SMALL) == []
    page.get_by_role("button", name="Close details").tap()
    page.get_by_role("button", name="Export").tap()
    assert page.evaluate(_TOO_SMALL) == []


@pytest.mark.parametrize("path", ["/searches", "/prospects", "review"])
def test_on_a_phone_every_page_leads_to_the_others_and_out(
    live: Live, job: SearchJob, new_page: Callable[..., Page], path: str
) -> None:
    page = new_page(size=(390, 844))
    page.goto(f"/searches/{job.id}" if path == "review" else path)
    page.get_by_role("button", name="your account").tap()
    menu = page.get_by_role("dialog", name="Your account")
    assert page.evaluate(_TOO_SMALL) == []
    assert report(page) == ""
    menu.get_by_role("button", name="Theme: ").tap()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    if path == "review":
        menu.get_by_role("link", name="Prospects").tap()
        page.get_by_role("button", name="your account").tap()
    menu.get_by_role("button", name="Sign out").tap()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_phone_decides_undoes_and_sorts_by_touch_alone(
    live: Live, job: SearchJob, new_page: Callable[..., Page]
) -> None:
    page = new_page(size=(390, 844))
    page.goto(f"/searches/{job.id}")
    rows, tabs, toast = (
        page.locator("#rows tr"),
        page.locator("#tabs"),
        page.locator(".toast"),
    )
    rows.first.get_by_role("button", name="Approve").tap()
    expect(tabs).to_contain_text("Approved 1")
    rows.first.get_by_role("button", name="Reject").tap()
    expect(tabs).to_contain_text("Rejected 1")
    page.reload()
    page.get_by_role("button", name="Undo last decision").tap()
    expect(tabs).to_contain_text("Rejected 0")

    rows.nth(1).get_by_role("checkbox").tap()
    page.get_by_role("button", name="Select all 99 matching").tap()
    rows.nth(0).get_by_role("checkbox").tap()
    page.locator("#bulk").get_by_role("button", name="Reject").tap()
    expect(tabs).to_contain_text("Rejected 98")
    toast.get_by_role("button", name="Undo").tap()
    expect(tabs).to_contain_text("Rejected 0")

    rows.first.locator("[data-detail]").tap()
    drawer = page.locator("#drawer")
    buttons = drawer.locator(".drawer-f")
    expect(buttons).to_be_visible()
    assert edge(page.locator("#toasts"), "bottom") <= edge(buttons, "top")
    buttons.get_by_role("button", name="Approve").tap()
    expect(toast).to_contain_text("Approved")
    toast.get_by_role("button", name="Undo").tap()
    expect(tabs).to_contain_text("Approved 1")
    drawer.get_by_role("button", name="Close details").tap()

    in_order_found = rows.locator("[data-detail]").first.text_content() or ""
    page.get_by_role("button", name="Filter").tap()
    page.get_by_label("Sort by").select_option(label="Name")
    expect(page).to_have_url(re.compile(r"\?sort=name$"))
    page.get_by_label("2nd").tap()
    expect(page).to_have_url(re.compile("degree=2"))
    page.get_by_role("button", name="Show people").tap()
    expect(page.locator("#shown")).to_be_visible()
    expect(rows.locator("[data-detail]").first).not_to_have_text(in_order_found)


def edge(element: Locator, side: str) -> float:
    y: float = element.evaluate("(it, side) => it.getBoundingClientRect()[side]", side)
    return y


def test_paper_holds_everybody_and_says_what_it_leaves_out(
    live: Live, job: SearchJob, page: Page
) -> None:
    live.turn()
    page.add_init_script(
        "window.print = () => { window.printed = rowsOf(); };"
        "const rowsOf = () => document.querySelectorAll('#rows tr').length;"
    )
    page.goto(f"/searches/{job.id}")
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#paper")).to_have_text("The first 80 of 200 prospects.")

    page.keyboard.press("Control+p")

    expect(page.locator("#rows tr")).to_have_count(200)
    page.evaluate("new Promise(done => setTimeout(done))")
    assert page.evaluate("window.printed") == 200
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#paper")).to_be_empty()
    for hidden in (".skip", "#filters", "#q", "#undo", ".nav", ".c-dec .btn"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("#tabs [aria-current]")).to_be_visible()
    expect(page.locator("#rows .c-loc").last).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_label("2nd").check()
    page.emulate_media(media="print")
    expect(page.locator("#shown")).to_have_text(re.compile(r"showing \d+ of 200"))
