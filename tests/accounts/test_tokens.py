"""API tokens: hashed at rest, revocable, with expiry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from knox.models import AuthToken
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts import tokens
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_a_token_says_whose_it_is() -> None:
    user = UserFactory.create()
    found = tokens.user_of(tokens.issue(user, lifetime=DAY))
    assert found is not None
    assert found[0] == user


def test_the_token_is_nowhere_in_the_database() -> None:
    token = tokens.issue(UserFactory.create(), lifetime=DAY)
    row = AuthToken.objects.values().get()
    assert not any(token in str(value) for value in row.values())


def test_an_expired_token_is_nobodys() -> None:
    token = tokens.issue(UserFactory.create(), lifetime=DAY)
    AuthToken.objects.update(expiry=Now() - timedelta(seconds=1))
    assert tokens.user_of(token) is None


def test_a_revoked_token_is_nobodys() -> None:
    token = tokens.issue(UserFactory.create(), lifetime=DAY)
    AuthToken.objects.all().delete()
    assert tokens.user_of(token) is None


def test_an_inactive_users_token_is_nobodys() -> None:
    user = UserFactory.create()
    token = tokens.issue(user, lifetime=DAY)
    type(user).objects.update(is_active=False)
    assert tokens.user_of(token) is None


def test_the_right_beginning_is_not_enough() -> None:
    token = tokens.issue(UserFactory.create(), lifetime=DAY)
    other = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert tokens.user_of(other) is None


@pytest.mark.parametrize("token", ["", "x", "\xff", "a\x00b", "a" * 100_000, "é" * 64])
def test_nonsense_is_nobodys(token: str) -> None:
    assert tokens.user_of(token) is None


def test_one_query_finds_the_user_however_many_tokens_there_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = UserFactory.create()
    token, *_ = [tokens.issue(user, lifetime=DAY) for _ in range(5)]
    with django_assert_num_queries(1):
        assert tokens.user_of(token)


@pytest.mark.parametrize("change", ["expire", "revoke"])
def test_a_token_that_ended_is_refused_over_http(change: str) -> None:
    token = tokens.issue(UserFactory.create(), lifetime=DAY)
    client = APIClient(headers={"Authorization": f"Token {token}"})
    assert _status(client) == 404  # known, but in no workspace
    if change == "expire":
        AuthToken.objects.update(expiry=Now() - timedelta(seconds=1))
    else:
        AuthToken.objects.all().delete()
    assert _status(client) == 401


def _status(client: APIClient) -> Any:
    return client.get("/api/linkedin/accounts").status_code
