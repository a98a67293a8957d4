"""Do many paced searches end when they could, and what does a worker hold meanwhile?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise

from bench.figures import load
from bench.stack import Stack, running

PACE_S = 2.0
ANSWER_S = 0.5
PEOPLE = 1000  # create-job's default: 10 pages
IDEAL_S = 10 * ANSWER_S + 9 * PACE_S


def measure() -> Iterator[str]:
    """Yield (d) and (e)."""
    with running(pace_s=PACE_S, latency_s=ANSWER_S, accounts=202) as stack:
        for count in (1, 50, 200):
            yield from _side_by_side(stack, count)


def _side_by_side(stack: Stack, count: int) -> Iterator[str]:
    """Let searches on as many accounts begin at the same moment, by the database's."""
    noise = load()
    accounts = stack.accounts()[:count]
    begin_in_s = 2 + 0.05 * count
    stack.db.execute(
        "UPDATE user_unipile_accounts"
        " SET next_turn_at = statement_timestamp() + make_interval(secs => %s)",
        [begin_in_s],
    )
    jobs = [stack.create(PEOPLE, account_id=ours) for ours, _ in accounts]
    time.sleep(begin_in_s + IDEAL_S / 2)
    memory = stack.memory_mb("celery")
    stack.seconds_of(jobs)
    [(took, first)] = stack.ask(
        "SELECT extract(epoch FROM max(completed_at) - min(started_at))::float8,"
        " extract(epoch FROM max(started_at) - min(started_at))::float8"
        " FROM prospect_search_jobs WHERE id = ANY(%s::uuid[])",
        [jobs],
    )
    gap = min(_least_gap(stack, at_unipile) for _, at_unipile in accounts)
    yield (
        f"(d) {count} searches of {PEOPLE:,} on {count} accounts, answers {ANSWER_S} s:"
        f" {took:.2f} s, ideal {IDEAL_S:.2f} s: x {took / IDEAL_S:.3f}; the last began "
        f"{first:.2f} s after the first; least gap {gap:.3f} s [{noise}]"
    )
    yield f"(e) worker with {count} running searches: {memory:.0f} MB resident"


def _least_gap(stack: Stack, unipile_account_id: str) -> float:
    log = stack.requests(unipile_account_id)
    gaps: list[float] = [
        late["arrived_s"] - one["finished_s"] for one, late in pairwise(log)
    ]
    return min(gaps)
