"""JSON Lines: an object a person, with values as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from prospects.exports.columns import Column
from prospects.exports.rows import Pieces


def write(heads: Sequence[tuple[str, Column]], pieces: Pieces) -> Iterator[bytes]:
    """Yield the file, a piece of people at a time; times are RFC 3339 in UTC."""
    encoder = msgspec.json.Encoder()
    for piece in pieces:
        yield encoder.encode_lines(
            {head: column.value(one) for head, column in heads} for one in piece
        )
