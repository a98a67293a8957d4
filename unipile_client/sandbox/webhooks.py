"""Webhooks: who is told when a login's status changes, and how often it is tried.

Source: Unipile's documentation of webhooks and of the account's life. Whoever does not
answer 2xx within 30 s is told again, five times, each time later.
"""

from __future__ import annotations

import asyncio
import base64
import uuid
from typing import Literal

import httpx
import msgspec

from unipile_client.sandbox.accounts import Account
from unipile_client.sandbox.problems import Problem, invalid

RETRIES = 5
FIRST_RETRY_S = 0.1
ANSWER_WITHIN_S = 30.0

Source = Literal["messaging", "account_status", "email", "email_tracking"]


class Header(msgspec.Struct, frozen=True):
    """A header that every delivery carries: the only proof of who sends it."""

    key: str
    value: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The body of POST /webhooks."""

    request_url: str
    source: Source
    name: str | None = None
    format: Literal["json", "form"] = "json"
    account_ids: list[str] | None = None
    enabled: bool = True
    headers: list[Header] = []
    events: list[str] | None = None


class Delivery(msgspec.Struct, kw_only=True):
    """One event on its way to one webhook; `status` is of the last attempt."""

    webhook_id: str
    request_url: str
    body: dict[str, object]
    attempts: int = 0
    status: int | None = None
    is_over: bool = False


class Webhooks:
    """All webhooks, and what was delivered to them."""

    def __init__(self) -> None:
        self._by_id: dict[str, Wanted] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self.deliveries: list[Delivery] = []

    def create(self, body: dict[str, object]) -> str:
        """Return the new webhook's id. Raises Problem (400, 501)."""
        try:
            wanted = msgspec.convert(body, Wanted)
        except msgspec.ValidationError as error:
            raise invalid("body", str(error)) from None
        if not wanted.request_url.startswith(("https://", "http://")):
            raise invalid("request_url", "must be a web address")
        if wanted.format == "form":
            raise Problem(501, "feature_not_implemented")
        made = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self._by_id[made] = wanted
        return made

    def delete(self, webhook_id: str) -> None:
        """Forget a webhook. Raises Problem (404)."""
        if self._by_id.pop(webhook_id, None) is None:
            raise Problem(404, "resource_not_found")

    def render(self) -> list[dict[str, object]]:
        """Return the webhooks as GET /webhooks lists them; none tells its source."""
        return [
            {
                "object": "Webhook",
                "id": webhook_id,
                "type": "AUTO",
                "account_ids": [
                    {"id": account_id, "type": "LINKEDIN"}
                    for account_id in wanted.account_ids or []
                ],
                "enabled": wanted.enabled,
                "name": wanted.name or "",
                "request_url": wanted.request_url,
                "format": wanted.format,
                "headers": msgspec.to_builtins(wanted.headers),
                "data": [],
                "events": wanted.events or [],
            }
            for webhook_id, wanted in self._by_id.items()
        ]

    def tell(self, account: Account) -> None:
        """Tell everybody who wants to know what became of a login."""
        for webhook_id, wanted in self._by_id.items():
            is_meant = wanted.account_ids is None or account.id in wanted.account_ids
            if not (wanted.enabled and wanted.source == "account_status" and is_meant):
                continue
            delivery = Delivery(
                webhook_id=webhook_id,
                request_url=wanted.request_url,
                body={
                    "AccountStatus": {
                        "account_id": account.id,
                        "account_type": "LINKEDIN",
                        "message": account.status,
                    }
                },
            )
            headers = {header.key: header.value for header in wanted.headers}
            self.send(delivery, headers)

    def send(self, delivery: Delivery, headers: dict[str, str]) -> None:
        """Have something told, until it is heard or was tried often enough."""
        self.deliveries.append(delivery)
        task = asyncio.get_running_loop().create_task(_deliver(delivery, headers))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def reset(self) -> None:
        """Forget all webhooks, and stop telling."""
        for task in self._under_way:
            task.cancel()
        self._by_id.clear()
        self.deliveries.clear()


async def _deliver(delivery: Delivery, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
        for retry in range(RETRIES + 1):
            if retry:
                await asyncio.sleep(FIRST_RETRY_S * 2 ** (retry - 1))
            delivery.attempts += 1
            try:
                answer = await client.post(
                    delivery.request_url, json=delivery.body, headers=headers
                )
            except httpx.HTTPError:
                delivery.status = None
                continue
            delivery.status = answer.status_code
            if answer.is_success:
                break
    delivery.is_over = True
