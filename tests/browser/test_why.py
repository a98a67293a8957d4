"""Why this person, and who knew them before: in the row, the details, the order."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from prospects import services
from prospects.models import DecisionValue
from searchjobs.models import SearchJob
from tests.browser.conftest import Live
from tests.factories import MembershipFactory, SearchJobFactory
from tests.prospects.looking import count
from tests.prospects.making import find

pytestmark = pytest.mark.browser

ADVISOR = {"current_positions": [{"role": "Advisor"}, {"role": "CEO"}]}


@pytest.fixture
def job(live: Live) -> SearchJob:
    """Somebody rejected before, whose other position is the one asked for; somebody
    whose name LinkedIn hides; somebody who was found before."""
    amara = MembershipFactory.create(
        workspace=live.member.workspace, user__name="Amara Okafor"
    )
    before, job = (
        SearchJobFactory.create(account=live.account, name=name)
        for name in ("Founders", "Chiefs")
    )
    rejected = find(before, keys=["urn:1"])
    find(before, keys=["urn:3"])
    services.decide(
        membership=amara, decision=DecisionValue.REJECTED, result_ids=[rejected.id]
    )
    asked = {"title": "CEO", "network_distance": [2], "company_headcount": ["C"]}
    SearchJob.objects.filter(id=job.id).update(search_criteria=asked)
    find(job, name="Ada Byron", title="Advisor", raw=ADVISOR, keys=["urn:1"])
    hidden = {"title": "CFO", "connectionDegree": None, "flags": ["anonymous"]}
    find(job, name="LinkedIn Member", keys=["urn:2"], **hidden)
    find(job, name="Cy Twombly", keys=["urn:3"])
    count(job, 3)
    return job


def test_a_row_says_why_and_who_knew_them(job: SearchJob, page: Page) -> None:
    page.goto(f"/searches/{job.id}?decision=all")
    rows, names = page.locator("#rows tr"), page.locator("#rows [data-detail]")
    expect(rows.locator(".c-match")).to_have_text(["(✓) ? ✓", "✗ ? ?", "✓ ? ✓"])
    expect(rows.first.get_by_role("img", name="Title: yes")).to_have_attribute(
        "aria-label",
        re.compile("CEO in another current position.*Headcount: unknown"),
    )
    page.get_by_role("button", name="Match: what the marks mean").click()
    expect(page.locator("#m-match")).to_contain_text("Unknown: LinkedIn did not tell")
    page.keyboard.press("Escape")
    flags = rows.locator(".c-flag")
    expect(flags).to_contain_text(["Rejected before", "Anonymous", "Found before"])
    expect(flags.first.locator(".badge")).to_have_attribute(
        "title", re.compile(r"Rejected by Amara Okafor in “Founders”, \d")
    )
    expect(page.locator("#tabs")).to_contain_text("Pending 2")

    page.get_by_label("Sort by").select_option(label="Best match first")
    expect(names).to_have_text(["Cy Twombly", "Ada Byron", "LinkedIn Member"])
    names.nth(1).click()
    drawer = page.locator("#drawer")
    expect(drawer).to_contain_text("✓ Yes CEO other current position")
    expect(drawer).to_contain_text("Amara Okafor rejected this person in Founders")

    page.keyboard.press("Escape")
    page.locator("#g-known").get_by_label("New").check()
    expect(names).to_have_text(["LinkedIn Member"])
    expect(page.locator("#shown")).to_contain_text("showing 1 of 3")
