"""Who sends due accounts to the workers?

A loop, any number of them side by side: one statement finds what is due and marks it
as sent, then it sleeps until the next turn is due. Nothing in its memory matters.
"""

from __future__ import annotations

import logging
import random
import threading
import time
import uuid
from dataclasses import dataclass

from celery import Signature
from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from accounts import rereads
from accounts.models import AccountStatus
from searchjobs import lifecycle, line, tasks, turns
from searchjobs.models import SearchJob
from searchjobs.rows import prepared
from searchjobs.states import JobStatus

logger = logging.getLogger(__name__)

LONGEST_SLEEP_S = 0.25
IDLE_SLEEP_S = 1.0
LONGEST_REDISPATCH_S = 60.0
AFTER_FAILURE_S = 1.0
LOGINS_EACH_S = 15.0
MOST_ACCOUNTS_A_STEP = 10

# When an account may be sent again. It stands in the locking part of the statement too:
# PostgreSQL computes it anew for a row that changed while a rival held it. Where the
# source does not answer one account is sent at a time, the least failed: the probe.
_DUE_AT = """greatest(
    line.next_step_at,
    a.next_turn_at,
    h.retry_at,
    a.lease_expires_at + make_interval(secs => %(pace_s)s * a.pace_factor),
    a.dispatched_at + make_interval(secs => least(
        %(longest_redispatch_s)s,
        %(redispatch_s)s * 2.0 ^ least(greatest(a.dispatches - 1, 0), 10))))"""

