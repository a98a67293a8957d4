"""The opaque texts that lead to the rest of a list."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from accounts.errors import Refusal

LONGEST = 2000


def cursor_of(*parts: str | int | None) -> str:
    """Return the text that stands for a place in a list."""
    return urlsafe_b64encode(json.dumps(parts).encode()).decode()


def parts_of(cursor: str, *, number: int) -> list[object]:
    """Return the so many parts that `cursor_of` was given.

    Raises:
        Refusal: not_ours, for a text that it did not make.
    """
    try:
        parts = json.loads(urlsafe_b64decode(cursor[:LONGEST].encode()))
    except (ValueError, RecursionError):
        raise not_ours() from None
    if not isinstance(parts, list) or len(parts) != number:
        raise not_ours()
    return parts


def not_ours() -> Refusal:
    return Refusal(
        "The cursor is not ours; see `fields`.",
        fields={"after": "Take it from the previous answer."},
    )
