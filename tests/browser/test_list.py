"""The list of searches: it keeps up, and all that one does with a search there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Page, Route, WebSocketRoute, expect

from accounts.models import LinkedInAccount, Membership
from searchjobs import leaving, lifecycle, services
from searchjobs.models import SearchJob
from tests.browser.axe import SIZES, report
from tests.browser.conftest import Live
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
)
from tests.searchjobs import playing

pytestmark = pytest.mark.browser

_TOO_SMALL = """() => [
  ...document.querySelectorAll("#main :is(a, button, select, input)")
].filter(one => one.checkVisibility() && !one.closest(".shown"))
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([_, box]) => box.height < 43.9 || box.width < 43.9)
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""


@pytest.fixture
def colleague(live: Live) -> Membership:
    return MembershipFactory.create(
        workspace=live.member.workspace, user__name="Amara Okafor"
    )


# --- it keeps up ----------------------------------------------------------------------


def test_bars_move_by_the_socket_alone(live: Live, page: Page) -> None:
    job = live.search(target_count=300)
    live.turn()
    page.goto("/searches")
    row = page.locator(f"#job-{job.id}")
    bar = row.get_by_role("progressbar", name="Fetched for Chief executives")
    expect(bar).to_have_attribute("aria-valuenow", "33")
    expect(page).to_have_title("(33%) Searches · Shortlist")
    page.route(re.compile("/searches$"), lambda route: route.abort())

    live.turn()

    expect(bar).to_have_attribute("aria-valuenow", "66")
    expect(bar).to_have_attribute("aria-valuetext", "Fetched 200/300 (66%)")
    expect(row).to_contain_text("Fetched 200/300 (66%)")
    expect(page).to_have_title("(66%) Searches · Shortlist")
    page.unroute_all()
    live.play()
    expect(row).to_contain_text("Completed")
    expect(row).to_contain_text("0 of 300 reviewed")
    expect(page.locator("#live")).to_have_text("Chief executives: Completed")
    expect(page).to_have_title("Searches · Shortlist")


def test_an_answer_that_the_socket_overtook_takes_nothing_back(
    live: Live, page: Page
) -> None:
    job = live.search(target_count=300)
    live.turn()
    page.goto("/searches")
    row = page.locator(f"#job-{job.id}")
    expect(row).to_contain_text("Fetched 100/300 (33%)")
    held: list[tuple[Route, APIResponse]] = []
    page.route(
        re.compile("/searches$"), lambda route: held.append((route, route.fetch()))
    )
    page.evaluate("document.body.dispatchEvent(new Event('htmx:afterRequest'))")
    while not held:
        page.evaluate("0")  # lets the route be handled
    live.turn()
    expect(row).to_contain_text("Fetched 200/300 (66%)")

    route, old = held[0]
    with page.expect_event("requestfinished"):
        route.fulfill(response=old)

    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    expect(row).to_contain_text("Fetched 200/300 (66%)")


def test_a_colleagues_new_search_moves_no_row_until_it_is_asked_for(
    live: Live, page: Page, colleague: Membership
) -> None:
    live.search()
    page.goto("/searches")
    expect(page.locator("#jobs tr")).to_have_count(1)
    theirs = LinkedInAccountFactory.create(
        user=colleague.user, workspace=colleague.workspace
    )
    services.create(
        membership=colleague,
        search_criteria={"title": "CFO"},
        account_id=theirs.id,
        name="Finance",
    )
    expect(page.locator("#fresh")).to_have_text("Show 1 new")
    expect(page.locator("#jobs tr")).to_have_count(1)
    expect(page.locator("#job-tabs")).to_contain_text("All 2")
    page.keyboard.press(".")
    expect(page.locator("#jobs tr").first).to_contain_text("Finance")
    expect(page.locator("#jobs tr")).to_have_count(2)
    expect(page.locator("#fresh")).to_be_hidden()


def test_after_a_restart_of_the_server_what_was_missed_is_shown_once(
    live: Live, page: Page
) -> None:
    job = live.search(target_count=300)
    sockets: list[WebSocketRoute] = []
    is_down = False

    def route(socket: WebSocketRoute) -> None:
        if is_down:
            return socket.close(code=1012)
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket(re.compile("/ws/"), route)
    page.goto("/searches")
    row = page.locator(f"#job-{job.id}")
    live.turn()
    expect(row).to_contain_text("Fetched 100/300 (33%)")

    is_down = True
    sockets[-1].close(code=1012)
    expect(page.locator("#net")).to_be_visible()
    live.play()
    again = live.search(target_count=100)
    is_down = False

    expect(page.locator("#net")).to_be_hidden()
    expect(row).to_contain_text("Completed")
    expect(page.locator("#fresh")).to_have_text("Show 1 new")
    page.locator("#fresh").click()
    expect(page.locator("#jobs tr")).to_have_count(2)
    page.reload()
    expect(page.locator("#jobs tr")).to_have_count(2)
    expect(page.locator("#jobs tr").first).to_have_id(f"job-{again.id}")


