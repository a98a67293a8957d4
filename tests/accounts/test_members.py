"""Who may change who belongs to a workspace: each role, each action."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from accounts import members
from accounts.errors import Conflict, NotFound, Refusal
from accounts.models import Invitation, Membership, Role, User
from tests.factories import MembershipFactory, UserFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db

ROLES = list(Role)


def pair(actor: Role, target: Role) -> tuple[Membership, Membership]:
    """Return two members; a second owner stands by, so nobody is the last."""
    workspace = WorkspaceFactory.create()
    MembershipFactory.create(workspace=workspace, role=Role.OWNER)
    return (
        MembershipFactory.create(workspace=workspace, role=actor),
        MembershipFactory.create(workspace=workspace, role=target),
    )


def may(actor: Role, *roles: Role) -> bool:
    return actor == Role.OWNER or (actor == Role.ADMIN and Role.OWNER not in roles)


def role_of(membership: Membership) -> str | None:
    rows = Membership.objects.filter(id=membership.id)
    return rows.values_list("role", flat=True).first()


@pytest.mark.parametrize("wanted", ROLES)
@pytest.mark.parametrize("target", ROLES)
@pytest.mark.parametrize("actor", ROLES)
def test_who_may_give_which_role_to_whom(
    actor: Role, target: Role, wanted: Role
) -> None:
    by, member = pair(actor, target)
    if may(actor, target, wanted):
        members.change_role(by=by, user_id=member.user_id, role=wanted)
        assert role_of(member) == wanted
        return
    with pytest.raises(Refusal) as refused:
        members.change_role(by=by, user_id=member.user_id, role=wanted)
    assert (refused.value.code, refused.value.status) == ("permission_denied", 403)
    assert role_of(member) == target


@pytest.mark.parametrize("target", ROLES)
@pytest.mark.parametrize("actor", ROLES)
def test_who_may_remove_whom(actor: Role, target: Role) -> None:
    by, member = pair(actor, target)
    if may(actor, target):
        members.remove(by=by, user_id=member.user_id)
        assert role_of(member) is None
        return
    with pytest.raises(Refusal) as refused:
        members.remove(by=by, user_id=member.user_id)
    assert refused.value.code == "permission_denied"
    assert role_of(member) == target


@pytest.mark.parametrize("role", ROLES)
def test_everybody_may_leave(role: Role) -> None:
    leaver, _ = pair(role, Role.MEMBER)
    members.remove(by=leaver, user_id=leaver.user_id)
    assert role_of(leaver) is None


@pytest.mark.parametrize("wanted", ROLES)
@pytest.mark.parametrize("actor", ROLES)
def test_who_may_invite_as_what(actor: Role, wanted: Role) -> None:
    by, _ = pair(actor, Role.MEMBER)
    if may(actor, wanted):
        assert members.invite(by=by, email="new@example.com", role=wanted)
        return
    with pytest.raises(Refusal) as refused:
        members.invite(by=by, email="new@example.com", role=wanted)
    assert refused.value.code == "permission_denied"
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("actor", ROLES)
def test_who_may_take_an_invitation_back(actor: Role) -> None:
    by, _ = pair(actor, Role.MEMBER)
    owner = Membership.objects.filter(workspace=by.workspace, role=Role.OWNER)[0]
    members.invite(by=owner, email="new@example.com", role=Role.MEMBER)
    invitation = Invitation.objects.get()
    if may(actor):
        members.take_back(by=by, invitation_id=invitation.id)
        assert not Invitation.objects.exists()
        return
    with pytest.raises(Refusal):
        members.take_back(by=by, invitation_id=invitation.id)
    assert Invitation.objects.exists()


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory.create(role=Role.OWNER)


# --- the last owner -------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [Role.ADMIN, Role.MEMBER, Role.VIEWER])
def test_the_last_owner_stays_owner(owner: Membership, wanted: Role) -> None:
    with pytest.raises(Conflict) as refused:
        members.change_role(by=owner, user_id=owner.user_id, role=wanted)
    assert refused.value.code == "last_owner"
    assert role_of(owner) == Role.OWNER


def test_the_last_owner_is_not_removed(owner: Membership) -> None:
    MembershipFactory.create(role=Role.OWNER)  # of another workspace: no help
    with pytest.raises(Conflict):
        members.remove(by=owner, user_id=owner.user_id)
    assert role_of(owner) == Role.OWNER


def test_a_role_that_ended_meanwhile_changes_nothing(owner: Membership) -> None:
    other = MembershipFactory.create(workspace=owner.workspace, role=Role.OWNER)
    members.change_role(by=other, user_id=owner.user_id, role=Role.VIEWER)
    with pytest.raises(Refusal):  # `owner` still reads owner in memory
        members.change_role(by=owner, user_id=other.user_id, role=Role.VIEWER)


@pytest.mark.parametrize("role", ["", "boss", "OWNER"])
def test_an_unknown_role_is_refused(owner: Membership, role: str) -> None:
    with pytest.raises(Refusal, match="Choose one of"):
        members.change_role(by=owner, user_id=owner.user_id, role=role)


def test_members_of_elsewhere_are_unknown(owner: Membership) -> None:
    stranger = MembershipFactory.create()
    for user_id in (stranger.user_id, uuid.uuid4()):
        with pytest.raises(NotFound):
            members.remove(by=owner, user_id=user_id)
    assert role_of(stranger) == Role.MEMBER


# --- invitations ----------------------------------------------------------------------


@pytest.fixture
def amara() -> User:
    return UserFactory.create(email="amara@example.com")


def invited(owner: Membership, role: Role = Role.MEMBER) -> str:
    return members.invite(by=owner, email=" Amara@Example.com ", role=role)


def test_an_invitation_brings_in_whom_it_is_for(owner: Membership, amara: User) -> None:
    membership = members.accept(user=amara, token=invited(owner, Role.ADMIN))
    assert (membership.workspace, membership.role) == (owner.workspace, Role.ADMIN)


def test_it_works_once(owner: Membership, amara: User) -> None:
    token = invited(owner)
    members.accept(user=amara, token=token).delete()
    with pytest.raises(NotFound):
        members.accept(user=amara, token=token)


def test_it_is_nobody_elses(owner: Membership, amara: User) -> None:
    token = invited(owner)
    with pytest.raises(Refusal) as refused:
        members.accept(user=UserFactory.create(), token=token)
    assert refused.value.status == 403
    assert members.invitation_of(amara, token).role == Role.MEMBER


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "a:b:c"])
def test_a_forged_link_opens_nothing(amara: User, token: str) -> None:
    with pytest.raises(NotFound):
        members.accept(user=amara, token=token)


def test_it_ends_after_a_week(
    owner: Membership, amara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = invited(owner)
    Invitation.objects.update(created_at=Now() - timedelta(days=8))
    assert not members.open_invitations(owner)
    monkeypatch.setattr(members, "GOOD_FOR", timedelta(seconds=-1))
    with pytest.raises(NotFound):
        members.accept(user=amara, token=token)


def test_a_newer_one_replaces_it(owner: Membership, amara: User) -> None:
    first, second = invited(owner), invited(owner)
    with pytest.raises(NotFound):
        members.accept(user=amara, token=first)
    assert members.accept(user=amara, token=second)


def test_who_is_a_member_is_not_invited(owner: Membership) -> None:
    with pytest.raises(Conflict) as refused:
        members.invite(by=owner, email=owner.user.email, role=Role.VIEWER)
    assert refused.value.code == "already_a_member"


def test_an_address_that_is_none_is_refused(owner: Membership) -> None:
    with pytest.raises(Refusal, match="e-mail"):
        members.invite(by=owner, email="nobody", role=Role.VIEWER)


@pytest.mark.parametrize("ending", ["removed", "demoted"])
def test_who_leads_no_longer_comes_back_by_no_link(
    owner: Membership, amara: User, ending: str
) -> None:
    admin = MembershipFactory.create(workspace=owner.workspace, role=Role.ADMIN)
    token = members.invite(by=admin, email=amara.email, role=Role.ADMIN)
    if ending == "removed":
        members.remove(by=owner, user_id=admin.user_id)
    else:
        members.change_role(by=owner, user_id=admin.user_id, role=Role.MEMBER)
    with pytest.raises(NotFound):
        members.accept(user=amara, token=token)


def test_whoever_joined_meanwhile_keeps_their_role(
    owner: Membership, amara: User
) -> None:
    token = invited(owner, Role.ADMIN)
    MembershipFactory.create(user=amara, workspace=owner.workspace, role=Role.VIEWER)
    assert members.accept(user=amara, token=token).role == Role.VIEWER
