"""`manage.py issue_token EMAIL` prints a token alone on its last line."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from knox.models import AuthToken

from accounts import tokens
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def printed(*arguments: str, **options: Any) -> list[str]:
    out = StringIO()
    call_command("issue_token", *arguments, stdout=out, **options)
    return out.getvalue().splitlines()


def test_the_last_line_is_a_token_of_that_user() -> None:
    user = UserFactory.create(email="ann@example.com")
    found = tokens.user_of(printed("Ann@Example.com")[-1])
    assert found is not None
    assert found[0] == user


@pytest.mark.parametrize(("options", "days"), [({}, 365), ({"days": 7}, 7)])
def test_it_is_valid_for_a_year_or_as_long_as_said(
    options: dict[str, int], days: int
) -> None:
    UserFactory.create(email="ann@example.com")
    printed("ann@example.com", **options)
    left = AuthToken.objects.get().expiry - timezone.now()
    assert timedelta(days=days - 1) < left <= timedelta(days=days)


@pytest.mark.parametrize("days", [0, -1, 4000])
def test_a_senseless_lifetime_is_refused(days: int) -> None:
    UserFactory.create(email="ann@example.com")
    with pytest.raises(CommandError, match="--days"):
        printed("ann@example.com", days=days)


def test_an_unknown_user_is_refused() -> None:
    with pytest.raises(CommandError, match=r"nobody@example\.com"):
        printed("nobody@example.com")
    assert not AuthToken.objects.exists()
