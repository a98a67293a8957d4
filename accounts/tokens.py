"""Who is it that sends an API token?

Tokens are knox's: hashed at rest, revocable, with expiry. One query finds the token
with its user; knox's own look-up reads all tokens of the user besides, to tidy up. It
is SQL, for each request of the API asks it: that takes a third of the ORM's CPU.
"""

from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest

from django.db import transaction
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed

from accounts.errors import Conflict, NotFound, Refusal
from accounts.models import TokenName, User

LIFETIMES_DAYS = (30, 90, 365)
MOST_TOKENS = 50
LONGEST_NAME = 60


@transaction.atomic
def issue(user: User, *, lifetime: timedelta, name: str = "") -> str:
    """Make a token and return it: the only time that it can be read."""
    row, token = AuthToken.objects.create(user=user, expiry=lifetime)
    if name:
        TokenName.objects.create(token=row, name=name)
    return str(token)


def make(user: User, *, name: str, days: str) -> str:
    """Make a token as a person asks for it, and return it once.

    Raises:
        Refusal: invalid_request with `fields`, too_many_tokens.
    """
    called = " ".join(name.replace("\0", "").split())
    wrong: dict[str, str] = {}
    if not 1 <= len(called) <= LONGEST_NAME:
        wrong["name"] = f"Give a name of at most {LONGEST_NAME} characters."
    if days not in map(str, LIFETIMES_DAYS):
        wrong["days"] = "Choose how long it is good for."
    if wrong:
        raise Refusal(" ".join(wrong.values()), fields=wrong)
    if AuthToken.objects.filter(user=user).count() >= MOST_TOKENS:
        raise Conflict(
            f"You have {MOST_TOKENS} tokens. Revoke one first.", code="too_many_tokens"
        )
    return issue(user, lifetime=timedelta(days=int(days)), name=called)


def tokens_of(user: User) -> list[AuthToken]:
    """Return the user's tokens with their names, newest first."""
    own = AuthToken.objects.filter(user=user).select_related("tokenname")
    return list(own.order_by("-created"))


def revoke(user: User, token_key: str) -> None:
    """Make one of the user's own tokens open nothing.

    Raises:
        NotFound: token_not_found, also for somebody else's.
    """
    revoked, _ = AuthToken.objects.filter(user=user, token_key=token_key).delete()
    if not revoked:
        raise NotFound("Token not found", code="token_not_found")


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
