"""How does a hand-written statement run, and become model instances?

A turn reads the same few rows by key, page after page; to compile such a query costs
five times as much as to send it and read its answer (measured: docs/performance.md).
Here it is text, the columns are the model's own, and PostgreSQL plans it once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

M = TypeVar("M", bound=Model)


class Rows(Generic[M]):
    """A model's rows under an alias of the statement that reads them."""

    def __init__(self, model: type[M], alias: str) -> None:
        self._model = model
        self._alias = alias

    @cached_property
    def columns(self) -> str:
        """Return what to select, all of the row."""
        fields = self._model._meta.concrete_fields
        return ", ".join(f'{self._alias}."{field.column}"' for field in fields)

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._model._meta.concrete_fields]

    @cached_property
    def _converters(self) -> list[tuple[int, Any]]:
        fields = enumerate(self._model._meta.concrete_fields)
        return [
            (place, field.from_db_value)
            for place, field in fields
            if hasattr(field, "from_db_value")
        ]

    def take(self, values: Sequence[Any]) -> tuple[M, Sequence[Any]]:
        """Return the instance that the first values make, and the values behind it."""
        own = list(values[: len(self._names)])
        for place, convert in self._converters:
            own[place] = convert(own[place], None, connection)
        row = self._model.from_db(connection.alias, self._names, own)
        return row, values[len(own) :]


def first(
    statement: str, values: Sequence[Any] | Mapping[str, Any]
) -> tuple[Any, ...] | None:
    """Run a statement and return its first row, or None."""
    with prepared() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def execute(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> int:
    """Run a statement and return how many rows it changed."""
    with prepared() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def prepared() -> CursorWrapper:
    """Return a cursor that sends values beside the statement, as psycopg's own does.

    Django's puts them into its text, which is then new each time: PostgreSQL cannot
    keep its plan, and must read a page of people letter by letter as a literal.
    """
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)  # the stubs: another's
    if connection.queries_logged:
        return connection.make_debug_cursor(cursor)
    return connection.make_cursor(cursor)
