"""The endpoints of Unipile, each a doorway to the module that knows the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from unipile_client.sandbox import mischief
from unipile_client.sandbox.cursors import decode_offset, encode_offset
from unipile_client.sandbox.delivery import deliver
from unipile_client.sandbox.faults import Asked, Endpoint, Fault
from unipile_client.sandbox.journal import Record
from unipile_client.sandbox.lookups import find_parameters
from unipile_client.sandbox.pages import Search, page_of
from unipile_client.sandbox.problems import Problem, invalid
from unipile_client.sandbox.profiles import own_profile, profile
from unipile_client.sandbox.replies import (
    encoded_reply,
    json_reply,
    problem_reply,
    read_json_object,
    refusal,
)
from unipile_client.sandbox.searching import (
    read_limit,
    read_search,
    required_account_id,
)
from unipile_client.sandbox.state import Sandbox

Handler = Callable[[Request], Awaitable[Response]]


async def search(request: Request) -> Response:
    """POST /linkedin/search."""
    sandbox: Sandbox = request.app.state.sandbox
    record: Record = request.state.record
    found = read_search(sandbox, request.query_params, await read_json_object(request))
    record.start, record.limit = found.start, found.limit
    faults = sandbox.faults.take(
        Asked(
            endpoint="search",
            account_id=found.account_id,
            start=found.start,
            limit=found.limit,
            has_cursor=found.has_cursor,
            is_last_page=found.is_last_page,
        )
    )
    note(record, faults)
    response = refused(sandbox, found.account_id, faults)
    if response is None:
        shown = sandbox.drift.seen_by(found, faults)
        response = _page_reply(sandbox, shown, faults, record)
    return deliver(
        response, faults, latency_s=sandbox.latency_s, released=sandbox.released
    )


def _page_reply(
    sandbox: Sandbox, found: Search, faults: Iterable[Fault], record: Record
) -> Response:
    page = page_of(found, sandbox.rows)
    for fault in faults:
        if fault.kind in mischief.EDITS:
            mischief.edit(page, fault)
    record.rows = len(page.items)
    return encoded_reply(page.encode())


def note(record: Record, faults: Iterable[Fault]) -> None:
    """Write into the log which faults fired."""
    record.fault = "+".join(fault.kind for fault in faults) or None


def refused(
    sandbox: Sandbox, account_id: str | None, faults: Iterable[Fault]
) -> Response | None:
    """Return the answer of the first fault that refuses, if one does."""
    for fault in faults:
        match fault.kind:
            case "status" | "html":
                return refusal(fault)
            case "expired_cursor":
                return problem_reply(invalid("cursor", "has expired"))
            case "disconnect" if account_id:
                sandbox.set_status(account_id, "CREDENTIALS")
                return problem_reply(Problem(401, "disconnected_account"))
    return None


def with_faults(endpoint: Endpoint, handler: Handler) -> Handler:
    """Let faults of this endpoint come before or around its answer."""

    async def handle(request: Request) -> Response:
        sandbox: Sandbox = request.app.state.sandbox
        record: Record = request.state.record
        faults = sandbox.faults.take(
            Asked(endpoint=endpoint, account_id=record.account_id)
        )
        note(record, faults)
        response = refused(sandbox, record.account_id, faults)
        return deliver(
            response or await handler(request),
            faults,
            latency_s=0,
            released=sandbox.released,
        )

    return handle


async def list_accounts(request: Request) -> Response:
    """GET /accounts."""
    sandbox: Sandbox = request.app.state.sandbox
    limit = read_limit(request.query_params, least=1, most=250, default=100)
    start = decode_offset(request.query_params.get("cursor"))
    accounts = sandbox.accounts.all()
    end = start + limit
    return json_reply(
        {
            "object": "AccountList",
            "items": [account.render() for account in accounts[start:end]],
            "cursor": encode_offset(end) if end < len(accounts) else None,
        }
    )


async def one_account(request: Request) -> Response:
    """GET /accounts/{id}; also tells of those that are not OK."""
    sandbox: Sandbox = request.app.state.sandbox
    account = sandbox.accounts.get(request.path_params["account_id"])
    return json_reply(account.render())


async def parameters(request: Request) -> Response:
    """GET /linkedin/search/parameters."""
    sandbox: Sandbox = request.app.state.sandbox
    query = request.query_params
    sandbox.accounts.usable(required_account_id(query))
    return json_reply(
        find_parameters(
            sandbox.population,
            kind=query.get("type", ""),
            keywords=query.get("keywords", ""),
            limit=read_limit(query, least=1, most=100, default=10),
        )
    )


async def one_user(request: Request) -> Response:
    """GET /users/me and /users/{identifier}."""
    sandbox: Sandbox = request.app.state.sandbox
    account = sandbox.accounts.usable(required_account_id(request.query_params))
    identifier = request.path_params["identifier"]
    if identifier == "me":
        return json_reply(own_profile(account))
    return json_reply(profile(sandbox, identifier))


async def webhooks(request: Request) -> Response:
    """POST and GET /webhooks."""
    sandbox: Sandbox = request.app.state.sandbox
    if request.method == "POST":
        made = sandbox.webhooks.create(await read_json_object(request))
        body: dict[str, object] = {"object": "WebhookCreated", "webhook_id": made}
        return json_reply(body, status=201)
    items = sandbox.webhooks.render()
    return json_reply({"object": "WebhookList", "items": items, "cursor": None})


async def one_webhook(request: Request) -> Response:
    """DELETE /webhooks/{id}."""
    sandbox: Sandbox = request.app.state.sandbox
    sandbox.webhooks.delete(request.path_params["webhook_id"])
    return json_reply({"object": "WebhookDeleted"})


async def hosted_link(request: Request) -> Response:
    """POST /hosted/accounts/link; the page it leads to is wizard.py."""
    sandbox: Sandbox = request.app.state.sandbox
    link = sandbox.hosted.create(await read_json_object(request))
    if link.wanted.reconnect_account is not None:
        sandbox.accounts.get(link.wanted.reconnect_account)
    url = f"{request.base_url}hosted/{link.id}"
    return json_reply({"object": "HostedAuthUrl", "url": url}, status=201)


ROUTES = [
    Route("/api/v1/linkedin/search", search, methods=["POST"]),
    Route("/api/v1/linkedin/search/parameters", with_faults("parameters", parameters)),
    Route("/api/v1/accounts", with_faults("accounts", list_accounts)),
    Route("/api/v1/accounts/{account_id}", with_faults("accounts", one_account)),
    Route("/api/v1/users/{identifier}", with_faults("users", one_user)),
    Route(
        "/api/v1/hosted/accounts/link",
        with_faults("hosted", hosted_link),
        methods=["POST"],
    ),
    Route(
        "/api/v1/webhooks",
        with_faults("webhooks", webhooks),
        methods=["GET", "POST"],
    ),
    Route(
        "/api/v1/webhooks/{webhook_id}",
        with_faults("webhooks", one_webhook),
        methods=["DELETE"],
    ),
]
