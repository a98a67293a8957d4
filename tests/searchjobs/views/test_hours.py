"""Who may say when an account works, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import LinkedInAccount, Membership, Role
from tests.factories import MembershipFactory
from tests.markup import markup

pytestmark = pytest.mark.django_db

NINE_TO_SIX = {
    "hours_from": "09:00",
    "hours_to": "18:00",
    "time_zone": "Europe/Berlin",
    "working_days": ["1", "2", "3", "4", "5"],
}


def save(browser: Client, account: LinkedInAccount, **form: Any) -> int:
    path = f"/settings/accounts/{account.id}/hours"
    return browser.post(path, {**NINE_TO_SIX, **form}).status_code


def hours_of(account: LinkedInAccount) -> tuple[Any, ...]:
    row = LinkedInAccount.objects.get(id=account.id)
    return (row.hours_from, row.hours_to, row.time_zone, row.working_days)


ANY_HOUR = (None, None, "", [1, 2, 3, 4, 5, 6, 7])


def test_the_owner_gives_an_account_working_hours_and_reads_them_in_words(
    browser: Client, account: LinkedInAccount
) -> None:
    assert save(browser, account) == 302
    assert hours_of(account) == (time(9), time(18), "Europe/Berlin", [1, 2, 3, 4, 5])
    page = markup(browser.get("/settings"))
    assert "Works 09:00 to 18:00, Mon to Fri (Europe/Berlin)" in page


def test_any_hour_takes_them_back(browser: Client, account: LinkedInAccount) -> None:
    save(browser, account)
    assert save(browser, account, any="1") == 302
    assert hours_of(account) == ANY_HOUR
    assert "Works at any hour" in markup(browser.get("/settings"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours_from": ""},
        {"hours_to": "26:00"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": ""},
        {"working_days": []},
        {"working_days": ["9"]},
    ],
    ids=str,
)
def test_what_are_no_hours_is_refused_and_changes_nothing(
    browser: Client, account: LinkedInAccount, wrong: dict[str, Any]
) -> None:
    assert save(browser, account, **wrong) == 400
    assert hours_of(account) == ANY_HOUR


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OWNER, 302), (Role.ADMIN, 302), (Role.MEMBER, 404), (Role.VIEWER, 403)],
)
def test_of_colleagues_those_who_lead_the_workspace_may(
    account: LinkedInAccount,
    client_of: Callable[[Membership], Client],
    role: Role,
    status: int,
) -> None:
    colleague = MembershipFactory.create(workspace=account.workspace, role=role)
    assert save(client_of(colleague), account) == status
    assert (hours_of(account) == ANY_HOUR) == (status != 302)


def test_a_stranger_may_not(
    account: LinkedInAccount, client_of: Callable[[Membership], Client]
) -> None:
    stranger = MembershipFactory.create(role=Role.OWNER)
    assert save(client_of(stranger), account) == 404


def test_without_the_forms_token_nothing_is_changed(
    member: Membership, account: LinkedInAccount
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)
    assert save(client, account) == 403
    assert hours_of(account) == ANY_HOUR


def test_an_account_that_waits_for_its_hours_is_judged_anew(
    browser: Client, account: LinkedInAccount
) -> None:
    later = datetime.now(UTC) + timedelta(hours=9)
    LinkedInAccount.objects.update(wait_reason="outside_hours", next_turn_at=later)
    save(browser, account)
    row = LinkedInAccount.objects.get()
    assert row.wait_reason == ""
    assert row.next_turn_at < later - timedelta(hours=8)


def test_a_slower_account_says_so(browser: Client, account: LinkedInAccount) -> None:
    LinkedInAccount.objects.update(pace_factor=4)
    page = markup(browser.get("/settings"))
    assert "Goes 4 times slower since LinkedIn asked it to slow down" in page
