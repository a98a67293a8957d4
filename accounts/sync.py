"""GET /accounts → account rows: who is connected at Unipile, and in which state?

    1 note    the database's time
    2 ask     every page of the list, or one account              no transaction
    3 write   each account by itself, locked                       a transaction each

Between 1 and 3 a turn may find the login lost, or a later sync may write what it saw:
both note when, and what this sync read before that is older, so it is not written.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from accounts import rereads
from accounts.errors import Refusal
from accounts.models import AccountStatus, LinkedInAccount, Membership
from unipile_client import errors
from unipile_client.client import UnipileClient
from unipile_client.types import Account

NO_NAME = "LinkedIn account"
LONGEST_NAME = 200
LONGEST_ID = 100
LONGEST_FEATURE = 30
PROVIDER = "linkedin"
REREAD_WITHIN_S = 10.0

Item = TypeVar("Item", covariant=True)

_STATUS_OF_WORD = {
    "OK": AccountStatus.OK,
    "CONNECTING": AccountStatus.CONNECTING,
    "CREDENTIALS": AccountStatus.CREDENTIALS,
    "PERMISSIONS": AccountStatus.PERMISSIONS,
    "STOPPED": AccountStatus.STOPPED,
}


@dataclass(kw_only=True)
class SyncOutcome:
    """What a sync found and did; the lists hold our ids.

    `listed` counts the LinkedIn accounts at Unipile; `unclaimed` those among them that
    nobody here owns, because the sync had no owner for new ones.
    """

    listed: int = 0
    unclaimed: int = 0
    added: list[uuid.UUID] = field(default_factory=list)
    changed: list[uuid.UUID] = field(default_factory=list)  # their status


def sync(*, owner: Membership | None) -> SyncOutcome:
    """Make the account rows say what Unipile says of them.

    Accounts that are not known yet become `owner`'s, in that workspace; without an
    owner they are left alone. What Unipile no longer lists becomes `deleted`.

    Raises:
        Refusal: source_not_configured, or Unipile's own code (502): then the list was
            not read to its end, and nothing was written.
    """
    began = _database_time()
    with unipile() as client:
        listed = [one for one in whole_list(client.accounts) if is_ours(one)]
    outcome = SyncOutcome(listed=len(listed))
    for account in listed:
        with transaction.atomic():
            write(account, owner=owner, began=began, outcome=outcome)
    _write_missing(listed, began=began, outcome=outcome)
    return outcome


def reread(account_id: uuid.UUID) -> bool:
    """Make one row say what Unipile says of it now; True where its status changed.

    Raises:
        Refusal: as `sync` does; nothing was written.
    """
    rows = LinkedInAccount.objects.filter(
        id=account_id, unipile_account_id__isnull=False
    )
    unipile_id = rows.values_list("unipile_account_id", flat=True).first()
    if unipile_id is None:  # it was deleted meanwhile
        return False
    reading = read(unipile_id)
    outcome = SyncOutcome()
    with transaction.atomic():
        if reading.account is not None:
            write(reading.account, owner=None, began=reading.began, outcome=outcome)
        else:
            _write_deleted(rows, began=reading.began, outcome=outcome)
    return bool(outcome.changed)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What Unipile says of one account, None: it has none; asked from `began` on."""

    account: Account | None
    began: datetime


def read(unipile_id: str) -> Reading:
    """Ask Unipile for one account, writing nothing.

    Raises:
        Refusal: as `sync` does.
    """
    began = _database_time()
    with unipile() as client:
        return Reading(account=_read_one(client, unipile_id), began=began)


def _read_one(client: UnipileClient, unipile_id: str) -> Account | None:
    """Return the account, None where Unipile says that it has none.

    A 404 in other words is a wrong address: it must not delete every account.
    """
    try:
        return client.account(unipile_id, deadline_s=REREAD_WITHIN_S)
    except errors.GiveUp as failure:
        if failure.word == "resource_not_found":
            return None
        raise


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now


