"""Settings: what each may see and do there, and what is shown once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken
from pytest_django import Settings

from accounts import members, tokens
from accounts.models import (
    AccountStatus,
    HostedSignIn,
    Invitation,
    LinkedInAccount,
    Membership,
    Role,
)
from searchjobs.urls import urlpatterns
from tests.factories import (
    AccountUsageFactory,
    LinkedInAccountFactory,
    MembershipFactory,
    UserFactory,
)
from tests.markup import markup
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.django_db

SignedIn = Callable[[Membership], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def owner(account: LinkedInAccount) -> Membership:
    return MembershipFactory.create(
        workspace=account.workspace, role=Role.OWNER, user__name="Olga Owner"
    )


def page_of(client: Client) -> str:
    return markup(client.get("/settings"))


# --- every door -----------------------------------------------------------------------


@pytest.fixture
def doors(owner: Membership, account: LinkedInAccount) -> dict[str, tuple[str, Any]]:
    """Each form of the page: its address by name, and what it sends."""
    tokens.issue(owner.user, lifetime=timedelta(days=1))
    members.invite(by=owner, email="new@example.com", role=Role.MEMBER)
    key = AuthToken.objects.get().token_key
    ids = {
        "connect": [],
        "reconnect": [account.id],
        "account-hours": [account.id],
        "account-quotas": [account.id],
        "check-account": [account.id],
        "make-token": [],
        "revoke-token": [key],
        "invite": [],
        "take-back": [Invitation.objects.get().id],
        "change-role": [account.user_id],
        "remove-member": [account.user_id],
    }
    forms: dict[str, dict[str, str]] = {
        "account-hours": {"any": "1"},
        "account-quotas": {"daily_quota_classic": "100"},
        "make-token": {"name": "CRM", "days": "30"},
        "invite": {"email": "a@example.com", "role": "viewer"},
        "change-role": {"role": "viewer"},
    }
    return {
        name: (reverse(name, args=args), forms.get(name, {}))
        for name, args in ids.items()
    }


def state() -> Any:
    """Return all that the forms may change."""
    return (
        list(Membership.objects.order_by("id").values()),
        list(LinkedInAccount.objects.order_by("id").values()),
        list(Invitation.objects.order_by("id").values()),
        list(AuthToken.objects.order_by("digest").values()),
        HostedSignIn.objects.count(),
    )


def test_every_address_of_settings_is_walked(doors: dict[str, Any]) -> None:
    named = {
        pattern.name
        for pattern in urlpatterns
        if str(pattern.pattern).startswith("settings/")
    }
    assert named == doors.keys()


def test_nobody_passes_without_signing_in(doors: dict[str, tuple[str, Any]]) -> None:
    before = state()
    for path, form in doors.values():
        response = Client().post(path, form)
        assert response.headers["Location"] == f"/login?next={path}"
    assert state() == before


def test_without_the_forms_token_nothing_is_changed(
    doors: dict[str, tuple[str, Any]], owner: Membership
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    before = state()
    for path, form in doors.values():
        assert client.post(path, form).status_code == 403
    assert state() == before


def test_a_get_changes_nothing(
    doors: dict[str, tuple[str, Any]], owner: Membership, client_of: SignedIn
) -> None:
    client = client_of(owner)
    assert {client.get(path).status_code for path, _ in doors.values()} == {405}


def test_a_stranger_reaches_nothing_of_another_workspace(
    doors: dict[str, tuple[str, Any]], client_of: SignedIn
) -> None:
    stranger = client_of(MembershipFactory.create(role=Role.OWNER))
    before = state()
    for name in doors.keys() - {"connect", "make-token", "invite"}:
        path, form = doors[name]
        assert stranger.post(path, form).status_code == 404, name
    assert state() == before


def test_a_viewer_changes_nothing_of_the_workspace(
    doors: dict[str, tuple[str, Any]], owner: Membership, client_of: SignedIn
) -> None:
    seat = MembershipFactory.create(workspace=owner.workspace, role=Role.VIEWER)
    viewer = client_of(seat)
    before = state()
    for name in doors.keys() - {"make-token", "revoke-token"}:
        path, form = doors[name]
        assert viewer.post(path, form).status_code == 403, name
    assert state() == before
    page = page_of(viewer)
    assert "Olga Owner" in page
    actions = re.findall(r' action="(/settings[^"]*)"', page)
    leave = f"/settings/members/{seat.user_id}/remove"
    assert actions == ["/settings/tokens", leave]


# --- accounts -------------------------------------------------------------------------


def test_a_script_is_sent_to_unipile_and_a_person_shown_the_way(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    sent = browser.post("/settings/accounts/connect", headers=HTMX)
    assert sent.status_code == 204
    assert sent.headers["HX-Redirect"].startswith(f"{sandbox.url}/hosted/")

    shown = browser.post("/settings/accounts/connect")
    assert f'href="{sandbox.url}/hosted/' in markup(shown)
    assert "form-action 'self';" in shown.headers["Content-Security-Policy"] + ";"


def test_a_lost_account_offers_to_be_reconnected(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    assert "/reconnect" not in page_of(browser)
    LinkedInAccount.objects.update(
        status="credentials", unipile_account_id=account_id(0)
    )
    path = f"/settings/accounts/{account.id}/reconnect"
    assert f'action="{path}"' in page_of(browser)
    url = browser.post(path, headers=HTMX).headers["HX-Redirect"]
    assert url.startswith(sandbox.url)


def test_without_unipile_the_refusal_is_said(
    browser: Client, account: LinkedInAccount, settings: Settings
) -> None:
    settings.UNIPILE_DSN = ""
    response = browser.post("/settings/accounts/connect")
    assert response.status_code == 400
    assert "LinkedIn is not set up here" in markup(response)


@pytest.mark.parametrize(
    ("outcome", "went", "said"),
    [
        ("", "well", "LinkedIn accepted the sign-in"),
        ("", "wrong", "The sign-in did not work"),
        ("failed", "well", "The sign-in did not work"),
        ("done", "well", "is connected."),
        ("taken", "well", "connected already, by somebody else"),
        ("wrong", "well", "another LinkedIn account"),
    ],
)
def test_who_comes_back_reads_what_came_of_it(
    browser: Client, account: LinkedInAccount, outcome: str, went: str, said: str
) -> None:
    sign_in = HostedSignIn.objects.create(
        user=account.user,
        workspace=account.workspace,
        account=account,
        outcome=outcome,
    )
    address = f"/settings?sign_in={sign_in.id}&went={went}"
    assert said in markup(browser.get(address))


@pytest.mark.parametrize("named", ["x", "fb9004ae-9717-4787-85f7-46e4adf065e2"])
def test_a_sign_in_that_is_not_theirs_says_nothing(browser: Client, named: str) -> None:
    page = markup(browser.get(f"/settings?sign_in={named}&went=well"))
    assert 'id="came-back"' not in page


def test_usage_is_shown_with_the_hour_at_which_it_opens(
    browser: Client, account: LinkedInAccount
) -> None:
    AccountUsageFactory.create(account=account, received=2450)
    page = page_of(browser)
    assert "Sales Navigator: 2,450 of 2,500" in page
    opens = datetime.now(UTC).replace(minute=0, second=0) + timedelta(hours=25)
    assert f"{opens:%d %b, %H:00} UTC".lstrip("0") in page


def test_a_wait_is_said_in_words(browser: Client, account: LinkedInAccount) -> None:
    LinkedInAccount.objects.update(
        wait_reason="rate_limited",
        next_turn_at=datetime.now(UTC) + timedelta(hours=1),
    )
    assert "LinkedIn asked it to wait until" in page_of(browser)


def test_a_member_sees_their_own_accounts_and_who_leads_sees_all(
    browser: Client, account: LinkedInAccount, owner: Membership, client_of: SignedIn
) -> None:
    LinkedInAccountFactory.create(
        user=owner.user, workspace=owner.workspace, name="Olga's LinkedIn"
    )
    LinkedInAccountFactory.create(name="Of another workspace")
    assert "Olga&#x27;s LinkedIn" not in page_of(browser)
    page = page_of(client_of(owner))
    assert page.index("Olga&#x27;s LinkedIn") < page.index("Alice&#x27;s LinkedIn")
    assert "Of another workspace" not in page


def test_an_account_whose_owner_left_says_so(
    account: LinkedInAccount, owner: Membership, client_of: SignedIn
) -> None:
    client = client_of(owner)
    client.post(f"/settings/members/{account.user_id}/remove")
    page = page_of(client)
    assert "Priya Raman left" in page
    assert "No search runs through this account" in page


def test_an_empty_page_offers_to_connect(browser: Client) -> None:
    page = page_of(browser)
    assert "No LinkedIn account yet" in page
    assert "Connect LinkedIn" in page


def test_settings_list_the_viewer_s_accounts_and_quotas(
    browser: Client, account: LinkedInAccount
) -> None:
    LinkedInAccountFactory.create(workspace=account.workspace, name="A colleague's")
    LinkedInAccount.objects.filter(id=account.id).update(
        status=AccountStatus.RESTRICTED, daily_quota_classic=0
    )
    page = markup(browser.get("/settings"))
    assert "Sales Navigator: 0 of 2,500" in page
    assert "Classic: 0 received, no daily limit" in page
    assert "LinkedIn restricts this account." in page
    assert "A colleague" not in page


# --- checking an account --------------------------------------------------------------


def test_a_login_that_is_checked_says_how_it_is(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(unipile_account_id=account_id(0))
    path = f"/settings/accounts/{account.id}/check"
    said = markup(browser.post(path, headers=HTMX))
    assert "Anna Berg is in order. It searches by: Sales Navigator, Classic." in said
    assert "<html" not in said

    again = browser.post(path, headers=HTMX)
    assert again.status_code == 429
    assert "read a moment ago" in again.json()["error"]


def test_a_lost_login_that_is_checked_says_what_to_do(
    browser: Client, account: LinkedInAccount, sandbox: SandboxServer
) -> None:
    LinkedInAccount.objects.update(unipile_account_id=account_id(0))
    sandbox.set_account_status(account_id(0), "CREDENTIALS")
    page = markup(browser.post(f"/settings/accounts/{account.id}/check"))
    assert "Anna Berg: LinkedIn signed this account out. Reconnect it" in page
    assert LinkedInAccount.objects.get().status == AccountStatus.CREDENTIALS


# --- quotas ---------------------------------------------------------------------------


def save_quotas(client: Client, account: LinkedInAccount, **quotas: str) -> int:
    path = f"/settings/accounts/{account.id}/quotas"
    return client.post(path, quotas).status_code


def quotas_of(account: LinkedInAccount) -> tuple[int | None, int | None]:
    account.refresh_from_db()
    return account.daily_quota_sales_navigator, account.daily_quota_classic


def test_who_leads_sets_a_daily_quota_and_takes_it_back(
    account: LinkedInAccount, owner: Membership, client_of: SignedIn
) -> None:
    client = client_of(owner)
    assert save_quotas(client, account, daily_quota_sales_navigator="500") == 302
    assert quotas_of(account) == (500, None)
    assert save_quotas(client, account) == 302
    assert quotas_of(account) == (None, None)


@pytest.mark.parametrize("wrong", ["0", "49", "10001", "-5", "many", "1e3", "٥٠٠"])
def test_a_quota_out_of_bounds_is_refused(
    account: LinkedInAccount, owner: Membership, client_of: SignedIn, wrong: str
) -> None:
    client = client_of(owner)
    assert save_quotas(client, account, daily_quota_classic=wrong) == 400
    assert quotas_of(account) == (None, None)


def test_an_account_without_a_limit_keeps_none_until_it_is_given_one(
    account: LinkedInAccount, owner: Membership, client_of: SignedIn
) -> None:
    LinkedInAccount.objects.filter(id=account.id).update(daily_quota_classic=0)
    account.refresh_from_db()
    client = client_of(owner)
    assert save_quotas(client, account, daily_quota_classic="0") == 302
    assert quotas_of(account) == (None, 0)
    assert save_quotas(client, account, daily_quota_classic="500") == 302
    assert save_quotas(client, account, daily_quota_classic="0") == 400
    assert quotas_of(account) == (None, 500)


def test_a_member_changes_no_quota_not_even_their_own(
    browser: Client, account: LinkedInAccount
) -> None:
    assert save_quotas(browser, account, daily_quota_classic="100") == 403
    assert quotas_of(account) == (None, None)


# --- tokens ---------------------------------------------------------------------------


def make(browser: Client, **form: str) -> Any:
    return browser.post("/settings/tokens", {"name": "CRM", "days": "30"} | form)


def test_a_token_is_shown_once_and_works(browser: Client, member: Membership) -> None:
    answer = make(browser)
    shown = re.search(r'id="new-token"[^>]*value="(\w+)"', markup(answer))
    assert shown
    found = tokens.user_of(shown[1])
    assert found is not None
    assert found[0] == member.user
    assert answer.headers["Cache-Control"] == "no-store"
    page = page_of(browser)
    assert shown[1] not in page
    assert shown[1][:6] + "…" in page
    assert "CRM" in page


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"name": "x" * 61}, {"days": "9999"}, {"days": ""}]
)
def test_a_token_asked_for_wrongly_is_not_made(
    browser: Client, wrong: dict[str, str]
) -> None:
    assert make(browser, **wrong).status_code == 400
    assert not AuthToken.objects.exists()


def test_a_revoked_token_opens_nothing(browser: Client, member: Membership) -> None:
    token = tokens.issue(member.user, lifetime=timedelta(days=1))
    assert browser.post(f"/settings/tokens/{token[:15]}/revoke").status_code == 302
    assert tokens.user_of(token) is None


def test_colleagues_tokens_are_neither_shown_nor_revoked(browser: Client) -> None:
    token = tokens.issue(UserFactory.create(), lifetime=timedelta(days=1))
    assert token[:6] not in page_of(browser)
    assert browser.post(f"/settings/tokens/{token[:15]}/revoke").status_code == 404
    assert tokens.user_of(token) is not None


def test_nobody_hoards_tokens(browser: Client, member: Membership) -> None:
    for _ in range(tokens.MOST_TOKENS):
        tokens.issue(member.user, lifetime=timedelta(days=1))
    assert make(browser).status_code == 409


# --- members --------------------------------------------------------------------------


def test_an_invitation_s_link_leads_in_after_asking(
    owner: Membership, client_of: SignedIn, settings: Settings
) -> None:
    settings.SITE_URL = "https://shortlist.example"
    amara = UserFactory.create(email="amara@example.com", name="Amara")
    form = {"email": amara.email, "role": "member"}
    answer = client_of(owner).post("/settings/invitations", form)
    shown = re.search(r'id="new-link"[^>]*value="([^"]+)"', markup(answer))
    assert shown
    path = shown[1].removeprefix("https://shortlist.example")

    client = Client()
    assert client.get(path).headers["Location"].startswith("/login?next=/invitations/")
    client.force_login(amara)
    assert f"Join {owner.workspace.name}" in markup(client.get(path))
    assert not amara.memberships.exists()
    assert client.post(path).headers["Location"] == "/searches"
    assert amara.memberships.get().workspace == owner.workspace
    assert client.get(path).status_code == 404


def test_an_invitation_needs_its_forms_token(owner: Membership) -> None:
    amara = UserFactory.create(email="amara@example.com")
    signed = members.invite(by=owner, email=amara.email, role=Role.MEMBER)
    client = Client(enforce_csrf_checks=True)
    client.force_login(amara)
    assert client.post(reverse("invitation", args=[signed])).status_code == 403
    assert not amara.memberships.exists()


def test_a_refusal_is_said_to_a_script_in_words(
    owner: Membership, client_of: SignedIn
) -> None:
    path = f"/settings/members/{owner.user_id}/remove"
    answer = client_of(owner).post(path, headers=HTMX)
    assert answer.status_code == 409
    assert answer.json()["code"] == "last_owner"


def test_who_was_removed_finds_nothing(
    browser: Client, account: LinkedInAccount, owner: Membership, client_of: SignedIn
) -> None:
    client_of(owner).post(f"/settings/members/{account.user_id}/remove")
    assert browser.get("/searches").status_code == 404


def test_beside_oneself_stands_leave_and_it_leads_out(
    owner: Membership, client_of: SignedIn
) -> None:
    MembershipFactory.create(workspace=owner.workspace, role=Role.OWNER)
    other = MembershipFactory.create(user=owner.user, workspace__name="Southlight")
    client = client_of(owner)
    page = page_of(client)
    assert "Remove Olga Owner" not in page
    assert ">Leave</button>" in page
    path = f"/settings/members/{owner.user_id}/remove"
    answer = client.post(path, headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/searches"
    assert list(owner.user.memberships.all()) == [other]
    assert "Southlight" in page_of(client)


def test_who_leads_nothing_may_leave_and_remove_nobody(
    owner: Membership, client_of: SignedIn
) -> None:
    viewer = MembershipFactory.create(workspace=owner.workspace, role=Role.VIEWER)
    page = page_of(client_of(viewer))
    assert ">Leave</button>" in page
    assert "Remove Olga Owner" not in page


def test_an_admin_is_offered_what_an_admin_may(
    owner: Membership, client_of: SignedIn
) -> None:
    admin, viewer = (
        MembershipFactory.create(workspace=owner.workspace, role=role)
        for role in (Role.ADMIN, Role.VIEWER)
    )
    page = page_of(client_of(admin))
    assert "Role of Olga Owner" not in page
    assert f"Role of {viewer.user.get_full_name()}" in page
    assert f"Remove {viewer.user.get_full_name()}" in page
    assert 'value="admin"' in page
    assert 'value="owner"' not in page
