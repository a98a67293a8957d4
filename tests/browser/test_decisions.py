"""Approving and rejecting, one or many, by mouse and by keyboard; taking it back."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from accounts.models import Membership, Role
from prospects import services
from prospects.filters import ReviewFilter
from prospects.models import DecisionValue, Prospect
from searchjobs.models import SearchJob, SearchResult
from tests.browser.conftest import Live
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def job(live: Live) -> SearchJob:
    """A search that found 200."""
    job = live.search(target_count=200)
    live.play()
    job.refresh_from_db()
    return job


def rows(page: Page) -> Locator:
    return page.locator("#rows tr")


def tab(page: Page) -> Locator:
    return page.locator("#tabs [aria-current]")


def decided(decision: str) -> int:
    return Prospect.objects.filter(decision=decision).count()


def name_at(page: Page, index: int) -> str:
    return rows(page).nth(index).locator("[data-detail]").text_content() or ""


def test_a_click_approves_one(live: Live, job: SearchJob, page: Page) -> None:
    page.goto(f"/searches/{job.id}")
    first, second = name_at(page, 0), name_at(page, 1)

    rows(page).first.get_by_role("button", name="Approve").click()

    expect(page.locator(".toast")).to_contain_text(f"Approved {first}")
    expect(rows(page).first.locator("[data-detail]")).to_have_text(second)
    expect(page.locator("#tabs")).to_contain_text("Pending 199")
    expect(page.locator("#tabs")).to_contain_text("Approved 1")
    assert Prospect.objects.get().name == first
    assert Prospect.objects.get().decision == "approved"


def test_keys_walk_approve_reject_and_undo(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    names = [name_at(page, index) for index in range(4)]
    current = page.locator("#rows tr.is-cur [data-detail]")
    page.keyboard.press("j")
    expect(current).to_have_text(names[1])
    page.keyboard.press("a")
    expect(current).to_have_text(names[2])
    page.keyboard.press("r")
    expect(current).to_have_text(names[3])
    page.keyboard.press("k")
    expect(current).to_have_text(names[0])
    expect(page.locator(".toast")).to_contain_text(f"Rejected {names[2]}")

    page.keyboard.press("u")

    expect(page.locator(".toast")).to_contain_text(f"Undone: rejected {names[2]}, ")
    expect(current).to_have_text(names[2])
    expect(rows(page).nth(1).locator("[data-detail]")).to_have_text(names[2])
    expect(page.locator("#tabs")).to_contain_text("Rejected 0")
    assert (decided("approved"), decided("rejected")) == (1, 0)
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("#tabs")).to_contain_text("Rejected 1")
    expect(current).to_have_text(names[3])


def test_a_bulk_decision_is_undone_to_the_earlier_mix_after_a_reload(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}?decision=all")
    toast, tabs = page.locator(".toast"), page.locator("#tabs")
    for key, words in (("a", "Approved 1"), ("r", "Rejected 1"), ("a", "Approved 2")):
        page.keyboard.press(key)
        expect(tabs).to_contain_text(words)
    mix = {one.found_by_id: one.decision for one in Prospect.objects.all()}
    page.keyboard.press("Control+a")
    page.keyboard.press("r")
    expect(tabs).to_contain_text("Rejected 200")
    page.reload()

    page.keyboard.press("u")

    undone = re.compile(r"Undone: rejected 199 prospects, \d+ s ago")
    expect(toast).to_contain_text(undone)
    expect(tabs).to_have_text("Pending 197 Approved 2 Rejected 1 All 200")
    decided = Prospect.objects.exclude(decision="pending")
    assert {one.found_by_id: one.decision for one in decided} == mix
    page.reload()
    for words in ("Approved 1", "Rejected 0", "Approved 0"):
        page.keyboard.press("u")
        expect(tabs).to_contain_text(words)
    page.keyboard.press("u")
    expect(toast).to_contain_text("Nothing to undo")


def test_who_is_undone_after_a_reload_is_named_and_looked_at(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("j")
    third = name_at(page, 2)
    page.keyboard.press("a")
    expect(page.locator("#tabs")).to_contain_text("Approved 1")
    page.reload()
    expect(page.locator("#rows tr.is-cur")).to_have_count(1)

    page.keyboard.press("u")

    expect(page.locator(".toast")).to_contain_text(f"Undone: approved {third}")
    expect(page.locator("#rows tr.is-cur [data-detail]")).to_have_text(third)
    expect(rows(page).nth(2)).to_be_focused()


def test_who_is_selected_is_there_to_be_seen(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("Control+a")
    page.keyboard.press("a")
    expect(tab(page)).to_have_text("Pending 0")
    page.locator("#tabs [data-decision=approved]").click()
    expect(rows(page)).to_have_count(80)
    page.locator("#foot").scroll_into_view_if_needed()
    expect(rows(page)).to_have_count(160)
    rows(page).nth(120).locator("input").check()
    expect(page.locator("#bulk-count")).to_have_text("1 selected")

    page.keyboard.press("u")

    expect(tab(page)).to_have_text("Approved 0")
    expect(page.locator("#bulk")).to_be_hidden()


def test_the_selected_are_decided_together(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("x")
    page.keyboard.press("Shift+J")
    page.keyboard.press("Shift+J")
    expect(page.locator("#bulk-count")).to_have_text("3 selected")
    page.locator("#bulk").get_by_role("button", name="Reject").click()

    expect(page.locator(".toast")).to_contain_text("Rejected 3 prospects")
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.locator("#tabs")).to_contain_text("Rejected 3")
    assert decided("rejected") == 3
    page.locator(".toast button").click()
    expect(page.locator("#tabs")).to_contain_text("Rejected 0")
    expect(rows(page)).to_have_count(80)


def test_a_shift_click_selects_a_range(live: Live, job: SearchJob, page: Page) -> None:
    page.goto(f"/searches/{job.id}")
    rows(page).nth(2).locator("input").click()
    rows(page).nth(6).locator("input").click(modifiers=["Shift"])
    expect(page.locator("#bulk-count")).to_have_text("5 selected")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()


def test_all_matching_but_one_are_decided_on_the_server(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    spared = rows(page).nth(1)
    spared_id = spared.get_attribute("data-id")
    page.get_by_label("Select all matching prospects").click()
    expect(page.locator("#bulk-count")).to_have_text("200 selected")
    spared.locator("input").click()
    expect(page.locator("#bulk-count")).to_have_text("199 selected")

    page.keyboard.press("a")

    expect(page.locator(".toast")).to_contain_text("Approved 199 prospects")
    expect(rows(page)).to_have_count(1)
    assert rows(page).first.get_attribute("data-id") == spared_id
    assert decided("approved") == 199
    expect(tab(page)).to_have_text("Pending 1")
    page.keyboard.press("u")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Undone: approved 199 prospects, ")
    expect(tab(page)).to_have_text("Pending 200")
    assert decided("approved") == 0
    toast.get_by_role("button", name="Redo").click()
    expect(toast).to_contain_text("Done again: approved 199 prospects")
    expect(tab(page)).to_have_text("Pending 1")
    toast.get_by_role("button", name="Undo").click()
    expect(tab(page)).to_have_text("Pending 200")


def test_who_is_decided_while_the_list_is_read_again_does_not_come_back(
    live: Live, job: SearchJob, page: Page
) -> None:
    held: list[Route] = []
    page.route(f"**/{job.id}?", lambda route: held.append(route), times=1)
    page.goto(f"/searches/{job.id}")
    page.get_by_label("Select all matching prospects").click()
    spared = page.locator(f"#p-{rows(page).nth(1).get_attribute('data-id')}")
    spared.locator("input").click()
    with page.expect_request(f"**/{job.id}?"):
        page.keyboard.press("a")
    expect(spared).to_have_class(re.compile("is-cur"))
    answer = held[0].fetch()

    page.keyboard.press("r")
    with page.expect_response(f"**/{job.id}?"):
        held[0].fulfill(response=answer)

    expect(page.locator(".toast")).to_contain_text("Rejected")
    expect(tab(page)).to_have_text("Pending 0")
    expect(rows(page)).to_have_count(0)
    assert decided("rejected") == 1


def test_a_tab_opened_before_a_decision_is_saved_knows_of_it(
    live: Live, job: SearchJob, page: Page
) -> None:
    held: list[Route] = []
    page.route("**/decide?*", lambda route: held.append(route))
    page.goto(f"/searches/{job.id}")
    first = name_at(page, 0)
    with page.expect_request("**/decide?*"):
        page.keyboard.press("a")
    page.keyboard.press("2")
    with page.expect_request("**/*?decision=approved"):
        held[0].continue_()

    expect(tab(page)).to_have_text("Approved 1")
    expect(rows(page)).to_have_count(1)
    assert name_at(page, 0) == first


def test_a_tab_opened_before_an_undo_is_saved_is_the_one_that_shows(
    live: Live, job: SearchJob, page: Page
) -> None:
    held: list[Route] = []
    page.route("**/undo", lambda route: held.append(route))
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("Control+a")
    page.keyboard.press("a")
    expect(tab(page)).to_have_text("Pending 0")
    with page.expect_request("**/undo"):
        page.keyboard.press("u")
    page.keyboard.press("4")
    expect(page.locator("#tabs")).to_contain_text("Approved 200")

    held[0].continue_()

    expect(tab(page)).to_have_text("All 200")
    expect(page.locator("#tabs")).to_contain_text("Pending 200")


def test_who_is_undone_after_the_rest_is_back_in_their_place(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    third = rows(page).nth(2).get_attribute("data-id")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(tab(page)).to_have_text("Pending 199")
    page.keyboard.press("Control+a")
    page.keyboard.press("r")
    expect(tab(page)).to_have_text("Pending 0")
    page.keyboard.press("u")
    expect(tab(page)).to_have_text("Pending 199")
    page.keyboard.press("u")
    expect(tab(page)).to_have_text("Pending 200")
    expect(rows(page).nth(2)).to_have_attribute("data-id", third or "")


def test_all_matching_means_those_who_were_there_to_be_seen(
    live: Live, page: Page
) -> None:
    job = live.search(target_count=300)
    live.turn()
    page.goto(f"/searches/{job.id}")
    live.turn()
    expect(page.locator("#fresh")).to_have_text("Show 100 new")

    page.keyboard.press("Control+a")
    expect(page.locator("#bulk-count")).to_have_text("100 selected")
    page.keyboard.press("r")

    expect(page.locator(".toast")).to_contain_text("Rejected 100 prospects")
    late = SearchResult.objects.filter(job=job, position__gte=100)
    assert decided("rejected") == 100
    assert not Prospect.objects.filter(found_by__in=late).exists()


def test_what_the_server_refuses_is_put_back_with_words(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    names = [name_at(page, index) for index in range(3)]
    Membership.objects.filter(id=live.member.id).update(role=Role.VIEWER)
    page.keyboard.press("j")

    page.keyboard.press("a")

    toast = page.locator(".toast")
    expect(toast).to_contain_text(names[1])
    expect(toast).to_contain_text("Your role in this workspace is viewer")
    expect(rows(page)).to_have_count(80)
    assert [name_at(page, index) for index in range(3)] == names
    expect(rows(page).nth(1).get_by_role("button", name="Approve")).to_be_visible()
    assert not Prospect.objects.exists()


def test_people_who_come_back_take_the_keys(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    first = name_at(page, 0)
    page.keyboard.press("Control+a")
    page.keyboard.press("a")
    expect(tab(page)).to_be_focused()

    page.keyboard.press("u")

    expect(rows(page).first).to_be_focused()
    assert name_at(page, 0) == first


def test_a_colleague_s_decision_that_is_overridden_is_named(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    amara = MembershipFactory(
        workspace=live.member.workspace, user=UserFactory(name="Amara Okafor")
    )
    first = SearchResult.objects.get(job=job, position=0)
    services.decide(
        membership=amara, decision=DecisionValue.REJECTED, result_ids=[first.id]
    )

    page.keyboard.press("a")

    expect(page.locator(".toast")).to_contain_text("Amara Okafor had rejected them at")


def test_a_badge_changes_nothing_before_a_choice(
    live: Live, job: SearchJob, page: Page
) -> None:
    _approve(live, job)
    page.goto(f"/searches/{job.id}?decision=all")
    second = name_at(page, 1)
    badge = rows(page).nth(1).get_by_role("button", name=f"decision on {second}")
    menu = page.get_by_role("dialog", name=second)

    badge.click()
    expect(menu).to_be_visible()
    expect(badge).to_have_attribute("aria-expanded", "true")
    expect(menu.get_by_role("button", name="Approve")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.locator("#tabs")).to_contain_text("Approved 200")

    badge.click()
    menu.get_by_role("button", name="Back to pending").click()
    expect(page.locator(".toast")).to_contain_text(f"Back to pending: {second}")
    expect(page.locator("#tabs")).to_contain_text("Approved 199")


def test_p_puts_back_to_pending(live: Live, job: SearchJob, page: Page) -> None:
    _approve(live, job)
    page.goto(f"/searches/{job.id}?decision=approved")
    page.keyboard.press("p")
    expect(page.locator("#tabs")).to_contain_text("Approved 199")


def test_on_all_a_decision_stays_in_its_place(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}?decision=all")
    first = name_at(page, 0)
    page.keyboard.press("r")
    expect(rows(page).first.locator("[data-detail]")).to_have_text(first)
    expect(rows(page).first.locator(".c-dec")).to_contain_text("Rejected")
    expect(rows(page).nth(1)).to_have_class("is-cur")


def test_who_was_rejected_before_comes_back_marked_and_not_as_new(
    live: Live, job: SearchJob, page: Page
) -> None:
    services.decide(
        membership=live.member,
        decision=DecisionValue.REJECTED,
        matching=ReviewFilter(job_id=job.id),
    )
    again = live.search(target_count=200)
    live.play()

    page.goto(f"/searches/{again.id}")
    expect(tab(page)).to_have_text("Pending 0")
    page.goto(f"/searches/{again.id}?decision=rejected")
    flags = rows(page).first.locator(".c-flag")
    expect(flags).to_contain_text("Rejected before")
    assert flags.evaluate("cell => cell.scrollWidth <= cell.clientWidth")


def test_a_viewer_sees_and_does_nothing(
    live: Live, job: SearchJob, new_page: Callable[..., Page]
) -> None:
    viewer = MembershipFactory(workspace=live.member.workspace, role=Role.VIEWER)
    page = new_page(user=viewer.user)
    page.goto(f"/searches/{job.id}")
    expect(rows(page)).to_have_count(80)
    page.keyboard.press("a")
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    expect(page.locator("#rows input")).to_have_count(0)
    expect(page.locator("#run-acts")).to_be_empty()


def test_keys_are_text_in_a_field(live: Live, job: SearchJob, page: Page) -> None:
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("/")
    page.keyboard.type("arx")
    expect(page.locator("#q")).to_have_value("arx")
    expect(page.locator("#bulk")).to_be_hidden()
    assert not Prospect.objects.exists()


def test_every_key_is_told_and_those_that_only_look_do_so(
    live: Live, job: SearchJob, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    page.keyboard.press("?")
    told = page.locator("#help kbd").all_inner_texts()
    assert {*"JKARUXDVLNG/.", "Enter", "Esc", "Shift", "Ctrl"} <= {*told}
    page.keyboard.press("Escape")

    page.keyboard.press("d")
    density = page.locator("#density")
    expect(density).to_have_accessible_name("Show more people at once")
    headline = rows(page).first.locator(".c-title .sub")
    expect(headline).to_have_css("display", "block")
    page.reload()
    expect(density).to_have_accessible_name("Show more people at once")
    expect(headline).to_have_css("display", "block")
    page.keyboard.press("d")
    expect(headline).to_have_css("display", "none")

    page.evaluate("""document.addEventListener("click", (event) => {
        event.preventDefault();
        window.opened = event.target.closest("a").href;
    })""")
    page.keyboard.press("j")
    page.keyboard.press("l")
    second = SearchResult.objects.get(job=job, position=1)
    assert page.evaluate("opened") == second.prospect_data["linkedinUrl"]
    assert not Prospect.objects.exists()


def test_the_approved_download_as_csv(live: Live, job: SearchJob, page: Page) -> None:
    _approve(live, job)
    page.goto(f"/searches/{job.id}")
    page.locator(".topbar").get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.locator("#m-export").get_by_role("button", name="plain UTF-8").click()
    assert download.value.suggested_filename.endswith(" - approved.csv")
    with download.value.path().open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    assert len(people) == 200
    assert {person["decision"] for person in people} == {"approved"}


def _approve(live: Live, job: SearchJob) -> None:
    services.decide(
        membership=live.member,
        decision=DecisionValue.APPROVED,
        matching=ReviewFilter(job_id=job.id),
    )