@contextmanager
def unipile() -> Iterator[UnipileClient]:
    """Give a client; what goes wrong with it is a Refusal.

    Raises:
        Refusal: source_not_configured, or Unipile's own code (502).
    """
    dsn, api_key = settings.UNIPILE_DSN, settings.UNIPILE_API_KEY
    if not (dsn and api_key):
        raise Refusal(
            "LinkedIn is not set up here: UNIPILE_DSN or UNIPILE_API_KEY is missing.",
            code="source_not_configured",
        )
    try:
        with UnipileClient(dsn=dsn, api_key=api_key) as client:
            yield client
    except ValueError as wrong:  # in address or key, never repeated
        raise Refusal(str(wrong), code="source_not_configured") from None
    except errors.UnipileError as failure:
        said = f"Unipile could not be asked: {failure}"
        raise Refusal(said, code=failure.code, status=502) from None


class _Page(Protocol[Item]):
    @property
    def items(self) -> tuple[Item, ...]: ...
    @property
    def cursor(self) -> str | None: ...


def whole_list(page_at: Callable[..., _Page[Item]]) -> Iterator[Item]:
    """Read one of Unipile's lists to its last page.

    A cursor that comes again would lead round for ever, and its list is not whole.
    """
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        page = page_at(cursor=cursor)
        yield from page.items
        if page.cursor is None:
            return
        if page.cursor in seen:
            raise errors.UnreadableAnswer(
                code="unreadable_answer", title="the list leads in a circle"
            )
        seen.add(page.cursor)
        cursor = page.cursor


def is_ours(account: Account) -> bool:
    return account.is_linkedin and len(account.id) <= LONGEST_ID


def write(
    account: Account,
    *,
    owner: Membership | None,
    began: datetime,
    outcome: SyncOutcome,
) -> None:
    """Make a row say what was read, within the caller's transaction."""
    status = _STATUS_OF_WORD.get(account.status, AccountStatus.ERROR)
    seen = {
        "name": account.name[:LONGEST_NAME] or NO_NAME,
        "premium_features": [
            name for name in account.premium_features if len(name) <= LONGEST_FEATURE
        ],
        "synced_at": began,
    }
    rows = LinkedInAccount.objects.filter(unipile_account_id=account.id)
    row = rows.select_for_update(no_key=True).first()
    if row is not None:
        rows.filter(_older_than(began)).update(**seen)
        _write_status(rows, status, began=began, outcome=outcome)
    elif owner is None:
        outcome.unclaimed += 1
    else:
        added, is_new = rows.get_or_create(
            unipile_account_id=account.id,
            defaults={
                "user": owner.user,
                "workspace": owner.workspace,
                "status": status,
                **seen,
            },
        )
        if is_new:  # else a sync beside this one was faster
            outcome.added.append(added.id)
            if status != AccountStatus.OK:
                rereads.set_status(rows, status)  # and have it read again


def _older_than(began: datetime) -> Q:
    """What this row was last told by a sync is older than what this one read."""
    return Q(synced_at__isnull=True) | Q(synced_at__lte=began)


def _write_status(
    rows: QuerySet[LinkedInAccount],
    status: AccountStatus,
    *,
    began: datetime,
    outcome: SyncOutcome,
) -> None:
    changing = rows.filter(_older_than(began), status_changed_at__lt=began)
    ids = list(changing.exclude(status=status).values_list("id", flat=True))
    changed = rereads.set_status(changing.filter(id__in=ids), status)
    outcome.changed.extend(ids if changed else [])


def _write_missing(
    listed: Iterable[Account], *, began: datetime, outcome: SyncOutcome
) -> None:
    """Note which logins Unipile no longer has, unless they came while it was asked."""
    missing = LinkedInAccount.objects.filter(
        provider=PROVIDER, unipile_account_id__isnull=False, created_at__lt=began
    ).exclude(unipile_account_id__in=[account.id for account in listed])
    for account_id in missing.values_list("id", flat=True):
        with transaction.atomic():
            rows = LinkedInAccount.objects.filter(id=account_id)
            _write_deleted(rows, began=began, outcome=outcome)


def _write_deleted(
    rows: QuerySet[LinkedInAccount], *, began: datetime, outcome: SyncOutcome
) -> None:
    rows.select_for_update(no_key=True).first()
    _write_status(rows, AccountStatus.DELETED, began=began, outcome=outcome)
