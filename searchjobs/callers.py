"""Who is at the other end of a socket, and are they still signed in?

A socket outlives the request that opened it: who signed out meanwhile, lost the token
or was barred must not go on listening.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest

from accounts import tokens
from accounts.models import User


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
