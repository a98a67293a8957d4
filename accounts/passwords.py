"""How often may somebody try a password?

Ten times in a quarter of an hour for one e-mail address, whoever asks and at whichever
door (the page, /admin, a change of it): what comes then is not looked at, be it the
right one. Who is signed in already stays so.
"""

from __future__ import annotations

import hashlib
import unicodedata
from contextlib import suppress
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import PermissionDenied, ValidationError
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


class NewPasswordForm(PasswordChangeForm):
    """Asks for the password one has, and counts it: who finds a browser signed in must
    not have more tries at it than others."""

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        email: str = self.user.get_username()
        if authenticate(username=email, password=password) is not None:
            return password
        if are_tried_too_often(email):
            raise ValidationError(
                "Too many passwords were tried. Wait a quarter of an hour, then go on."
            )
        raise ValidationError("That is not the password you have now.")


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