_LOOK = f"""
WITH line AS (
    SELECT account_id, min(next_step_at) AS next_step_at
    FROM prospect_search_jobs
    WHERE status IN ('queued', 'processing')
    GROUP BY account_id
), due AS (
    SELECT a.id
    FROM line JOIN user_unipile_accounts a ON a.id = line.account_id
    LEFT JOIN source_health h ON h.source = a.provider
    WHERE a.status = 'ok' AND {_DUE_AT} <= statement_timestamp()
    ORDER BY a.failures, a.next_turn_at
    LIMIT (SELECT max(1) FROM source_health WHERE state <> 'closed')
    FOR NO KEY UPDATE OF a SKIP LOCKED
), sent AS (
    UPDATE user_unipile_accounts a
    SET dispatched_at = statement_timestamp(), dispatches = a.dispatches + 1
    FROM due WHERE a.id = due.id
    RETURNING a.id
), later AS (
    SELECT {_DUE_AT} AS due_at
    FROM line JOIN user_unipile_accounts a ON a.id = line.account_id
    LEFT JOIN source_health h ON h.source = a.provider
    WHERE a.status = 'ok'
)
SELECT
    ARRAY(SELECT id FROM sent),
    (SELECT extract(epoch FROM min(due_at) - statement_timestamp())::float
     FROM later WHERE due_at > statement_timestamp()),
    EXISTS (SELECT FROM line),
    ARRAY(SELECT a.id
          FROM line JOIN user_unipile_accounts a ON a.id = line.account_id
          WHERE a.status <> 'ok'),
    ARRAY(SELECT DISTINCT j.account_id
          FROM prospect_search_jobs j
          JOIN user_unipile_accounts a ON a.id = j.account_id
          WHERE j.status = 'paused' AND j.error_code = 'account_disconnected'
            AND j.paused_by_id IS NULL AND a.status = 'ok')
"""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a look found: accounts to send, and seconds to sleep; accounts out of order
    whose jobs still run, and accounts back in order whose jobs paused for them."""

    due: list[uuid.UUID]
    sleep_s: float
    lost: list[uuid.UUID]
    recovered: list[uuid.UUID]


def look() -> Look:
    """Find the due accounts and mark them as sent, in one statement.

    A rival dispatcher that looks at the same moment skips the rows locked here, and
    afterwards sees dispatched_at: an account is sent by one of them.
    """
    with prepared() as cursor:
        cursor.execute(
            _LOOK,
            {
                "pace_s": settings.SEARCH_PACE_SECONDS,
                "redispatch_s": settings.SEARCH_REDISPATCH_SECONDS,
                "longest_redispatch_s": LONGEST_REDISPATCH_S,
            },
        )
        due, next_due_s, is_active, lost, recovered = cursor.fetchone()
    longest = LONGEST_SLEEP_S if is_active else IDLE_SLEEP_S
    sleep_s = longest if next_due_s is None else min(longest, next_due_s)
    return Look(due=due, sleep_s=max(0.0, sleep_s), lost=lost, recovered=recovered)


def pause_jobs_of(account_id: uuid.UUID) -> int:
    """Pause the jobs that still run on an account which is out of order.

    A turn that meets the loss pauses them itself; a sync only notes the account's
    status, and a person may create or retry a search in that very moment.
    """
    with transaction.atomic():
        account = turns.lock_if_free(account_id)
        if account is None or account.row.status == AccountStatus.OK:
            return 0
        return len(lifecycle.pause_for_account(turns.runnable_jobs(account_id)))


def resume_jobs_of(account_id: uuid.UUID) -> int:
    """Let the jobs go on that paused for an account which is in order again."""
    with transaction.atomic():
        account = turns.lock_if_free(account_id)
        if account is None or account.row.status != AccountStatus.OK:
            return 0
        waiting = SearchJob.objects.filter(
            account_id=account_id,
            status=JobStatus.PAUSED,
            error_code=lifecycle.ACCOUNT_DISCONNECTED,
        ).order_by("created_at")
        ids = list(waiting.values_list("id", flat=True))
        return len(lifecycle.resume_for_account(ids))


def step() -> float:
    """Send what is due, then pause and resume; return how many seconds to sleep.

    An account whose row somebody holds is left to the next look: it must not keep the
    others waiting. Nor may a thousand that are lost or back at once: some of them, then
    what is due is sent again.
    """
    found = look()
    try:
        _send(found.due)
    finally:
        changed = sum(pause_jobs_of(account_id) for account_id in _some(found.lost))
        changed += sum(resume_jobs_of(one_id) for one_id in _some(found.recovered))
    return 0.0 if changed else found.sleep_s


def _some(account_ids: list[uuid.UUID]) -> list[uuid.UUID]:
    """Return few enough for one step, any of them: one that is held keeps its place."""
    return random.sample(account_ids, min(len(account_ids), MOST_ACCOUNTS_A_STEP))


def _send(account_ids: list[uuid.UUID]) -> None:
    for place, account_id in enumerate(account_ids):
        try:
            _send_one(tasks.take_turn.s(str(account_id)))
        except BrokerDown:
            for unsent_id in account_ids[place:]:
                turns.forget_dispatch(unsent_id)
            raise


def _send_one(message: Signature[None]) -> None:
    try:
        message.apply_async()
    except OperationalError as failure:  # kombu's, for whatever the broker does
        logger.warning("broker down, not sent: %s", type(failure).__name__)
        raise BrokerDown from failure


def send_rereads() -> float:
    """Tell a worker where logins are to be read again; return when to look next.

    One message for all of them: they are read one after the other.
    """
    if rereads.is_reread_due():
        _send_one(tasks.reread_logins.s())
    return float(min(LOGINS_EACH_S, settings.ACCOUNT_REREAD_SECONDS))


class BrokerDown(Exception):
    """The broker does not answer; the accounts not sent are due again at once."""


def run(stop: threading.Event) -> None:
    """Look and send until told to stop; wait for a database or broker that is down."""
    quotas_are_current = False  # a setting may have changed while nobody ran
    logins_next = 0.0  # by this machine's clock: only how often to look
    while not stop.is_set():
        try:
            if not quotas_are_current:
                line.look_at_quotas_again()
                quotas_are_current = True
            sleep_s = step()
            if time.monotonic() >= logins_next:
                logins_next = time.monotonic() + send_rereads()
        except BrokerDown:
            sleep_s = AFTER_FAILURE_S
        except DatabaseTrouble as failure:
            logger.warning("database down: %s", type(failure).__name__)
            connection.close()
            sleep_s = AFTER_FAILURE_S
        stop.wait(sleep_s)
