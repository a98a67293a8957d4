"""An Excel workbook, in which text is text and never a formula.

A workbook is a zip that ends with what it holds, so that it is written to a temporary
file first, row by row, and then sent.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from prospects.exports.columns import Cell, Column, cell_of
from prospects.exports.rows import Pieces

# Source: 'Excel specifications and limits', support.microsoft.com.
MOST_ROWS: Final = 1_048_576
LONGEST_TEXT: Final = 32_767

_SENT_AT_ONCE: Final = 64 * 1024
_WIDTH: Final = 22  # characters


def write(heads: Sequence[tuple[str, Column]], pieces: Pieces) -> Iterator[bytes]:
    """Yield the file, once all of it is written; memory stays constant."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryFile(dir=folder) as file,
    ):
        _fill(file, heads, pieces, folder=folder)
        file.seek(0)
        while sent := file.read(_SENT_AT_ONCE):
            yield sent


def _fill(
    file: IO[bytes], heads: Sequence[tuple[str, Column]], pieces: Pieces, *, folder: str
) -> None:
    options = {"constant_memory": True, "tmpdir": folder}
    with xlsxwriter.Workbook(file, options) as book:
        head_format = book.add_format({"bold": True})
        time_format = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        row = MOST_ROWS
        for piece in pieces:
            for one in piece:
                if row == MOST_ROWS:
                    sheet, row = _sheet(book, heads, head_format), 1
                for place, (_, column) in enumerate(heads):
                    _put(sheet, row, place, cell_of(column.value(one)), time_format)
                row += 1
        if not book.worksheets():
            _sheet(book, heads, head_format)


def _sheet(
    book: xlsxwriter.Workbook, heads: Sequence[tuple[str, Column]], head_format: Format
) -> Worksheet:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heads) - 1, _WIDTH)
    for place, (head, _) in enumerate(heads):
        sheet.write_string(0, place, head, head_format)
    return sheet


def _put(
    sheet: Worksheet, row: int, place: int, value: Cell, time_format: Format
) -> None:
    if isinstance(value, datetime):
        plain = value.astimezone(UTC).replace(tzinfo=None)  # Excel knows no zones
        sheet.write_datetime(row, place, plain, time_format)
    elif isinstance(value, bool):
        sheet.write_string(row, place, "yes" if value else "no")
    elif isinstance(value, int):
        sheet.write_number(row, place, value)
    elif value:
        sheet.write_string(row, place, _fitting(value))


def _fitting(text: str) -> str:
    """Return what fits into a cell; Excel counts in UTF-16."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
