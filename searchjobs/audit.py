"""Do a job's counters, the people it stored and its journal say the same?

Each job is recomputed twice, from its result rows and, apart, from its events. Every
statement compares within one snapshot, so that searches may go on meanwhile: a turn
commits rows, counters and event at once.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import connection

from searchjobs.states import TERMINAL, TRANSITIONS, EventKind, JobStatus, Move


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a job's row says of itself, and what the rows or the journal say."""

    job_id: uuid.UUID
    what: str
    stored: str | None
    recomputed: str | None
    source: str

    def __str__(self) -> str:
        return (
            f"{self.job_id} {self.what}: {self.stored}, "
            f"but {self.recomputed} by its {self.source}"
        )


def audit(job_id: uuid.UUID | None = None) -> list[Difference]:
    """Recompute one job, or all; an empty list says that everything adds up."""
    return [
        Difference(
            job_id=found_id, what=what, stored=stored, recomputed=wanted, source=source
        )
        for source, statement in (
            ("rows", _BY_ROWS),
            ("events", _BY_EVENTS),
            ("events", _ORDER_OF_EVENTS),
        )
        for found_id, what, stored, wanted in _run(statement, job_id)
    ]


Row = tuple[uuid.UUID, str, str | None, str | None]


def _run(statement: str, job_id: uuid.UUID | None) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "job": job_id,
                "terminal": list(TERMINAL),
                "status_kinds": list(_STATUS_AFTER),
                "statuses": list(_STATUS_AFTER.values()),
                "legal": _legal_successions(),
            },
        )
        rows: list[Row] = cursor.fetchall()
        return rows


_STATUS_AFTER = {
    EventKind.CREATED: JobStatus.QUEUED,
    EventKind.STARTED: JobStatus.PROCESSING,
    EventKind.PAUSED: JobStatus.PAUSED,
    EventKind.RESUMED: JobStatus.QUEUED,
    EventKind.RETRIED: JobStatus.QUEUED,
    EventKind.CANCELLED: JobStatus.CANCELLED,
    EventKind.FAILED: JobStatus.FAILED,
    EventKind.COMPLETED: JobStatus.COMPLETED,
}
_MOVES_BEHIND = {
    EventKind.STARTED: (Move.START,),
    EventKind.PAUSED: (Move.PAUSE, Move.PAUSE_FOR_ACCOUNT),
    EventKind.RESUMED: (Move.RESUME, Move.RESUME_FOR_ACCOUNT),
    EventKind.RETRIED: (Move.RETRY,),
    EventKind.CANCELLED: (Move.CANCEL,),
    EventKind.FAILED: (Move.FAIL,),
    EventKind.COMPLETED: (Move.COMPLETE,),
}


def _legal_successions() -> list[str]:
    """Return 'status kind' for each status that an event of this kind may leave."""
    return [
        f"{status} {kind}"
        for kind, moves in _MOVES_BEHIND.items()
        for move in moves
        for status in TRANSITIONS[move][0]
    ]


# Counted on the index of (job, position) alone: the people are not read.
_BY_ROWS = """
WITH people AS (
    SELECT job_id, count(*)::int AS stored,
           min(position) AS first, max(position) AS last
    FROM prospect_search_results
    WHERE %(job)s::uuid IS NULL OR job_id = %(job)s
    GROUP BY job_id
)
SELECT job.id, line.what, line.stored, line.recomputed
FROM prospect_search_jobs job
LEFT JOIN people ON people.job_id = job.id
CROSS JOIN LATERAL (VALUES
    ('progress_current', job.progress_current::text, coalesce(people.stored, 0)::text),
    ('first position', people.first::text, (people.stored * 0)::text),
    ('last position', people.last::text, (people.stored - 1)::text),
    ('total_results', job.total_results::text,
     CASE WHEN job.status = ANY(%(terminal)s) THEN coalesce(people.stored, 0)
          ELSE 0 END::text),
    ('progress_total', job.progress_total::text,
     CASE WHEN job.status = 'completed' THEN coalesce(people.stored, 0)
          ELSE job.target_count END::text),
    ('has completed_at', (job.completed_at IS NOT NULL)::text,
     (job.status = ANY(%(terminal)s))::text)
) AS line (what, stored, recomputed)
WHERE (%(job)s::uuid IS NULL OR job.id = %(job)s)
  AND line.stored IS DISTINCT FROM line.recomputed
ORDER BY job.id, line.what
"""

