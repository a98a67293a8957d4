"""One round: searches are created, everything goes wrong, and it is judged."""

from __future__ import annotations

import io
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import httpx
from django.core.management import CommandError, call_command
from django.db import connection

from chaos import evidence
from chaos.judge import Findings, judge
from chaos.plans import Deed, Plan, Wish
from chaos.stack import Stack
from config.processes import DEMO_EMAIL

TICK_S, LOOK_S = 0.01, 0.4
AGAIN_AFTER_S = 0.05
CREATED_WITHIN_S = 60
STUCK_AFTER_S = 75.0  # without a single event, once all mischief is over
LONGER_S = 4.0
MOST_REQUESTS = 5_000
UNAVAILABLE = (502, 503)


@dataclass(frozen=True, kw_only=True)
class Round:
    """A round that was played, and what it showed."""

    plan: Plan
    people: int
    requests: int
    spoilt: int
    seconds: float
    findings: Findings


def play(stack: Stack, plan: Plan) -> Round:
    """Play one round; it ends when every search has, or none gets on any more."""
    _forget_last_round(stack)
    stack.sandbox.set_latency(plan.latency_s)
    stack.sandbox.put_faults(plan.faults)
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        creating = pool.submit(_create_all, stack, plan.wishes, began)
        died = _let_it_happen(stack, Mischief(stack, plan.deeds), creating)
        ids = creating.result()
    seconds = time.monotonic() - began
    stack.sandbox.release()
    found = evidence.collect(stack.sandbox, plan.wishes, ids)
    findings = judge(found)
    for name in died:
        findings.add("died", 1, name)
    for line in _audit():
        findings.add("audit", 1, line)
    asked = [one for requests in found.requests.values() for one in requests]
    return Round(
        plan=plan,
        people=sum(len(job.people) for job in found.jobs),
        requests=len(asked),
        spoilt=sum(one.faults != ("",) for one in asked),
        seconds=seconds,
        findings=findings,
    )


def _forget_last_round(stack: Stack) -> None:
    stack.calm()
    stack.sandbox.reset()
    _sync()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE prospect_search_jobs, idempotency_keys CASCADE")
        cursor.execute(
            "UPDATE user_unipile_accounts SET next_turn_at = now(), failures = 0,"
            " wait_reason = ''"
        )


def _create_all(stack: Stack, wishes: Sequence[Wish], began: float) -> list[str]:
    """Create the searches at their moments; return their ids in that order.

    Those whose account is lost come again, later than all others.
    """
    ids = dict[str, str]()
    waiting = deque(wishes)
    while waiting:
        wish = waiting.popleft()
        time.sleep(max(0.0, began + wish.at_s - time.monotonic()))
        id = _create(stack, wish)
        if id is None:
            waiting.append(replace(wish, at_s=wish.at_s + AGAIN_AFTER_S))
        else:
            ids[wish.key] = id
    return [ids[wish.key] for wish in wishes]


def _create(stack: Stack, wish: Wish) -> str | None:
    """Send the same request until it is answered, as a client with a key does.

    None says that the account is lost.
    """
    deadline = time.monotonic() + CREATED_WITHIN_S
    body = {
        "search_criteria": wish.criteria,
        "target_count": wish.target,
        "account_id": wish.account.id,
    }
    while True:
        try:
            answer = stack.api.post(
                "/api/linkedin/search/create-job",
                json=body,
                headers={"Idempotency-Key": wish.key},
            )
            if answer.is_success:
                return str(answer.json()["job_id"])
            said = f"create-job: {answer.status_code} {answer.text}"
            if "no_linkedin_account" in said:
                return None
            if answer.status_code not in UNAVAILABLE or time.monotonic() > deadline:
                raise RuntimeError(said)
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
        time.sleep(AGAIN_AFTER_S)


@dataclass(frozen=True, kw_only=True)
class Undo:
    """What undoes a deed, and when.

    A worker that was away comes back when another has just taken over a turn: then it
    is too late by a moment, whatever the machine's load.
    """

    at_s: float
    latest_s: float
    lost_leases: int
    undo: Callable[[], None]


