"""The connected LinkedIn logins: who they are, what they may search, how they fare."""

from __future__ import annotations

import base64
import hashlib

import msgspec

from unipile_client.sandbox.problems import Problem, invalid

STATUSES = (
    "OK",
    "STOPPED",
    "ERROR",
    "CREDENTIALS",
    "PERMISSIONS",
    "CONNECTING",
    "DELETED",
)
FEATURES = ("recruiter", "sales_navigator", "premium")

_LOGINS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Anna Berg", ("sales_navigator",)),
    ("Ben Okafor", ()),
    ("Chiara Ricci", ("recruiter", "sales_navigator")),
    ("Dilan Aksoy", ("sales_navigator",)),
    ("Emre Lindholm", ("sales_navigator", "premium")),
    ("Fiona Castell", ("sales_navigator",)),
    ("Goran Whitfield", ("sales_navigator",)),
    ("Hélène Duarte", ("sales_navigator",)),
)


# Whom one may sign in as on the page of the hosted sign-in (hosted.py).
NEWCOMERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Ines Moreau", ("sales_navigator",)),
    ("Jonas Weiss", ("recruiter",)),
    ("Kira Novak", ()),
)
FIRST_NEWCOMER = 1000


class Account(msgspec.Struct, kw_only=True):
    """A login. `status` DELETED is a login that its owner removed."""

    id: str
    name: str
    premium_features: tuple[str, ...]
    status: str = "OK"

    @property
    def slug(self) -> str:
        return self.name.lower().replace(" ", "-")

    def render(self) -> dict[str, object]:
        """Return the account as GET /accounts shows it."""
        return {
            "object": "Account",
            "type": "LINKEDIN",
            "id": self.id,
            "name": self.name,
            "created_at": "2026-01-02T03:04:05.678Z",
            "connection_params": {
                "im": {
                    "id": f"ACoAA{self.id}",
                    "publicIdentifier": self.slug,
                    "username": self.name,
                    "premiumId": None,
                    "premiumFeatures": list(self.premium_features),
                    "premiumContractId": None,
                    "organizations": [],
                }
            },
            "sources": [{"id": f"{self.id}_MESSAGING", "status": self.status}],
            "groups": [],
        }


def account_id(number: int) -> str:
    """Return the id of the account made as number 0, 1, 2 …: 22 signs, base64url."""
    digest = hashlib.blake2b(f"account {number}".encode(), digest_size=16).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def _login(number: int) -> Account:
    if number < len(_LOGINS):
        name, features = _LOGINS[number]
    else:
        name, features = f"Seat Number{number + 1}", ("sales_navigator",)
    return Account(id=account_id(number), name=name, premium_features=features)


class Accounts:
    """All logins, in the order of their making."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.reset()

    def reset(self) -> None:
        """Bring back every login as it was."""
        logins = map(_login, range(self._count))
        self._by_id = {account.id: account for account in logins}

    def all(self) -> list[Account]:
        """Return the logins that exist."""
        return [each for each in self._by_id.values() if each.status != "DELETED"]

    def get(self, account_id: str) -> Account:
        """Return the login. Raises Problem (404)."""
        account = self._by_id.get(account_id)
        if account is None or account.status == "DELETED":
            raise Problem(
                404,
                "resource_not_found",
                detail="The requested account does not exist.",
            )
        return account

    def usable(self, account_id: str) -> Account:
        """Return the login if LinkedIn lets it in. Raises Problem (401, 404)."""
        account = self.get(account_id)
        if account.status != "OK":
            raise Problem(401, "disconnected_account")
        return account

    def connect(self, newcomer: int) -> Account:
        """Return a newcomer's login, made or found again. Raises Problem (400)."""
        if not 0 <= newcomer < len(NEWCOMERS):
            raise invalid("login", "is nobody's")
        name, features = NEWCOMERS[newcomer]
        new = Account(
            id=account_id(FIRST_NEWCOMER + newcomer),
            name=name,
            premium_features=features,
        )
        account = self._by_id.setdefault(new.id, new)
        account.status = "OK"
        return account

    def change(
        self, account_id: str, *, status: str | None, features: list[str] | None
    ) -> Account:
        """Set what is given; works on deleted logins too. Raises Problem."""
        account = self._by_id.get(account_id)
        if account is None:
            raise Problem(404, "resource_not_found")
        if status is not None:
            if status not in STATUSES:
                raise invalid("status", f"must be among {', '.join(STATUSES)}")
            account.status = status
        if features is not None:
            if not set(features) <= set(FEATURES):
                raise invalid("premium_features", f"must be among {FEATURES}")
            account.premium_features = tuple(features)
        return account


def check_subscribed(account: Account, api: str) -> None:
    """Raise Problem (403) if the login's subscription has not this api."""
    if api != "classic" and api not in account.premium_features:
        product = api.replace("_", " ").title()
        raise Problem(
            403,
            "feature_not_subscribed",
            detail=f"This feature requires a LinkedIn {product} subscription.",
        )
