"""Comma-separated values, which no spreadsheet takes for formulas.

UTF-8. Excel reads that as something else unless a byte order mark stands before it;
others may take the mark for a part of the first name.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from prospects.exports.columns import Cell, Column, cell_of
from prospects.exports.rows import Pieces
from searchjobs.events import rfc3339

_FORMULA: Final = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
# A double click in much of Europe splits at semicolons, and then at line ends too.
_FORMULA_WITHIN: Final = re.compile(r"([;\t\r\n]\s*)(?=[=+\-@＝＋－＠])")
_EXCEL_TIME: Final = "%Y-%m-%d %H:%M:%S"  # RFC 3339 would stay text there


def write(
    heads: Sequence[tuple[str, Column]], pieces: Pieces, *, for_excel: bool
) -> Iterator[bytes]:
    """Yield the file: its head, then a piece of people at a time."""
    yield ("\ufeff" if for_excel else "").encode() + _lines(
        [[head for head, _ in heads]]
    )
    for piece in pieces:
        if piece:
            yield _lines(
                [_cell(cell_of(column.value(one)), for_excel) for _, column in heads]
                for one in piece
            )


def _lines(rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: Cell, for_excel: bool) -> str:
    if isinstance(value, str):
        text = _harmless(value)
        return _FORMULA_WITHIN.sub(r"\1'", text) if for_excel else text
    if isinstance(value, datetime):
        return f"{value:{_EXCEL_TIME}}" if for_excel else rfc3339(value) or ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _harmless(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula.

    Source: OWASP, CSV Injection.
    """
    return f"'{text}" if _FORMULA.match(text) else text
