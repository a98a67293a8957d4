"""Who is at the other end of a socket, may its page ask, are they still signed in?

A socket outlives the request that opened it: who signed out meanwhile, lost the token
or was barred must not go on listening.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host

from accounts import tokens
from accounts.models import User

TOKEN_PREFIX = "token."


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Somebody, and what they proved it by: a token, else a session."""

    user: User
    token: str | None
    session_key: str | None


def is_signed_in(caller: Caller) -> bool:
    """Say whether the caller's token or session still opens what it opened."""
    if caller.token is not None:
        return tokens.user_of(caller.token) is not None
    request = HttpRequest()
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(caller.session_key)
    return bool(auth.get_user(request).is_authenticated)


def is_origin_allowed(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Say whether the page that asks is ours, or of ALLOWED_ORIGINS.

    Who sends no Origin is no browser, and cannot be misled into bringing a cookie.
    """
    said = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
    origin = said.get("origin")
    if origin is None or origin in (settings.SITE_URL, *settings.ALLOWED_ORIGINS):
        return True
    host = said.get("host", "")
    is_ours = validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
    return is_ours and origin.partition("://")[2].lower() == host.lower()


def token_in(subprotocols: Iterable[str]) -> str | None:
    """Return the token that a client without a cookie offers as a subprotocol."""
    offered = (name for name in subprotocols if name.startswith(TOKEN_PREFIX))
    first = next(offered, None)
    return None if first is None else first.removeprefix(TOKEN_PREFIX)


def subprotocol_of(token: str | None) -> str | None:
    """Return what the accepted socket speaks: of those offered, the one with it."""
    return None if token is None else TOKEN_PREFIX + token
