"""How a refusal or failure reads over HTTP: one JSON shape."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django_guid import get_guid
from psycopg_pool import PoolTimeout
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from accounts.errors import Refusal

UNAVAILABLE = "The database does not answer; nothing was stored. Try again in a moment."
NON_FIELD_ERRORS_KEY = api_settings.NON_FIELD_ERRORS_KEY
_CODES = {
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "throttled",
}


def error_body(code: str, message: str, **details: Any) -> dict[str, Any]:
    """Return the one shape of every error answer."""
    return {
        "success": False,
        "error": message,
        "code": code,
        **details,
        "request_id": get_guid(),
    }


def api_exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer what an API view raised; None lets a bug be a 500."""
    set_rollback()
    if isinstance(exc, Refusal):
        wait_s = exc.details.get("retry_after")
        return Response(
            error_body(exc.code, exc.message, **exc.details),
            status=exc.status,
            headers=None if wait_s is None else {"Retry-After": str(wait_s)},
        )
    if isinstance(exc, OperationalError | InterfaceError | PoolTimeout):
        return Response(error_body("unavailable", UNAVAILABLE), status=503)
    if isinstance(exc, exceptions.APIException):
        return _framework_answer(exc)
    return None


def _framework_answer(exc: exceptions.APIException) -> Response:
    status = exc.status_code
    details: dict[str, Any] = {}
    headers: dict[str, str] = {}
    message = str(exc.detail) if isinstance(exc.detail, str) else "Invalid request."
    code = _CODES.get(status, "invalid_request")
    if isinstance(exc, exceptions.ValidationError):
        details["fields"] = dict(_sentences(exc.detail))
        message = "The request is not valid; see `fields` for what to change."
    elif isinstance(exc, exceptions.ParseError):
        message = "The body is not valid JSON."
    elif isinstance(exc, exceptions.Throttled):
        wait_s = int(getattr(exc, "wait", None) or 1) + 1
        message = f"Too many requests. Try again in {wait_s} seconds."
        details["retry_after"] = wait_s
        headers["Retry-After"] = str(wait_s)
    elif isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        headers["WWW-Authenticate"] = getattr(exc, "auth_header", "Token")
    return Response(
        error_body(code, message, **details), status=status, headers=headers
    )


def _sentences(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Flatten DRF's nested lists to one sentence for each field, by dotted path."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = "" if key == NON_FIELD_ERRORS_KEY else str(key)
            yield from _sentences(value, ".".join(filter(None, (path, name))))
    elif isinstance(detail, list) and any(isinstance(part, dict) for part in detail):
        for place, part in enumerate(detail):
            yield from _sentences(part, f"{path}.{place}".lstrip("."))
    else:
        said = detail if isinstance(detail, list) else [detail]
        yield path or "body", " ".join(str(part) for part in said)


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _answer(
    request: HttpRequest, status: int, code: str, title: str, message: str
) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse(error_body(code, message), status=status)
    return render(
        request, "error.html", {"title": title, "message": message}, status=status
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _answer(
            request, 413, "body_too_large", "Too large", "The body is over 1 MB."
        )
    return _answer(
        request, 400, "invalid_request", "Bad request", "The request is not valid."
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(
        request,
        403,
        "permission_denied",
        "Not allowed",
        "Your role does not allow this.",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(
        request, 404, "not_found", "Not found", "There is nothing at this address."
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(
        request,
        403,
        "permission_denied",
        "This page was open for too long",
        "Reload the page and try again: its security token has expired.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a bug, or a database that is gone; no template context, no queries."""
    failure = sys.exc_info()[1]
    if isinstance(failure, DatabaseError | PoolTimeout):
        return _answer(request, 503, "unavailable", "Unavailable", UNAVAILABLE)
    return _answer(
        request,
        500,
        "internal_error",
        "Something broke",
        "This is our fault. Nothing you did is lost; try again in a moment.",
    )
