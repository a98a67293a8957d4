"""Whose workspace is it? Somebody who is no member learns nothing of it."""

from __future__ import annotations

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts import memberships
from accounts.errors import NotFound, Refusal
from accounts.models import Role
from tests.factories import MembershipFactory, UserFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db

UNKNOWN = "9b2f7c1e-0000-4000-8000-000000000000"


def test_the_only_workspace_need_not_be_named() -> None:
    mine = MembershipFactory.create()
    assert memberships.resolve(mine.user, None) == mine


def test_of_several_one_must_be_named() -> None:
    mine = MembershipFactory.create()
    MembershipFactory.create(user=mine.user)
    with pytest.raises(Refusal) as refusal:
        memberships.resolve(mine.user, None)
    assert (refusal.value.status, refusal.value.code) == (400, "workspace_required")
    assert memberships.resolve(mine.user, str(mine.workspace_id)) == mine


@pytest.mark.parametrize("named", ["nonsense", "5", UNKNOWN])
def test_an_unknown_workspace_is_not_found(named: str) -> None:
    with pytest.raises(NotFound) as refusal:
        memberships.resolve(MembershipFactory.create().user, named)
    assert refusal.value.code == "workspace_not_found"


def test_a_stranger_reads_what_an_unknown_workspace_reads() -> None:
    user = MembershipFactory.create().user
    words = set()
    for named in (WorkspaceFactory.create().id, uuid.uuid4()):
        with pytest.raises(NotFound) as refusal:
            memberships.resolve(user, str(named))
        words.add((refusal.value.message, refusal.value.code))
    assert len(words) == 1


def test_who_belongs_to_none_finds_none() -> None:
    with pytest.raises(NotFound):
        memberships.resolve(UserFactory.create(), None)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN, Role.MEMBER])
def test_everybody_but_a_viewer_may_change(role: Role) -> None:
    memberships.require_change(MembershipFactory.create(role=role))


def test_a_viewer_may_not() -> None:
    with pytest.raises(Refusal) as refusal:
        memberships.require_change(MembershipFactory.create(role=Role.VIEWER))
    assert (refusal.value.status, refusal.value.code) == (403, "permission_denied")


def test_a_membership_knows_its_user(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = MembershipFactory.create().user
    with django_assert_num_queries(1):
        membership = memberships.resolve(user, None)
        assert membership.user is user


def test_all_of_a_users_workspaces_are_listed_the_oldest_first() -> None:
    first = MembershipFactory.create()
    second = MembershipFactory.create(user=first.user)
    MembershipFactory.create()
    assert memberships.memberships_of(first.user) == [first, second]
    assert set(memberships.workspace_ids_of(first.user)) == {
        first.workspace_id,
        second.workspace_id,
    }


def test_there_is_no_membership_for_a_stranger() -> None:
    workspace = WorkspaceFactory.create()
    assert memberships.membership_in(UserFactory.create(), workspace.id) is None
