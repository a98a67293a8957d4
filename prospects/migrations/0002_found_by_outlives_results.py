"""Let the database itself forget a deleted result in `prospects.found_by`.

A search's people are deleted by one SQL statement, which Django's SET_NULL never sees.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE, COLUMN = "prospects", "found_by_id"
RULE = (
    "FOREIGN KEY (found_by_id) REFERENCES prospect_search_results (id) {on_delete} "
    "DEFERRABLE INITIALLY DEFERRED"
)


def _declare(schema_editor: BaseDatabaseSchemaEditor, on_delete: str) -> None:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, TABLE)
    (name,) = (
        name
        for name, constraint in found.items()
        if constraint["foreign_key"] and constraint["columns"] == [COLUMN]
    )
    quoted = schema_editor.quote_name(name)
    rule = RULE.format(on_delete=on_delete)
    schema_editor.execute(
        f"ALTER TABLE {TABLE} DROP CONSTRAINT {quoted}, ADD CONSTRAINT {quoted} {rule}"
    )


def set_null(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _declare(schema_editor, "ON DELETE SET NULL")


def no_action(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _declare(schema_editor, "")


class Migration(migrations.Migration):
    dependencies = [("prospects", "0001_initial")]

    operations = [migrations.RunPython(set_null, no_action)]
