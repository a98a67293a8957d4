"""An Excel workbook, in which text is text and never a formula.

A workbook is a zip that ends with what it holds, so that it is written to a temporary
file first, row by row, and then sent.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import xlsxwriter

from prospects.exports.columns import Cell, Column, cell_of
from prospects.exports.rows import Exported, Pieces

# Source: 'Excel specifications and limits', support.microsoft.com.
MOST_ROWS: Final = 1_048_576
LONGEST_TEXT: Final = 32_767
LONGEST_SHEET_NAME: Final = 31
LONGEST_LINK: Final = 2_079
# A sheet takes no more. For a whole book here: all are kept until it ends.
MOST_LINKS: Final = 65_530

_NOT_OF_SHEETS: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ufffe\uffff]")
_SENT_AT_ONCE: Final = 64 * 1024
_BESIDE_HEAD: Final = 4  # characters: the filter's arrow


def write(
    heads: Sequence[tuple[str, Column]], pieces: Pieces, *, title: str
) -> Iterator[bytes]:
    """Yield the file, once all of it is written; memory stays constant."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryFile(dir=folder) as file,
    ):
        options = {"constant_memory": True, "tmpdir": folder}
        with xlsxwriter.Workbook(file, options) as book:
            _Sheets(book, heads, title).fill(pieces)
        file.seek(0)
        while sent := file.read(_SENT_AT_ONCE):
            yield sent


class _Sheets:
    """A sheet, and the next one where it is full."""

    def __init__(
        self, book: xlsxwriter.Workbook, heads: Sequence[tuple[str, Column]], title: str
    ) -> None:
        self._book, self._heads, self._title = book, heads, title
        self._head = book.add_format({"bold": True})
        self._time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._links_left = MOST_LINKS
        self._begin()

    def fill(self, pieces: Pieces) -> None:
        for piece in pieces:
            for one in piece:
                if self._row == MOST_ROWS:
                    self._end()
                    self._begin()
                self._add(one)
        self._end()

    def _begin(self) -> None:
        number = len(self._book.worksheets()) + 1
        self._sheet = self._book.add_worksheet(sheet_name(self._title, number=number))
        self._sheet.freeze_panes(1, 0)
        for place, (head, column) in enumerate(self._heads):
            width = max(column.width, len(head) + _BESIDE_HEAD)
            self._sheet.set_column(place, place, width)
            self._sheet.write_string(0, place, head, self._head)
        self._row = 1

    def _end(self) -> None:
        self._sheet.autofilter(0, 0, self._row - 1, len(self._heads) - 1)

    def _add(self, one: Exported) -> None:
        for place, (_, column) in enumerate(self._heads):
            value = cell_of(column.value(one))
            if column.is_link and self._links_left and _is_link(value):
                self._sheet.write_url(self._row, place, str(value), string=str(value))
                self._links_left -= 1
            else:
                self._put(place, value)
        self._row += 1

    def _put(self, place: int, value: Cell) -> None:
        if isinstance(value, datetime):
            plain = value.astimezone(UTC).replace(tzinfo=None)  # Excel knows no zones
            self._sheet.write_datetime(self._row, place, plain, self._time)
        elif isinstance(value, bool):
            self._sheet.write_string(self._row, place, "yes" if value else "no")
        elif isinstance(value, int):
            self._sheet.write_number(self._row, place, value)
        elif value:
            self._sheet.write_string(self._row, place, _fitting(value))


def sheet_name(title: str, *, number: int) -> str:
    """Return the title as Excel takes it: 31 characters, and not every one of them."""
    words = _NOT_OF_SHEETS.sub(" ", title).split()
    behind = "" if number == 1 else f" {number}"
    name = _cut(" ".join(words).strip("' "), LONGEST_SHEET_NAME - len(behind))
    if name.casefold() in ("", "history"):  # a name of Excel's own
        name = "People"
    return name.rstrip("' ") + behind


def _is_link(value: Cell) -> bool:
    """Say whether a browser opens it; Excel has links to files and cells as well."""
    return (
        isinstance(value, str)
        and re.fullmatch(r"https://\S+", value) is not None
        and value.isprintable()
        and len(value) <= LONGEST_LINK
    )


def _fitting(text: str) -> str:
    """Return what fits into a cell."""
    whole = _cut(text, LONGEST_TEXT)
    return text if whole == text else _cut(text, LONGEST_TEXT - 1) + "…"


def _cut(text: str, most: int) -> str:
    """Return its beginning; Excel counts in UTF-16, in which a sign takes up to two."""
    if 2 * len(text) <= most:
        return text
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
