"""A new search: type-ahead, a pasted address, marks, preview, and saved searches."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db.models.functions import Now
from playwright.sync_api import Page, expect

from accounts.models import LinkedInAccount
from searchjobs.models import SavedSearch, SearchJob
from tests.browser.axe import SIZES, report
from tests.browser.conftest import Live
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.browser

TYPED = {"Industry": "soft", "Company": "orchard", "School": "univ"}


def test_a_search_by_filters_with_type_ahead(live: Live, page: Page) -> None:
    page.goto("/searches/new")
    page.get_by_label("Title", exact=True).fill("CEO")
    place = page.get_by_role("combobox", name="Location")
    place.press_sequentially("san fr")
    page.get_by_role("option", name="San Francisco Bay Area", exact=True).click()
    expect(page.locator(".combo .chip")).to_have_text("San Francisco Bay Area")
    page.locator("label", has_text="11–50").click()
    page.get_by_label("How many people?").fill("250")
    estimate = page.locator("#estimate")
    expect(estimate).to_contain_text("3 pages of 84 people")
    expect(estimate).to_contain_text("Priya's LinkedIn")
    expect(estimate).to_contain_text("CEO · San Francisco Bay Area · 11–50")
    expect(estimate).to_contain_text("leaves 2,250 of today’s quota")

    page.get_by_role("button", name="Find 250 prospects").click()

    expect(page.get_by_role("heading", name="CEO")).to_be_visible()
    expect(page.get_by_text("In San Francisco Bay Area")).to_be_visible()
    job = SearchJob.objects.get()
    assert job.search_criteria == {
        "title": "CEO",
        "location": ["90000084"],
        "company_headcount": ["B"],
    }
    assert job.target_count == 250


def test_industries_companies_and_schools_are_found_by_name_too(
    live: Live, page: Page
) -> None:
    page.goto("/searches/new")
    page.get_by_text("More filters").click()
    chosen = {}
    for number, (name, typed) in enumerate(TYPED.items(), start=1):
        field = page.get_by_role("combobox", name=name)
        field.press_sequentially(typed)
        page.locator(f"#l-{name.lower()} [role=option]").first.click()
        chips = page.locator(".combo .chip")
        expect(chips).to_have_count(number)
        chosen[name.lower()] = chips.nth(number - 1).inner_text()
    page.get_by_role("button", name=re.compile("^Find")).click()
    expect(page).to_have_url(re.compile(r"/searches/[0-9a-f-]{36}$"))
    asked = SearchJob.objects.get().search_criteria
    assert asked.keys() == chosen.keys()
    assert all(each.isdigit() for (each,) in asked.values()), asked


def test_what_is_wrong_is_at_hand_and_unmarked_when_it_is_changed(
    live: Live, page: Page
) -> None:
    page.goto("/searches/new")
    page.get_by_label("Title", exact=True).fill("CEO")
    count = page.get_by_label("How many people?", exact=True)
    count.fill("-5")
    page.get_by_role("button", name=re.compile("^Find")).click()
    expect(page.locator("#refused")).to_contain_text("The search was not started.")
    expect(count).to_be_focused()
    expect(count).to_have_attribute("aria-invalid", "true")
    count.fill("20")
    expect(page.get_by_text("Give a whole number.")).to_have_count(0)
    expect(page.locator("#refused")).to_have_count(0)
    expect(count).not_to_have_attribute("aria-invalid", "true")


def test_the_type_ahead_works_by_keyboard(live: Live, page: Page) -> None:
    page.goto("/searches/new")
    place = page.get_by_role("combobox", name="Location")
    place.press_sequentially("united")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(place).to_have_attribute("aria-expanded", "true")
    name = page.get_by_role("option").first.locator("span").first.inner_text()
    place.press("Enter")
    expect(page.locator(".combo .chip")).to_have_text(name)
    place.press("Backspace")
    expect(page.locator(".combo .chip")).to_have_count(0)


def test_ids_are_shown_where_two_share_a_name_alone(live: Live, page: Page) -> None:
    found = [{"id": "1", "title": "Paris"}, {"id": "2", "title": "Paris"}]
    found.append({"id": "3", "title": "Rome"})
    page.route("**/parameters?*", lambda route: route.fulfill(json={"items": found}))
    page.goto("/searches/new")
    page.get_by_role("combobox", name="Location").press_sequentially("city")
    options = page.locator("#l-location").get_by_role("option")
    expect(options).to_have_text(["Paris1", "Paris2", "Rome"])
    options.last.click()
    del found[:2]
    page.get_by_role("combobox", name="Location").press_sequentially("rome")
    expect(options).to_have_text(["It is chosen already."])


def test_a_place_typed_but_not_chosen_is_asked_for_before_anything_is_done(
    live: Live, sandbox: SandboxServer, page: Page
) -> None:
    page.goto("/searches/new")
    page.get_by_label("Title", exact=True).fill("CEO")
    place = page.get_by_role("combobox", name="Location")
    place.press_sequentially("xyzzy")
    expect(page.locator("#l-location")).to_have_text(
        "LinkedIn knows no place of this name. Try a country, region or city."
    )
    unchosen = page.locator("#u-location")
    for button in (re.compile("^Find"), re.compile("^Check"), re.compile("^Save")):
        page.get_by_role("button", name=button).click()
        expect(unchosen).to_contain_text("The location is typed, not chosen yet.")
        expect(unchosen).to_be_visible()
        expect(place).to_be_focused()
    expect(page.locator("#preview")).to_be_empty()
    assert not SearchJob.objects.exists()
    assert not SavedSearch.objects.exists()
    estimate = page.locator("#estimate")
    expect(estimate).to_contain_text("The location is typed, not chosen yet.")

    place.fill("united")
    place.press("Enter")  # before the answer, and on
    place.press("Tab")
    expect(page.locator(".combo .chip")).to_have_count(1)
    expect(unchosen).to_be_hidden()
    expect(estimate).not_to_contain_text("not chosen yet")


def test_what_the_account_s_api_ignores_is_named(
    live: Live, sandbox: SandboxServer, page: Page
) -> None:
    LinkedInAccount.objects.update(premium_features=[])
    page.goto("/searches/new")
    page.get_by_label("Title", exact=True).fill("CEO")
    page.locator("label", has_text="11–50").click()
    page.get_by_label("How many people?").fill("2500")
    estimate = page.locator("#estimate")
    expect(estimate).to_contain_text("Classic ignores company headcount.")
    expect(estimate).to_contain_text("Classic gives at most 1,000 people per search.")
    expect(page.get_by_role("button", name="Find 1,000 prospects")).to_be_visible()


def test_a_pasted_address_that_is_no_search_is_refused_by_field(
    live: Live, page: Page
) -> None:
    page.goto("/searches/new")
    page.get_by_role("button", name="Paste a URL").click()
    page.get_by_label("LinkedIn search URL").fill("https://www.linkedin.com/feed/")
    expect(page.locator("#estimate")).to_contain_text("This is not a search for people")
    page.get_by_role("button", name="Find prospects").click()
    expect(page.locator("#url-wrong")).to_contain_text(
        "This is not a search for people"
    )
    expect(page.get_by_label("LinkedIn search URL")).to_have_value(
        "https://www.linkedin.com/feed/"
    )
    assert not SearchJob.objects.exists()


def test_a_pasted_address_is_searched(live: Live, page: Page) -> None:
    page.goto("/searches/new")
    page.get_by_role("button", name="Paste a URL").click()
    url = "https://www.linkedin.com/sales/search/people?query=ceo"
    page.get_by_label("LinkedIn search URL").fill(url)
    page.get_by_role("button", name="Find 1,000 prospects").click()
    expect(page).to_have_url(re.compile(r"/searches/[0-9a-f-]{36}$"))
    assert SearchJob.objects.get().search_criteria == {"url": url}


def test_what_was_filled_in_survives_an_error(live: Live, page: Page) -> None:
    page.goto("/searches/new")
    place = page.get_by_role("combobox", name="Location")
    place.press_sequentially("seattle")
    page.locator("#l-location").get_by_text("Seattle").first.click()
    chip = page.locator(".combo .chip").inner_text()
    page.get_by_label("How many people?").fill("0")
    page.get_by_role("button", name="Find prospects").click()
    expect(page.locator("#target_count-wrong")).to_be_visible()
    expect(page.locator(".combo .chip")).to_have_text(chip)


# --- what it would find ---------------------------------------------------------------


def look(page: Page) -> None:
    page.get_by_role("button", name="Check how many match").click()


def test_a_look_at_who_matches_then_the_search_for_them(
    live: Live, page: Page, sandbox: SandboxServer
) -> None:
    page.goto("/searches/new")
    page.get_by_label("Title", exact=True).fill("CEO")
    page.get_by_text("More filters").click()
    page.get_by_label("First name").fill("Mira")
    look(page)
    preview = page.locator("#preview")
    expect(preview).to_contain_text(re.compile(r"\d+ match"))
    expect(preview.locator("li").first).to_contain_text("Mira")
    expect(preview).to_contain_text("The check took 10 of today’s quota")
    expect(page.locator("#look-cost")).to_contain_text("2,490 left")
    assert [asked["limit"] for asked in sandbox.requests()] == [10]
    assert not SearchJob.objects.exists()
    there = preview.locator("[name=available]").get_attribute("value")
    page.get_by_role("button", name=f"Find {there} prospects").click()
    expect(page).to_have_url(re.compile(r"/searches/[0-9a-f-]{36}$"))


def test_a_look_is_marked_old_when_the_form_changes(live: Live, page: Page) -> None:
    page.goto("/searches/new")
    page.get_by_label("Title", exact=True).fill("CEO")
    look(page)
    expect(page.locator("#preview li")).to_have_count(10)
    page.get_by_label("Name of the search").fill("Chiefs")
    expect(page.get_by_text("before your last change")).to_be_hidden()
    page.locator("label", has_text="11–50").click()
    expect(page.get_by_text("before your last change")).to_be_visible()
    page.get_by_role("button", name="Check again").click()
    expect(page.locator("#preview.is-old")).to_have_count(0)
    expect(page.locator("#preview li")).to_have_count(10)


def test_while_the_account_waits_the_page_says_so_and_asks_again(
    live: Live, page: Page
) -> None:
    LinkedInAccount.objects.update(next_turn_at=Now() + timedelta(seconds=9))
    page.clock.install()
    page.goto("/searches/new")
    page.get_by_label("Title", exact=True).fill("CEO")
    look(page)
    expect(page.locator("#preview")).to_contain_text("Asks again by itself in")
    LinkedInAccount.objects.update(next_turn_at=Now())
    page.clock.fast_forward(10_000)
    expect(page.locator("#preview li")).to_have_count(10)


# --- a pasted address, and what is kept -----------------------------------------------

CHIEFS = "https://www.linkedin.com/sales/search/people?query=" + quote(
    "(keywords:CEO,filters:List("
    "(type:REGION,values:List((id:101282230,text:Germany,selectionType:INCLUDED))),"
    "(type:SENIORITY_LEVEL,values:List((id:310,text:CXO,selectionType:INCLUDED))),"
    "(type:FUNCTION,values:List((id:25,text:Sales,selectionType:INCLUDED)))))"
)


def test_from_a_pasted_address_to_a_saved_search(live: Live, page: Page) -> None:
    page.goto("/searches/new")
    page.get_by_role("button", name="Paste a URL").click()
    page.get_by_label("LinkedIn search URL").fill(CHIEFS)
    understood = page.locator("#understood")
    expect(understood).to_contain_text("Sales Navigator search.")
    expect(understood.locator(".chip")).to_have_count(3)
    expect(understood).to_contain_text("function: Sales")
    assert report(page) == ""

    page.get_by_role("button", name="Change these filters").click()
    expect(page.locator(".combo .chip")).to_have_text("Germany")
    expect(page.get_by_label("CXO")).to_be_checked()
    page.get_by_role("button", name="Remove Germany").click()
    look(page)
    expect(page.locator("#preview li").first).to_be_visible()
    page.get_by_label("Search in").select_option("classic")
    expect(page.locator("#mark-seniority")).to_have_text(
        "Classic ignores seniority. It will not be sent."
    )
    page.get_by_label("Name of the search").fill("Chiefs")
    page.get_by_role("button", name="Save this search").click()
    expect(page.get_by_text("Saved as “Chiefs”.")).to_be_visible()
    assert report(page) == ""

    page.get_by_role("button", name="Start from").click()
    expect(page.get_by_role("link", name="Chiefs", exact=True)).to_be_visible()
    assert report(page) == ""
    page.get_by_role("link", name="Rename or delete").click()
    page.get_by_label("Rename Chiefs").click()
    page.get_by_label("New name of Chiefs").fill("Bosses")
    assert report(page) == ""
    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_role("link", name="Open Bosses").click()
    expect(page.get_by_label("Keywords")).to_have_value("CEO")
    page.goto("/searches/saved")
    page.get_by_label("Delete Bosses").click()
    page.get_by_role("button", name="Delete saved search").click()
    expect(page.get_by_text("No saved searches yet")).to_be_visible()
    assert not SavedSearch.objects.exists()


def test_the_saved_searches_fit_a_phone(
    live: Live, new_page: Callable[..., Page]
) -> None:
    SavedSearch.objects.create(
        workspace=live.member.workspace,
        name="A name so long that it needs a second line on a phone " * 3,
        search_criteria={"title": "CEO", "keywords": "SaaS " * 40},
        target_count=1000,
    )
    page = new_page(size=SIZES["phone"])
    page.goto("/searches/saved")
    page.get_by_label("Rename A name").click()
    assert report(page) == ""
