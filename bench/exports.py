"""What does a file of 100,000 people cost the web process, in time and in memory?"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.figures import load
from bench.stack import Stack, running

FOUND = 2500  # by a search; larger ones are copies of its people
SIZES = (10_000, 100_000)
FORMATS = ("csv", "jsonl", "xlsx")

_LARGE = """
WITH job AS (
    INSERT INTO prospect_search_jobs
    SELECT (jsonb_populate_record(job, jsonb_build_object(
        'id', gen_random_uuid(), 'name', 'filler', 'target_count', %(people)s::int,
        'progress_current', %(people)s::int, 'progress_total', %(people)s::int,
        'total_results', %(people)s::int, 'received', %(people)s::int))).*
    FROM prospect_search_jobs job WHERE job.id = %(template)s
    RETURNING id
), people AS (
    INSERT INTO prospect_search_results
        (workspace_id, job_id, position, provider_id, person_keys, prospect_data,
         batch_number)
    SELECT found.workspace_id, job.id, found.position + %(found)s * copy,
           found.provider_id || '-' || copy,
           ARRAY(SELECT concat_ws('-', key, job.id, copy)
                 FROM unnest(found.person_keys) key),
           found.prospect_data, found.batch_number
    FROM job, prospect_search_results found,
         generate_series(0, %(people)s / %(found)s - 1) copy
    WHERE found.job_id = %(template)s
)
SELECT id::text FROM job
"""
_APPROVE = """
import uuid
from accounts.models import Membership
from prospects import services
from prospects.filters import ReviewFilter, Shown
services.decide(
    membership=Membership.objects.get(),
    decision="approved",
    matching=ReviewFilter(job_id=uuid.UUID("{}"), decision=Shown.ALL),
)
"""


def measure() -> Iterator[str]:
    """Yield each format's time and the most memory, of few people and of many."""
    with running(pace_s=0) as stack:
        template = stack.create(FOUND)
        stack.seconds_of([template])
        for people in SIZES:
            job_id = _approved(stack, template, people)
            for file_format in FORMATS:
                yield _export(stack, job_id, people, file_format)


def _approved(stack: Stack, template: str, people: int) -> str:
    """Make a search whose people are all approved."""
    values = {"people": people, "found": FOUND, "template": template}
    stack.db.execute("SET session_replication_role = replica")  # no foreign keys
    [(job_id,)] = stack.db.execute(_LARGE, values).fetchall()
    stack.db.execute("RESET ALL")
    stack.db.execute("VACUUM ANALYZE prospect_search_results")
    # elsewhere than in the web process: it would keep what that takes
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c"]
    stack.supervisor.run("approving", [*shell, _APPROVE.format(job_id)])
    stack.db.execute("VACUUM ANALYZE")
    return str(job_id)


def _export(stack: Stack, job_id: str, people: int, file_format: str) -> str:
    noise, size = load(), 0
    before = stack.memory_mb("uvicorn")
    began = time.perf_counter()
    query = {"job": job_id, "format": file_format, "preset": "excel"}
    with (
        _watched(stack) as seen,
        stack.api.stream(
            "GET", "/api/prospects/export", params=query, timeout=600
        ) as answer,
    ):
        answer.raise_for_status()
        for piece in answer.iter_bytes():
            size += len(piece)
    took = time.perf_counter() - began
    return (
        f"{people:,} people as {file_format}: {took:.1f} s, {size / 1e6:.1f} MB; "
        f"the web process {before:.0f} MB before, at most {seen.most_mb:.0f} [{noise}]"
    )


@dataclass
class _Seen:
    most_mb: float = 0.0
    is_over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def _watched(stack: Stack) -> Iterator[_Seen]:
    """Look at the web process's memory five times a second."""
    seen = _Seen()

    def look() -> None:
        while not seen.is_over.wait(0.2):
            seen.most_mb = max(seen.most_mb, stack.memory_mb("uvicorn"))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        seen.is_over.set()
        looking.join()
