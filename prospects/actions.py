"""The log of decisions: each click one action, which can be taken back.

Rows are only ever added, by whoever holds the workspace's lock: a higher id is later. A
prospect's `version` is the action that made it what it is. A decision makes a new
version, an undo goes back to the one before; an action stands, and can be taken back,
exactly where the version is the one it left, however much was done and undone since.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import Membership, User
from prospects.identity import Person, as_json
from searchjobs import events


@dataclass(frozen=True, kw_only=True)
class Action:
    """A click: by whom and when, and the id that undoes it."""

    membership: Membership
    at: datetime
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def params(self) -> dict[str, uuid.UUID | datetime]:
        """Return what the log's statements write of it."""
        return {
            "workspace": self.membership.workspace_id,
            "action": self.id,
            "by": self.membership.user_id,
            "at": self.at,
        }


@dataclass(frozen=True, kw_only=True)
class Touched:
    """A person that an action changed: what they were before, and what they are now.

    `last_by` and `last_at` are those of the latest word on them in the log.
    """

    prospect_id: uuid.UUID
    result_id: uuid.UUID | None
    previous: str
    previous_by: uuid.UUID | None
    previous_at: datetime | None
    version_before: uuid.UUID | None
    version_after: uuid.UUID | None
    decision: str
    version: uuid.UUID | None
    last_by: uuid.UUID
    last_at: datetime

    @property
    def stands(self) -> bool:
        """Tell whether the action is what made them what they are."""
        return self.version == self.version_after

    @property
    def is_taken_back(self) -> bool:
        return self.version == self.version_before


def begin(membership: Membership) -> Action:
    """Take the workspace's floor: be its only decider until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM accounts_workspace WHERE id = %s FOR NO KEY UPDATE",
            [membership.workspace_id],
        )
        cursor.execute("SELECT statement_timestamp()")
        return Action(membership=membership, at=cursor.fetchone()[0])


# Whoever has the action's version already was made by it: new, and pending before.
_SET_ALL = """
WITH changed AS (
    SELECT * FROM jsonb_to_recordset(%(changed)s::jsonb)
        AS c(prospect_id uuid, result_id uuid)
), logged AS (
    INSERT INTO prospect_decisions
        (workspace_id, prospect_id, action, result, previous, previous_by_id,
         previous_at, decision, decided_by_id, decided_at, version_before,
         version_after)
    SELECT %(workspace)s, c.prospect_id, %(action)s, c.result_id,
           coalesce(p.decision, 'pending'), p.decided_by_id, p.decided_at,
           %(decision)s, %(by)s, %(at)s, p.version, %(action)s
    FROM changed c LEFT JOIN prospects p
        ON p.id = c.prospect_id AND p.version IS DISTINCT FROM %(action)s
)
UPDATE prospects p
SET decision = %(decision)s, version = %(action)s,
    decided_by_id = CASE WHEN %(decision)s <> 'pending' THEN %(by)s::uuid END,
    decided_at = CASE WHEN %(decision)s <> 'pending' THEN %(at)s::timestamptz END,
    found_by_id = CASE WHEN p.decision = 'pending'
                       THEN coalesce(c.result_id, p.found_by_id)
                       ELSE p.found_by_id END
FROM changed c
WHERE p.id = c.prospect_id AND p.version IS DISTINCT FROM %(action)s
"""

_TAKE_BACK = """
WITH before AS (
    SELECT * FROM jsonb_to_recordset(%(before)s::jsonb)
        AS b(prospect_id uuid, result_id uuid, decision text, by_id uuid,
             at timestamptz, version uuid)
), logged AS (
    INSERT INTO prospect_decisions
        (workspace_id, prospect_id, action, undoes, result, previous, previous_by_id,
         previous_at, decision, decided_by_id, decided_at, version_before,
         version_after)
    SELECT %(workspace)s, p.id, %(action)s, %(undoes)s, b.result_id, p.decision,
           p.decided_by_id, p.decided_at, b.decision, %(by)s, %(at)s, p.version,
           b.version
    FROM before b JOIN prospects p ON p.id = b.prospect_id
)
UPDATE prospects p
SET decision = b.decision, decided_by_id = b.by_id, decided_at = b.at,
    version = b.version
FROM before b WHERE p.id = b.prospect_id
"""

# Records merged since give their person several rows of one action: the state decided
# latest is the one to return to, as it was the one to stay.
_ROWS_OF = """
SELECT DISTINCT ON (d.prospect_id)
       d.prospect_id, d.result, d.previous, d.previous_by_id, d.previous_at,
       d.version_before, d.version_after, p.decision, p.version, last.decided_by_id,
       last.decided_at
FROM prospect_decisions d
JOIN prospects p ON p.id = d.prospect_id
CROSS JOIN LATERAL (
    SELECT l.decided_by_id, l.decided_at FROM prospect_decisions l
    WHERE l.prospect_id = d.prospect_id ORDER BY l.id DESC LIMIT 1
) last
WHERE d.workspace_id = %s AND d.action = %s
ORDER BY d.prospect_id, d.previous_at DESC NULLS LAST, d.id DESC
"""


def set_all(action: Action, people: Iterable[Person], decision: str) -> None:
    """Give each person the decision, and log what they had before."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SET_ALL,
            {
                **action.params,
                "decision": decision,
                "changed": as_json(
                    {
                        "prospect_id": person.records[0].prospect_id,
                        "result_id": person.result_id,
                    }
                    for person in people
                ),
            },
        )


def take_back(action: Action, undone: uuid.UUID, rows: Iterable[Touched]) -> None:
    """Give each person back what they had before the action `undone`, and log that."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE_BACK,
            {
                **action.params,
                "undoes": undone,
                "before": as_json(
                    {
                        "prospect_id": row.prospect_id,
                        "result_id": row.result_id,
                        "decision": row.previous,
                        "by_id": row.previous_by,
                        "at": row.previous_at,
                        "version": row.version_before,
                    }
                    for row in rows
                ),
            },
        )


def rows_of(workspace_id: uuid.UUID, action_id: uuid.UUID) -> list[Touched]:
    """Return whom an action of this workspace changed, each person once."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS_OF, [workspace_id, action_id])
        return [
            Touched(
                prospect_id=row[0],
                result_id=row[1],
                previous=row[2],
                previous_by=row[3],
                previous_at=row[4],
                version_before=row[5],
                version_after=row[6],
                decision=row[7],
                version=row[8],
                last_by=row[9],
                last_at=row[10],
            )
            for row in cursor.fetchall()
        ]


def tell(action: Action, kind: str, **what: Any) -> None:
    """Tell the workspace's sockets what was done, by whom and when, on commit."""
    user = action.membership.user
    events.publish_workspace(
        action.membership.workspace_id,
        {
            "type": kind,
            **what,
            "by": {"id": str(user.id), "name": user.get_full_name()},
            "at": events.rfc3339(action.at),
        },
    )


def names_of(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    users = User.objects.filter(id__in=set(user_ids))
    return {user.id: user.get_full_name() for user in users}
