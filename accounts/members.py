"""Who belongs to a workspace, in which role, and who may change that?

Owners and admins may, and everybody may leave; the owner's role is given and taken by
owners alone, and the last owner keeps it. Each change is one transaction that locks the
workspace first and looks at both roles again under that lock: of two owners who demote
each other the second is refused.

Somebody new comes in by a link: signed, good for a week, once, and only for who signs
in with the e-mail address it was made for. Adding people by address alone would tell
who has a user here, and bring them in without being asked; a link without an address
would let in whoever finds it. Users themselves are made in the admin.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.errors import Conflict, NotFound, Refusal
from accounts.models import Invitation, Membership, Role, User, Workspace

SALT = "accounts.invitation"
GOOD_FOR = timedelta(days=7)
LONGEST_TOKEN = 300


def members_of(membership: Membership) -> list[Membership]:
    """Return everybody in the workspace, who leads it first."""
    everybody = Membership.objects.filter(workspace_id=membership.workspace_id)
    order = {role: place for place, role in enumerate(Role.values)}
    return sorted(
        everybody.select_related("user").order_by("user__email"),
        key=lambda one: order[one.role],
    )


def roles_given_by(membership: Membership) -> list[Role]:
    """Return the roles they may give, and take: none, all, or all but the owner's."""
    if membership.role == Role.OWNER:
        return list(Role)
    return [role for role in Role if membership.leads and role != Role.OWNER]


def open_invitations(membership: Membership) -> QuerySet[Invitation]:
    """Return the workspace's invitations that can still be accepted."""
    return Invitation.objects.filter(
        workspace_id=membership.workspace_id,
        accepted_at=None,
        created_at__gt=timezone.now() - GOOD_FOR,
    ).order_by("created_at")


@transaction.atomic
def change_role(*, by: Membership, user_id: uuid.UUID, role: str) -> None:
    """Give a member another role.

    Raises:
        Refusal: permission_denied, or invalid_request for an unknown role.
        NotFound: member_not_found.
        Conflict: last_owner.
    """
    leader = _leading(by)
    wanted = _role(role)
    member = _member(leader, user_id)
    _require_may_give(leader, Role(member.role), wanted)
    if member.role == Role.OWNER and wanted != Role.OWNER:
        _require_another_owner(member)
    Membership.objects.filter(id=member.id).update(role=wanted)
    if wanted not in (Role.OWNER, Role.ADMIN):
        _take_back_invitations_by(member)


@transaction.atomic
def remove(*, by: Membership, user_id: uuid.UUID) -> None:
    """End a membership, and the invitations they sent; of oneself, in any role.

    Raises: as `change_role` does.
    """
    if user_id == by.user_id:
        _lock(by.workspace_id)
        member = _member(by, user_id)
    else:
        leader = _leading(by)
        member = _member(leader, user_id)
        _require_may_give(leader, Role(member.role))
    if member.role == Role.OWNER:
        _require_another_owner(member)
    _take_back_invitations_by(member)
    Membership.objects.filter(id=member.id).delete()


@transaction.atomic
def invite(*, by: Membership, email: str, role: str) -> str:
    """Offer a place; return the signed word of its link, which is shown once.

    An open invitation of the same address is replaced.

    Raises:
        Refusal: permission_denied, or invalid_request.
        Conflict: already_a_member.
    """
    leader = _leading(by)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        said = "Give an e-mail address."
        raise Refusal(said, fields={"email": said}) from None
    wanted = _role(role)
    _require_may_give(leader, wanted)
    here = Membership.objects.filter(workspace_id=leader.workspace_id)
    if here.filter(user__email__iexact=address).exists():
        raise Conflict("They are a member already.", code="already_a_member")
    open_invitations(leader).filter(email=address).delete()
    invitation = Invitation.objects.create(
        workspace_id=leader.workspace_id,
        email=address,
        role=wanted,
        invited_by_id=leader.user_id,
    )
    return signing.dumps(str(invitation.id), salt=SALT)


