"""What is measured, one function each; each returns lines to print."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from datetime import datetime
from itertools import pairwise
from typing import Any

import websockets

from bench.stack import Stack

FINISHED = ("completed", "failed", "cancelled")


def create_job(stack: Stack, *, times: int = 200, warm_up: int = 20) -> list[str]:
    """POST create-job one after another, over one kept connection."""
    taken_ms = []
    for _ in range(warm_up + times):
        began = time.perf_counter()
        job = stack.create(50)
        taken_ms.append((time.perf_counter() - began) * 1000)
        stack.api.post(f"/api/linkedin/search/jobs/{job['job_id']}/cancel")
    return [f"create-job, {times} sequential: {_spread(taken_ms[warm_up:])} ms"]


def full_speed(stack: Stack) -> list[str]:
    """One search of 2,500 people at pace 0."""
    job = _finish(stack, stack.create(2500)["job_id"])
    seconds = _seconds(job["started_at"], job["completed_at"])
    return [
        f"2,500 people at pace 0: {seconds:.2f} s, {seconds * 1000 / 25:.0f} ms a page"
    ]


def real_pace(stack: Stack, *, pace_s: float) -> list[str]:
    """One search of 2,500 people at the real pace, by the sandbox's own log."""
    stack.forget_requests()
    created = stack.create(2500)
    job = _finish(stack, created["job_id"])
    log = stack.requests()
    gaps = [later["arrived_s"] - one["finished_s"] for one, later in pairwise(log)]
    answering = sum(one["finished_s"] - one["arrived_s"] for one in log)
    ideal = pace_s * (len(log) - 1) + answering
    seconds = _seconds(job["started_at"], job["completed_at"])
    return [
        f"2,500 people at {pace_s} s: {len(log)} requests, "
        f"{job['results_count']} people, {job['completion_reason']}",
        f"  between an answer and the next request: least {min(gaps):.3f} s; "
        f"at once at most {max(one['busy'] for one in log)}",
        f"  {seconds:.2f} s against an ideal {ideal:.2f} s: x {seconds / ideal:.3f}; "
        f"estimated {created['metadata']['estimated_time_seconds']} s",
    ]


def three_on_one_account(stack: Stack) -> list[str]:
    """Three searches on one account: turns, and the time left that each showed."""
    stack.forget_requests()
    account = stack.accounts()[0]["id"]
    jobs = [
        stack.create(target, account_id=account)["job_id"] for target in (500, 800, 300)
    ]
    shown: dict[str, list[tuple[float, float]]] = {job: [] for job in jobs}
    ended: dict[str, float] = {}
    while len(ended) < len(jobs):
        for job_id in jobs:
            job = stack.job(job_id)
            if job["status"] in FINISHED:
                ended.setdefault(job_id, time.time())
            elif job["estimated_seconds_left"] is not None:
                shown[job_id].append((time.time(), job["estimated_seconds_left"]))
        time.sleep(0.5)
    lines = []
    for job_id in jobs:
        at, left = shown[job_id][0]
        actual = ended[job_id] - at
        halfway = shown[job_id][len(shown[job_id]) // 2]
        later = ended[job_id] - halfway[0]
        lines.append(
            f"  first shown {left:.0f} s left, took {actual:.1f} s"
            f" ({left / actual - 1:+.0%}); halfway {halfway[1]:.0f} s,"
            f" took {later:.1f} s ({halfway[1] / later - 1:+.0%})"
        )
    return ["three searches (500, 800, 300) on one account at 2 s:", *lines]


def commit_to_browser(stack: Stack) -> list[str]:
    """From the event's row to the frame in a socket's client, on one machine's clock.

    The row's time is taken a statement before the commit: the figure is a little long.
    """
    waits_ms: list[float] = []
    for _ in range(4):
        waits_ms += asyncio.run(_listen(stack))
    return [
        f"commit to browser, one socket, {len(waits_ms)} frames: {_spread(waits_ms)} ms"
    ]


async def _listen(stack: Stack) -> list[float]:
    job_id = stack.create(2500)["job_id"]
    address = stack.url.replace("http", "ws") + f"/ws/search-jobs/{job_id}"
    seen: dict[int, float] = {}
    protocol: Any = f"token.{stack.token}"
    async with websockets.connect(address, subprotocols=[protocol]) as socket:
        async for message in socket:
            frame = json.loads(message)
            if frame["type"] == "search_job.updated":
                seen[frame["revision"]] = time.time()
                if frame["new"]["status"] in FINISHED:
                    break
    journal = stack.api.get(f"/api/linkedin/search/jobs/{job_id}/events").json()
    written = {
        event["revision"]: _moment(event["created_at"]) for event in journal["events"]
    }
    return [(at - written[revision]) * 1000 for revision, at in seen.items()]


def _finish(stack: Stack, job_id: str) -> dict[str, Any]:
    while (job := stack.job(job_id))["status"] not in FINISHED:
        time.sleep(0.05)
    return job


def _moment(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _seconds(begin: str, end: str) -> float:
    return _moment(end) - _moment(begin)


def _spread(values: list[float]) -> str:
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    median, least = statistics.median(ordered), ordered[0]
    return f"median {median:.1f}, p99 {p99:.1f}, least {least:.1f}"
