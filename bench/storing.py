"""Store pages into the big table and into an empty twin: run within `manage.py shell`.

In turn, so that a noisy moment meets both. Prints the milliseconds of each.
"""

from __future__ import annotations

import json
import sys
import time
import uuid

from django.db import connection, transaction

from searchjobs import ingest
from searchjobs.candidates import Candidate
from searchjobs.models import SearchJob

PAGES = 100
PAGE_SIZE = 100
TABLE = "prospect_search_results"
# By its name: where only the search path changes, each plan is made anew.
STATEMENTS = {
    "public": ingest._INSERT,
    "empty": ingest._INSERT.replace(TABLE, f"empty.{TABLE}"),
}


def main() -> None:
    """Store 2,500 people a job and begin with the next, as searches do."""
    taken: dict[str, list[float]] = {schema: [] for schema in STATEMENTS}
    person = _person()
    for page in range(PAGES):
        if page % 25 == 0:
            job = _job()
        for schema, times in taken.items():
            people = [
                Candidate(
                    provider_id=(name := f"ACwAA{uuid.uuid4().hex}"),
                    person_keys=[f"urn:{name}", f"slug:{name}", f"id:{name}"],
                    prospect_data=person,
                )
                for _ in range(PAGE_SIZE)
            ]
            job.progress_current = page % 25 * PAGE_SIZE
            ingest._INSERT = STATEMENTS[schema]
            began = time.perf_counter()
            with transaction.atomic():
                ingest.store(job, people, invalid=0, batch=page % 25)
            times.append((time.perf_counter() - began) * 1000)
    sys.stdout.write(json.dumps(taken) + "\n")


def _person() -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prospect_data FROM prospect_search_results"
            " ORDER BY pg_column_size(prospect_data) DESC LIMIT 1"
        )
        person: dict[str, object] = json.loads(cursor.fetchone()[0])
    return person


def _job() -> SearchJob:
    """Return a job that exists, under a new id, in no state that is looked at."""
    job = SearchJob.objects.filter(progress_total=2500)[0]
    job.id = uuid.uuid4()
    job.save(force_insert=True)
    return job
