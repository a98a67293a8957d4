"""When a login is read again at Unipile, and what ends that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from accounts import rereads
from accounts.models import AccountStatus, LinkedInAccount
from tests.factories import LinkedInAccountFactory

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _a_minute(settings: Settings) -> None:
    settings.ACCOUNT_REREAD_SECONDS = 60


@pytest.fixture
def login() -> LinkedInAccount:
    return LinkedInAccountFactory.create()


def change(login: LinkedInAccount, **columns: Any) -> None:
    LinkedInAccount.objects.filter(id=login.id).update(**columns)


def lose(login: LinkedInAccount, status: str = "credentials") -> None:
    rereads.set_status(LinkedInAccount.objects.filter(id=login.id), status)


def delay_of(login: LinkedInAccount) -> timedelta:
    """Return how long from now the login is read again, to the second."""
    row = LinkedInAccount.objects.annotate(now=Now()).get(id=login.id)
    assert row.next_reread_at is not None
    return timedelta(seconds=round((row.next_reread_at - row.now).total_seconds()))


def claim(login: LinkedInAccount) -> rereads.Reread:
    change(login, next_reread_at=Now())
    claimed = rereads.claim_reread()
    assert claimed is not None
    assert claimed.account_id == login.id
    return claimed


def test_a_login_in_order_is_not_read_again(login: LinkedInAccount) -> None:
    assert not rereads.is_reread_due()
    assert rereads.claim_reread() is None


def test_a_lost_login_is_read_again_after_a_minute(login: LinkedInAccount) -> None:
    lose(login)
    assert delay_of(login) == MINUTE


def test_then_less_and_less_often_to_half_an_hour(login: LinkedInAccount) -> None:
    lose(login)
    delays = []
    for _ in range(7):
        claim(login)
        delays.append(delay_of(login) // MINUTE)
    assert delays == [2, 4, 8, 16, 30, 30, 30]


def test_a_login_that_comes_and_goes_is_not_read_each_minute(
    login: LinkedInAccount,
) -> None:
    for delay in (1, 2, 4):
        lose(login)
        assert delay_of(login) == delay * MINUTE
        claimed = claim(login)
        change(login, status=AccountStatus.OK)
        rereads.settle(claimed)


def test_a_login_that_is_in_order_again_is_read_no_more(login: LinkedInAccount) -> None:
    lose(login)
    claimed = claim(login)
    change(login, status=AccountStatus.OK)
    rereads.settle(claimed)
    login.refresh_from_db()
    assert login.next_reread_at is None


def test_a_login_that_is_still_lost_is_read_on(login: LinkedInAccount) -> None:
    lose(login)
    rereads.settle(claim(login))
    assert delay_of(login) == 2 * MINUTE


def test_a_word_of_the_webhook_since_the_claim_is_not_forgotten(
    login: LinkedInAccount,
) -> None:
    claimed = claim(login)
    assert login.unipile_account_id
    rereads.ask_for_reread(login.unipile_account_id)
    rereads.settle(claimed)
    assert rereads.is_reread_due()


def test_a_reading_the_webhook_asked_for_is_not_put_off_by_a_loss(
    login: LinkedInAccount,
) -> None:
    assert login.unipile_account_id
    rereads.ask_for_reread(login.unipile_account_id)
    lose(login)
    assert rereads.is_reread_due()


def test_a_storm_of_deliveries_is_one_reading_and_one_message(
    login: LinkedInAccount,
) -> None:
    other = LinkedInAccountFactory.create()
    asked = [one.unipile_account_id or "" for one in (login, other)] * 100
    assert [rereads.ask_for_reread(one) for one in asked] == [True] + [False] * 199
    assert rereads.claim_reread()
    assert rereads.claim_reread()
    assert rereads.claim_reread() is None


def test_a_login_that_nobody_knows_is_no_reading(login: LinkedInAccount) -> None:
    assert rereads.ask_for_reread("unknown") is False
    assert not rereads.is_reread_due()


def test_a_person_waits_a_little_between_two_readings(login: LinkedInAccount) -> None:
    assert rereads.claim_reread_of(login)
    assert not rereads.claim_reread_of(login)
    change(login, reread_at=Now() - rereads.NOT_OFTENER_THAN)
    assert rereads.claim_reread_of(login)