# A request is journalled with its page, its wait or the end it was. Other kinds may
# stand for one too (a 400 to a cursor, a 401, a cancel under way): they widen the
# range.
_BY_EVENTS = """
WITH event AS MATERIALIZED (
    SELECT job_id, revision, kind, data,
           count(*) FILTER (WHERE kind IN ('cursor_lost', 'replayed')) OVER (
               PARTITION BY job_id ORDER BY revision) AS pass
    FROM prospect_search_events
    WHERE %(job)s::uuid IS NULL OR job_id = %(job)s
), journal AS (
    SELECT job_id,
        max(revision) AS revision, count(*) AS events, max(pass) AS pass,
        count(*) FILTER (WHERE kind = 'page_stored') AS pages,
        count(*) FILTER (WHERE kind = 'retried') AS retries,
        count(*) FILTER (WHERE kind = 'replayed') AS replays,
        max((data->>'missed')::int) FILTER (WHERE kind = 'completed') AS missed,
        count(*) FILTER (WHERE kind = 'page_stored' OR (kind = 'waiting'
            AND (data ? 'failures' OR data->>'scope' = 'account'))
            OR (kind = 'completed' AND data ? 'requests')) AS requests,
        count(*) FILTER (WHERE kind IN ('cursor_lost', 'failed', 'paused', 'cancelled')
            OR (kind = 'waiting' AND data->>'reason' = 'commercial_limit')
            ) AS perhaps_requests,
        bool_or(kind = 'started') AS is_started,
        (array_agg(kind ORDER BY revision DESC)
            FILTER (WHERE kind = ANY(%(status_kinds)s)))[1] AS status_kind
    FROM event GROUP BY job_id
), page AS (
    SELECT job_id, revision, pass, data->>'cursor' AS cursor,
        (data->>'received')::int AS received, (data->>'stored')::int AS stored,
        (data->>'duplicates')::int AS duplicates, (data->>'invalid')::int AS invalid,
        (data->>'surplus')::int AS surplus
    FROM event WHERE kind = 'page_stored'
), ledger AS (
    SELECT job_id, sum(received) AS received, sum(stored) AS stored,
        sum(duplicates) AS duplicates, sum(invalid) AS invalid, sum(surplus) AS surplus
    FROM page GROUP BY job_id
), last_answer AS (
    SELECT DISTINCT ON (page.job_id, cursor) page.job_id, page.received
    FROM page JOIN journal USING (job_id, pass)
    ORDER BY page.job_id, cursor, page.revision DESC
), present_pass AS (
    SELECT job_id, sum(received) AS received FROM last_answer GROUP BY job_id
)
SELECT job.id, line.what, line.stored, line.recomputed
FROM prospect_search_jobs job
LEFT JOIN journal ON journal.job_id = job.id
LEFT JOIN ledger ON ledger.job_id = job.id
LEFT JOIN present_pass ON present_pass.job_id = job.id
CROSS JOIN LATERAL (VALUES
    ('revision', job.revision::text, coalesce(journal.revision, 0)::text),
    ('number of events', job.revision::text, coalesce(journal.events, 0)::text),
    ('next_batch', job.next_batch::text, coalesce(journal.pages, 0)::text),
    ('retry_count', job.retry_count::text, coalesce(journal.retries, 0)::text),
    ('replays', job.replays::text, coalesce(journal.replays, 0)::text),
    ('missed', job.missed::text, journal.missed::text),
    ('is started', (job.started_at IS NOT NULL)::text,
     coalesce(journal.is_started, false)::text),
    ('status', job.status::text,
     (%(statuses)s::text[])[
         array_position(%(status_kinds)s::text[], journal.status_kind::text)]),
    ('progress_current', job.progress_current::text, coalesce(ledger.stored, 0)::text),
    ('received', job.received::text, coalesce(ledger.received, 0)::text),
    ('duplicates', job.duplicates::text, coalesce(ledger.duplicates, 0)::text),
    ('invalid', job.invalid::text, coalesce(ledger.invalid, 0)::text),
    ('surplus', job.surplus::text, coalesce(ledger.surplus, 0)::text),
    ('pass_received', job.pass_received::text,
     coalesce(present_pass.received, 0)::text),
    ('requests', job.requests::text,
     greatest(journal.requests,
              least(job.requests, journal.requests + journal.perhaps_requests))::text)
) AS line (what, stored, recomputed)
WHERE (%(job)s::uuid IS NULL OR job.id = %(job)s)
  AND line.stored IS DISTINCT FROM line.recomputed
ORDER BY job.id, line.what
"""