def test_without_sockets_it_asks_and_still_finishes(
    live: Live, new_page: Callable[..., Page]
) -> None:
    job = live.search(target_count=300)
    page = new_page()
    page.clock.install()
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close(code=1011))
    page.goto("/searches")
    live.play()
    page.clock.run_for(26_000)
    expect(page.locator(f"#job-{job.id}")).to_contain_text("Completed")
    expect(page).to_have_title("Searches · Shortlist")


def test_who_signs_out_in_one_tab_is_led_to_the_sign_in_in_all(
    live: Live, page: Page
) -> None:
    live.search()
    page.goto("/searches")
    other = page.context.new_page()
    with other.expect_event("websocket") as opened:
        other.goto("/searches")
    opened.value.wait_for_event("framereceived")
    page.get_by_role("button", name="Priya Raman, your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


def test_who_is_removed_sees_no_more(
    live: Live, new_page: Callable[..., Page], colleague: Membership
) -> None:
    live.search()
    Membership.objects.filter(id=live.member.id).update(role="owner")
    live.member.refresh_from_db()
    theirs = new_page(user=colleague.user)
    with theirs.expect_event("websocket") as opened:
        theirs.goto("/searches")
    opened.value.wait_for_event("framereceived")
    leaving.remove(by=live.member, user_id=colleague.user_id)
    expect(theirs.get_by_text("You belong to no workspace yet")).to_be_visible()


# --- what one does with a search ------------------------------------------------------


def test_pause_resume_cancel_and_delete_in_place(live: Live, page: Page) -> None:
    live.search()
    page.goto("/searches")
    page.evaluate("window.isHere = true")
    row = page.locator("#jobs tr")
    page.get_by_role("button", name="Pause Chief executives").click()
    expect(row).to_contain_text("Paused")
    expect(row).to_contain_text("by you")
    page.get_by_role("button", name="Resume Chief executives").click()
    expect(row).to_contain_text("Queued")
    page.get_by_role("button", name="Cancel Chief executives").click()
    page.get_by_role("button", name="Cancel search").click()
    expect(row).to_contain_text("Cancelled")
    page.get_by_role("button", name="More for Chief executives").click()
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete this search?")
    expect(dialog).to_contain_text("Chief executives and the 0 rows it found")
    assert page.evaluate("window.isHere")
    dialog.get_by_role("button", name="Delete search").click()
    expect(page.get_by_role("heading", name="Find your first")).to_be_visible()
    assert not SearchJob.objects.exists()


def test_run_again_stays_and_run_with_changes_fills_the_form(
    live: Live, page: Page
) -> None:
    live.search(target_count=100)
    live.play()

    def answer_late(route: Route) -> None:
        answer = route.fetch()
        expect(page.locator("#job-tabs")).to_contain_text("All 2")  # by the socket
        route.fulfill(response=answer)

    page.route(re.compile("/again$"), answer_late)
    page.goto("/searches")
    page.get_by_role("button", name="More for Chief executives").click()
    page.get_by_role("button", name="Run again").click()
    expect(page.locator(".toast")).to_contain_text("Chief executives runs again")
    expect(page.locator("#jobs tr")).to_have_count(2)
    expect(page.locator("#jobs tr").first).to_contain_text("Queued")
    assert SearchJob.objects.count() == 2

    page.get_by_role("button", name="More for Chief executives").last.click()
    page.get_by_role("link", name="Run with changes").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("CEO")
    expect(page.get_by_label("How many people?")).to_have_value("100")


def test_an_open_menu_stays_while_its_search_goes_on(live: Live, page: Page) -> None:
    job = live.search(target_count=300)
    live.turn()
    page.goto("/searches")
    page.get_by_role("button", name="More for Chief executives").click()
    item = page.get_by_role("button", name="Run again")
    place = item.bounding_box()
    with page.expect_response(re.compile("/searches$")):
        live.turn()
    expect(page.locator("#jobs .bar")).to_have_attribute("aria-valuenow", "66")
    assert item.bounding_box() == place
    page.keyboard.press("Escape")
    expect(page.locator(f"#job-{job.id}")).to_contain_text("Fetched 200/300")


def test_a_click_is_not_lost_to_a_page_that_arrives_meanwhile(
    live: Live, page: Page
) -> None:
    job = live.search(target_count=300)
    live.turn()
    page.goto("/searches")
    page.get_by_role("button", name="Pause Chief executives").hover()
    page.mouse.down()
    live.turn()
    row = page.locator(f"#job-{job.id}")
    expect(row.get_by_role("cell", name="200", exact=True)).to_have_count(2)

    page.mouse.up()

    expect(row).to_contain_text("by you")


def test_all_of_it_by_keyboard(live: Live, page: Page) -> None:
    first = live.search()
    live.turn()
    lifecycle.fail(first.id, code="cursor_lost", message="The place was lost.")
    live.search()
    page.goto("/searches")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_contain_text("Pause, resume, retry")
    page.keyboard.press("Escape")

    page.keyboard.press("j")
    page.keyboard.press("j")
    row = page.locator(f"#job-{first.id}")
    expect(row.locator(".job-t")).to_be_focused()
    page.keyboard.press("p")
    expect(row).to_contain_text("Queued")
    expect(row.locator(".job-t")).to_be_focused()

    page.keyboard.press("e")
    name = page.get_by_label("Name", exact=True)
    expect(name).to_have_value("Chief executives")
    name.fill("Chiefs, again")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Chiefs, again")

    page.keyboard.press("k")
    page.keyboard.press("ArrowDown")
    expect(row.locator(".job-t")).to_be_focused()
    page.keyboard.press("m")
    expect(row.get_by_role("button", name="Run again")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(row.get_by_role("link", name="Run with changes")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    running = page.locator("#job-tabs [aria-current]")
    expect(running).to_have_text(re.compile("Running"))
    expect(row.locator(".job-t")).to_be_focused()
    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name="Cancel this search?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(row.locator(".job-t")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/searches/{first.id}"))


def test_filters_are_the_address(live: Live, page: Page, colleague: Membership) -> None:
    live.search()
    theirs = LinkedInAccountFactory.create(
        user=colleague.user, workspace=colleague.workspace, name="Amara's LinkedIn"
    )
    SearchJobFactory.create(account=theirs, name="Plant managers, Iberia")
    page.goto("/searches")
    names = page.locator(".job-t")
    page.get_by_label("Started by").select_option(label="Amara Okafor")
    expect(names).to_have_text(["Plant managers, Iberia"])
    page.get_by_label("Started by").select_option(label="Started by anyone")
    page.get_by_label("LinkedIn account").select_option(label="Priya's LinkedIn")
    expect(names).to_have_text(["Chief executives"])
    page.go_back()
    expect(names).to_have_count(2)
    page.go_back()
    expect(names).to_have_text(["Plant managers, Iberia"])
    expect(page.get_by_label("Started by")).to_have_value(str(colleague.user_id))
    page.keyboard.press("/")
    page.keyboard.type("nobody")
    expect(page.get_by_text("No search here matches “nobody”")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Find a search")).to_have_value("nobody")
    page.get_by_role("link", name="Show all searches").click()
    expect(names).to_have_count(2)
    expect(page.get_by_label("Find a search")).to_have_value("")


def test_a_phone_does_it_all_by_touch(
    live: Live, new_page: Callable[..., Page], colleague: Membership
) -> None:
    LinkedInAccountFactory.create(workspace=live.member.workspace)
    live.search()
    SearchJobFactory.create(account=live.account, user=colleague.user)
    page = new_page(size=SIZES["phone"])
    page.goto("/searches")
    row = page.locator("#jobs tr").last
    row.get_by_role("button", name="Pause").tap()
    expect(row).to_contain_text("Paused")
    row.get_by_role("button", name="More").tap()
    row.get_by_role("button", name="Rename").tap()
    page.get_by_label("Name", exact=True).fill("Chiefs")
    page.get_by_role("button", name="Rename", exact=True).last.tap()
    expect(row).to_contain_text("Chiefs")
    row.get_by_role("button", name="More").tap()
    assert page.evaluate(_TOO_SMALL) == []


# --- a newcomer -----------------------------------------------------------------------


def test_a_newcomer_connects_an_account_and_sees_people(
    live: Live, new_page: Callable[..., Page]
) -> None:
    LinkedInAccount.objects.all().delete()
    page = new_page()
    page.goto("/")
    page.get_by_role("button", name="Connect LinkedIn").click()
    page.get_by_label("Jonas Weiss").check()
    page.get_by_role("button", name="Sign in").click()
    page.locator("#came-back").get_by_role("link", name="Go to searches").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name="First search")).to_be_visible()
    job = SearchJob.objects.get()
    playing.play(job.account)
    expect(page.locator("#rows tr")).to_have_count(50)


def test_the_list_does_not_hold_back_who_is_on_the_way_to_their_first_search(
    live: Live, page: Page
) -> None:
    held: list[Route] = []
    page.route("**/searches/try", lambda route: held.append(route))
    page.goto("/searches")
    with page.expect_request("**/searches/try"):
        page.get_by_role("button", name="Try it").click(no_wait_after=True)
    with page.expect_response(re.compile("/searches$")):
        live.search()  # as the held request made it, told before it is answered
    held[0].continue_()
    expect(page.locator("#review h1")).to_be_visible()


# --- how it looks ---------------------------------------------------------------------


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_what_opens_on_the_list_passes_axe(
    live: Live, new_page: Callable[..., Page], size: str
) -> None:
    page = new_page(size=SIZES[size])
    page.goto("/searches")
    assert report(page) == ""  # a newcomer's
    live.search()
    page.goto("/searches?q=chief")
    page.get_by_role("button", name="More for Chief executives").click()
    assert report(page) == ""
    page.get_by_role("button", name="Rename").click()
    assert report(page) == ""
