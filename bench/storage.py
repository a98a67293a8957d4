"""Do pages cost the same whatever is stored, and results at any depth?"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterator

from bench.figures import against, load, milliseconds, spread
from bench.stack import Stack, running

MILLIONS = (0, 1, 10)
SEARCHES = 3  # at full speed, for each size
LARGE = 100_000  # people in the large job of (g)
REQUESTS = 200

_COPY_JOB = """
INSERT INTO prospect_search_jobs
SELECT (jsonb_populate_record(job, jsonb_build_object(
    'id', gen_random_uuid(), 'name', 'filler', 'target_count', %(people)s::int,
    'progress_current', %(people)s::int, 'progress_total', %(people)s::int,
    'total_results', %(people)s::int, 'received', %(people)s::int))).*
FROM prospect_search_jobs job, generate_series(1, %(jobs)s)
WHERE job.id = %(template)s
RETURNING id::text
"""
# About 0.5 kB a row instead of 3: ten million must fit on the disk.
_FILL = """
INSERT INTO prospect_search_results
    (workspace_id, job_id, position, provider_id, person_keys, prospect_data,
     batch_number)
SELECT job.workspace_id, job.id, place, 'ACwAA' || key,
       ARRAY['urn:' || key, 'slug:' || key, 'id:sales_navigator:' || key],
       jsonb_build_object('id', 'linkedin_' || key, 'name', key, 'title', 'CEO'),
       place / 100
FROM (SELECT id, workspace_id, progress_current FROM prospect_search_jobs
      WHERE id = ANY(%s::uuid[]) ORDER BY id) job,
     generate_series(0, job.progress_current - 1) place,
     LATERAL (SELECT md5(job.id::text || place) AS key) keys
"""


def measure() -> Iterator[str]:
    """Yield (f) and (g), on one database that grows."""
    with running(pace_s=0) as stack:
        stack.db.execute("CREATE SCHEMA empty")
        stack.db.execute(
            "CREATE TABLE empty.prospect_search_results"
            " (LIKE prospect_search_results INCLUDING ALL)"
        )
        template = stack.create(2500)
        stack.seconds_of([template])
        for millions in MILLIONS:
            _fill_up(stack, template, millions * 1_000_000)
            yield _page(stack, millions)
        yield from _depth(stack, template)


def _fill_up(stack: Stack, template: str, rows: int) -> None:
    """Fill the table up to so many rows, quickly, and leave the server quiet."""
    [(present,)] = stack.ask("SELECT count(*) FROM prospect_search_results")
    jobs = max(0, (rows - present) // 2500)
    stack.db.execute("SET session_replication_role = replica")  # no foreign keys
    stack.db.execute("SET synchronous_commit = off")
    for begin in range(0, jobs, 400):  # a million rows at a time
        made = _copy_of(stack, template, people=2500, jobs=min(400, jobs - begin))
        stack.db.execute(_FILL, [made])
    stack.db.execute("VACUUM ANALYZE prospect_search_results")
    stack.db.execute("CHECKPOINT")
    stack.db.execute("RESET ALL")


def _copy_of(stack: Stack, template: str, *, people: int, jobs: int) -> list[str]:
    values = {"people": people, "jobs": jobs, "template": template}
    return [job_id for (job_id,) in stack.db.execute(_COPY_JOB, values).fetchall()]


def _page(stack: Stack, millions: int) -> str:
    noise = load()
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c"]
    code = "from bench import storing; storing.main()"
    told = stack.supervisor.run("storing", [*shell, code])
    taken = json.loads(told.splitlines()[-1])
    full, empty = (statistics.median(taken[one]) for one in ("public", "empty"))
    engine = [
        stack.seconds_of([stack.create(2500)]) * 1000 / 25 for _ in range(SEARCHES)
    ]
    return (
        f"(f) a page at {millions} million results: stored in {full:.1f} ms, in an "
        f"empty table beside it {empty:.1f} ms: {against(full, empty)}; the engine's "
        f"whole page {statistics.median(engine):.1f} ms [{noise}]"
    )


def _depth(stack: Stack, template: str) -> Iterator[str]:
    """Read the first and the last page of a large job in turn."""
    noise = load()
    [job_id] = _copy_of(stack, template, people=LARGE, jobs=1)
    stack.db.execute("SET session_replication_role = replica")
    stack.db.execute(_FILL, [[job_id]])
    stack.db.execute("RESET ALL")
    taken: dict[str, list[float]] = {"first": [], "last": []}
    pages = {"first": 1, "last": LARGE // 50}
    for _ in range(REQUESTS):
        for which, page in pages.items():
            query = {"job_id": job_id, "page": str(page), "per_page": "50"}
            began = time.perf_counter()
            answer = stack.api.get("/api/linkedin/search/results", params=query)
            taken[which].append(time.perf_counter() - began)
            assert len(answer.json()["prospects"]) == 50
    ratio = against(*(statistics.median(taken[one]) for one in ("last", "first")))
    for which, page in pages.items():
        yield (
            f"(g) results page {page:,} of {LARGE:,} people: "
            f"{spread(milliseconds(taken[which]))} [{noise}]"
        )
    yield f"(g) the last page against the first: {ratio}"