_ORDER_OF_EVENTS = """
WITH event AS (
    SELECT job_id, revision, kind, data,
        row_number() OVER w AS place,
        lag(kind) OVER w AS before,
        count(*) FILTER (WHERE kind = 'page_stored') OVER w - 1 AS batch,
        count(*) FILTER (WHERE kind IN ('cursor_lost', 'replayed')) OVER w AS pass,
        count(*) FILTER (WHERE kind = ANY(%(status_kinds)s)) OVER w AS changes
    FROM prospect_search_events
    WHERE %(job)s::uuid IS NULL OR job_id = %(job)s
    WINDOW w AS (PARTITION BY job_id ORDER BY revision)
), change AS (
    SELECT job_id, changes, (%(statuses)s::text[])[
        array_position(%(status_kinds)s::text[], kind::text)] AS status
    FROM event WHERE kind = ANY(%(status_kinds)s)
)
SELECT event.job_id, 'event ' || event.revision || ', ' || line.what,
       line.stored, line.recomputed
FROM event
LEFT JOIN change ON change.job_id = event.job_id
    AND change.changes = event.changes - 1 AND event.kind = ANY(%(status_kinds)s)
CROSS JOIN LATERAL (VALUES
    ('its revision', event.revision::text, event.place::text),
    ('whether it is the creation', (event.kind = 'created')::text,
     (event.place = 1)::text),
    ('what follows an end', CASE WHEN event.before = ANY(%(terminal)s)
        THEN event.kind END::text,
     CASE WHEN event.before = ANY(%(terminal)s) THEN 'retried' END),
    ('whether it may follow ' || coalesce(change.status, 'nothing'),
     CASE WHEN event.kind = ANY(%(status_kinds)s) AND event.kind <> 'created'
          THEN (coalesce(change.status, '') || ' ' || event.kind
                = ANY(%(legal)s))::text END,
     CASE WHEN event.kind = ANY(%(status_kinds)s) AND event.kind <> 'created'
          THEN 'true' END),
    ('its page', CASE WHEN event.kind = 'page_stored' THEN event.data->>'batch' END,
     CASE WHEN event.kind = 'page_stored' THEN event.batch END::text),
    ('its pass', CASE WHEN event.kind = 'page_stored'
        THEN event.data->>'pass_number' END,
     CASE WHEN event.kind = 'page_stored' THEN event.pass END::text),
    ('its rows', CASE WHEN event.kind = 'page_stored'
        THEN event.data->>'received' END,
     CASE WHEN event.kind = 'page_stored' THEN (event.data->>'stored')::int
        + (event.data->>'duplicates')::int + (event.data->>'invalid')::int
        + (event.data->>'surplus')::int END::text)
) AS line (what, stored, recomputed)
WHERE line.stored IS DISTINCT FROM line.recomputed
ORDER BY event.job_id, event.revision, line.what
"""
