"""What the project's own statements cost on each layout."""

from __future__ import annotations

import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from hashlib import md5
from typing import TypeVar

from bench.partitions import layouts, move
from bench.partitions.layouts import DIVIDED, PEOPLE_OF_A_JOB, PLAIN, Layout, ask, run
from prospects import people, review
from prospects.filters import Place, ReviewFilter, Shown, cursor_of
from searchjobs import ingest
from searchjobs.candidates import Candidate
from searchjobs.models import SearchJob

PAGE_SIZE = 100
_RANDOM = random.Random(1)
Subject = TypeVar("Subject")


def all_layouts(*, jobs: int) -> Iterator[str]:
    """Fill all layouts, take each measure on one after the other, then move; yields
    the report's lines."""
    layouts.fill(jobs)
    yield f"{jobs * PEOPLE_OF_A_JOB / 1e6:.1f} million people in {jobs} searches"
    known = [
        _job_id(number) for number in _RANDOM.sample(range(1, jobs + 1), min(200, jobs))
    ]
    measures: dict[str, Callable[[Layout], str]] = {
        "table, its three keys": _sizes,
        "page of 100 stored": lambda _: _pages_stored(),
        "page of 100 read": lambda _: _timed(known, _read_page),
        "counts by decision": lambda _: _timed(known[:50], _count),
        "pending people listed": lambda _: _timed(known, _list_pending),
        "100 people by their ids": lambda _: _timed(
            [_ids_of(job_id) for job_id in known[50:100]], _read_by_ids
        ),
        "search of 2,500 deleted": lambda _: _timed(
            known[:40], ingest.delete_people_of
        ),
        "vacuum after that": _vacuumed,
    }
    for what, measure in measures.items():
        yield f"\n{what}"
        for layout in (PLAIN, *DIVIDED):
            layout.use()
            yield f"  {layout.name:8}{measure(layout)}"
    for layout in DIVIDED:
        layout.drop()
    yield from move.moved(jobs=jobs)


def _job_id(number: int) -> uuid.UUID:
    return uuid.UUID(md5(f"job{number}".encode()).hexdigest())


def _pages_stored() -> str:
    """Twenty searches side by side, whose pages come in turn, fifteen each."""
    jobs = [
        SearchJob(id=uuid.uuid4(), workspace_id=uuid.uuid4(), progress_total=2500)
        for _ in range(20)
    ]
    pages = [(job, number) for number in range(15) for job in jobs]

    def store(page: tuple[SearchJob, int]) -> None:
        job, number = page
        job.progress_current = number * PAGE_SIZE
        ingest.store(job, _candidates(job, number), invalid=0, batch=number)

    return _timed(pages, store)


def _candidates(job: SearchJob, number: int) -> list[Candidate]:
    return [
        Candidate(
            provider_id=f"ACwAA{job.id.hex}{number}-{place}",
            person_keys=[f"urn:{uuid.uuid4()}", f"slug:person-{uuid.uuid4()}"],
            prospect_data={"name": "Person", "headline": "Chief executive " * 12},
        )
        for place in range(PAGE_SIZE)
    ]


def _count(job_id: uuid.UUID) -> None:
    assert review.counts([job_id])[job_id].pending == PEOPLE_OF_A_JOB


def _read_page(job_id: uuid.UUID) -> None:
    _rows(ReviewFilter(job_id=job_id, decision=Shown.ALL), position=2000)


def _list_pending(job_id: uuid.UUID) -> None:
    _rows(ReviewFilter(job_id=job_id), position=500)


def _rows(chosen: ReviewFilter, *, position: int) -> None:
    after = cursor_of(Place(key="", position=position))
    assert len(review.rows(chosen, after=after).rows) == PAGE_SIZE


def _ids_of(job_id: uuid.UUID) -> list[object]:
    found = ask(
        f"SELECT id FROM prospect_search_results WHERE job_id = '{job_id}' LIMIT 100"
    )
    return [one for (one,) in found]


def _read_by_ids(ids: list[object]) -> None:
    listed = ", ".join(f"'{one}'" for one in ids)
    person = people.named("id").replace("r.workspace_id = %(workspace)s AND ", "")
    assert len(ask(person.replace("%(ids)s", f"ARRAY[{listed}]"))) == len(ids)


def _timed(subjects: list[Subject], act: Callable[[Subject], object]) -> str:
    """Do it for each; say the fastest tenth, the median, and the blocks read."""
    before = _blocks_read()
    took_ms = []
    for subject in subjects:
        began = time.perf_counter()
        act(subject)
        took_ms.append((time.perf_counter() - began) * 1000)
    blocks = (_blocks_read() - before) / len(subjects)
    median, fast = statistics.median(took_ms), statistics.quantiles(took_ms, n=10)[0]
    return f"{fast:8.1f} ms  median {median:7.1f}  {blocks:7.1f} blocks read"


def _blocks_read() -> int:
    """Return the blocks that PostgreSQL asked the system for so far."""
    run("SELECT pg_stat_force_next_flush()")
    [(blocks,)] = ask(
        "SELECT coalesce(sum(heap_blks_read + coalesce(idx_blks_read, 0)), 0)::bigint"
        " FROM pg_statio_user_tables"
    )
    assert isinstance(blocks, int)
    return blocks


def _sizes(layout: Layout) -> str:
    parts = " UNION ALL ".join(f"SELECT '{one}'::regclass" for one in layout.tables())
    [(heap, keys)] = ask(
        "SELECT sum(pg_table_size(part)) / 1e6, sum(pg_indexes_size(part)) / 1e6"
        f" FROM ({parts}) AS p(part)"
    )
    return f"{heap:8.0f} MB {keys:8.0f} MB"


def _vacuumed(layout: Layout) -> str:
    took_s = []
    for table in layout.tables():
        began = time.perf_counter()
        run(f"VACUUM {table}")
        took_s.append(time.perf_counter() - began)
    return f"{sum(took_s):8.1f} s, longest table {max(took_s):.2f} s"
