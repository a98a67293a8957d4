"""One page of a search: which rows, how many exist, and the cursor to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from unipile_client.sandbox.cursors import Cursor
from unipile_client.sandbox.index import Answer
from unipile_client.sandbox.rows import Rows, provider_id

# Most rows that a search gives, however many match, as notes citing Unipile's page on
# provider limits have it.
CEILINGS = {"classic": 1000, "sales_navigator": 2500, "recruiter": 2500}


@dataclass(frozen=True, kw_only=True)
class Search:
    """A search that was understood, and the part of it that is asked for."""

    account_id: str
    api: str
    answer: Answer
    params: dict[str, object]
    start: int
    limit: int
    has_cursor: bool

    @property
    def size(self) -> int:
        """Return how many rows all pages together give."""
        return min(len(self.answer.people), CEILINGS[self.api])

    @property
    def is_last_page(self) -> bool:
        return self.start + self.limit >= self.size

    def cursor_at(self, start: int) -> str:
        """Return the cursor that goes on after so many rows."""
        return Cursor(self.account_id, self.limit, start, self.params).encode()

    def provider_ids(self) -> list[str]:
        """Return everybody that the pages together show, in order."""
        people = self.answer.people[: self.size]
        return [provider_id(self.api, number) for number in people]

    @property
    def total_count(self) -> int:
        """Return what LinkedIn says exists; classic admits to no more than it gives."""
        return self.size if self.api == "classic" else self.answer.total


@dataclass(kw_only=True)
class Page:
    """What will be answered; faults edit it before it is sent.

    `window` gives the rows from … to (exclusive) of the whole search.
    """

    search: Search
    items: list[msgspec.Raw]
    cursor: str | None
    total_count: int | None
    window: Callable[[int, int], list[msgspec.Raw]]

    def encode(self) -> bytes:
        """Return the body of the answer."""
        paging: dict[str, int] = {
            "start": self.search.start,
            "page_count": self.search.limit,
        }
        if self.total_count is not None:
            paging["total_count"] = self.total_count
        return msgspec.json.encode(
            {
                "object": "LinkedinSearch",
                "items": self.items,
                "config": {"params": self.search.params},
                "paging": paging,
                "cursor": self.cursor,
            }
        )


def page_of(search: Search, rows: Rows) -> Page:
    """Return the page that a faultless Unipile answers."""

    def window(start: int, stop: int) -> list[msgspec.Raw]:
        numbers = search.answer.people[max(start, 0) : min(stop, search.size)]
        return [rows.encoded(search.api, number) for number in numbers]

    # A limit of 0 gives no rows, so a cursor would lead to the same place for ever.
    is_end = search.is_last_page or search.limit == 0
    end = search.start + search.limit
    return Page(
        search=search,
        items=window(search.start, end),
        cursor=None if is_end else search.cursor_at(end),
        total_count=search.total_count,
        window=window,
    )
