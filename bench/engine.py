"""How fast is the engine, against scripts that do the least, and against dlt?"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from bench import floors
from bench.figures import against, load
from bench.stack import Stack, running

TIMES = 7
PEOPLE = 2500
PAGES = 25


def measure() -> Iterator[str]:
    """Yield (a), (c) and (b)."""
    with running(pace_s=0) as stack:
        floors.make_table(stack)
        yield from _full_speed(stack)
    with running(pace_s=2, latency_s=0.1) as stack:
        floors.make_table(stack)
        yield from _real_pace(stack, pace_s=2)


def _full_speed(stack: Stack) -> Iterator[str]:
    """Run engine, script and dlt in turn, so that a noisy moment meets all three."""
    noise = load()
    accounts = stack.accounts()
    ours, script, same, dlts = [], [], [], []
    for _ in range(TIMES):
        stack.db.execute("TRUNCATE floor.results")
        script.append(floors.bare_script(stack, accounts[0][1]))
        ours.append(stack.seconds_of([stack.create(PEOPLE, account_id=accounts[0][0])]))
        same.append(_same_rows(stack, accounts[0][1]))
        dlts.append(_dlt(stack, accounts[0][1]))
    one, bare, rows, dlt = map(statistics.median, (ours, script, same, dlts))
    yield (
        f"(a) {PEOPLE:,} people at pace 0: {one:.3f} s from created to completed, "
        f"{one * 1000 / PAGES:.1f} ms a page; bare script that stores them as received "
        f"{bare:.3f} s: {against(one, bare)}; that stores the same rows {rows:.3f} s: "
        f"{against(one, rows)}; medians of {TIMES} [{noise}]"
    )
    yield f"(c) dlt, the same pages: {dlt:.3f} s; the engine {against(one, dlt)} of it"
    yield _ten_at_once(stack, [ours_id for ours_id, _ in accounts], bare)


def _ten_at_once(stack: Stack, account_ids: list[str], bare_s: float) -> str:
    noise = load()
    tens = []
    for _ in range(3):
        with ThreadPoolExecutor(len(account_ids)) as pool:
            jobs = list(
                pool.map(lambda one: stack.create(PEOPLE, account_id=one), account_ids)
            )
        tens.append(stack.seconds_of(jobs))
    count, took = len(account_ids), statistics.median(tens)
    return (
        f"(a) {count} searches of {PEOPLE:,} on {count} accounts at pace 0: "
        f"{took:.2f} s, {count * PAGES / took:.0f} pages a second; bare script "
        f"{count} times: {against(took, count * bare_s)}; median of 3 [{noise}]"
    )


def _same_rows(stack: Stack, unipile_account_id: str) -> float:
    """Run the script that stores the engine's rows in a process of its own."""
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c"]
    code = f"from bench import same_rows; same_rows.main({unipile_account_id!r})"
    told = stack.supervisor.run("same_rows", [*shell, code])
    return float(json.loads(told.splitlines()[-1])["seconds"])


def _dlt(stack: Stack, unipile_account_id: str) -> float:
    """Run dlt in a process of its own; its imports and its first, cold run excluded."""
    told = stack.supervisor.run(
        "dlt",
        [
            *(sys.executable, "-m", "bench.dlt_source"),
            *(stack.sandbox_url, unipile_account_id, stack.database_url),
        ],
    )
    return float(json.loads(told.splitlines()[-1])["seconds"])


def _real_pace(stack: Stack, *, pace_s: float) -> Iterator[str]:
    """Run engine and original side by side, each on its own account."""
    noise = load()
    (ours, at_unipile), (_, others) = stack.accounts()[:2]
    stack.db.execute("CREATE TABLE floor.progress AS SELECT 0 AS current")
    with ThreadPoolExecutor(1) as pool:
        original = pool.submit(floors.originals_algorithm, stack, others, pace_s=pace_s)
        seconds = stack.seconds_of([stack.create(PEOPLE, account_id=ours)])
        floor = original.result()
    log = stack.requests(at_unipile)
    gaps = [later["arrived_s"] - one["finished_s"] for one, later in pairwise(log)]
    answering = sum(one["finished_s"] - one["arrived_s"] for one in log)
    ideal = pace_s * (len(log) - 1) + answering
    yield (
        f"(b) {PEOPLE:,} people at {pace_s:g} s: {seconds:.2f} s; the original's loop "
        f"{floor:.2f} s: {against(seconds, floor)}; ideal {ideal:.2f} s: "
        f"x {seconds / ideal:.3f}; {len(log)} requests, least gap {min(gaps):.3f} s, "
        f"at once at most {max(one['busy'] for one in log)} [{noise}]"
    )