@transaction.atomic
def take_back(*, by: Membership, invitation_id: uuid.UUID) -> None:
    """Make an invitation's link open nothing.

    Raises:
        Refusal: permission_denied.
        NotFound: invitation_not_found.
    """
    leader = _leading(by)
    taken, _ = open_invitations(leader).filter(id=invitation_id).delete()
    if not taken:
        raise NotFound("Invitation not found", code="invitation_not_found")


def invitation_of(user: User, token: str) -> Invitation:
    """Return what a link offers to this user.

    Raises:
        NotFound: the link is not ours, used, taken back or too old.
        Refusal: permission_denied: it is for another e-mail address.
    """
    try:
        signed = signing.loads(token[:LONGEST_TOKEN], salt=SALT, max_age=GOOD_FOR)
        invitation_id = uuid.UUID(signed)
    except (signing.BadSignature, ValueError):
        raise _gone() from None
    found = Invitation.objects.filter(id=invitation_id, accepted_at=None)
    invitation = found.select_related("workspace", "invited_by").first()
    if invitation is None:
        raise _gone()
    if invitation.email != user.email.lower():
        raise Refusal(
            "This invitation is for another e-mail address. Sign in with that one.",
            code="permission_denied",
            status=403,
        )
    return invitation


@transaction.atomic
def accept(*, user: User, token: str) -> Membership:
    """Take the place that a link offers; who is a member already keeps their role.

    Raises: as `invitation_of` does.
    """
    invitation = invitation_of(user, token)
    _lock(invitation.workspace_id)
    taken = Invitation.objects.filter(id=invitation.id, accepted_at=None)
    if not taken.update(accepted_at=timezone.now()):  # twice at once, or taken back
        raise _gone()
    membership, _ = Membership.objects.get_or_create(
        user=user,
        workspace_id=invitation.workspace_id,
        defaults={"role": invitation.role},
    )
    return membership


def _gone() -> NotFound:
    return NotFound(
        "This invitation was used, taken back or is over a week old. Ask for another.",
        code="invitation_not_found",
    )


def _lock(workspace_id: uuid.UUID) -> None:
    rows = Workspace.objects.select_for_update(no_key=True)
    rows.values_list("id").get(id=workspace_id)


def _leading(by: Membership) -> Membership:
    """Lock the workspace and return who asks, as their role is now."""
    _lock(by.workspace_id)
    now = Membership.objects.filter(id=by.id).first()
    if now is None or not now.leads:
        raise _not_allowed("Only owners and admins look after members.")
    return now


def _not_allowed(said: str) -> Refusal:
    return Refusal(said, code="permission_denied", status=403)


def _role(text: str) -> Role:
    if text not in Role.values:
        said = f"Choose one of {', '.join(Role.values)}."
        raise Refusal(said, fields={"role": said})
    return Role(text)


def _member(by: Membership, user_id: uuid.UUID) -> Membership:
    here = Membership.objects.filter(workspace_id=by.workspace_id)
    member = here.select_related("user").filter(user_id=user_id).first()
    if member is None:
        raise NotFound("Member not found", code="member_not_found")
    return member


def _require_may_give(leader: Membership, *roles: Role) -> None:
    if not {*roles} <= {*roles_given_by(leader)}:
        raise _not_allowed("Only an owner makes or changes an owner.")


def _require_another_owner(member: Membership) -> None:
    owners = Membership.objects.filter(
        workspace_id=member.workspace_id, role=Role.OWNER
    )
    if not owners.exclude(id=member.id).exists():
        raise Conflict(
            "A workspace keeps one owner. Make somebody else an owner first.",
            code="last_owner",
        )


def _take_back_invitations_by(member: Membership) -> None:
    """Who leads no longer must not come back by a link kept from before."""
    Invitation.objects.filter(
        workspace_id=member.workspace_id, invited_by_id=member.user_id, accepted_at=None
    ).delete()
