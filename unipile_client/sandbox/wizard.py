"""The page of the hosted sign-in: a person picks a login, and it works or fails.

Source: Unipile's hosted auth. First `notify_url` is told, then the person is sent on;
whoever waits for the call before the page may not rely on that order.
"""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from unipile_client.sandbox.accounts import NEWCOMERS, Account
from unipile_client.sandbox.hosted import HostedLink
from unipile_client.sandbox.problems import Problem
from unipile_client.sandbox.state import Sandbox
from unipile_client.sandbox.webhooks import Delivery

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in to LinkedIn</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Sign in to LinkedIn</h1>
<p>This page stands for Unipile's. Nobody here exists.</p>
<form method="post">{choices}
<p><button name="outcome" value="success">Sign in</button>
<button name="outcome" value="failure">Give up</button></p></form></main></body></html>
"""


async def show(request: Request) -> Response:
    """GET the page."""
    sandbox: Sandbox = request.app.state.sandbox
    try:
        link = sandbox.hosted.get(request.path_params["link_id"])
    except Problem as problem:
        return HTMLResponse(f"<h1>{escape(problem.detail or '')}</h1>", 404)
    return HTMLResponse(_PAGE.format(choices=_choices(sandbox, link)))


def _choices(sandbox: Sandbox, link: HostedLink) -> str:
    if link.wanted.reconnect_account is not None:
        name = sandbox.accounts.get(link.wanted.reconnect_account).name
        return f"<p>You sign in again as <b>{escape(name)}</b>.</p>"
    choices = "".join(
        f'<p><label><input type="radio" name="login" value="{number}" '
        f"{'checked' if number == 0 else ''}> {escape(name)}</label></p>"
        for number, (name, _) in enumerate(NEWCOMERS)
    )
    return f"<fieldset><legend>As whom?</legend>{choices}</fieldset>"


async def finish(request: Request) -> Response:
    """POST what the person chose."""
    sandbox: Sandbox = request.app.state.sandbox
    link = sandbox.hosted.get(request.path_params["link_id"])
    form = parse_qs((await request.body()).decode())
    if form.get("outcome") != ["success"]:
        _notify(sandbox, link, status="CREATION_FAILED", account=None)
        return _onward(link.wanted.failure_redirect_url)
    if link.wanted.reconnect_account is not None:
        account = sandbox.accounts.get(link.wanted.reconnect_account)
        sandbox.set_status(account.id, "OK")
        _notify(sandbox, link, status="RECONNECTED", account=account)
    else:
        account = sandbox.accounts.connect(int(form.get("login", ["0"])[0]))
        _notify(sandbox, link, status="CREATION_SUCCESS", account=account)
    return _onward(link.wanted.success_redirect_url)


def _notify(
    sandbox: Sandbox, link: HostedLink, *, status: str, account: Account | None
) -> None:
    """Tell it, unsigned: `name` is all that the other side knows its own link by."""
    if link.wanted.notify_url is None:
        return
    body: dict[str, object] = {"status": status, "name": link.wanted.name}
    if account is not None:
        body["account_id"] = account.id
    sandbox.webhooks.send(
        Delivery(
            webhook_id="hosted_auth", request_url=link.wanted.notify_url, body=body
        ),
        headers={},
    )


def _onward(url: str | None) -> Response:
    if url is None:
        return HTMLResponse("<h1>You may close this page.</h1>")
    return RedirectResponse(url, status_code=303)


ROUTES = [
    Route("/hosted/{link_id}", show, methods=["GET"]),
    Route("/hosted/{link_id}", finish, methods=["POST"]),
]
