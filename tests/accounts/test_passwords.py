"""How often a password is tried, at whichever door."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from accounts.models import User
from accounts.passwords import MOST_TRIES
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]

RIGHT = "quite the right one"


def an_address() -> str:
    """Return one that no run before has tried: Redis outlives a test."""
    return f"{uuid.uuid4()}@example.com"


@pytest.fixture
def anna() -> User:
    anna = UserFactory.create(email=an_address(), is_staff=True)
    anna.set_password(RIGHT)
    anna.save()
    return anna


def sign_in(user: User, password: str, *, door: str = "/login") -> bool:
    answer = Client().post(door, {"username": user.email, "password": password})
    return answer.status_code == 302


def try_wrong_ones(user: User) -> None:
    for number in range(MOST_TRIES):
        email = user.email.upper() if number % 2 else user.email
        assert authenticate(username=email, password="wrong") is None


@pytest.mark.parametrize("door", ["/login", "/admin/login/"])
def test_after_ten_wrong_ones_the_right_one_is_not_looked_at(
    anna: User, door: str
) -> None:
    assert sign_in(anna, RIGHT, door=door)
    try_wrong_ones(anna)
    assert not sign_in(anna, RIGHT, door=door)


def test_others_sign_in_meanwhile(anna: User) -> None:
    other = UserFactory.create(email=an_address())
    other.set_password(RIGHT)
    other.save()
    try_wrong_ones(anna)
    assert sign_in(other, RIGHT)


def test_who_gets_in_begins_anew(anna: User) -> None:
    for _ in range(2):
        for _ in range(MOST_TRIES - 1):
            sign_in(anna, "wrong")
        assert sign_in(anna, RIGHT)


def test_the_page_says_why(anna: User) -> None:
    wrong = {"username": anna.email, "password": "wrong"}
    assert "That did not match" in Client().post("/login", wrong).content.decode()
    try_wrong_ones(anna)
    page = Client().post("/login", wrong).content.decode()
    assert "Too many passwords were tried" in page


def test_an_address_that_nobody_has_is_counted_alike() -> None:
    nobody = {"username": an_address(), "password": "wrong"}
    pages = [Client().post("/login", nobody) for _ in range(MOST_TRIES + 1)]
    assert "Too many passwords were tried" in pages[-1].content.decode()


@pytest.mark.usefixtures("redis_is_away")
def test_without_redis_nobody_is_kept_out(anna: User) -> None:
    try_wrong_ones(anna)
    assert sign_in(anna, RIGHT)
