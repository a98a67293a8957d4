"""Another password, by oneself."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from accounts.models import Membership
from accounts.passwords import MOST_TRIES
from tests.factories import MembershipFactory
from tests.markup import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]

OLD, NEW = "quite the right one", "another horse altogether"


@pytest.fixture
def anna() -> Membership:
    """Anna, whose address no run before has tried: Redis outlives a test."""
    anna = MembershipFactory.create(user__email=f"{uuid.uuid4()}@example.com")
    anna.user.set_password(OLD)
    anna.user.save()
    return anna


@pytest.fixture
def here(anna: Membership) -> Client:
    client = Client()
    client.force_login(anna.user)
    return client


def change(client: Client, *, old: str = OLD, new: str = NEW, again: str = NEW) -> str:
    """Return the page that the change leads to."""
    form = {"old_password": old, "new_password1": new, "new_password2": again}
    return markup(client.post("/password", form, follow=True))


def has_password(anna: Membership, password: str) -> bool:
    anna.user.refresh_from_db()
    return anna.user.check_password(password)


def test_the_new_one_is_good_and_other_browsers_are_signed_out(
    anna: Membership, here: Client
) -> None:
    there = Client()
    there.force_login(anna.user)
    assert "Change password" in markup(here.get("/settings"))
    assert "Your password is changed" in change(here)
    assert has_password(anna, NEW)
    assert here.get("/settings").status_code == 200
    assert there.get("/settings").headers["Location"] == "/login?next=/settings"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"old": "wrong"}, "That is not the password you have now"),
        ({"again": "other"}, "match"),
        ({"new": "short", "again": "short"}, "too short"),
        ({"new": "password1", "again": "password1"}, "too common"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    anna: Membership, here: Client, wrong: dict[str, str], said: str
) -> None:
    page = change(here, **wrong)
    assert "Your password is as it was" in page
    assert said in page
    assert has_password(anna, OLD)
    assert here.get("/settings").status_code == 200


def test_the_old_one_is_not_guessed_here_either(anna: Membership, here: Client) -> None:
    for _ in range(MOST_TRIES):
        change(here, old="wrong")
    assert "Too many passwords were tried" in change(here)
    assert has_password(anna, OLD)


def test_who_is_signed_out_is_sent_to_the_sign_in(client: Client) -> None:
    assert client.get("/password").headers["Location"] == "/login?next=/password"


def test_it_needs_the_form_s_token(anna: Membership) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(anna.user)
    assert strict.post("/password").status_code == 403
