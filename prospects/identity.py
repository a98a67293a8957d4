"""Who is who: results become people, and people with several records become one.

A person is known by keys that differ from search to search, so one person may turn out
to have two records: then the one decided on later stays, and takes over the other's
keys, log and note. The caller holds the workspace's lock.
"""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from django.db import connection

from prospects.models import DecisionValue, Prospect


@dataclass(frozen=True, kw_only=True)
class Found:
    """A result to decide on, or with no `result_id` a record known by its keys."""

    result_id: uuid.UUID | None
    keys: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Record:
    """A prospect as it stands; `at` is None while it is pending."""

    prospect_id: uuid.UUID
    decision: str
    by: uuid.UUID | None
    at: datetime | None


@dataclass(kw_only=True)
class Person:
    """Somebody with all that is known of them; `records` has the latest decided first.

    Nobody has decided or noted anything on a person without records.
    """

    result_id: uuid.UUID | None = None
    keys: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    unknown_keys: list[str] = field(default_factory=list)

    @property
    def decision(self) -> str:
        return self.records[0].decision if self.records else DecisionValue.PENDING

    def is_changed_by(self, decision: str) -> bool:
        """Tell whether the person, or a record merged into theirs, was otherwise."""
        if not self.records:
            return decision != DecisionValue.PENDING
        return any(record.decision != decision for record in self.records)


def people_of(workspace_id: uuid.UUID, found: Iterable[Found]) -> list[Person]:
    """Group results into people: those that share a key, or a record, are one."""
    found = list(found)
    keys = {key for one in found for key in one.keys}
    owners = _owners_of(workspace_id, keys)
    groups = _Groups()
    for one in found:
        groups.join([*one.keys])
    for key, record in owners.items():
        groups.join([key, record.prospect_id])
    people: dict[Hashable, Person] = {}
    for one in found:
        person = people.setdefault(groups.root_of(one.keys[0]), Person())
        person.result_id = person.result_id or one.result_id
        person.keys.extend(key for key in one.keys if key not in person.keys)
    for person in people.values():
        records = {owners[key] for key in person.keys if key in owners}
        person.records = sorted(records, key=_latest_first)
        person.unknown_keys = [key for key in person.keys if key not in owners]
    return list(people.values())


def _latest_first(record: Record) -> tuple[float, uuid.UUID]:
    return (-record.at.timestamp() if record.at else 0.0, record.prospect_id)


def _owners_of(workspace_id: uuid.UUID, keys: set[str]) -> dict[str, Record]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.key, p.id, p.decision, p.decided_by_id, p.decided_at
            FROM person_aliases a JOIN prospects p ON p.id = a.prospect_id
            WHERE a.workspace_id = %s AND a.key = ANY(%s)
            """,
            [workspace_id, list(keys)],
        )
        return {
            key: Record(prospect_id=prospect_id, decision=decision, by=by, at=at)
            for key, prospect_id, decision, by, at in cursor.fetchall()
        }


class _Groups:
    """Disjoint sets of whatever was joined, directly or through others."""

    def __init__(self) -> None:
        self._parents: dict[Hashable, Hashable] = {}

    def root_of(self, one: Hashable) -> Hashable:
        while (parent := self._parents.setdefault(one, one)) != one:
            self._parents[one] = one = self._parents[parent]
        return one

    def join(self, many: Sequence[Hashable]) -> None:
        root = self.root_of(many[0])
        for other in many[1:]:
            self._parents[self.root_of(other)] = root


def merge(people: Iterable[Person]) -> None:
    """Make one record of each person's several: the latest decided one."""
    pairs = [
        (person.records[0].prospect_id, other.prospect_id)
        for person in people
        for other in person.records[1:]
    ]
    if not pairs:
        return
    kept, lost = ([*ids] for ids in zip(*pairs, strict=True))
    with connection.cursor() as cursor:
        for statement in _MERGE:
            cursor.execute(statement, {"kept": kept, "lost": lost})


