"""Does a source answer at all? A circuit breaker that all workers share.

             five accounts in a row, or ten turns of
    closed ─ fewer, that the source spoilt ──────────▶ open ◀────────────┐
       ▲                                                │                │ spoilt:
       │                     its time is here, a claim  │                │ twice as
       │                                                ▼                │ long
       └────────────────── answered ─────────────── half open ───────────┘

Half open, one turn at a time asks: the probe. It holds until its lease is over, so one
whose worker died is replaced by the next claim. A 429 is the account's own.

Nobody ever waits for the row: claims read it without a lock, and who finds it locked
leaves it as its holder makes it. It is locked last, after the account and the job; the
accounts it moves are taken where nobody else holds them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from searchjobs.models import SourceHealth
from searchjobs.states import Health, WaitReason
from searchjobs.turns import LockedAccount

MOST_ACCOUNTS = 5
MOST_TROUBLES = 10
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 60.0
LONGEST_RETRY_AFTER_S = 600.0  # told to one account, it holds the others no longer

SPREAD_S = 0.05  # an account: twenty a second come back
LONGEST_SPREAD_S = 30.0

_NO_TROUBLE: dict[str, Any] = {
    "troubles": 0,
    "troubled_accounts": [],
    "failed_probes": 0,
    "retry_at": None,
    "probe_account": None,
}


def shut_until(account: LockedAccount) -> datetime | None:
    """Return when the account's source is next tried, if it is not to be asked now."""
    if not account.source_in_doubt:
        return None
    return (
        SourceHealth.objects.filter(
            source=account.row.provider, state=Health.OPEN, retry_at__gt=Now()
        )
        .values_list("retry_at", flat=True)
        .first()
    )


def admits(account: LockedAccount) -> bool:
    """Say whether the account may ask; where the source does not answer, as its probe.

    The caller has a job to ask for, and writes the lease in this transaction.
    """
    if not account.source_in_doubt:
        return True
    health = SourceHealth.objects.filter(source=account.row.provider)
    if health.filter(state=Health.CLOSED).exists():
        return True
    free = health.filter(retry_at__lte=Now()).exclude(state=Health.CLOSED)
    if free.select_for_update(no_key=True, skip_locked=True).first() is None:
        return False
    lease = timedelta(seconds=settings.SEARCH_LEASE_SECONDS)
    return bool(
        free.update(
            state=Health.HALF_OPEN,
            probe_account=account.id,
            retry_at=Now() + lease + account.pace,
            changed_at=Now(),
        )
    )


def answered(account: LockedAccount) -> None:
    """Note that the source answered this turn, whatever it said."""
    if not account.source_in_doubt:
        return
    health = _locked(account)
    if health is None:
        return
    if health.state == Health.CLOSED:
        _change(health, **_NO_TROUBLE)
    elif health.probe_account == account.id:
        _change(health, state=Health.CLOSED, changed_at=Now(), **_NO_TROUBLE)
        _let_accounts_come_back(account)


def spoilt(
    account: LockedAccount, *, reason: WaitReason, asked_s: float | None
) -> None:
    """Note a turn that ended in a wait of its account; its lease is gone."""
    if reason == WaitReason.PROVIDER_DOWN:
        _count(account, asked_s)
    else:
        answered(account)  # as a 429 is an answer too


def _count(account: LockedAccount, asked_s: float | None) -> None:
    source = account.row.provider
    SourceHealth.objects.bulk_create(
        [SourceHealth(source=source)], ignore_conflicts=True
    )
    health = _locked(account)
    if health is None:
        return
    if health.state != Health.CLOSED:
        _fail_probe(account, health, asked_s)
        return
    who = {*health.troubled_accounts, account.id}
    troubles = health.troubles + 1
    if len(who) < MOST_ACCOUNTS and troubles < MOST_TROUBLES:
        _change(health, troubles=troubles, troubled_accounts=sorted(who))
    else:
        _open(health, failed_probes=0, asked_s=asked_s)


def unclear(account: LockedAccount) -> None:
    """Note an answer that proves nothing: a probe that brought it has failed."""
    health = _locked(account) if account.source_in_doubt else None
    if health is not None:
        _fail_probe(account, health, None)


def _fail_probe(
    account: LockedAccount, health: SourceHealth, asked_s: float | None
) -> None:
    if health.probe_account == account.id:  # else a turn from before it opened
        failed_probes = health.failed_probes + 1
        _open(health, failed_probes=failed_probes, asked_s=asked_s)


def _locked(account: LockedAccount) -> SourceHealth | None:
    rows = SourceHealth.objects.filter(source=account.row.provider)
    return rows.select_for_update(no_key=True, skip_locked=True).first()


def _change(health: SourceHealth, **columns: Any) -> None:
    """Change a locked row that is still as it was read."""
    rows = SourceHealth.objects.filter(source=health.source, state=health.state)
    rows.update(**columns)


def _open(health: SourceHealth, *, failed_probes: int, asked_s: float | None) -> None:
    wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(failed_probes, 30))
    wait_s = max(wait_s, min(asked_s or 0.0, LONGEST_RETRY_AFTER_S))
    _change(
        health,
        state=Health.OPEN,
        failed_probes=failed_probes,
        probe_account=None,
        retry_at=Now() + timedelta(seconds=wait_s),
        changed_at=Now(),
    )
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, {"source": health.source})


# Accounts under way are left alone: their turn's end, or the next claim, sees the row.
_HOLD = """
WITH free AS (
    SELECT a.id, h.retry_at
    FROM source_health h JOIN user_unipile_accounts a ON a.provider = h.source
    WHERE h.source = %(source)s AND a.status = 'ok' AND a.lease_token IS NULL
        AND a.next_turn_at < h.retry_at
        AND EXISTS (SELECT FROM prospect_search_jobs j WHERE j.account_id = a.id
                    AND j.status IN ('queued', 'processing'))
    FOR NO KEY UPDATE OF a SKIP LOCKED
)
UPDATE user_unipile_accounts a
SET next_turn_at = free.retry_at, wait_reason = 'provider_down'
FROM free WHERE a.id = free.id
"""

# What the source itself asked for, more than a breaker ever waits, is still obeyed.
_COME_BACK = """
WITH waiting AS (
    SELECT a.id FROM user_unipile_accounts a
    WHERE a.provider = %(source)s AND a.wait_reason = 'provider_down'
        AND a.lease_token IS NULL AND a.id <> %(probe)s
        AND a.next_turn_at <= statement_timestamp()
            + make_interval(secs => %(longest_wait_s)s)
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE user_unipile_accounts a
SET next_turn_at = statement_timestamp() + make_interval(secs =>
        %(pace_s)s * a.pace_factor + random() * least(
            %(longest_spread_s)s, %(spread_s)s * (SELECT count(*) FROM waiting))),
    wait_reason = '', failures = 0
FROM waiting WHERE a.id = waiting.id
"""


def _let_accounts_come_back(probe: LockedAccount) -> None:
    """Spread the turns of those who waited, so that they do not ask all at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            _COME_BACK,
            {
                "source": probe.row.provider,
                "probe": probe.id,
                "longest_wait_s": LONGEST_WAIT_S,
                "pace_s": settings.SEARCH_PACE_SECONDS,
                "spread_s": SPREAD_S,
                "longest_spread_s": LONGEST_SPREAD_S,
            },
        )
