"""Saving the form, the list of saved searches, and opening one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import LinkedInAccount, Membership, Role
from searchjobs.models import SavedSearch
from tests.factories import MembershipFactory, SavedSearchFactory
from tests.markup import markup
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
FORM = {"mode": "filters", "title": "CEO", "target_count": "250", "name": "Chiefs"}


def test_the_form_is_saved_with_the_names_of_its_ids(
    browser: Client, account: LinkedInAccount
) -> None:
    part = markup(
        browser.post(
            "/searches/saved",
            {**FORM, "location": "7", "label": "LOCATION:7:Germany"},
            headers=HTMX,
        )
    )
    kept = SavedSearch.objects.get()
    assert "Saved as “Chiefs”" in part
    assert f'name="saved" value="{kept.id}"' in part
    page = markup(browser.get(f"/searches/new?saved={kept.id}"))
    assert '<input type="hidden" name="location" value="7">' in page
    assert "Germany" in page
    assert 'value="250"' in page


def test_without_scripts_saving_leads_back_to_the_form(
    browser: Client, account: LinkedInAccount
) -> None:
    response = browser.post("/searches/saved", FORM)
    kept = SavedSearch.objects.get()
    assert response.headers["Location"] == f"/searches/new?saved={kept.id}"


def test_without_a_name_it_gets_one_of_its_filters(
    browser: Client, account: LinkedInAccount
) -> None:
    browser.post("/searches/saved", {**FORM, "name": ""})
    assert SavedSearch.objects.get().name == "CEO"


def test_an_empty_form_is_not_saved(browser: Client, account: LinkedInAccount) -> None:
    response = browser.post("/searches/saved", {**FORM, "title": ""}, headers=HTMX)
    assert response.status_code == 400
    assert not SavedSearch.objects.exists()


def test_a_pasted_address_is_saved_as_it_is(
    browser: Client, account: LinkedInAccount
) -> None:
    url = "https://www.linkedin.com/sales/search/people?query=(keywords:ceo)"
    browser.post("/searches/saved", {**FORM, "mode": "url", "url": url})
    assert SavedSearch.objects.get().search_criteria == {"url": url}
    page = markup(browser.get("/searches/saved"))
    assert "<b>Keywords</b>" in page


def test_the_list_names_each_with_its_filters(
    browser: Client, member: Membership
) -> None:
    SavedSearchFactory.create(
        workspace=member.workspace, name="<b>Chiefs</b>", saved_by=member.user
    )
    page = markup(browser.get("/searches/saved"))
    assert "&lt;b&gt;Chiefs&lt;/b&gt;" in page
    assert "1,000 people, saved by Priya Raman" in page


def test_an_empty_list_says_how_to_begin(browser: Client) -> None:
    assert "No saved searches yet" in markup(browser.get("/searches/saved"))


def test_renaming_and_deleting(browser: Client, member: Membership) -> None:
    kept = SavedSearchFactory.create(workspace=member.workspace)
    at = f"/searches/saved/{kept.id}"
    browser.post(f"{at}/rename", {"name": "  Big   bosses "})
    kept.refresh_from_db()
    assert kept.name == "Big bosses"
    browser.post(f"{at}/delete")
    assert not SavedSearch.objects.exists()


def test_a_viewer_sees_the_list_and_no_buttons(
    client_of: Callable[[Membership], Client],
) -> None:
    viewer = MembershipFactory.create(role=Role.VIEWER)
    kept = SavedSearchFactory.create(workspace=viewer.workspace)
    client = client_of(viewer)
    page = markup(client.get("/searches/saved"))
    assert kept.name in page
    assert "Delete" not in page
    for path in ("rename", "delete"):
        response = client.post(f"/searches/saved/{kept.id}/{path}", {"name": "Mine"})
        assert response.status_code == 403
    assert client.post("/searches/saved", FORM).status_code == 403


def test_another_workspace_s_saved_searches_are_not_there(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    theirs = SavedSearchFactory.create(name="Secret list")
    assert "Secret list" not in markup(browser.get("/searches/saved"))
    assert "Secret list" not in markup(browser.get("/searches/new"))
    at = f"/searches/saved/{theirs.id}"
    assert browser.get(f"/searches/new?saved={theirs.id}").status_code == 404
    assert browser.post(f"{at}/rename", {"name": "Mine"}).status_code == 404
    assert browser.post(f"{at}/delete").status_code == 404
    browser.post("/searches/saved", {**FORM, "saved": str(theirs.id)})
    theirs.refresh_from_db()
    assert (theirs.name, theirs.search_criteria) == ("Secret list", {"title": "CEO"})


@pytest.mark.parametrize("path", ["saved", "new/preview"])
def test_who_is_not_signed_in_is_led_there(path: str) -> None:
    assert Client().post(f"/searches/{path}", FORM).status_code == 302