_MERGE = (
    """
    UPDATE person_aliases a SET prospect_id = m.kept
    FROM unnest(%(kept)s::uuid[], %(lost)s::uuid[]) AS m(kept, lost)
    WHERE a.prospect_id = m.lost
    """,
    """
    UPDATE prospect_decisions d SET prospect_id = m.kept
    FROM unnest(%(kept)s::uuid[], %(lost)s::uuid[]) AS m(kept, lost)
    WHERE d.prospect_id = m.lost
    """,
    """
    UPDATE prospects p
    SET note = concat_ws(E'\\n', nullif(p.note, ''), others.note),
        note_by_id = coalesce(p.note_by_id, others.note_by_id),
        note_at = coalesce(p.note_at, others.note_at),
        found_by_id = coalesce(p.found_by_id, others.found_by_id)
    FROM (
        SELECT m.kept, string_agg(nullif(o.note, ''), E'\\n') AS note,
               (array_agg(o.note_by_id ORDER BY o.note_at DESC NULLS LAST))[1]
                   AS note_by_id,
               max(o.note_at) AS note_at,
               (array_agg(o.found_by_id) FILTER (WHERE o.found_by_id IS NOT NULL))[1]
                   AS found_by_id
        FROM unnest(%(kept)s::uuid[], %(lost)s::uuid[]) AS m(kept, lost)
        JOIN prospects o ON o.id = m.lost
        GROUP BY m.kept
    ) others
    WHERE p.id = others.kept
    """,
    """
    INSERT INTO prospect_label_entries (label_id, prospect_id)
    SELECT e.label_id, m.kept
    FROM unnest(%(kept)s::uuid[], %(lost)s::uuid[]) AS m(kept, lost)
    JOIN prospect_label_entries e ON e.prospect_id = m.lost
    ON CONFLICT (label_id, prospect_id) DO NOTHING
    """,
    """
    UPDATE prospect_label_changes c SET prospect_id = m.kept
    FROM unnest(%(kept)s::uuid[], %(lost)s::uuid[]) AS m(kept, lost)
    WHERE c.prospect_id = m.lost
    """,
    "DELETE FROM prospect_label_entries WHERE prospect_id = ANY(%(lost)s::uuid[])",
    "DELETE FROM prospects WHERE id = ANY(%(lost)s::uuid[])",
)


def make_records(
    workspace_id: uuid.UUID,
    people: Iterable[Person],
    *,
    decision: str = DecisionValue.PENDING,
    by: uuid.UUID | None = None,
    at: datetime | None = None,
    version: uuid.UUID | None = None,
) -> None:
    """Give each person without a record one, with what the result says of them.

    Who is decided on is written so at once: to change thousands after that costs as
    much again.
    """
    new = [person for person in people if not person.records and person.result_id]
    for person in new:
        person.records = [
            Record(prospect_id=uuid.uuid4(), decision=decision, by=by, at=at)
        ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO prospects (id, workspace_id, decision, decided_by_id,
                                   decided_at, version, note, found_by_id, name, title,
                                   company, location, linkedin_url)
            SELECT n.id, %(workspace)s, %(decision)s, %(by)s, %(at)s, %(version)s, '',
                   r.id, left(d.name, 300), coalesce(d.title, ''),
                   coalesce(d.company, ''), coalesce(d.location, ''),
                   coalesce(d."linkedinUrl", '')
            FROM jsonb_to_recordset(%(new)s::jsonb) AS n(id uuid, result_id uuid)
            JOIN prospect_search_results r ON r.id = n.result_id
            CROSS JOIN LATERAL jsonb_to_record(r.prospect_data) AS d(
                name text, title text, company text, location text, "linkedinUrl" text
            )
            """,
            {
                "workspace": workspace_id,
                "decision": decision,
                "by": by,
                "at": at,
                "version": version,
                "new": as_json(
                    {"id": person.records[0].prospect_id, "result_id": person.result_id}
                    for person in new
                ),
            },
        )


def add_keys(workspace_id: uuid.UUID, people: Iterable[Person]) -> None:
    """Write the keys that lead to nobody yet as aliases of the person's record."""
    aliases = as_json(
        {"key": key, "prospect_id": person.records[0].prospect_id}
        for person in people
        if person.records
        for key in person.unknown_keys
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO person_aliases (workspace_id, key, prospect_id)
            SELECT %s, key, prospect_id
            FROM jsonb_to_recordset(%s::jsonb) AS n(key text, prospect_id uuid)
            """,
            [workspace_id, aliases],
        )


def as_json(rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows for jsonb_to_recordset: thousands cost a third of what arrays do."""
    return msgspec.json.encode([*rows]).decode()


def write_note(
    people: Iterable[Person], note: str, *, by: uuid.UUID, at: datetime
) -> None:
    """Replace the notes of these people's records."""
    ids = [person.records[0].prospect_id for person in people if person.records]
    Prospect.objects.filter(id__in=ids).update(note=note, note_by=by, note_at=at)
