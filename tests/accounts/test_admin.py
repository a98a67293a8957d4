"""Who may let people in, in the admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

DOORS = ("user", "workspace", "membership")


def signed_in(*, is_superuser: bool) -> Client:
    """Return the browser of a colleague who may do everything that has a permission."""
    staff = UserFactory.create(is_staff=True, is_superuser=is_superuser)
    staff.user_permissions.set(Permission.objects.all())
    MembershipFactory.create(user=staff)
    client = Client()
    client.force_login(staff)
    return client


@pytest.mark.parametrize(("is_superuser", "status"), [(True, 200), (False, 403)])
@pytest.mark.parametrize("rows", DOORS)
def test_only_superusers_let_people_in(
    rows: str, *, is_superuser: bool, status: int
) -> None:
    desk = signed_in(is_superuser=is_superuser)
    for page in ("changelist", "add"):
        address = reverse(f"admin:accounts_{rows}_{page}")
        assert desk.get(address).status_code == status


def test_other_staff_find_the_rest_of_the_admin() -> None:
    assert signed_in(is_superuser=False).get(reverse("admin:index")).status_code == 200
