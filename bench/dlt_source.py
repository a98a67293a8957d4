"""`python -m bench.dlt_source SANDBOX ACCOUNT DATABASE`: the same search through dlt.

Its REST source pages by the cursor, its PostgreSQL destination stores; one table, rows
appended: the least that dlt can do. Prints the seconds of the second run in a process
and dataset that a first one has warmed.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from typing import Any

os.environ |= {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
}

import dlt
from dlt.sources.rest_api import rest_api_source

from bench.floors import PAGE_SIZE
from bench.stack import CEOS_BODY, KEY


def run(pipeline: dlt.Pipeline, sandbox_url: str, account_id: str) -> float:
    """Fetch and store all pages; return the seconds."""
    source = rest_api_source(
        {
            "client": {
                "base_url": f"{sandbox_url}/api/v1/",
                "headers": {"X-API-KEY": KEY},
                "paginator": {
                    "type": "cursor",
                    "cursor_path": "cursor",
                    "cursor_param": "cursor",
                },
            },
            "resources": [
                {
                    "name": "people",
                    "max_table_nesting": 0,
                    "write_disposition": "append",
                    "endpoint": {
                        "path": "linkedin/search",
                        "method": "POST",
                        "params": {"account_id": account_id, "limit": PAGE_SIZE},
                        "json": CEOS_BODY,
                        "data_selector": "items",
                    },
                }
            ],
        }
    )
    began = time.perf_counter()
    pipeline.run(source)
    return time.perf_counter() - began


def main(sandbox_url: str, account_id: str, database_url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "floor",
            pipelines_dir=folder,
            destination=dlt.destinations.postgres(database_url),
            dataset_name="floor_dlt",
        )
        run(pipeline, sandbox_url, account_id)
        seconds = run(pipeline, sandbox_url, account_id)
        trace: Any = pipeline.last_trace
        rows = trace.last_normalize_info.row_counts["people"]
    sys.stdout.write(json.dumps({"seconds": seconds, "rows": rows}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
