"""The tables that are compared, each in a schema of its own, and what fills them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

PEOPLE_OF_A_JOB = 2500
ROWS_WITHOUT_RAW = """
jsonb_build_object(
    'id', 'linkedin_' || n, 'name', 'Person ' || n, 'firstName', 'Person',
    'lastName', n::text, 'headline', 'Chief executive at Company ' || n % 1000,
    'title', 'Chief executive', 'company', 'Company ' || n % 1000, 'industry', null,
    'linkedinUrl', 'https://www.linkedin.com/in/person-' || n,
    'location', 'Berlin, Germany', 'connectionDegree', n % 3 + 1,
    'source', 'sales_navigator', 'flags', '[]'::jsonb)
"""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A table of results in `partitions` parts by hash of the job; 0 is a plain one."""

    name: str
    partitions: int

    def use(self) -> None:
        """Let this connection's statements mean this table."""
        run(f"SET search_path = {self.name}, public")

    def make(self) -> None:
        by_hash = "PARTITION BY HASH (job_id)" if self.partitions else ""
        run(f"CREATE SCHEMA {self.name}")
        self.use()
        run(
            f"CREATE TABLE {self.name}.prospect_search_results"
            f" (LIKE public.prospect_search_results INCLUDING DEFAULTS) {by_hash}",
            *(
                f"CREATE TABLE part_{number} PARTITION OF prospect_search_results"
                f" FOR VALUES WITH (MODULUS {self.partitions}, REMAINDER {number})"
                for number in range(self.partitions)
            ),
        )

    def add_keys(self) -> None:
        """A key of a partitioned table must hold the column it is divided by."""
        own_id = "id, job_id" if self.partitions else "id"
        run(
            "SET maintenance_work_mem = '512MB'",
            f"ALTER TABLE prospect_search_results ADD PRIMARY KEY ({own_id}),"
            " ADD CONSTRAINT result_person_once_per_job UNIQUE (job_id, provider_id),"
            " ADD CONSTRAINT result_position_once_per_job UNIQUE (job_id, position)",
            "VACUUM (ANALYZE) prospect_search_results",
            "RESET maintenance_work_mem",
            "CHECKPOINT",
        )

    def drop(self) -> None:
        run(f"DROP SCHEMA {self.name} CASCADE")

    def tables(self) -> list[str]:
        """Return the tables that hold rows."""
        if not self.partitions:
            return ["prospect_search_results"]
        return [f"part_{number}" for number in range(self.partitions)]


PLAIN = Layout(name="plain", partitions=0)
DIVIDED = (Layout(name="hash16", partitions=16), Layout(name="hash64", partitions=64))


def fill(jobs: int) -> None:
    """Write the same people into each, then the keys, as a restored table has them."""
    PLAIN.make()
    run(
        "INSERT INTO prospect_search_results (workspace_id, job_id, position,"
        " provider_id, person_keys, prospect_data, batch_number)"
        " SELECT md5('w' || j % 100)::uuid, md5('job' || j)::uuid, position,"
        " 'ACwAA' || left(md5(n::text) || md5(j::text), 34),"
        " ARRAY['urn:li:member:' || n, 'slug:person-' || n, 'id:nav:ACwAA' || n],"
        f" {ROWS_WITHOUT_RAW}, position / 100"
        f" FROM generate_series(1, {jobs}) AS j,"
        f" generate_series(0, {PEOPLE_OF_A_JOB - 1}) AS position,"
        f" LATERAL (SELECT j * {PEOPLE_OF_A_JOB} + position AS n) AS person",
    )
    PLAIN.add_keys()
    for layout in DIVIDED:
        layout.make()
        run(
            "INSERT INTO prospect_search_results"
            " SELECT * FROM plain.prospect_search_results",
        )
        layout.add_keys()


def run(*statements: str) -> None:
    """Run statements, each in a transaction of its own."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def ask(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
