"""The plain table's people moved into partitions, by the two files of the procedure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from accounts.models import LinkedInAccount, User, Workspace
from bench.partitions.layouts import PEOPLE_OF_A_JOB, PLAIN, ask, run
from prospects.models import Prospect
from searchjobs import ingest
from searchjobs.models import SearchJob

HERE = Path(__file__).parent
# Psycopg reads a percent sign as a placeholder only where parameters are given.
PREPARE = (HERE / "prepare.sql").read_text()
SWITCH = (HERE / "switch.sql").read_text()


def moved(*, jobs: int) -> Iterator[str]:
    """Yield what each step of the procedure took; raises where the copy differs."""
    PLAIN.use()
    _write_the_searches(jobs)
    yield "\nplain moved into 64 parts by prepare.sql and switch.sql"
    yield f"  {'prepare':26}{_took_s(PREPARE):8.1f} s"
    yield f"  {'copy':26}{_took_s('CALL copy_finished_searches()'):8.1f} s"
    with transaction.atomic():
        took_s = _took_s(SWITCH)
    yield f"  {'switch, workers stopped':26}{took_s:8.1f} s"
    _delete_one()
    run("DROP TABLE results_before_parts")


def _took_s(statement: str) -> float:
    began = time.perf_counter()
    run(statement)
    return time.perf_counter() - began


def _write_the_searches(jobs: int) -> None:
    """Give the people their searches and workspaces: 19 of 20 completed, one queued."""
    run(
        "INSERT INTO accounts_workspace (id, name)"
        " SELECT DISTINCT workspace_id, 'North' FROM prospect_search_results",
        "DELETE FROM prospect_search_results WHERE job_id NOT IN"
        f" (SELECT md5('job' || j)::uuid FROM generate_series(1, {jobs}) AS j)",
    )
    user = User.objects.create(email="anna@example.com")
    account = LinkedInAccount.objects.create(
        user=user, workspace=Workspace.objects.all()[0], name="Anna's"
    )
    template = SearchJob.objects.create(
        user=user,
        workspace=account.workspace,
        account=account,
        name="Chief executives",
        search_criteria={},
        search_source="sales_navigator",
        target_count=PEOPLE_OF_A_JOB,
        progress_total=PEOPLE_OF_A_JOB,
        page_size=100,
    )
    columns = [
        field.attname
        for field in SearchJob._meta.concrete_fields
        if field.attname not in ("id", "status", "completed_at", "completion_reason")
    ]
    listed = ", ".join(columns)
    run(
        f"INSERT INTO prospect_search_jobs (id, status, completed_at,"
        f" completion_reason, {listed})"
        " SELECT found.job_id, CASE WHEN found.n % 20 > 0 THEN 'completed'"
        " ELSE 'queued' END, CASE WHEN found.n % 20 > 0 THEN now() END,"
        f" CASE WHEN found.n % 20 > 0 THEN 'exhausted' ELSE '' END, {listed}"
        " FROM (SELECT job_id, row_number() OVER () AS n FROM"
        " (SELECT DISTINCT job_id FROM prospect_search_results) AS one) AS found,"
        f" prospect_search_jobs j WHERE j.id = '{template.id}'",
        "DROP TABLE public.prospect_search_results CASCADE",
        "ALTER TABLE prospects ADD FOREIGN KEY (found_by_id)"
        " REFERENCES prospect_search_results ON DELETE SET NULL",
        "ALTER TABLE prospect_search_results"
        " ADD FOREIGN KEY (job_id) REFERENCES prospect_search_jobs,"
        " ADD FOREIGN KEY (workspace_id) REFERENCES accounts_workspace",
    )


def _delete_one() -> None:
    """Delete a search whose result a decision names: the decision outlives it."""
    [(result_id, job_id)] = ask(
        "SELECT id, job_id FROM prospect_search_results LIMIT 1"
    )
    workspace = Workspace.objects.all()[0]
    kept = Prospect.objects.create(workspace=workspace, found_by_id=result_id)
    ingest.delete_people_of(job_id)
    kept.refresh_from_db()
    assert kept.found_by_id is None
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM prospect_search_jobs WHERE id = %s", [job_id])
