"""The web application: all endpoints, and the doorman who asks for the key."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.datastructures import Headers, QueryParams
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from unipile_client.sandbox import control, endpoints, wizard
from unipile_client.sandbox.journal import Record
from unipile_client.sandbox.problems import USUAL_TYPES, Problem
from unipile_client.sandbox.replies import problem_reply
from unipile_client.sandbox.state import Sandbox

WRONG_KEY = "wrong-key"


class Doorman:
    """Logs every request to the API, and turns away who has no key.

    Any key is good but `wrong-key`, so that nobody is tempted to use a real one.
    """

    def __init__(self, app: ASGIApp, *, sandbox: Sandbox) -> None:
        self._app = app
        self._journal = sandbox.journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        record = self._journal.arrive(
            method=scope["method"],
            path=scope["path"],
            account_id=QueryParams(scope["query_string"]).get("account_id"),
        )
        scope["state"]["record"] = record
        try:
            await self._let_in(scope, receive, _noting_status(record, send))
        finally:
            self._journal.finish(record)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        if Headers(scope=scope).get("x-api-key", "") in ("", WRONG_KEY):
            refusal = problem_reply(Problem(401, "missing_credentials"))
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _noting_status(record: Record, send: Send) -> Send:
    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            record.status = message["status"]
        await send(message)

    return noting


async def _refuse(request: Request, error: Exception) -> Response:
    if isinstance(error, Problem):
        return problem_reply(error)
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem_reply(Problem(status, USUAL_TYPES.get(status, "malformed_request")))


def make_app(sandbox: Sandbox) -> Starlette:
    """Return the application around this sandbox."""
    refuse: ExceptionHandler = _refuse
    app = Starlette(
        routes=[*endpoints.ROUTES, *wizard.ROUTES, *control.ROUTES],
        middleware=[Middleware(Doorman, sandbox=sandbox)],
        exception_handlers={Problem: refuse, HTTPException: refuse},
    )
    app.state.sandbox = sandbox
    return app
