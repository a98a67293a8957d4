"""How we say no: one exception for every refusal that somebody should read."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that is understood and refused; nothing was changed.

    `code` is stable (api-contract.md, Errors), `message` a sentence for a salesperson,
    `status` the HTTP status, `details` what helps: action, fields, allowed …
    """

    status = 400
    code = "invalid_request"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.status = status or self.status
        self.details = details


class NotFound(Refusal):
    """Also what a stranger reads: the same body as for an id that does not exist."""

    status = 404
    code = "not_found"


class Conflict(Refusal):
    status = 409
    code = "conflict"
