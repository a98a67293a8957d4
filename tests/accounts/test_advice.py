"""What people read about a login that is not in order."""

from __future__ import annotations

import pytest

from accounts.advice import advice_for
from accounts.models import AccountStatus, LinkedInAccount


def test_a_login_in_order_needs_no_advice() -> None:
    assert advice_for(LinkedInAccount(status=AccountStatus.OK)) is None


@pytest.mark.parametrize("status", [one for one in AccountStatus if one != "ok"])
def test_each_status_has_advice_of_its_own(status: str) -> None:
    said = {
        advice_for(LinkedInAccount(status=one)) for one in AccountStatus if one != "ok"
    }
    assert advice_for(LinkedInAccount(status=status))
    assert len(said) == len(AccountStatus) - 1


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("multiple_sessions", "one session"),
        ("checkpoint_error", "answer what it asks"),
        ("captcha_not_supported", "puzzle"),
        ("invalid_credentials", "password"),
        ("wrong_account", "another LinkedIn account"),
        ("disconnected_account", "signed this account out"),
        ("a_new_word", "signed this account out"),
    ],
)
def test_unipiles_word_says_more(reason: str, word: str) -> None:
    login = LinkedInAccount(status=AccountStatus.CREDENTIALS, status_reason=reason)
    assert word in (advice_for(login) or "")
