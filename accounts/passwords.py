"""How often may somebody try a password?

Ten times in a quarter of an hour for one e-mail address, whoever asks and at whichever
door (the page, /admin): what comes then is not looked at, be it the right one. Who is
signed in already stays so.
"""

from __future__ import annotations

import hashlib
import unicodedata
from contextlib import suppress
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from redis.exceptions import RedisError

from accounts import counts
from accounts.models import User

MOST_TRIES = 10
WITHIN_S = 15 * 60


class CountingBackend(ModelBackend):
    """Checks passwords as Django does, but only so many of them."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if username is None or password is None:
            return None
        key = _key_of(username)
        with suppress(RedisError):
            # before the look: of many at once none is looked at beyond the tenth
            if counts.one_more(key, within_s=WITHIN_S)[0] > MOST_TRIES:
                raise PermissionDenied
        user = super().authenticate(request, username=username, password=password)
        if not isinstance(user, User):
            return None
        with suppress(RedisError):
            counts.client().delete(key)
        return user


def are_tried_too_often(email: str) -> bool:
    """Say whether no password for this address is looked at for now."""
    try:
        tried: Any = counts.client().get(_key_of(email))
    except RedisError:
        return False
    return int(tried or 0) > MOST_TRIES


def _key_of(email: str) -> str:
    """Return one key for all spellings that the database takes for one address."""
    folded = unicodedata.normalize("NFKC", email).strip().casefold()
    digest = hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()
    return f"shortlist:tries:{digest[:32]}"
