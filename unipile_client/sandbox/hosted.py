"""Links to the hosted sign-in: what is asked for, and for how long each is good.

Source: Unipile's documentation of POST /hosted/accounts/link and its SDK. The form of
`expiresOn` is as strict as there.
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Literal

import msgspec

from unipile_client.sandbox.problems import Problem, invalid

EXPIRES_ON = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The body of POST /hosted/accounts/link."""

    type: Literal["create", "reconnect"]
    api_url: str
    expiresOn: str
    providers: str | list[str] | None = None
    reconnect_account: str | None = None
    name: str | None = None
    notify_url: str | None = None
    success_redirect_url: str | None = None
    failure_redirect_url: str | None = None
    disabled_features: list[str] = []
    sync_limit: dict[str, object] | None = None


class HostedLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link that was given out."""

    id: str
    wanted: Wanted
    expires_at: datetime

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= datetime.now(UTC)


class HostedLinks:
    """All links given out since the start."""

    def __init__(self) -> None:
        self.reset()

    def create(self, body: dict[str, object]) -> HostedLink:
        """Return a new link. Raises Problem (400)."""
        try:
            wanted = msgspec.convert(body, Wanted)
        except msgspec.ValidationError as error:
            raise invalid("body", str(error)) from None
        expires_at = _expiry(wanted.expiresOn)
        if wanted.type == "create" and not wanted.providers:
            raise invalid("providers", "are required to create")
        if wanted.type == "reconnect" and not wanted.reconnect_account:
            raise invalid("reconnect_account", "is required to reconnect")
        urls = {
            "api_url": wanted.api_url,
            "notify_url": wanted.notify_url,
            "success_redirect_url": wanted.success_redirect_url,
            "failure_redirect_url": wanted.failure_redirect_url,
        }
        for field, url in urls.items():
            if url is not None and not url.startswith(("https://", "http://")):
                raise invalid(field, "must be a web address")
        if wanted.api_url.rstrip("/").endswith("/api/v1"):
            raise invalid("api_url", "must be the DSN alone")
        link = HostedLink(
            id=secrets.token_urlsafe(16), wanted=wanted, expires_at=expires_at
        )
        self._by_id[link.id] = link
        return link

    def get(self, link_id: str) -> HostedLink:
        """Return a link that is still good. Raises Problem (404)."""
        link = self._by_id.get(link_id)
        if link is None or link.has_expired:
            raise Problem(404, "resource_not_found", detail="This link has expired.")
        return link

    def reset(self) -> None:
        """Forget all links."""
        self._by_id: dict[str, HostedLink] = {}


def _expiry(text: str) -> datetime:
    if EXPIRES_ON.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    raise invalid("expiresOn", "must match YYYY-MM-DDTHH:MM:SS.sssZ")
