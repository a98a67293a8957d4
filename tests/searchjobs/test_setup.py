"""Setting up the tables: twice, at once, and where they are broken."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection

from searchjobs import setup

BOTH = {"prospect_search_jobs": True, "prospect_search_results": True}


@pytest.mark.django_db
def test_run_twice_the_tables_are_still_there() -> None:
    assert [setup.set_up(), setup.set_up()] == [BOTH, BOTH]


@pytest.mark.django_db
def test_a_table_that_lacks_a_column_is_not_verified() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE prospect_search_jobs DROP COLUMN doubts")
    assert setup.verify_tables() == BOTH | {"prospect_search_jobs": False}


@pytest.mark.django_db
def test_a_table_that_is_gone_is_not_verified() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE prospect_search_results CASCADE")
    assert setup.verify_tables() == BOTH | {"prospect_search_results": False}


@pytest.mark.django_db(transaction=True)
def test_at_once_from_nothing_one_migrates_and_all_find_the_tables() -> None:
    call_command("migrate", "searchjobs", "zero", verbosity=0)
    start = threading.Barrier(3)

    def run(_: int) -> dict[str, bool]:
        start.wait()
        try:
            return setup.set_up()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(run, range(3))) == [BOTH] * 3
