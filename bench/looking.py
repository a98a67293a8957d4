"""What does the dispatcher's look cost where a thousand searches wait?

The looks are made by `dispatcher.look` itself, in a process of their own (`main`).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

import django

from bench.figures import load, milliseconds, spread
from bench.stack import running

LOOKS = 200
ACCOUNTS = 100
WAITING = {"bound to a quota": 1000, "paused": 1000, "finished": 10_000}

_ACCOUNTS = """
INSERT INTO user_unipile_accounts
SELECT (jsonb_populate_record(a, jsonb_build_object(
    'id', gen_random_uuid(), 'unipile_account_id', 'filler-' || number))).*
FROM user_unipile_accounts a, generate_series(1, %(accounts)s) number
WHERE a.id = (SELECT id FROM user_unipile_accounts ORDER BY created_at LIMIT 1)
"""
_JOBS = """
INSERT INTO prospect_search_jobs
SELECT (jsonb_populate_record(job, jsonb_build_object(
    'id', gen_random_uuid(), 'account_id', account.id) || %(columns)s::jsonb)).*
FROM prospect_search_jobs job CROSS JOIN generate_series(1, %(jobs)s) number
JOIN (SELECT id, row_number() OVER () - 1 AS place FROM user_unipile_accounts
      WHERE unipile_account_id LIKE 'filler-%%') account
    ON account.place = number %% %(accounts)s
WHERE job.id = %(template)s
"""
_COLUMNS = {
    "bound to a quota": '{"status": "processing", "wait_reason": "daily_quota",'
    ' "next_step_at": "2099-01-01T00:00:00Z"}',
    "paused": '{"status": "paused"}',
    "finished": '{"status": "cancelled", "completed_at": "2026-01-01T00:00:00Z"}',
}


def measure() -> Iterator[str]:
    """Yield what a look costs; no worker and no other dispatcher runs."""
    with running(pace_s=2, works=False) as stack:
        job = stack.create(50)
        stack.db.execute(_ACCOUNTS, {"accounts": ACCOUNTS})
        for what, jobs in WAITING.items():
            values = {"jobs": jobs, "accounts": ACCOUNTS, "template": job}
            stack.db.execute(_JOBS, {**values, "columns": _COLUMNS[what]})
        stack.api.post(f"/api/linkedin/search/jobs/{job}/cancel").raise_for_status()
        stack.db.execute("VACUUM ANALYZE")
        noise = load()
        looks = stack.supervisor.run("looks", [sys.executable, "-m", "bench.looking"])
        waiting = ", ".join(f"{jobs:,} {what}" for what, jobs in WAITING.items())
        yield f"the dispatcher's look, {waiting}: {looks.strip()}; {noise}"


def main() -> None:
    """Make the looks on the database of the environment; print what they took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from searchjobs import dispatcher

    taken_s = []
    for _ in range(LOOKS + 20):
        began = time.perf_counter()
        found = dispatcher.look()
        taken_s.append(time.perf_counter() - began)
        if found.due:
            raise RuntimeError("A search was due: a look that sends is another thing.")
    sys.stdout.write(spread(milliseconds(taken_s[20:])))


if __name__ == "__main__":
    main()
