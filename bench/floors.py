"""What is the least that could do it? Scripts with no lease, journal, ledger or retry.

They ask the same sandbox for the same pages and store into the same table's twin, with
its indexes; its foreign keys are left out.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg

from bench.stack import CEOS_BODY, KEY, Stack

PAGE_SIZE = 100
COLUMNS = "workspace_id, job_id, position, provider_id, person_keys, prospect_data"


def make_table(stack: Stack) -> None:
    """Make the twin that floors store into."""
    stack.db.execute("CREATE SCHEMA floor")
    stack.db.execute(
        "CREATE TABLE floor.results (LIKE prospect_search_results INCLUDING ALL)"
    )


def bare_script(stack: Stack, unipile_account_id: str) -> float:
    """Fetch 2,500 people and COPY each page as received; return the seconds."""
    began = time.perf_counter()
    with psycopg.connect(stack.database_url) as db:
        for batch, items in enumerate(_pages(stack, unipile_account_id)):
            copying = f"COPY floor.results ({COLUMNS}, batch_number) FROM STDIN"
            with db.cursor() as cursor, cursor.copy(copying) as copy:
                for place, item in enumerate(items):
                    copy.write_row(_row(item, batch * PAGE_SIZE + place, batch))
            db.commit()
    return time.perf_counter() - began


def originals_algorithm(
    stack: Stack, unipile_account_id: str, *, pace_s: float
) -> float:
    """Request, store the batch, count it, sleep; return the seconds.

    Source: the original's background function, with a multi-row INSERT as its client
    library sends.
    """
    began = time.perf_counter()
    with psycopg.connect(stack.database_url, autocommit=True) as db:
        for batch, items in enumerate(_pages(stack, unipile_account_id)):
            if batch:
                time.sleep(pace_s)
            rows = [
                _row(item, batch * PAGE_SIZE + place, batch)
                for place, item in enumerate(items)
            ]
            places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows))
            db.execute(
                f"INSERT INTO floor.results ({COLUMNS}, batch_number) VALUES {places}",
                [value for row in rows for value in row],
            )
            db.execute("UPDATE floor.progress SET current = %s", [batch])
    return time.perf_counter() - began


_JOB = uuid.uuid4()


def _row(item: dict[str, Any], position: int, batch: int) -> tuple[object, ...]:
    return (_JOB, _JOB, position, item["id"], [item["id"]], json.dumps(item), batch)


def _pages(stack: Stack, unipile_account_id: str) -> Iterator[list[dict[str, Any]]]:
    query = {"account_id": unipile_account_id, "limit": str(PAGE_SIZE)}
    with httpx.Client(headers={"X-API-KEY": KEY}, timeout=60) as client:
        while True:
            address = f"{stack.sandbox_url}/api/v1/linkedin/search"
            answer = client.post(address, params=query, json=CEOS_BODY).json()
            yield answer["items"]
            if not answer["cursor"]:
                return
            query["cursor"] = answer["cursor"]
