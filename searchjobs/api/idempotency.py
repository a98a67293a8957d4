"""The same request sent again, by a client that heard no answer: do it once.

The key's row is inserted in the transaction of what it protects. A twin waits on the
unique index for that commit and reads the first one's answer; were that rolled back,
the twin's own insert succeeds and it does the work.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts.errors import Refusal
from accounts.models import User
from searchjobs.models import IdempotencyKey

LONGEST_KEY = 255

# An expired key is as good as none: taking it over and forgetting it are one statement.
_CLAIM = """
    INSERT INTO idempotency_keys AS kept (user_id, key, body_sha256)
    VALUES (%(user)s, %(key)s, %(body)s)
    ON CONFLICT (user_id, key) DO UPDATE
        SET body_sha256 = EXCLUDED.body_sha256, answer = NULL,
            created_at = statement_timestamp()
        WHERE kept.created_at <= statement_timestamp() - interval '24 hours'
    RETURNING id
"""

# Few at a time, and none that a twin holds.
_FORGET = """
    DELETE FROM idempotency_keys WHERE id IN (
        SELECT id FROM idempotency_keys
        WHERE user_id = %(user)s
            AND created_at <= statement_timestamp() - interval '24 hours'
        LIMIT 20 FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, kw_only=True)
class Answer:
    body: dict[str, Any]
    is_replayed: bool


def key_in(header: str | None) -> str | None:
    """Return the key a request brought, or None.

    Raises:
        Refusal: invalid_request for one that is too long or not printable.
    """
    if not header:
        return None
    if len(header) > LONGEST_KEY or not header.isprintable():
        raise Refusal(
            "The request is not valid; see `fields` for what to change.",
            fields={"Idempotency-Key": f"At most {LONGEST_KEY} printable characters."},
        )
    return header


def fingerprint(*parts: Any) -> str:
    """Return the hash by which two bodies are the same: as JSON, not byte by byte."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def once(
    *, user: User, key: str, body_sha256: str, do: Callable[[], dict[str, Any]]
) -> Answer:
    """Do it and keep the answer, or return the answer kept under this key.

    What `do` raises undoes the key too: a refused request may be mended and sent again.

    Raises:
        Refusal: idempotency_key_reused (422) when the key came with another body.
    """
    with transaction.atomic():
        if _claim(user, key, body_sha256):
            body = do()
            IdempotencyKey.objects.filter(user=user, key=key).update(answer=body)
            return Answer(body=body, is_replayed=False)
        kept = IdempotencyKey.objects.get(user=user, key=key)
    if kept.body_sha256 != body_sha256:
        raise Refusal(
            "This Idempotency-Key was used for another request. Take a new key.",
            code="idempotency_key_reused",
            status=422,
        )
    return Answer(body=kept.answer or {}, is_replayed=True)


def _claim(user: User, key: str, body_sha256: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"user": user.pk, "key": key, "body": body_sha256})
        is_ours = cursor.fetchone() is not None
        if is_ours:
            cursor.execute(_FORGET, {"user": user.pk})
    return is_ours
