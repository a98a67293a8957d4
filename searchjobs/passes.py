"""What has the present pass over the source's pages brought, by the journal?"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, replace

from searchjobs.rows import prepared
from searchjobs.states import EventKind


def cursor_hash(cursor: str) -> str:
    """Return what the journal keeps of a cursor: never the cursor itself."""
    return hashlib.sha256(cursor.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a page held when it was last asked for, in rows."""

    received: int
    invalid: int


@dataclass(frozen=True, kw_only=True)
class PassHistory:
    """What the journal says of the present pass over the source's pages.

    `number` counts passes from 0; `answers` maps the hash of each cursor asked in this
    pass to its last answer; `may_begin_anew` is invariant 9's once: no cursor was lost
    since somebody was last stored, or since a person said retry. `last_pass_received`
    are the rows of the pass before the last replay, None without one; and
    `brought_somebody` is whether anybody was stored since that began.
    """

    number: int
    answers: dict[str, Answer]
    may_begin_anew: bool
    last_pass_received: int | None
    brought_somebody: bool

    def with_page(
        self, cursor: str, *, received: int, invalid: int, stored: int
    ) -> PassHistory:
        """Return the history with one page more."""
        answer = Answer(received=received, invalid=invalid)
        return replace(
            self,
            answers=self.answers | {cursor: answer},
            may_begin_anew=self.may_begin_anew or stored > 0,
            brought_somebody=self.brought_somebody or stored > 0,
        )


_PAGING_KINDS = (
    EventKind.PAGE_STORED,
    EventKind.CURSOR_LOST,
    EventKind.REPLAYED,
    EventKind.RETRIED,
)
_PAGING_EVENTS = """
    SELECT kind, data::text FROM prospect_search_events
    WHERE job_id = %s AND kind = ANY(%s) ORDER BY revision
"""


def pass_history(job_id: uuid.UUID) -> PassHistory:
    """Read the journal for the present pass."""
    number, answers, may_begin_anew = 0, dict[str, Answer](), True
    last_pass_received, brought_somebody = None, True
    with prepared() as cursor:
        cursor.execute(_PAGING_EVENTS, [job_id, list(_PAGING_KINDS)])
        journal = cursor.fetchall()
    for kind, text in journal:
        data = json.loads(text)
        if kind == EventKind.CURSOR_LOST:
            number, answers, may_begin_anew = number + 1, {}, False
        elif kind == EventKind.REPLAYED:
            last_pass_received = sum(answer.received for answer in answers.values())
            number, answers, brought_somebody = number + 1, {}, False
        elif kind == EventKind.RETRIED:
            may_begin_anew = True
        else:
            answers[data["cursor"]] = Answer(
                received=data["received"], invalid=data["invalid"]
            )
            may_begin_anew = may_begin_anew or data["stored"] > 0
            brought_somebody = brought_somebody or data["stored"] > 0
    return PassHistory(
        number=number,
        answers=answers,
        may_begin_anew=may_begin_anew,
        last_pass_received=last_pass_received,
        brought_somebody=brought_somebody,
    )
