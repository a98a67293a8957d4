"""Unipile's webhook of account statuses: who may call it, and how Unipile learns of it.

Unipile signs nothing: a header that we choose when we connect the webhook is the only
proof of who calls. So nothing a call says is believed; it only makes an account due for
being read again.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare

from accounts.errors import Refusal
from accounts.sync import unipile, whole_list
from unipile_client.client import UnipileClient

logger = logging.getLogger(__name__)

PATH = "/api/webhooks/unipile/account-status"
SECRET_HEADER = "Unipile-Auth"
LEAST_SECRET = 32
NAME = "Shortlist"
# Messages that say nothing of whether an account can search.
NO_NEWS = frozenset({"SYNC_SUCCESS"})


def is_authentic(secret: str) -> bool:
    """Say whether a call carries our secret, in a time that tells nothing of it.

    Raises:
        Refusal: not_found where no secret is set here; the log says so once.
    """
    if not is_open():
        _say_that_it_is_closed()
        raise Refusal("There is no webhook here.", code="not_found", status=404)
    return constant_time_compare(secret, settings.UNIPILE_WEBHOOK_SECRET)


def is_open() -> bool:
    return len(settings.UNIPILE_WEBHOOK_SECRET) >= LEAST_SECRET


@cache
def _say_that_it_is_closed() -> None:
    logger.warning(
        "a webhook was called and refused: UNIPILE_WEBHOOK_SECRET has less than %s "
        "characters here",
        LEAST_SECRET,
    )


def login_of(body: Any) -> str | None:
    """Return the Unipile id of the account that a call is about; None: no news.

    Raises:
        Refusal: invalid_request for what is no account status at all.
    """
    status = body.get("AccountStatus") if isinstance(body, dict) else None
    told = status if isinstance(status, dict) else {}
    account_id = told.get("account_id")
    if not isinstance(account_id, str) or "\0" in account_id:
        raise Refusal("This is no account status of Unipile's.")
    message = told.get("message")
    return None if isinstance(message, str) and message in NO_NEWS else account_id


def connect(request_url: str) -> int:
    """Have Unipile tell this address, and no longer by an older secret.

    Returns how many webhooks it replaced: made first and removed then, so that nothing
    goes untold; a status told twice changes nothing.

    Raises:
        Refusal: no secret is set here, or Unipile could not be asked.
    """
    if not is_open():
        raise Refusal(
            f"Set UNIPILE_WEBHOOK_SECRET to {LEAST_SECRET} characters or more first.",
            code="source_not_configured",
        )
    with unipile() as client:
        former = _webhooks_to(client, request_url)
        client.create_webhook(
            request_url=request_url,
            headers={SECRET_HEADER: settings.UNIPILE_WEBHOOK_SECRET},
            name=NAME,
        )
        for webhook_id in former:
            client.delete_webhook(webhook_id)
    return len(former)


def disconnect(request_url: str) -> int:
    """Have Unipile tell this address nothing more; return how many webhooks it had.

    Raises: Refusal, as `connect` does.
    """
    with unipile() as client:
        former = _webhooks_to(client, request_url)
        for webhook_id in former:
            client.delete_webhook(webhook_id)
    return len(former)


def _webhooks_to(client: UnipileClient, request_url: str) -> list[str]:
    connected = whole_list(client.webhooks)
    return [webhook.id for webhook in connected if webhook.request_url == request_url]
