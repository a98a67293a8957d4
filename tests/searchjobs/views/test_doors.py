"""Who may see and do what on the pages of searches."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import LinkedInAccount, Membership, Role
from searchjobs.models import SearchJob
from searchjobs.pages.doors import SESSION_KEY
from searchjobs.services import MOVES
from searchjobs.states import JobStatus
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
    SearchJobFactory,
    UserFactory,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def paths_of(job: SearchJob) -> list[tuple[str, str]]:
    moves = [
        ("post", reverse("search-move", kwargs={"job_id": job.id, "move": move}))
        for move in MOVES
    ]
    names = ("search-delete", "search-rename", "search-again")
    return [*moves, *(("post", reverse(name, args=[job.id])) for name in names)]


@pytest.mark.parametrize("path", ["/searches", "/searches/new", "/settings"])
def test_nobody_sees_a_page_without_signing_in(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/login?next={path}"


def test_a_part_of_a_page_sends_who_was_signed_out_to_the_sign_in(
    client: Client,
) -> None:
    response = client.get("/searches", headers=HTMX)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/login"


@pytest.mark.parametrize(
    ("seen", "led_to"),
    [
        ("http://testserver/searches?q=a", "/login?next=/searches%3Fq%3Da"),
        ("http://elsewhere.example/searches", "/login"),
    ],
)
def test_who_signs_in_again_comes_back_to_where_they_were(
    client: Client, seen: str, led_to: str
) -> None:
    response = client.get("/searches", headers=HTMX | {"HX-Current-URL": seen})
    assert response.headers["HX-Redirect"] == led_to


def test_who_belongs_nowhere_is_told_so() -> None:
    client = Client()
    client.force_login(UserFactory.create())
    response = client.get("/searches")
    assert response.status_code == 404
    assert "You belong to no workspace yet" in markup(response)


def test_a_stranger_finds_no_search(
    account: LinkedInAccount, client_of: Callable[[Membership], Client]
) -> None:
    job = SearchJobFactory.create(account=account)
    stranger = client_of(MembershipFactory.create())
    for method, path in paths_of(job):
        theirs = getattr(stranger, method)(path)
        unknown = getattr(stranger, method)(
            path.replace(str(job.id), str(uuid.uuid4()))
        )
        assert theirs.status_code == unknown.status_code == 404
        assert theirs.content == unknown.content
    job.refresh_from_db()
    assert job.status == JobStatus.QUEUED


def test_a_viewer_is_refused_what_they_are_not_shown(
    account: LinkedInAccount, client_of: Callable[[Membership], Client]
) -> None:
    job = SearchJobFactory.create(account=account)
    viewer = client_of(
        MembershipFactory.create(workspace=account.workspace, role=Role.VIEWER)
    )
    page = markup(viewer.get("/searches"))
    assert "Chief executives" in page
    assert 'href="/searches/new"' not in page
    assert 'aria-label="Pause' not in page
    for method, path in paths_of(job):
        assert getattr(viewer, method)(path).status_code == 403
    assert viewer.get("/searches/new").status_code == 403
    assert viewer.post("/searches/try").status_code == 403


def test_only_one_s_own_workspace_is_listed(
    browser: Client, account: LinkedInAccount
) -> None:
    SearchJobFactory.create(account=account, name="Ours")
    SearchJobFactory.create(name="Theirs")
    page = markup(browser.get("/searches"))
    assert "Ours" in page
    assert "Theirs" not in page


def test_the_workspace_is_the_one_chosen(browser: Client, member: Membership) -> None:
    other = MembershipFactory.create(user=member.user, workspace__name="Southlight")
    page = markup(browser.get("/settings"))
    assert "Go to Southlight" in page

    browser.post("/workspace", {"workspace": str(other.workspace_id)})

    assert browser.session[SESSION_KEY] == str(other.workspace_id)
    assert "Go to Southlight" not in markup(browser.get("/settings"))


def test_a_stranger_s_workspace_cannot_be_chosen(browser: Client) -> None:
    other = MembershipFactory.create()
    response = browser.post("/workspace", {"workspace": str(other.workspace_id)})
    assert response.status_code == 404
    assert SESSION_KEY not in browser.session


def test_a_chosen_workspace_that_one_left_opens_nothing(
    browser: Client, member: Membership
) -> None:
    other = MembershipFactory.create(user=member.user)
    browser.post("/workspace", {"workspace": str(other.workspace_id)})
    secret = SearchJobFactory.create(
        account=LinkedInAccountFactory.create(workspace=other.workspace), name="Secret"
    )
    other.delete()
    assert secret.name not in markup(browser.get("/searches"))


def test_pages_change_only_by_post(browser: Client, account: LinkedInAccount) -> None:
    job = SearchJobFactory.create(account=account)
    for _, path in paths_of(job):
        assert browser.get(path).status_code == 405


def test_a_change_needs_the_page_s_token(
    member: Membership, account: LinkedInAccount
) -> None:
    job = SearchJobFactory.create(account=account)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member.user)
    for _, path in paths_of(job):
        assert strict.post(path).status_code == 403


def test_the_home_page_is_the_list(browser: Client) -> None:
    assert browser.get("/").headers["Location"] == "/searches"


def test_who_is_signed_in_needs_no_sign_in(browser: Client) -> None:
    assert browser.get("/login").status_code == 302


def test_no_page_holds_a_style_or_script_of_its_own(
    browser: Client, account: LinkedInAccount
) -> None:
    SearchJobFactory.create(account=account, progress_current=250)
    for path in ("/searches", "/searches/new", "/settings", "/nowhere"):
        page = markup(browser.get(path))
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", page), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), path