class Mischief:
    """The deeds still to do, and those still to undo."""

    def __init__(self, stack: Stack, deeds: Sequence[Deed]) -> None:
        self._stack = stack
        self._to_do = deque(deeds)
        self._to_undo: list[Undo] = []

    def go_on(self, elapsed_s: float) -> None:
        """Do and undo what is due."""
        for one in [one for one in self._to_undo if one.at_s <= elapsed_s]:
            if elapsed_s < one.latest_s and _lost_leases() <= one.lost_leases:
                continue
            self._to_undo.remove(one)
            one.undo()
        if self._to_do and self._to_do[0].at_s <= elapsed_s:
            deed = self._to_do.popleft()
            undo = self._do(deed)
            if undo is not None:
                at_s = elapsed_s + deed.for_s
                patience_s = LONGER_S if deed.process else 0.0
                self._to_undo.append(
                    Undo(
                        at_s=at_s,
                        latest_s=at_s + patience_s,
                        lost_leases=_lost_leases(),
                        undo=undo,
                    )
                )

    @property
    def is_over(self) -> bool:
        return not (self._to_do or self._to_undo)

    def _do(self, deed: Deed) -> Callable[[], None] | None:
        """Do it; return what undoes it."""
        stack, servers = self._stack, self._stack.servers
        match deed.what:
            case "kill":
                stack.kill(deed.process)
            case "kill at commit":
                stack.kill_at_commit(deed.process)
            case "hold":
                stack.hold(deed.process)
                return partial(stack.let_go, deed.process)
            case "freeze":
                stack.freeze(deed.process)
                return partial(stack.thaw, deed.process)
            case "crash postgres":
                servers.crash_postgres()
                servers.start_postgres()
                connection.close()  # ours was to the server that is gone
            case "flush redis":
                servers.flush_valkey()
            case "kill redis":
                servers.kill_valkey()
                return servers.start_valkey
        return None


def _let_it_happen(
    stack: Stack, mischief: Mischief, creating: Future[list[str]]
) -> list[str]:
    """Return who died unasked, once all have ended or none gets on any more."""
    died: list[str] = []
    began = changed = time.monotonic()
    look_at, stood = began, (0, 0)
    while True:
        mischief.go_on(time.monotonic() - began)
        if time.monotonic() >= look_at:
            look_at = time.monotonic() + LOOK_S
            died += stack.revive()
            _reconnect_accounts(stack)
            standing = _standing()
            if standing != stood or not mischief.is_over:
                stood, changed = standing, time.monotonic()
            is_done = mischief.is_over and creating.done() and not standing[0]
            is_stuck = time.monotonic() - changed > STUCK_AFTER_S
            if is_done or is_stuck or len(stack.sandbox.requests()) > MOST_REQUESTS:
                return died
        time.sleep(TICK_S)


def _lost_leases() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM prospect_search_events WHERE kind = 'lease_lost'"
        )
        count: int = cursor.fetchone()[0]
        return count


def _standing() -> tuple[int, int]:
    """Return how many searches are under way, and how many events there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE completed_at IS NULL),"
            " coalesce(sum(revision), 0)::int FROM prospect_search_jobs"
        )
        running, events = cursor.fetchone()
        return running, events


def _reconnect_accounts(stack: Stack) -> None:
    """Give the lost logins back, as their owners would; the engine reads it itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unipile_account_id FROM user_unipile_accounts WHERE status <> 'ok'"
        )
        lost = [row[0] for row in cursor.fetchall()]
    for account_id in lost:
        stack.sandbox.set_account_status(account_id, "OK")


def _sync() -> None:
    call_command("sync_linkedin_accounts", owner=DEMO_EMAIL, stdout=io.StringIO())


def _audit() -> list[str]:
    said = io.StringIO()
    try:
        call_command("audit_jobs", stdout=said)
    except CommandError:
        return said.getvalue().splitlines()
    return []
