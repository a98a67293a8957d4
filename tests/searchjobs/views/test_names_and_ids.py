"""Names that were typed and not chosen, and ids whose names are not known."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import LinkedInAccount
from searchjobs.models import ParameterLookup, SavedSearch, SearchJob
from tests.factories import SearchJobFactory
from tests.markup import markup
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
FORM = {"mode": "filters", "title": "CEO", "target_count": "250"}
URL = "https://www.linkedin.com/sales/search/people?query=(keywords:ceo)"
DOORS = ("/searches/new", "/searches/new/preview", "/searches/saved")
TYPED = {**FORM, "typed_school": " Berli "}
UNCHOSEN = (
    "The school is typed, not chosen yet. Choose a name from its list, or empty the "
    "field."
)


@pytest.mark.parametrize("door", [*DOORS, "/searches/new/estimate"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["form", "script"])
def test_what_was_typed_and_not_chosen_is_refused_everywhere_in_the_same_words(
    browser: Client,
    known: LinkedInAccount,
    sandbox: SandboxServer,
    door: str,
    headers: dict[str, str],
) -> None:
    page = markup(browser.post(door, TYPED, headers=headers))
    assert UNCHOSEN in page
    assert not SearchJob.objects.exists()
    assert not SavedSearch.objects.exists()
    assert sandbox.requests() == []


@pytest.mark.parametrize(
    ("door", "not_done"), [("/searches/new", "started"), ("/searches/saved", "saved")]
)
def test_what_was_typed_stays_in_its_field_with_all_else(
    browser: Client, account: LinkedInAccount, door: str, not_done: str
) -> None:
    response = browser.post(door, {**TYPED, "target_count": "77"})
    page = markup(response)
    assert response.status_code == 400
    assert f"The search was not {not_done}." in page
    assert 'name="typed_school" value="Berli"' in page
    assert re.search(r'id="u-school">.*?typed, not chosen', page)
    assert 'id="u-location" hidden' in page
    assert re.search(r'<details class="more"\s+open>', page)
    assert 'value="CEO"' in page
    assert 'value="77"' in page


def test_what_was_typed_is_what_is_missing_and_not_a_filter(
    browser: Client, known: LinkedInAccount
) -> None:
    form = {**FORM, "title": "", "typed_location": "Berli"}
    part = markup(browser.post("/searches/new/preview", form, headers=HTMX))
    assert "The location is typed, not chosen yet." in part
    assert "fill in at least one filter" not in part


def test_beside_a_pasted_address_nothing_typed_counts(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    browser.post("/searches/new", {**TYPED, "mode": "url", "url": URL})
    assert SearchJob.objects.get().search_criteria == {"url": URL}


# --- ids whose names are not known ----------------------------------------------------


@pytest.mark.parametrize("key", ["location", "industry", "company", "school"])
def test_an_id_without_a_name_is_said_to_be_one(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer, key: str
) -> None:
    job = SearchJobFactory.create(account=account, search_criteria={key: ["7"]})
    said = f"{key.capitalize()} 7 (name unknown)"
    for path in (f"/searches/new?again={job.id}", "/searches", f"/searches/{job.id}"):
        assert said in markup(browser.get(path))
    form = markup(browser.get(f"/searches/new?again={job.id}"))
    assert f'<input type="hidden" name="{key}" value="7">' in form
    assert 'name="label"' not in form  # it would be taken for the name
    asked = {**FORM, "title": "", key: "7"}
    estimate = browser.post("/searches/new/estimate", asked, headers=HTMX)
    assert said in markup(estimate)


def test_a_search_is_not_named_after_an_id(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    unnamed = {"location": "7", "company": ["8", "Acme"]}
    browser.post("/searches/new", {**FORM, **unnamed})
    browser.post("/searches/new", {**FORM, "title": "", "location": "7"})
    names = SearchJob.objects.order_by("created_at").values_list("name", flat=True)
    assert list(names) == ["CEO, Acme", "People on LinkedIn"]


def test_a_name_that_a_look_up_brings_later_is_shown(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    browser.post("/searches/saved", {**FORM, "location": "7"})
    assert "Location 7 (name unknown)" in markup(browser.get("/searches/saved"))
    ParameterLookup.objects.create(
        service="classic",
        type="LOCATION",
        keywords="ger",
        items=[{"id": "7", "title": "Germany"}],
    )
    page = markup(browser.get("/searches/saved"))
    assert '<span class="trunc">Germany</span>' in page
    assert "name unknown" not in page
