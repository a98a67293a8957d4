"""Nobody answers for a while: offline, a server that restarts, a login that ended.

Nothing is lost silently, and nothing is shown that is not so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from prospects import services
from prospects.models import DecisionValue, Prospect
from searchjobs.models import SearchJob, SearchResult
from tests.browser.conftest import Live, Web
from tests.factories import MembershipFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def job(live: Live) -> SearchJob:
    job = live.search(target_count=300)
    live.turn()
    return job


@contextmanager
def heard(page: Page) -> Iterator[None]:
    """Until a page asked all it asks by itself; later answers are to its viewer."""
    page.route("**/pulse?*", lambda route: None)  # a late frame of the socket asks
    with page.expect_response("**/decided?*"), page.expect_response("**/marks?*"):
        yield
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)


def test_offline_nothing_is_said_to_be_saved_and_nothing_seems_filtered(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    rows, toast = page.locator("#rows tr"), page.locator(".toast")
    first = rows.first.locator("[data-detail]").inner_text()
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)
    page.context.set_offline(True)
    expect(page.locator("#net")).to_contain_text("cannot be saved is put back")

    page.keyboard.press("a")
    expect(toast).to_contain_text(f"{first}: not approved. The server could not be")
    expect(rows).to_have_count(80)
    expect(rows.first.locator("[data-detail]")).to_have_text(first)
    page.get_by_label("2nd").click()
    expect(toast).to_contain_text("The server could not be reached. Nothing was")
    expect(page.get_by_label("2nd")).not_to_be_checked()
    rows.first.locator("[data-detail]").click()
    drawer = page.locator("#drawer")
    expect(drawer.locator("h2")).to_have_text(first)
    expect(drawer).to_contain_text("The details are not shown")

    page.context.set_offline(False)
    expect(page.locator("#net")).to_be_hidden()
    page.keyboard.press("a")
    expect(toast).to_contain_text(f"Approved {first}")
    assert Prospect.objects.get().name == first


def test_who_leaves_before_a_decision_is_saved_is_asked(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.clock.install()
    held: list[Route] = []
    page.route("**/decide?*", lambda route: held.append(route))
    page.goto(f"/searches/{job.id}")
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)
    page.keyboard.press("a")
    page.clock.run_for(3_000)
    expect(page.locator(".toast")).to_contain_text("Still saving")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()

    held[0].continue_()

    expect(page.locator(".toast")).to_contain_text("Approved")
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert Prospect.objects.get().decision == "approved"


def test_who_leaves_after_a_decision_was_saved_is_not_asked(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.route(f"**/{job.id}?", lambda route: None)  # the list is never read again
    page.goto(f"/searches/{job.id}")
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)
    asked: list[Dialog] = []
    page.on("dialog", lambda dialog: (asked.append(dialog), dialog.accept()))
    page.keyboard.press("Control+a")
    with page.expect_request(f"**/{job.id}?"):
        page.keyboard.press("a")
    expect(page.locator(".toast")).to_contain_text("Approved 100 prospects")

    with page.expect_event("close"):
        page.close(run_before_unload=True)

    assert not asked


def test_who_left_before_a_decision_was_answered_is_told_to_look(
    live: Live, job: SearchJob, page: Page
) -> None:
    with heard(page):
        page.goto(f"/searches/{job.id}")
    page.route("**/decide?*", lambda route: None)  # never answered
    with page.expect_request("**/decide?*"):
        page.keyboard.press("a")
    page.once("dialog", lambda dialog: dialog.accept())

    page.reload()

    toast = page.locator(".toast")
    expect(toast).to_contain_text("left before your last change was answered")
    page.goto("/searches")
    expect(toast).to_have_count(0)


def test_a_decision_behind_a_question_that_ends_the_page_is_known_as_lost(
    live: Live, job: SearchJob, page: Page
) -> None:
    asked: list[Route] = []
    page.route("**/decided?*", lambda route: asked.append(route))
    with page.expect_request("**/decided?*"):
        page.goto(f"/searches/{job.id}")
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("a")  # waits in line

    asked[0].continue_()

    expect(page).to_have_url(re.compile("/login"))
    live.sign_in(page.context)
    page.goto(f"/searches/{job.id}")
    expect(page.locator(".toast")).to_contain_text("your last change was not saved")


def test_a_restart_of_the_server_loses_and_doubles_nothing(
    live: Live, job: SearchJob, web: Web, page: Page
) -> None:
    amara = MembershipFactory(
        workspace=live.member.workspace, user__name="Amara Okafor"
    )
    third = SearchResult.objects.get(job=job, position=2)
    page.goto(f"/searches/{job.id}")
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)
    with page.expect_event("websocket"):  # another than the one that is closed
        web.stop()
    live.turn()
    services.decide(
        membership=amara, decision=DecisionValue.REJECTED, result_ids=[third.id]
    )
    page.keyboard.press("a")

    web.start()

    expect(page.locator("#tabs")).to_contain_text("Approved 1")
    expect(page.locator("#run-text")).to_have_text("Fetched 200/300 (66%)")
    row = page.locator(f"#p-{third.id}")
    expect(row.locator(".c-dec")).to_have_text("Rejected · Amara")
    page.locator("#fresh").click()
    expect(page.locator("#fresh")).to_be_hidden()
    page.keyboard.press("4")
    ids = page.locator("#rows tr")
    for loaded in (80, 160, 200):
        expect(ids).to_have_count(loaded)
        ids.last.scroll_into_view_if_needed()
    shown = ids.evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert len(set(shown)) == 200
    assert Prospect.objects.filter(decision="approved").count() == 1


def test_who_signs_in_again_is_where_they_were(
    live: Live, job: SearchJob, page: Page
) -> None:
    live.member.user.set_password("correct horse")
    live.member.user.save()
    live.sign_in(page.context)
    with heard(page):
        page.goto(f"/searches/{job.id}?degree=2")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("a")
    page.get_by_label("E-mail address").fill("priya@example.com")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(rf"/searches/{job.id}\?degree=2$"))
    expect(page.locator(".toast")).to_contain_text("your last change was not saved")
    expect(page.locator("#tabs")).to_contain_text("Approved 0")
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)  # its keys are heard now
    page.keyboard.press("a")
    expect(page.locator(".toast")).to_contain_text("Approved")
    assert Prospect.objects.count() == 1


def test_a_change_is_known_as_lost_though_another_answer_ends_the_page(
    live: Live, job: SearchJob, page: Page
) -> None:
    with heard(page):
        page.goto(f"/searches/{job.id}")
    page.context.clear_cookies(name="sessionid")
    page.route("**/decide?*", lambda route: None)  # never answered
    with page.expect_request("**/decide?*"):
        page.keyboard.press("a")
    page.keyboard.type("/ada")  # nobody waits for the field: any answer may come first
    expect(page).to_have_url(re.compile("/login"))
    live.sign_in(page.context)
    page.goto(f"/searches/{job.id}")
    expect(page.locator(".toast")).to_contain_text("your last change was not saved")


def test_a_note_that_is_being_written_holds_the_page(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("Enter")
    note = page.locator("#drawer").get_by_label("Note, saved")
    note.focus()
    page.keyboard.type("met at the fair")

    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)

    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    note.blur()
    expect(page.locator("#drawer")).to_contain_text("Saved. Written by")
    with page.expect_event("close"):
        page.close(run_before_unload=True)


def test_a_link_waits_for_the_note_that_it_takes_leave_of(
    live: Live, job: SearchJob, page: Page
) -> None:
    held: list[Route] = []
    asked: list[Dialog] = []
    page.on("dialog", lambda dialog: (asked.append(dialog), dialog.accept()))
    page.route("**/note", lambda route: held.append(route))
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("Enter")
    page.locator("#drawer").get_by_label("Note, saved").fill("met at the fair")
    with page.expect_request("**/note"):
        page.get_by_role("navigation").get_by_role("link", name="Prospects").click()
    assert page.url.endswith(str(job.id))

    held[0].continue_()

    expect(page).to_have_url(re.compile("/prospects$"))
    assert Prospect.objects.get().note == "met at the fair"
    assert not asked


def test_a_form_left_before_its_answer_is_told_of(live: Live, page: Page) -> None:
    page.route("**/settings/tokens*", lambda route: None)  # never answered
    page.goto("/settings")
    form = page.locator("form[hx-post*=tokens]").last
    form.get_by_label("Name").fill("exports")
    with page.expect_request("**/settings/tokens*"):
        form.get_by_role("button").click()

    page.reload()

    expect(page.locator(".toast")).to_contain_text("before your last change was")


def test_a_form_without_an_answer_is_not_said_to_have_changed_nothing(
    live: Live, page: Page
) -> None:
    page.route("**/settings/tokens*", lambda route: route.abort())
    page.goto("/settings")
    form = page.locator("form[hx-post*=tokens]").last
    form.get_by_label("Name").fill("exports")

    form.get_by_role("button").click()

    expect(page.locator(".toast")).to_contain_text("Look whether it was saved")


def test_a_note_refused_as_the_login_ended_is_told_of(
    live: Live, job: SearchJob, page: Page
) -> None:
    with heard(page):
        page.goto(f"/searches/{job.id}")
    page.keyboard.press("Enter")
    note = page.locator("#drawer").get_by_label("Note, saved")
    note.fill("met at the fair")
    page.context.clear_cookies(name="sessionid")
    note.blur()
    expect(page).to_have_url(re.compile("/login"))

    live.sign_in(page.context)
    page.goto(f"/searches/{job.id}")

    expect(page.locator(".toast")).to_contain_text("your last change was not saved")


def test_an_estimate_that_is_left_is_no_change(live: Live, page: Page) -> None:
    page.route("**/estimate", lambda route: None)  # never answered
    page.goto("/searches/new")
    with page.expect_request("**/estimate"):
        page.get_by_label("Title", exact=True).fill("CEO")
        page.keyboard.press("Tab")

    page.goto("/searches")

    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".toast")).to_have_count(0)
