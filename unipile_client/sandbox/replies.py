"""The bodies that go over the wire, and those that come in."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from unipile_client.sandbox.faults import Fault
from unipile_client.sandbox.problems import USUAL_TYPES, Problem

_HTML = (
    "<!DOCTYPE html>\n<html><head><title>{status}</title></head>"
    "<body><center><h1>{status} Bad Gateway</h1></center><hr>"
    "<center>nginx</center></body></html>\n"
)


def json_reply(body: object, *, status: int = 200) -> Response:
    """Answer a value as JSON."""
    return encoded_reply(msgspec.json.encode(body), status=status)


def encoded_reply(body: bytes, *, status: int = 200) -> Response:
    """Answer what is JSON already."""
    return Response(body, status_code=status, media_type="application/json")


def problem_reply(problem: Problem) -> Response:
    """Answer a refusal."""
    return json_reply(problem.body(), status=problem.status)


def refusal(fault: Fault) -> Response:
    """Answer what a fault of kind status or html makes of the request."""
    if fault.kind == "html":
        status = fault.status or 502
        return Response(
            _HTML.format(status=status), status_code=status, media_type="text/html"
        )
    status = fault.status or 500
    kind = fault.type or USUAL_TYPES.get(status, "unexpected_error")
    reply = problem_reply(Problem(status, kind, detail=fault.detail, title=fault.title))
    if fault.retry_after is not None:
        reply.headers["Retry-After"] = str(fault.retry_after)
    return reply


async def read_json_object(request: Request) -> dict[str, object]:
    """Return the request's JSON object. Raises Problem (400, 415)."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if media_type.lower() != "application/json":
        raise Problem(415, "unsupported_media_type")
    try:
        return msgspec.json.decode(await request.body(), type=dict[str, object])
    except msgspec.DecodeError:
        raise Problem(
            400, "malformed_request", detail="The body must be a JSON object."
        ) from None
