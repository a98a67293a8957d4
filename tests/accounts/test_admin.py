"""Who may let people in, in the admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import Membership
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


def test_a_membership_is_not_taken_away_past_what_removing_does() -> None:
    member = MembershipFactory.create()
    desk = signed_in(is_superuser=True)
    delete = reverse("admin:accounts_membership_delete", args=[member.id])
    change = reverse("admin:accounts_membership_change", args=[member.id])
    other = UserFactory.create()
    desk.post(change, {"user": str(other.id), "role": "admin"})
    assert desk.post(delete, {"post": "yes"}).status_code == 403
    kept = Membership.objects.get(id=member.id)
    assert (kept.user_id, kept.role) == (member.user_id, "admin")


@pytest.mark.parametrize("kind", ["user", "workspace"])
def test_a_new_user_or_workspace_is_given_memberships_at_once(kind: str) -> None:
    member = MembershipFactory.create()
    of = member.user if kind == "user" else member.workspace
    page = signed_in(is_superuser=True).get(
        reverse(f"admin:accounts_{kind}_change", args=[of.id])
    )
    assert 'name="memberships-__prefix__-role"' in page.content.decode()


def test_nobody_makes_tokens_for_others() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("admin:knox_authtoken_add")


def test_other_staff_find_the_rest_of_the_admin() -> None:
    assert signed_in(is_superuser=False).get(reverse("admin:index")).status_code == 200
