"""The cursor as Unipile makes it: base64 of compact JSON, padded, standard alphabet.

It carries all that the next request needs: account_id, limit, start (rows
already given) and params (the search).
"""

from __future__ import annotations

import base64
import binascii

import msgspec

from unipile_client.sandbox.problems import invalid


class Cursor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a search goes on; `start` is 0-based, in rows."""

    account_id: str
    limit: int
    start: int
    params: dict[str, object]

    def encode(self) -> str:
        """Return the opaque string that the client sees."""
        return base64.b64encode(msgspec.json.encode(self)).decode("ascii")


def decode(text: str) -> Cursor:
    """Return the cursor. Raises Problem (400 invalid_parameters) if it is none."""
    try:
        found = msgspec.json.decode(base64.b64decode(text, validate=True), type=Cursor)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise invalid("cursor", "is not a cursor of this search") from None
    if found.start < 0 or not 1 <= found.limit <= 100:
        raise invalid("cursor", "is not a cursor of this search")
    return found


class _Offset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    start: int


def encode_offset(start: int) -> str:
    """Return the cursor of a plain list that goes on after so many items."""
    return base64.b64encode(msgspec.json.encode(_Offset(start))).decode("ascii")


def decode_offset(text: str | None) -> int:
    """Return where a plain list goes on. Raises Problem (400)."""
    if text is None:
        return 0
    try:
        found = msgspec.json.decode(base64.b64decode(text, validate=True), type=_Offset)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise invalid("cursor", "is not a cursor of this list") from None
    return max(found.start, 0)
