"""A morning's work by whoever knows only what the page says; how long it took is told,
not judged: a busy machine is late, never wrong."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from prospects.models import Prospect
from tests.browser.conftest import Live

pytestmark = pytest.mark.browser


def told(capsys: pytest.CaptureFixture[str], what: str, since: float) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{what}: {time.monotonic() - since:.0f} s\n")


def test_a_hundred_are_decided_by_keyboard_alone(
    live: Live, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    job = live.search(target_count=200)
    live.play()
    page.goto(f"/searches/{job.id}")
    current = page.locator("#rows tr.is-cur")
    current.wait_for()
    began = time.monotonic()
    wanted = []
    for number in range(100):
        person = current.get_attribute("data-id")
        decision = ("approved", "rejected")[number % 3 == 2]
        wanted.append((person, decision))
        page.keyboard.press(decision[0])
        expect(current).not_to_have_attribute("data-id", person or "")
    for saved in ("Approved 67", "Rejected 33"):
        expect(page.locator("#tabs")).to_contain_text(saved)
    told(capsys, "100 people decided by keyboard alone", began)

    decided = Prospect.objects.values_list("found_by_id", "decision")
    assert {(str(person), decision) for person, decision in decided} == {*wanted}


def test_a_newcomer_finds_approves_thirty_rejects_the_rest_and_exports(
    live: Live, new_page: Callable[..., Page], capsys: pytest.CaptureFixture[str]
) -> None:
    live.member.user.set_password("correct horse")
    live.member.user.save()
    page = new_page(signed_in=False)
    page.goto("/")
    began = time.monotonic()
    page.get_by_label("E-mail address").fill("priya@example.com")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()

    page.get_by_role("main").get_by_role("link", name="New search").first.click()
    page.get_by_label("Title", exact=True).fill("CEO")
    page.get_by_label("How many people?").fill("100")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("heading", name="CEO").wait_for()
    live.play()

    rows = page.locator("#rows tr")
    expect(page.locator("#tabs")).to_contain_text("Pending 100")
    approved = []
    for _ in range(30):
        name = rows.first.locator("[data-detail]").inner_text()
        approved.append(name)
        rows.first.get_by_role("button", name=f"Approve {name}").click()
        expect(page.locator(".toast")).to_contain_text(f"Approved {name}")
    page.get_by_role("button", name="Finish review").click()
    page.get_by_label("Reject them").check()
    page.get_by_role("button", name="Finish and export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV for Excel").click()
    told(capsys, "A newcomer's first search, from sign-in to file", began)

    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        people = list(csv.DictReader(file))
    assert [person["Name"] for person in people] == approved
    assert {person["Decision"] for person in people} == {"approved"}
    assert Prospect.objects.filter(decision="rejected").count() == 70
