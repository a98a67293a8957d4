"""What each fault does to a page of rows before it is sent."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from unipile_client.sandbox.faults import Fault
from unipile_client.sandbox.pages import Page


def edit(page: Page, fault: Fault) -> None:
    """Change the page as the fault says."""
    EDITS[fault.kind](page, fault)


def _repeat_rows(page: Page, fault: Fault) -> None:
    """Put the last rows of the previous page before this one's; nobody is lost."""
    start = page.search.start
    page.items = page.window(start - fault.count, start) + page.items


def _shift(page: Page, fault: Fault) -> None:
    start = page.search.start - fault.by
    page.items = page.window(start, start + page.search.limit)


def _repeat_cursor(page: Page, fault: Fault) -> None:
    page.cursor = page.search.cursor_at(page.search.start)


def _empty_page(page: Page, fault: Fault) -> None:
    page.items = []
    page.cursor = page.search.cursor_at(page.search.start + page.search.limit)


def _empty_end(page: Page, fault: Fault) -> None:
    page.items = []
    page.cursor = None


def _trailing_cursor(page: Page, fault: Fault) -> None:
    page.cursor = page.search.cursor_at(page.search.size)


def _early_end(page: Page, fault: Fault) -> None:
    page.cursor = None


def _missing_id(page: Page, fault: Fault) -> None:
    _rewrite(page, fault.count, lambda row: row.pop("id"))


def _null_name(page: Page, fault: Fault) -> None:
    nameless = {"name": None, "first_name": None, "last_name": None}
    _rewrite(
        page,
        fault.count,
        lambda row: row.update({key: nameless[key] for key in nameless if key in row}),
    )


def _rewrite(
    page: Page, count: int, change: Callable[[dict[str, object]], object]
) -> None:
    for place, raw in enumerate(page.items[:count]):
        row = msgspec.json.decode(raw, type=dict[str, object])
        change(row)
        page.items[place] = msgspec.Raw(msgspec.json.encode(row))


def _no_total(page: Page, fault: Fault) -> None:
    page.total_count = None


def _wrong_total(page: Page, fault: Fault) -> None:
    page.total_count = fault.total


EDITS: dict[str, Callable[[Page, Fault], None]] = {
    "repeat_rows": _repeat_rows,
    "shift": _shift,
    "repeat_cursor": _repeat_cursor,
    "empty_page": _empty_page,
    "empty_end": _empty_end,
    "trailing_cursor": _trailing_cursor,
    "early_end": _early_end,
    "missing_id": _missing_id,
    "null_name": _null_name,
    "no_total": _no_total,
    "wrong_total": _wrong_total,
}
