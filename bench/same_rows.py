"""The bare script again, but it stores the very rows that the engine stores.

Run within `manage.py shell`, for the rows are made by the engine's own code. Prints the
seconds of the second of two runs.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from datetime import UTC, datetime

import httpx
import msgspec
import psycopg
from django.conf import settings

from bench.floors import COLUMNS, PAGE_SIZE
from bench.stack import CEOS_BODY
from searchjobs.sources import linkedin
from unipile_client import answers
from unipile_client.types import Api


def main(unipile_account_id: str) -> None:
    run(unipile_account_id)
    sys.stdout.write(json.dumps({"seconds": run(unipile_account_id)}) + "\n")


def run(unipile_account_id: str) -> float:
    """Fetch 2,500 people and COPY each page; return the seconds."""
    began = time.perf_counter()
    query = {"account_id": unipile_account_id, "limit": str(PAGE_SIZE)}
    job, batch = uuid.uuid4(), 0
    headers = {"X-API-KEY": settings.UNIPILE_API_KEY}
    with (
        psycopg.connect(os.environ["DATABASE_URL"]) as db,
        httpx.Client(headers=headers, timeout=60) as client,
    ):
        while True:
            address = f"{settings.UNIPILE_DSN}/api/v1/linkedin/search"
            answer = client.post(address, params=query, json=CEOS_BODY)
            found = answers.read_search(answer.content)
            page = linkedin.page_of(found, Api.SALES_NAVIGATOR, now=datetime.now(UTC))
            copying = f"COPY floor.results ({COLUMNS}, batch_number) FROM STDIN"
            with db.cursor() as cursor, cursor.copy(copying) as copy:
                for place, one in enumerate(page.candidates, batch * PAGE_SIZE):
                    data = msgspec.json.encode(one.prospect_data).decode()
                    keys = one.person_keys
                    copy.write_row(
                        (job, job, place, one.provider_id, keys, data, batch)
                    )
            db.commit()
            if page.next_cursor is None:
                return time.perf_counter() - began
            query["cursor"] = page.next_cursor
            batch += 1
