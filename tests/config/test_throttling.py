"""How many requests a token may make in a minute."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import redis
from django.conf import settings as django_settings
from django.test import Client
from knox.models import AuthToken
from pytest_django import Settings

from accounts import tokens
from config import throttling
from tests.factories import MembershipFactory, UserFactory

ACCOUNTS = "/api/linkedin/accounts"


def a_token() -> str:
    return tokens.issue(MembershipFactory.create().user, lifetime=timedelta(days=1))


def statuses(token: str, times: int) -> list[int]:
    client = Client(headers={"Authorization": f"Token {token}"})
    return [client.get(ACCOUNTS).status_code for _ in range(times)]


pytestmark = pytest.mark.django_db


def test_beyond_the_limit_one_is_throttled(settings: Settings) -> None:
    settings.API_THROTTLE_PER_MINUTE = 3
    assert statuses(a_token(), 5) == [200, 200, 200, 429, 429]


def test_who_is_throttled_is_told_until_when(settings: Settings) -> None:
    settings.API_THROTTLE_PER_MINUTE = 1
    client = Client(headers={"Authorization": f"Token {a_token()}"})
    client.get(ACCOUNTS)
    response = client.get(ACCOUNTS)
    assert response.json()["code"] == "throttled"
    assert 0 < int(response.headers["Retry-After"]) <= throttling.WINDOW_S + 1
    assert response.json()["retry_after"] == int(response.headers["Retry-After"])


def test_web_machines_whose_clocks_differ_count_together(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_THROTTLE_PER_MINUTE = 2
    token = a_token()
    assert statuses(token, 2) == [200, 200]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + throttling.WINDOW_S)
    assert statuses(token, 1) == [429]


def test_each_token_has_its_own_count(settings: Settings) -> None:
    settings.API_THROTTLE_PER_MINUTE = 2
    user = MembershipFactory.create().user
    for _ in range(2):
        token = tokens.issue(user, lifetime=timedelta(days=1))
        assert statuses(token, 2) == [200, 200]


def test_a_session_counts_by_its_user(settings: Settings) -> None:
    settings.API_THROTTLE_PER_MINUTE = 1
    client = Client()
    client.force_login(MembershipFactory.create().user)
    assert [client.get(ACCOUNTS).status_code for _ in range(2)] == [200, 429]


def test_a_limit_of_0_is_none(settings: Settings) -> None:
    settings.API_THROTTLE_PER_MINUTE = 0
    assert statuses(a_token(), 5) == [200] * 5


def test_the_limit_is_6000_a_minute() -> None:
    assert django_settings.API_THROTTLE_PER_MINUTE == 6000


def test_the_count_is_forgotten_by_itself(settings: Settings) -> None:
    settings.API_THROTTLE_PER_MINUTE = 3
    statuses(a_token(), 1)
    key = AuthToken.objects.get().pk[:32]
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        left_s = client.ttl(f"shortlist:throttle:{key}")
    assert 0 < left_s <= throttling.WINDOW_S


@pytest.mark.usefixtures("redis_is_away")
def test_without_redis_everybody_is_let_through(settings: Settings) -> None:
    settings.API_THROTTLE_PER_MINUTE = 1
    assert statuses(a_token(), 3) == [200, 200, 200]


def test_who_is_nobody_is_not_counted(settings: Settings) -> None:
    settings.API_THROTTLE_PER_MINUTE = 1
    UserFactory.create()
    assert [Client().get(ACCOUNTS).status_code for _ in range(3)] == [401] * 3
