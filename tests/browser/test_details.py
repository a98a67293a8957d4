"""The details beside the rows are always of the row looked at."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from prospects import services
from prospects.models import Prospect
from searchjobs.models import SearchJob, SearchResult
from tests.browser.conftest import Live
from tests.factories import MembershipFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def job(live: Live) -> SearchJob:
    job = live.search(target_count=100)
    live.play()
    return job


@pytest.fixture
def open_page(job: SearchJob, page: Page) -> Page:
    """The rows, with the details of the first beside them."""
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer h2")).to_have_text(name_at(page, 0))
    return page


def name_at(page: Page, index: int) -> str:
    names = page.locator("#rows [data-detail]")
    return names.nth(index).text_content() or ""


def named(page: Page) -> str:
    """Whom row and details name, which is the same at any moment."""
    row, details = page.evaluate("""() => [
        document.querySelector("#rows .is-cur [data-detail]")?.textContent,
        document.querySelector("#drawer:not([hidden]) h2")?.textContent,
    ]""")
    assert row == details
    assert row
    return str(row)


def step_back(page: Page, *, by: str) -> None:
    """Press a key that closes the details, and wait until the history knows."""
    page.evaluate("""() => { window.stepped = new Promise(
        done => addEventListener("popstate", () => done(null), { once: true })) }""")
    page.keyboard.press(by)
    page.evaluate("() => window.stepped")


def never(route: Route) -> None:
    """Leave the page without an answer."""


def test_back_closes_the_details_and_forward_opens_them(open_page: Page) -> None:
    page, drawer = open_page, open_page.locator("#drawer")
    page.keyboard.press("j")
    page.go_back()
    expect(drawer).to_be_hidden()
    expect(page.locator("#rows tr.is-cur [data-detail]")).to_have_text(name_at(page, 1))
    page.go_forward()
    expect(drawer.locator("h2")).to_have_text(name_at(page, 1))


@pytest.mark.parametrize("way", ["Escape", "Enter", "charts"])
def test_details_that_were_closed_are_no_step_back(
    job: SearchJob, page: Page, way: str
) -> None:
    page.goto("/searches")
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_contain_text("History")
    if way == "charts":
        page.keyboard.press("v")
        expect(page.locator("#drawer")).to_be_hidden()
        page.go_back()
        expect(page.locator("#charts")).to_be_hidden()
    else:
        step_back(page, by=way)
    page.go_back()
    expect(page).to_have_url(re.compile("/searches$"))


def test_after_a_reload_details_open_and_close_as_before(open_page: Page) -> None:
    page, drawer = open_page, open_page.locator("#drawer")
    page.reload()
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(drawer).to_contain_text("History")
    step_back(page, by="Escape")
    expect(drawer).to_be_hidden()


def test_back_from_a_filter_brings_the_details_that_were_open(open_page: Page) -> None:
    page, drawer = open_page, open_page.locator("#drawer")
    page.keyboard.press("2")
    expect(drawer).to_be_hidden()  # nobody is approved
    page.go_back()
    expect(drawer).to_be_visible()
    expect(drawer).to_contain_text("History")
    step_back(page, by="Escape")
    expect(drawer).to_be_hidden()


def test_the_details_follow_the_row(open_page: Page) -> None:
    page, drawer = open_page, open_page.locator("#drawer")
    expect(page.locator("aside")).to_have_accessible_name("Prospect details")
    page.keyboard.press("j")
    expect(drawer).to_contain_text("Found as number 2 of 100")
    page.keyboard.press("a")
    expect(drawer).to_contain_text("Found as number 3 of 100")
    page.keyboard.press("x")
    end = page.locator("#bulk").evaluate("bulk => bulk.getBoundingClientRect().right")
    assert end <= drawer.evaluate("drawer => drawer.getBoundingClientRect().left")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


@pytest.mark.parametrize("is_loaded", [True, False], ids=["loaded", "still loading"])
def test_a_key_decides_on_whom_the_details_name(
    open_page: Page, is_loaded: bool
) -> None:
    """Whatever moved the row: the mouse, the bar of the selected, a filter, an undo."""
    page, toast = open_page, open_page.locator(".toast")
    if not is_loaded:
        page.route("**/people/*", never)

    def key(key: str, said: str) -> str:
        whom = named(page)
        page.keyboard.press(key)
        expect(toast).to_contain_text(f"{said} {whom}")
        named(page)
        return whom

    page.locator("#rows tr").nth(3).get_by_role("button", name="Approve").click()
    rejected = key("r", "Rejected")
    page.keyboard.press("u")
    expect(toast).to_contain_text("Undone")
    assert named(page) == rejected
    key("a", "Approved")
    for each in ("x", "Shift+J"):
        page.keyboard.press(each)
    page.locator("#bulk").get_by_role("button", name="Reject").click()
    key("a", "Approved")
    page.locator("#facets").get_by_label("1st").click()
    expect(page.locator("#shown")).to_be_visible()
    key("r", "Rejected")
    page.locator("#tabs").get_by_text("All").click()
    expect(page.locator("#tabs [aria-current]")).to_contain_text("All")
    page.locator("#rows .badge.red").first.click()
    page.locator("#m-decision").get_by_role("button", name="Approve").click()
    key("r", "Rejected")
    page.keyboard.press("k")
    key("p", "Back to pending:")


def test_keys_in_a_row_decide_only_on_people_who_were_named(open_page: Page) -> None:
    page = open_page
    page.route("**/people/*", never)
    page.evaluate("""() => {
        window.told = new Set();
        const tell = () => told.add(document.querySelector("#drawer h2").textContent);
        tell();
        new MutationObserver(tell).observe(
            document.querySelector("#drawer"), {childList: true}
        );
    }""")
    for key in "arar":
        page.keyboard.press(key)
    expect(page.locator("#tabs")).to_contain_text("Approved 2 Rejected 2")
    decided = {prospect.name for prospect in Prospect.objects.all()}
    assert len(decided) == 4
    assert decided <= {*page.evaluate("[...told]")}


def test_the_details_close_where_nobody_is_left(open_page: Page) -> None:
    page = open_page
    page.keyboard.press("Control+a")
    page.keyboard.press("a")
    expect(page.locator("#tabs")).to_contain_text("Approved 100")
    expect(page.locator("#drawer")).to_be_hidden()
    page.keyboard.press("u")
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)
    page.keyboard.press("Enter")
    named(page)
    page.locator("#q").fill("nobody is called this")
    expect(page.locator("#drawer")).to_be_hidden()
    expect(page.locator("#q")).to_be_focused()


def test_what_is_put_back_takes_no_letter_from_who_writes_a_note(
    open_page: Page,
) -> None:
    page = open_page
    held: list[Route] = []
    page.route("**/decide?*", lambda route: held.append(route))
    with page.expect_request("**/decide?*"):
        page.keyboard.press("a")
    second = named(page)
    note = page.locator("#drawer").get_by_label("Note, saved")
    note.focus()

    held[0].abort()
    expect(page.locator(".toast")).to_contain_text("could not be reached")
    page.keyboard.type("at the fair")

    expect(note).to_have_value("at the fair")
    assert named(page) == second == name_at(page, 1)
    assert not Prospect.objects.filter(decision__in=["approved", "rejected"]).exists()


def test_a_colleague_s_decision_shows_and_takes_the_row_at_the_next_look(
    live: Live, job: SearchJob, open_page: Page
) -> None:
    page, first = open_page, named(open_page)
    amara = MembershipFactory(
        workspace=live.member.workspace, user__name="Amara Okafor"
    )
    chosen = SearchResult.objects.get(job=job, position=0)
    services.decide(membership=amara, decision="rejected", result_ids=[chosen.id])
    expect(page.locator("#drawer .who")).to_contain_text("Rejected by Amara Okafor")
    assert named(page) == first

    page.keyboard.press("1")
    expect(page.locator("#rows tr").first).not_to_contain_text(first)
    assert named(page) != first


def test_what_is_being_written_is_saved_where_it_belongs(
    job: SearchJob, open_page: Page
) -> None:
    page, first = open_page, named(open_page)
    page.locator("#own-note").fill("Call in May")
    page.locator("#rows tr").nth(5).locator(".c-title").click()
    assert named(page) == name_at(page, 5)
    expect(page.locator("#rows tr").first).to_contain_text("Note: Call in May")
    assert Prospect.objects.get().name == first


def test_the_details_buttons_say_what_somebody_is_already(open_page: Page) -> None:
    page, drawer = open_page, open_page.locator("#drawer")
    page.locator("#tabs").get_by_text("All").click()
    expect(page.locator("#tabs [aria-current]")).to_contain_text("All")
    expect(drawer.get_by_role("button", name="Pending")).to_be_disabled()
    page.keyboard.press("a")
    page.route("**/people/*", never)
    page.keyboard.press("k")
    named(page)
    expect(drawer.get_by_role("button", name="Approved")).to_be_disabled()
    expect(drawer.get_by_role("link", name="LinkedIn")).to_be_visible()
    drawer.get_by_role("button", name="Back to pending").click()
    expect(page.locator(".toast")).to_contain_text("Back to pending: ")
    expect(page.locator("#tabs")).to_contain_text("Approved 0")


def test_ages_go_on_by_themselves(job: SearchJob, page: Page) -> None:
    page.clock.install()
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("Enter")
    found = page.locator("#drawer .timeline time")
    expect(found).to_have_text(re.compile(r"^\d+ s ago$"))
    page.clock.fast_forward(10 * 60 * 1000)
    expect(found).to_have_text("10 min ago")
