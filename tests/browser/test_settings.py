"""Settings in a real browser: through Unipile's page and back; tokens and members."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import LinkedInAccount, Membership, Role
from tests.browser.axe import report
from tests.browser.conftest import Live
from tests.factories import UserFactory
from unipile_client.sandbox.server import SandboxServer

pytestmark = pytest.mark.browser


def test_a_login_is_connected_on_unipiles_page_and_later_signed_in_again(
    live: Live, page: Page, sandbox: SandboxServer
) -> None:
    page.goto("/settings")
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_label("Jonas Weiss").check()
    page.get_by_role("button", name="Sign in").click()
    row = page.locator(".acc-row", has_text="Jonas Weiss")
    expect(row).to_contain_text("OK")
    expect(page.locator("#came-back")).to_contain_text("Jonas Weiss is connected.")
    connected = LinkedInAccount.objects.get(name="Jonas Weiss")
    assert (connected.user, connected.workspace) == (
        live.member.user,
        live.member.workspace,
    )

    assert connected.unipile_account_id
    sandbox.set_account_status(connected.unipile_account_id, "CREDENTIALS")
    page.get_by_role("button", name="Check connection of Jonas Weiss").click()
    said = "Jonas Weiss: LinkedIn signed this account out"
    expect(page.locator("#checked")).to_contain_text(said)
    expect(page.locator("#live")).to_contain_text(said)
    page.get_by_role("button", name="Reconnect Jonas Weiss").click()
    page.get_by_role("button", name="Give up").click()
    expect(page.locator("#came-back")).to_contain_text("The sign-in did not work")
    page.get_by_role("button", name="Reconnect Jonas Weiss").click()
    page.get_by_role("button", name="Sign in").click()
    expect(row).to_contain_text("OK")
    expect(row.get_by_role("button", name="Reconnect")).to_have_count(0)


def test_pace_and_quota_are_set_where_the_usage_is_shown(
    live: Live, page: Page
) -> None:
    Membership.objects.update(role=Role.OWNER)
    live.search(target_count=100)
    live.play()
    page.goto("/settings")
    row = page.locator(".acc-row", has_text="Priya's LinkedIn")
    meter = row.get_by_role("meter", name="Sales Navigator, received in 24 hours")
    expect(meter).to_have_attribute("aria-valuenow", "100")
    row.get_by_text("Set daily quota").click()
    row.get_by_label("Sales Navigator", exact=True).fill("400")
    row.get_by_role("button", name="Save quotas").click()
    expect(row).to_contain_text("100 of 400")
    expect(meter).to_have_attribute("aria-valuemax", "400")

    row.get_by_text("Set hours").click()
    row.get_by_label("From").fill("09:00")
    row.get_by_label("to", exact=True).fill("18:00")
    row.get_by_label("Time zone").fill("Europe/Berlin")
    for day in ("Saturday", "Sunday"):
        row.get_by_label(day[:3]).uncheck()
    row.get_by_role("button", name="Save hours").click()
    expect(row).to_contain_text("Works 09:00 to 18:00, Mon to Fri (Europe/Berlin)")


def test_a_token_is_copied_and_a_colleague_invited_promoted_and_removed(
    live: Live, page: Page, new_page: Callable[..., Page]
) -> None:
    Membership.objects.update(role=Role.OWNER)
    amara = UserFactory.create(email="amara@example.com", name="Amara Okafor")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/settings")
    page.get_by_label("Name").fill("CRM sync")
    page.get_by_role("button", name="Make token").click()
    token = page.get_by_label("The new token").input_value()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".toast")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == token
    assert report(page) == ""
    page.reload()
    expect(page.get_by_label("The new token")).to_have_count(0)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke CRM sync").click()
    expect(page.locator("#tokens")).to_contain_text("No token yet")

    page.get_by_label("E-mail address").fill(amara.email)
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_label("The invitation’s link").input_value()
    theirs = new_page(user=amara)
    theirs.goto(link)
    assert report(theirs) == ""
    theirs.get_by_role("button", name="Join Northlight").click()
    expect(theirs).to_have_url(f"{live.url}/searches")

    page.reload()
    role = page.get_by_label("Role of Amara Okafor", exact=True)
    expect(role).to_have_value("member")
    role.select_option("admin")
    page.get_by_role("button", name="Change the role of Amara Okafor").click()
    expect(role).to_have_value("admin")
    page.get_by_role("button", name="Remove Amara Okafor").click()
    expect(role).to_have_count(0)
    assert not Membership.objects.filter(user=amara).exists()
