"""Sign-in, prospects, settings, errors"""

from __future__ import annotations

from playwright.sync_api import Page

from accounts.models import LinkedInAccount
from tests.browser.screens.conftest import BOTH, Camera
from tests.browser.screens.staging import Stage
from tests.factories import AccountUsageFactory, LinkedInAccountFactory
from unipile_client.sandbox.accounts import account_id


def shows_sign_in(stage: Stage, camera: Camera) -> None:
    """Sign in"""
    camera.take("/login", looks=BOTH, signed_in=False)


def shows_sign_in_refused(stage: Stage, camera: Camera) -> None:
    """A wrong password"""

    def try_it(page: Page) -> None:
        page.get_by_label("E-mail address").fill("priya@example.com")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state("networkidle")

    camera.take("/login", try_it, signed_in=False)


def shows_prospects_empty(stage: Stage, camera: Camera) -> None:
    """Prospects before anybody was decided on"""
    camera.take("/prospects")


def shows_prospects(stage: Stage, camera: Camera) -> None:
    """Everybody decided on, over all searches"""
    stage.morning()
    camera.take("/prospects", looks=BOTH)


def shows_prospects_none_match(stage: Stage, camera: Camera) -> None:
    """Filters that hide everybody"""
    stage.morning()
    camera.take("/prospects?q=nobody")


def shows_prospects_export(stage: Stage, camera: Camera) -> None:
    """Export with presets"""
    stage.morning()
    camera.take(
        "/prospects", lambda page: page.locator("[popovertarget=m-export]").click()
    )


def shows_prospects_selected(stage: Stage, camera: Camera) -> None:
    """Some selected"""
    stage.morning()

    def select(page: Page) -> None:
        for row in range(3):
            page.locator("td.c-check input").nth(row).check()

    camera.take("/prospects", select)


def shows_settings(stage: Stage, camera: Camera) -> None:
    """LinkedIn accounts, tokens, members"""
    own = LinkedInAccount.objects.get()
    AccountUsageFactory(account=own, received=1300)
    LinkedInAccount.objects.update(daily_quota_sales_navigator=None)
    LinkedInAccountFactory(
        user=stage.amara.user,
        workspace=stage.amara.workspace,
        name="Amara's LinkedIn",
        unipile_account_id=account_id(2),
        premium_features=["recruiter", "sales_navigator"],
        status="credentials",
    )
    camera.take("/settings", looks=BOTH, whole=True)


def shows_settings_token(stage: Stage, camera: Camera) -> None:
    """A token, shown once"""

    def make(page: Page) -> None:
        page.get_by_label("Name").fill("CRM sync")
        page.get_by_role("button", name="Make token").click()
        token = page.get_by_label("The new token")
        token.scroll_into_view_if_needed()
        token.evaluate("field => field.value = '(the token)'.padStart(64, '…')")

    camera.take("/settings", make)


def shows_missing_page(stage: Stage, camera: Camera) -> None:
    """A page that is not there"""
    camera.take("/nowhere", looks=BOTH)


def shows_missing_search(stage: Stage, camera: Camera) -> None:
    """Another workspace's search, or one deleted"""
    camera.take("/searches/00000000-0000-4000-8000-000000000000")


def shows_wrong_address(stage: Stage, camera: Camera) -> None:
    """An address whose filter is not valid"""
    job = stage.search()
    camera.take(f"/searches/{job.id}?decision=perhaps")
