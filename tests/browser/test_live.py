"""What moves by itself on the review page, and what never does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, WebSocketRoute, expect

from accounts.models import AccountStatus, LinkedInAccount
from searchjobs import lifecycle, services
from searchjobs.models import SearchJob
from searchjobs.states import WaitReason
from tests.browser.conftest import Live

pytestmark = pytest.mark.browser


def at(job: SearchJob, query: str = "") -> str:
    return f"/searches/{job.id}{query}"


def test_the_bar_moves_without_a_reload(live: Live, page: Page) -> None:
    job = live.search(target_count=1000)
    live.turn()
    page.goto(at(job))
    page.evaluate("window.sameDocument = true")
    expect(page.locator("#run-text")).to_have_text("Fetched 100/1000 (10%)")

    live.turn(4)

    expect(page.locator("#run-text")).to_have_text("Fetched 500/1000 (50%)")
    bar = page.get_by_role("progressbar", name="Prospects fetched")
    expect(bar).to_have_attribute("aria-valuenow", "500")
    expect(bar).to_have_attribute("aria-valuetext", "Fetched 500/1000 (50%)")
    expect(page.locator("#run-fill")).to_have_attribute("width", "50%")
    expect(page).to_have_title("(50%) Chief executives · Shortlist")
    meta = page.locator("#run-meta")
    expect(meta).to_have_text(
        re.compile(r"about \d+ s left.*[\d,]+ per minute", re.DOTALL)
    )
    expect(meta.locator("time")).to_have_attribute("datetime", re.compile(r"Z$"))
    assert page.evaluate("window.sameDocument")


def test_the_text_is_the_original_s_to_the_letter(live: Live, page: Page) -> None:
    job = live.search(target_count=2500)
    live.turn(5)
    page.goto(at(job))
    expect(page.locator("#run-text")).to_have_text("Fetched 500/2500 (20%)")


def test_the_end_is_told_with_its_reason_and_a_full_bar(live: Live, page: Page) -> None:
    job = live.search(target_count=300)
    page.goto(at(job))
    expect(page.locator("#run-label")).to_have_text("Queued")

    live.play()

    expect(page.locator("#run-label")).to_have_text("Completed")
    expect(page.locator("#run-meta")).to_contain_text("300 found in")
    expect(page.locator("#ledger")).to_contain_text("All 300 asked for were found.")
    expect(page.locator("#run")).to_have_class(re.compile("is-done"))
    expect(page).to_have_title("Chief executives · Shortlist")
    expect(page.locator("#run-pause")).to_have_count(0)
    expect(page.locator("#run-again")).to_be_visible()


def test_an_empty_table_fills_itself(live: Live, page: Page) -> None:
    job = live.search()
    page.goto(at(job))
    expect(page.get_by_text("Rows appear here as soon as")).to_be_visible()

    live.turn()

    expect(page.locator("#rows tr")).to_have_count(80)
    expect(page.locator("#fresh")).to_be_hidden()


def test_rows_that_arrive_wait_and_move_nothing(live: Live, page: Page) -> None:
    job = live.search(target_count=300)
    live.turn()
    page.goto(at(job))
    page.locator("#foot").scroll_into_view_if_needed()
    expect(page.locator("#rows tr")).to_have_count(100)
    row = page.locator("#rows tr").nth(95)
    row.click()
    before = row.bounding_box()

    live.turn()

    pill = page.get_by_role("button", name="Show 100 new")
    expect(pill).to_be_visible()
    expect(page.locator("#rows tr")).to_have_count(100)
    assert row.bounding_box() == before

    pill.click()

    expect(page.locator("#rows tr")).to_have_count(200)
    assert row.bounding_box() == before
    expect(pill).to_be_hidden()
    expect(page.locator("#tabs [aria-current]")).to_have_text("Pending 200")


def test_the_dot_shows_new_rows(live: Live, page: Page) -> None:
    job = live.search(target_count=300)
    live.turn()
    page.goto(at(job))
    live.turn()
    expect(page.locator("#fresh")).to_have_text("Show 100 new")

    page.keyboard.press(".")

    expect(page.locator("#fresh")).to_be_hidden()
    expect(page.locator("#tabs [aria-current]")).to_have_text("Pending 200")


def test_the_sum_is_shown_and_true(live: Live, page: Page) -> None:
    job = live.search(target_count=250)
    live.play()
    job.refresh_from_db()
    page.goto(at(job))
    expect(page.locator("#ledger")).to_contain_text(
        re.compile(
            rf"{job.available_total:,} available\s*250 asked for\s*"
            rf"{job.received} received =\s*250 stored\s*\+ {job.duplicates} duplicates?"
            rf"\s*\+ {job.invalid} unusable\s*\+ {job.surplus} surplus"
        )
    )
    page.locator("#ledger").get_by_role("link", name="250 stored").click()
    expect(page.locator("#tabs [aria-current]")).to_have_text("All 250")


def test_a_wait_names_its_cause_and_the_viewer_s_clock_time(
    live: Live, page: Page
) -> None:
    job = live.search()
    live.turn()
    until = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=30)
    with transaction.atomic():
        lifecycle.wait([job.id], reason=WaitReason.DAILY_QUOTA, until=until)

    page.goto(at(job))

    label = page.locator("#run-label")
    expect(label).to_contain_text(
        re.compile(
            r"Waiting for this account's daily quota,\s+100 of 2,500 used, goes on"
        )
    )
    expect(label.locator("time")).to_have_attribute(
        "datetime", until.isoformat().replace("+00:00", "Z")
    )
    local = page.evaluate(
        "moment => new Intl.DateTimeFormat(undefined,"
        " {hour: '2-digit', minute: '2-digit'}).format(new Date(moment))",
        until.isoformat(),
    )
    expect(label.locator("time")).to_contain_text(local)


def test_a_search_in_line_says_its_place(live: Live, page: Page) -> None:
    live.search()
    second = live.search()
    page.goto(at(second))
    expect(page.locator("#run-meta")).to_contain_text(
        "Second in line for Priya's LinkedIn"
    )
    expect(page.locator("#run-meta")).to_contain_text(
        "2 searches share Priya's LinkedIn; this one starts in about"
    )


def test_pause_and_resume_from_the_page(live: Live, page: Page) -> None:
    job = live.search()
    live.turn()
    page.goto(at(job))

    page.get_by_role("button", name="Pause").click()

    expect(page.locator("#run-label")).to_have_text("Paused")
    expect(page.locator("#run-meta")).to_contain_text("Paused by you")
    page.get_by_role("button", name="Resume from 100").click()
    expect(page.locator("#run-label")).to_have_text("Queued")
    live.turn()
    expect(page.locator("#run-text")).to_have_text("Fetched 200/1000 (20%)")


@pytest.mark.parametrize("button", ["Pause", "Cancel"])
def test_a_click_is_not_lost_to_a_page_that_arrives_meanwhile(
    live: Live, page: Page, button: str
) -> None:
    job = live.search()
    live.turn()
    page.goto(at(job))
    page.get_by_role("button", name=button).hover()
    page.mouse.down()
    live.turn()
    expect(page.get_by_role("button", name="200 received")).to_be_visible()

    page.mouse.up()

    said = page.get_by_text("Paused by you").or_(page.get_by_role("dialog"))
    expect(said).to_be_visible()


def test_cancel_asks_once_and_says_what_is_kept(live: Live, page: Page) -> None:
    job = live.search()
    live.turn()
    page.goto(at(job))
    page.get_by_role("button", name="Cancel").click()
    dialog = page.get_by_role("dialog", name="Cancel this search?")
    expect(dialog).to_contain_text("The 100 prospects found so far are kept")

    dialog.get_by_role("button", name="Cancel search").click()

    expect(page.locator("#run-label")).to_have_text("Cancelled")
    expect(page.locator("#run-meta")).to_contain_text(
        "Cancelled by you. 100 prospects kept."
    )
    page.get_by_role("link", name="Run with changes").click()
    expect(page.locator("#f-title")).to_have_value("CEO")


def test_a_failed_search_says_why_and_goes_on_from_there(
    live: Live, page: Page
) -> None:
    job = live.search(target_count=200)
    live.turn()
    page.goto(at(job))
    lifecycle.fail(
        job.id, code="unipile_unauthorized", message="Unipile API error: 401"
    )

    expect(page.locator("#run-label")).to_have_text("Failed")
    meta = page.locator("#run-meta")
    expect(meta).to_contain_text("Unipile does not accept the API key")
    expect(meta).to_contain_text("The 100 prospects found are saved")
    expect(meta).to_contain_text("Unipile API error: 401")
    page.get_by_role("button", name="Retry from 100").click()
    expect(page.locator("#run-label")).to_have_text("Queued")
    live.play()
    expect(page.locator("#run-label")).to_have_text("Completed")


def test_a_lost_account_says_what_to_do(live: Live, page: Page) -> None:
    job = live.search()
    LinkedInAccount.objects.update(status=AccountStatus.CREDENTIALS)
    with transaction.atomic():
        lifecycle.pause_for_account([job.id])
    page.goto(at(job))
    expect(page.locator("#run-label")).to_have_text("LinkedIn signed this account out")
    expect(page.locator("#run-meta")).to_contain_text("Reconnect it in Settings")
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)


def test_somebody_else_s_pause_is_told(live: Live, page: Page) -> None:
    job = live.search()
    live.turn()
    page.goto(at(job))
    services.pause(job=job, by=live.member)
    expect(page.locator("#run-label")).to_have_text("Paused")


def test_a_silent_socket_makes_the_page_ask_by_http(
    live: Live, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.clock.install()
    page.route_web_socket(re.compile("/ws/"), _silent)
    job = live.search()
    live.turn()
    page.goto(at(job))
    live.turn()
    expect(page.locator("#run-text")).to_have_text("Fetched 100/1000 (10%)")

    page.clock.run_for(22_000)

    expect(page.locator("#run-text")).to_have_text("Fetched 200/1000 (20%)")
    expect(page.locator("#net")).to_be_visible()
    live.turn()
    page.clock.run_for(6_000)
    expect(page.locator("#run-text")).to_have_text("Fetched 300/1000 (30%)")


def _silent(socket: WebSocketRoute) -> None:
    """Accept, and never say a word."""


def test_a_lost_socket_comes_back(live: Live, new_page: Callable[..., Page]) -> None:
    page = new_page()
    routes: list[WebSocketRoute] = []

    def through(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        routes.append(socket)

    page.route_web_socket(re.compile("/ws/"), through)
    job = live.search()
    page.goto(at(job))
    page.wait_for_function("performance.now() > 0")
    with page.expect_websocket():
        routes[0].close(code=1011)
    live.turn()
    expect(page.locator("#run-text")).to_have_text("Fetched 100/1000 (10%)")
