"""Who you are: users, workspaces, memberships; and the LinkedIn accounts they own."""

from __future__ import annotations

from accounts.models.linkedin import (
    MOST_PACE_FACTOR,
    STRONGEST_FIRST,
    AccountStatus,
    AccountUsage,
    AccountWait,
    HostedSignIn,
    LinkedInAccount,
    SignInOutcome,
    every_day,
)
from accounts.models.members import (
    Invitation,
    Membership,
    Role,
    TokenName,
    User,
    UserManager,
    Workspace,
)

__all__ = [
    "MOST_PACE_FACTOR",
    "STRONGEST_FIRST",
    "AccountStatus",
    "AccountUsage",
    "AccountWait",
    "HostedSignIn",
    "Invitation",
    "LinkedInAccount",
    "Membership",
    "Role",
    "SignInOutcome",
    "TokenName",
    "User",
    "UserManager",
    "Workspace",
    "every_day",
]
