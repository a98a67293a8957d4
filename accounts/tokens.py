"""Who is it that sends an API token?

Tokens are knox's: hashed at rest, revocable, with expiry. One query finds the token
with its user; knox's own look-up reads all tokens of the user besides, to tidy up. It
is SQL, for each request of the API asks it: that takes a third of the ORM's CPU.
"""

from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User


def issue(user: User, *, lifetime: timedelta) -> str:
    """Make a token and return it: the only time that it can be read."""
    _, token = AuthToken.objects.create(user=user, expiry=lifetime)
    return str(token)


_USERS = """
    SELECT u.*, t.digest AS token_digest, t.expiry AS token_expiry
    FROM knox_authtoken t JOIN accounts_user u ON u.id = t.user_id
    WHERE t.token_key = %s
"""


def user_of(token: str) -> tuple[User, AuthToken] | None:
    """Return whose token it is; None: unknown, revoked, expired, or user inactive."""
    if not (token.isascii() and token.isalnum()):
        return None
    digest, key = hash_token(token), token[: CONSTANTS.TOKEN_KEY_LENGTH]
    for user in User.objects.raw(_USERS, [key]):
        kept, expiry = vars(user)["token_digest"], vars(user)["token_expiry"]
        is_live = expiry is None or expiry > timezone.now()
        if compare_digest(digest, kept) and is_live and user.is_active:
            return user, AuthToken(
                digest=digest, token_key=key, user=user, expiry=expiry
            )
    return None


class TokenAuthentication(KnoxAuthentication):  # type: ignore[misc]  # untyped
    """`Authorization: Token <token>`."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        found = user_of(token.decode("latin-1"))
        if found is None:
            raise AuthenticationFailed(
                "This token is not valid: it is unknown, revoked or expired."
            )
        return found


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Says in the OpenAPI schema how to send a token."""

    target_class = "accounts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Token <token>, as `manage.py issue_token EMAIL` prints it.",
        }
