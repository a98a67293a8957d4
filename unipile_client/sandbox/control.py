"""The endpoints that Unipile has not: what tests and the demo steer the sandbox by."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from unipile_client.sandbox.accounts import check_subscribed
from unipile_client.sandbox.bodies import read_body
from unipile_client.sandbox.faults import Fault
from unipile_client.sandbox.pages import Search
from unipile_client.sandbox.problems import invalid
from unipile_client.sandbox.replies import json_reply, read_json_object
from unipile_client.sandbox.state import Sandbox

T = TypeVar("T")


class _Settings(msgspec.Struct, forbid_unknown_fields=True):
    latency_s: float


class _AccountChange(msgspec.Struct, forbid_unknown_fields=True):
    status: str | None = None
    premium_features: list[str] | None = None


async def _read(request: Request, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.DecodeError as error:
        raise invalid("body", str(error)) from None


async def faults(request: Request) -> Response:
    """GET shows the faults, PUT replaces them, DELETE also releases what stalls."""
    sandbox: Sandbox = request.app.state.sandbox
    if request.method == "PUT":
        sandbox.faults.dial(await _read(request, list[Fault]))
    if request.method == "DELETE":
        sandbox.clear_faults()
    return json_reply(sandbox.faults.show())


async def requests(request: Request) -> Response:
    """GET tells the request log (account_id, since: Unix seconds); DELETE clears it."""
    sandbox: Sandbox = request.app.state.sandbox
    if request.method == "DELETE":
        sandbox.journal.clear()
    query = request.query_params
    try:
        since = float(query.get("since", "0"))
    except ValueError:
        raise invalid("since", "must be Unix seconds") from None
    return json_reply(
        sandbox.journal.records(account_id=query.get("account_id"), since=since)
    )


async def settings(request: Request) -> Response:
    """PUT sets the latency of every search answer, in seconds."""
    sandbox: Sandbox = request.app.state.sandbox
    if request.method == "PUT":
        sandbox.latency_s = (await _read(request, _Settings)).latency_s
    return json_reply({"latency_s": sandbox.latency_s})


async def account(request: Request) -> Response:
    """PUT changes a login's status or subscription; the status is told to webhooks."""
    sandbox: Sandbox = request.app.state.sandbox
    change = await _read(request, _AccountChange)
    account_id = request.path_params["account_id"]
    changed = sandbox.accounts.change(
        account_id, status=None, features=change.premium_features
    )
    if change.status is not None:
        sandbox.set_status(account_id, change.status)
    return json_reply(changed.render())


async def deliveries(request: Request) -> Response:
    """GET tells what the webhooks were told, oldest first."""
    sandbox: Sandbox = request.app.state.sandbox
    return json_reply(sandbox.webhooks.deliveries)


async def answer(request: Request) -> Response:
    """POST a search body: everybody it should find, in order, up to the ceiling.

    With an account_id in the query, its subscription is checked too.
    """
    sandbox: Sandbox = request.app.state.sandbox
    body = await read_json_object(request)
    api, criteria = read_body(body)
    account_id = request.query_params.get("account_id", "")
    if account_id:
        check_subscribed(sandbox.accounts.get(account_id), api)
    search = Search(
        account_id=account_id,
        api=api,
        answer=sandbox.index.search(criteria),
        params=body,
        start=0,
        limit=1,
        has_cursor=False,
    )
    return json_reply(
        {"provider_ids": search.provider_ids(), "total_count": search.total_count}
    )


async def reset(request: Request) -> Response:
    """POST brings back the state of the start."""
    sandbox: Sandbox = request.app.state.sandbox
    sandbox.reset()
    return json_reply({"reset": True})


ROUTES = [
    Route("/_sandbox/faults", faults, methods=["GET", "PUT", "DELETE"]),
    Route("/_sandbox/requests", requests, methods=["GET", "DELETE"]),
    Route("/_sandbox/settings", settings, methods=["GET", "PUT"]),
    Route("/_sandbox/accounts/{account_id}", account, methods=["PUT"]),
    Route("/_sandbox/deliveries", deliveries, methods=["GET"]),
    Route("/_sandbox/answer", answer, methods=["POST"]),
    Route("/_sandbox/reset", reset, methods=["POST"]),
]
