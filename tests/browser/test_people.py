"""A note and a tag in the details; lists, filters and many at once on the prospects."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from prospects import services
from prospects.filters import ReviewFilter
from prospects.models import DecisionValue, Label, Prospect
from tests.browser.conftest import Live

pytestmark = pytest.mark.browser


def test_a_note_and_a_tag_are_saved_at_once(live: Live, page: Page) -> None:
    job = live.search(target_count=50)
    live.play()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/searches/{job.id}")
    page.locator("#rows [data-detail]").first.click()
    drawer = page.locator("#drawer")
    drawer.locator("h2").wait_for()
    names = page.locator("#rows .c-name .plain")
    cut = names.evaluate_all("all => all.filter(n => n.scrollWidth > n.clientWidth)")
    # even with the details beside them, and in a font as wide as DejaVu Sans
    assert len(cut) < names.count() / 2

    drawer.get_by_label("Add a tag").fill("warm")
    drawer.get_by_role("button", name="Add tag").click()
    expect(page.locator("#rows tr").first.locator(".row-marks")).to_have_text("warm")
    expect(page.locator("#g-tag")).to_contain_text("warm")
    drawer.get_by_label("Note, saved").fill("Met in Bern")
    drawer.get_by_label("Note, saved").blur()
    expect(drawer).to_contain_text("Saved. Written by Priya Raman")

    page.keyboard.press("Escape")
    page.locator("#check-all").check()
    page.locator("[data-bulk=tag]").click()
    expect(page.locator("#mark-tag-n")).to_be_focused()
    page.keyboard.type("cold lead")  # no letter or space may do anything else
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text(
        "Added 50 prospects to tag “cold lead”"
    )
    expect(page.locator("#bulk-count")).to_have_text("50 selected")
    short = page.get_by_title("Tag: warm").locator(".trunc")
    assert not short.evaluate("tag => tag.scrollWidth > tag.clientWidth")
    page.locator(".toast button").click()
    expect(page.locator(".toast")).to_contain_text("Undone: added 50 prospects to tag")
    expect(page.locator("#g-tag")).not_to_contain_text("cold lead")

    page.keyboard.press("Escape")
    page.locator("#g-tag").get_by_label("warm").check()
    expect(page.locator("#rows tr")).to_have_count(1)
    page.locator("#check-all").check()
    page.locator("[data-bulk=tag]").click()
    page.locator("#mark-tag-n").fill("warm")
    page.locator("#mark-tag").get_by_role("button", name="Remove").click()
    expect(page.locator("#rows tr")).to_have_count(0)
    expect(page.locator("#bulk")).to_be_hidden()
    page.locator("#shown [data-clear]").click()
    expect(page.locator("#rows tr")).to_have_count(50)

    page.locator("[data-finish]").click()
    expect(page.locator("#finish")).to_contain_text("50 pending")
    page.get_by_label("Reject them").check()
    page.locator("#finish button.primary").click()
    expect(page.locator("#m-export")).to_be_visible()
    expect(page.locator("#m-export input:checked")).to_be_focused()
    expect(page.locator("[data-finish]")).to_be_hidden()
    menu, button = (
        page.locator(part).first.evaluate("one => one.getBoundingClientRect().right")
        for part in ("#m-export", "[popovertarget=m-export]")
    )
    assert menu == button
    assert Prospect.objects.filter(decision="rejected").count() == 50


def test_prospects_are_filtered_and_listed_together(live: Live, page: Page) -> None:
    job = live.search(target_count=70)
    live.play()
    services.decide(
        membership=live.member,
        decision=DecisionValue.APPROVED,
        matching=ReviewFilter(job_id=job.id),
    )
    page.goto("/prospects")
    expect(page.locator("#people tbody tr")).to_have_count(60)

    page.locator("#check-all").check()
    page.locator("#bulk-all").click()
    expect(page.locator("#bulk-count")).to_have_text("70 selected")
    page.locator("[data-bulk=list]").click()
    page.locator("#mark-list-n").fill("Spring")
    page.locator("#mark-list").get_by_role("button", name="Add").click()
    expect(page.locator(".toast")).to_contain_text("Added 70 prospects to list")
    expect(page.locator("#bulk")).to_be_hidden()

    page.get_by_label("Any list").select_option("Spring")
    expect(page).to_have_url(re.compile(r"\?decision=approved&list=Spring$"))
    expect(page.locator("#people")).to_contain_text("showing 70 of 70")
    page.get_by_role("button", name="Export").click()
    expect(page.locator("#m-export")).to_contain_text("Approved 70 Rejected 0")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.get_by_label("Any list")).to_have_value("Spring")
    page.locator("#people tbody input").first.check()
    page.locator("[data-bulk=rejected]").click()
    expect(page.locator("#people")).to_contain_text("showing 69 of 69")
    page.reload()
    page.get_by_role("button", name="Undo last change").click()
    expect(page.locator("#people")).to_contain_text("showing 70 of 70")
    assert Label.objects.get().entries.count() == 70


def test_a_name_on_the_prospects_opens_the_details(live: Live, page: Page) -> None:
    job = live.search(target_count=70)
    live.play()
    services.decide(
        membership=live.member,
        decision=DecisionValue.APPROVED,
        matching=ReviewFilter(job_id=job.id),
    )
    page.goto("/prospects")
    name = page.locator("#people tbody a.plain").nth(3)
    whom = name.inner_text()
    name.click()
    expect(page.locator("#drawer h2")).to_have_text(whom)
    expect(page.locator("#rows tr.is-cur [data-detail]")).to_have_text([whom])
    page.keyboard.press("r")
    expect(page.locator("#tabs")).to_contain_text("Rejected 1")
    assert Prospect.objects.get(decision="rejected").name == whom
