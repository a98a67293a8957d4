"""Two people at one search: each sees the other, and what the other decides."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from accounts.models import Membership
from prospects import labels, notes, services
from prospects.choices import Who
from prospects.models import (
    DecisionValue,
    Label,
    LabelKind,
    Prospect,
    ProspectDecision,
)
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
def amara(live: Live) -> Membership:
    return MembershipFactory(workspace=live.member.workspace, user__name="Amara Okafor")


def decide(by: Membership, job: SearchJob, decision: str, *positions: int) -> None:
    chosen = SearchResult.objects.filter(job=job, position__in=positions)
    services.decide(
        membership=by,
        decision=decision,
        result_ids=chosen.values_list("id", flat=True),
    )


def test_a_colleague_s_decision_appears_where_the_row_is(
    live: Live, job: SearchJob, amara: Membership, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    expect(page.locator("#tabs")).to_contain_text("Pending 100")
    row = page.locator("#rows tr").nth(2)
    before = row.bounding_box()

    decide(amara, job, DecisionValue.REJECTED, 2, 4)

    expect(row.locator(".c-dec")).to_have_text("Rejected · Amara")
    expect(row.locator(".badge").last).to_have_attribute(
        "title", re.compile("Rejected by Amara Okafor at ")
    )
    expect(page.locator("#tabs")).to_contain_text("Pending 98")
    expect(page.locator("#facets")).to_contain_text("Rejected 2")
    assert row.bounding_box() == before


def test_a_conflict_says_who_and_when_and_undo_restores_theirs(
    live: Live, job: SearchJob, amara: Membership, page: Page
) -> None:
    page.goto(f"/searches/{job.id}")
    decide(amara, job, DecisionValue.REJECTED, 0)
    first = page.locator("#rows tr").first
    expect(first.locator(".c-dec")).to_have_text("Rejected · Amara")

    page.keyboard.press("a")

    toast = page.locator(".toast")
    expect(toast).to_contain_text(re.compile(r"Amara Okafor had rejected them at \d"))
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("Undone")
    restored = Prospect.objects.get()
    assert (restored.decision, restored.decided_by) == ("rejected", amara.user)
    assert ProspectDecision.objects.count() == 3


def test_colleagues_see_who_else_is_here(
    live: Live, job: SearchJob, amara: Membership, new_page: Callable[..., Page]
) -> None:
    mine, hers = new_page(), new_page(user=amara.user)
    mine.goto(f"/searches/{job.id}")
    expect(mine.locator("#here")).to_be_hidden()
    hers.goto(f"/searches/{job.id}")
    expect(mine.locator("#here")).to_have_text("Amara is here")
    expect(hers.locator("#here")).to_have_text("Priya is here")
    hers.goto("/searches")
    expect(mine.locator("#here")).to_be_hidden()


def test_what_was_missed_is_made_up_for_once(
    live: Live, job: SearchJob, amara: Membership, page: Page
) -> None:
    """A closed laptop, a restarted server: the log says what came meanwhile."""
    sockets: list[WebSocketRoute] = []

    def through(socket: WebSocketRoute) -> None:
        # nobody listens just now: before the first one, and before the next
        decide(amara, job, DecisionValue.APPROVED, len(sockets))
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket(re.compile("/ws/"), through)
    page.goto(f"/searches/{job.id}")
    decisions = page.locator("#rows .c-dec")
    expect(decisions.nth(0)).to_have_text("Approved · Amara")
    sockets[0].close(code=1011)

    expect(decisions.nth(1)).to_have_text("Approved · Amara")
    expect(page.locator("#tabs")).to_contain_text("Approved 2")
    expect(page.locator("#rows tr")).to_have_count(80)


def test_two_tabs_of_one_person_agree(
    live: Live, job: SearchJob, new_page: Callable[..., Page]
) -> None:
    first = new_page()
    second = first.context.new_page()
    for tab in (first, second):
        tab.goto(f"/searches/{job.id}")
    first.bring_to_front()
    first.keyboard.press("a")
    expect(second.locator("#rows tr").first.locator(".c-dec")).to_have_text("Approved")
    expect(second.locator("#tabs")).to_contain_text("Approved 1")
    expect(second.locator("#here")).to_be_hidden()


def test_a_colleague_s_tag_and_note_appear_where_one_looks(
    live: Live, job: SearchJob, amara: Membership, page: Page
) -> None:
    first, second = SearchResult.objects.filter(job=job).order_by("position")[:2]
    page.goto(f"/searches/{job.id}")
    row = page.locator("#rows tr").first
    row.locator("[data-detail]").click()
    drawer = page.locator("#drawer")
    expect(drawer.get_by_label("Note, saved")).to_have_value("")

    labels.mark(
        membership=amara,
        kind=LabelKind.TAG,
        name="warm",
        is_added=True,
        who=Who(result_ids=[first.id, second.id]),
    )
    expect(row.locator(".row-marks")).to_have_text("warm")
    expect(page.locator("#rows tr").nth(1).locator(".row-marks")).to_have_text("warm")
    expect(page.locator("#g-tag")).to_contain_text("warm")
    expect(drawer.locator(".chip")).to_have_text("warm")

    labels.rename(membership=amara, label_id=Label.objects.get().id, name="keen")
    expect(row.locator(".row-marks")).to_have_text("keen")
    expect(drawer.locator(".chip")).to_have_text("keen")

    notes.write(membership=amara, result_id=first.id, note="Call in May", was="")
    expect(row.locator(".row-marks")).to_contain_text("Note: Call in May")
    expect(drawer.get_by_label("Note, saved")).to_have_value("Call in May")
    expect(drawer).to_contain_text("Written by Amara Okafor")


def test_a_colleague_s_note_leaves_what_one_writes_alone(
    live: Live, job: SearchJob, amara: Membership, page: Page
) -> None:
    first = SearchResult.objects.get(job=job, position=0)
    page.goto(f"/searches/{job.id}")
    page.locator("#rows [data-detail]").first.click()
    mine = page.locator("#drawer").get_by_label("Note, saved")
    mine.fill("Mine")
    with page.expect_response("**/people/*"):
        notes.write(membership=amara, result_id=first.id, note="Hers", was="")
    expect(mine).to_have_value("Mine")

    mine.blur()
    expect(page.locator(".toast")).to_contain_text("Amara Okafor changed this note")
