"""`manage.py seed_demo`: a workspace to try things in. Safe to run twice."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.errors import Refusal
from accounts.models import LinkedInAccount, Membership, Role, User, Workspace
from searchjobs import accountsync, line

EMAIL = "demo@example.com"
WORKSPACE = "Demo"
NO_LIMIT = {
    "daily_quota_classic": 0,
    "daily_quota_sales_navigator": 0,
    "daily_quota_recruiter": 0,
}


class Command(BaseCommand):
    help = "Make the workspace 'Demo' and its user, then read the accounts at Unipile."

    def handle(self, *args: Any, **options: Any) -> None:
        membership = _membership_with(_password())
        try:
            outcome = accountsync.sync(owner=membership)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        if settings.UNIPILE_IS_SANDBOX:
            _lift_quotas(membership.workspace)
        self.stdout.write(
            f"Workspace {WORKSPACE}, user {EMAIL}, "
            f"{outcome.listed} LinkedIn accounts at Unipile"
        )


def _password() -> str:
    """Return DEMO_PASSWORD, or the one made once for this VAR_DIR."""
    path: Path = settings.VAR_DIR / "demo_password"
    if settings.DEMO_PASSWORD:
        path.unlink(missing_ok=True)  # it would tell a password that is not true
        return str(settings.DEMO_PASSWORD)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(12) + "\n")
    return path.read_text().strip()


@transaction.atomic
def _membership_with(password: str) -> Membership:
    """Return the demo user's place in the demo workspace.

    The user's row is locked: of two that run at once the second finds the workspace.
    """
    User.objects.get_or_create(email=EMAIL, defaults={"name": "Demo"})
    user = User.objects.select_for_update().get(email=EMAIL)
    if not user.check_password(password):  # else sessions would end at each start
        user.set_password(password)
    user.is_active = user.is_staff = user.is_superuser = True
    user.save()
    own = Membership.objects.filter(user=user, workspace__name=WORKSPACE)
    membership = own.select_related("user", "workspace").first()
    if membership is not None:
        return membership
    workspace = Workspace.objects.create(name=WORKSPACE)
    return Membership.objects.create(user=user, workspace=workspace, role=Role.OWNER)


def _lift_quotas(workspace: Workspace) -> None:
    LinkedInAccount.objects.filter(workspace=workspace).update(**NO_LIMIT)
    line.look_at_quotas_again()
