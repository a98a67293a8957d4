"""How failures read: one JSON shape below /api/, a page elsewhere, always an id."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from psycopg_pool import PoolTimeout
from pytest_django import Settings
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.errors import Conflict, NotFound, Refusal
from config import errors
from tests.factories import UserFactory

FAILURES: dict[str, Exception] = {
    "refusal": Refusal("No.", code="no_linkedin_account", action="connect_linkedin"),
    "refusal-later": Refusal("Later.", code="throttled", status=429, retry_after=9),
    "not-found": NotFound("Job not found", code="job_not_found"),
    "conflict": Conflict("Cannot.", code="illegal_transition", allowed=["cancel"]),
    "unavailable": OperationalError("connection refused"),
    "unavailable-interface": InterfaceError("connection already closed"),
    "unavailable-pool": PoolTimeout("no connection within 10 s"),
    "invalid": serializers.ValidationError({"a": ["One.", "Two."], "b": {"c": ["X."]}}),
    "invalid-list": serializers.ValidationError({"ids": {0: ["No uuid."]}}),
    "invalid-many": serializers.ValidationError([{}, {"a": ["One."]}]),
    "invalid-body": serializers.ValidationError({"non_field_errors": ["No object."]}),
    "no-json": exceptions.ParseError(),
    "throttled": exceptions.Throttled(wait=3.2),
    "nobody": exceptions.NotAuthenticated(),
    "media": exceptions.UnsupportedMediaType("text/plain"),
    "too-big": RequestDataTooBig("too big"),
    "django-404": Http404("secret"),
    "django-403": PermissionDenied("secret"),
    "django-400": BadRequest("secret"),
    "bug": ZeroDivisionError("secret"),
}


class Failing(APIView):
    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request, failure: str) -> Response:
        raise FAILURES[failure]


def fail(request: HttpRequest, failure: str) -> HttpResponse:
    raise FAILURES[failure]


handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
urlpatterns = [
    path("api/view/<str:failure>", Failing.as_view()),
    path("api/plain/<str:failure>", fail),
    path("page/<str:failure>", fail),
    path("", include("config.urls")),
]


@pytest.fixture
def client(settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def read(client: Client, address: str) -> tuple[int, dict[str, Any], Any]:
    response = client.get(address)
    body = json.loads(response.content)
    assert body.pop("success") is False
    assert body.pop("request_id") == response.headers["X-Request-Id"]
    return response.status_code, body, response.headers


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        ("refusal", 400, "no_linkedin_account"),
        ("refusal-later", 429, "throttled"),
        ("not-found", 404, "job_not_found"),
        ("conflict", 409, "illegal_transition"),
        ("unavailable", 503, "unavailable"),
        ("unavailable-interface", 503, "unavailable"),
        ("unavailable-pool", 503, "unavailable"),
        ("invalid", 400, "invalid_request"),
        ("no-json", 400, "invalid_request"),
        ("throttled", 429, "throttled"),
        ("nobody", 403, "permission_denied"),
        ("media", 415, "unsupported_media_type"),
        ("too-big", 413, "body_too_large"),
        ("django-404", 404, "not_found"),
        ("django-403", 403, "permission_denied"),
        ("django-400", 400, "invalid_request"),
        ("bug", 500, "internal_error"),
    ],
)
def test_an_api_view_that_fails_answers_in_one_shape(
    client: Client, failure: str, status: int, code: str
) -> None:
    answered, body, _ = read(client, f"/api/view/{failure}")
    assert (answered, body["code"]) == (status, code)
    assert body["error"]


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        ("unavailable", 503, "unavailable"),
        ("unavailable-pool", 503, "unavailable"),
        ("too-big", 413, "body_too_large"),
        ("django-404", 404, "not_found"),
        ("bug", 500, "internal_error"),
    ],
)
def test_so_does_what_fails_before_the_view(
    client: Client, failure: str, status: int, code: str
) -> None:
    answered, body, _ = read(client, f"/api/plain/{failure}")
    assert (answered, body["code"]) == (status, code)


@pytest.mark.parametrize("failure", ["django-404", "django-403", "django-400", "bug"])
@pytest.mark.parametrize("where", ["view", "plain"])
def test_nothing_of_the_inside_is_told(
    client: Client, where: str, failure: str
) -> None:
    assert "secret" not in str(read(client, f"/api/{where}/{failure}")[1])


def test_what_helps_goes_along(client: Client) -> None:
    assert read(client, "/api/view/refusal")[1]["action"] == "connect_linkedin"
    assert read(client, "/api/view/conflict")[1]["allowed"] == ["cancel"]


@pytest.mark.parametrize(
    ("failure", "fields"),
    [
        ("invalid", {"a": "One. Two.", "b.c": "X."}),
        ("invalid-list", {"ids.0": "No uuid."}),
        ("invalid-many", {"1.a": "One."}),
        ("invalid-body", {"body": "No object."}),
    ],
)
def test_each_wrong_field_has_one_sentence(
    client: Client, failure: str, fields: dict[str, str]
) -> None:
    assert read(client, f"/api/view/{failure}")[1]["fields"] == fields


@pytest.mark.parametrize(
    ("failure", "wait_s"), [("refusal-later", 9), ("throttled", 5)]
)
def test_who_is_to_wait_is_told_how_long(
    client: Client, failure: str, wait_s: int
) -> None:
    _, body, headers = read(client, f"/api/view/{failure}")
    assert body["retry_after"] == wait_s
    assert headers["Retry-After"] == str(wait_s)


@pytest.mark.parametrize("address", ["/api/", "/api/nothing", "/api/linkedin/search/"])
def test_an_unknown_address_below_api_is_json(client: Client, address: str) -> None:
    status, body, _ = read(client, address)
    assert (status, body["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        ("django-404", 404),
        ("django-403", 403),
        ("django-400", 400),
        ("unavailable", 503),
        ("bug", 500),
    ],
)
def test_elsewhere_it_is_a_page(client: Client, failure: str, status: int) -> None:
    response = client.get(f"/page/{failure}")
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/html")
    assert b"secret" not in response.content


def test_an_id_that_was_sent_comes_back(client: Client) -> None:
    sent = str(uuid.uuid4())
    response = client.get("/api/view/refusal", headers={"X-Request-Id": sent})
    assert response.headers["X-Request-Id"] == sent


def test_one_that_is_no_uuid_does_not(client: Client) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": "<script>"})
    assert uuid.UUID(response.headers["X-Request-Id"])


# --- sessions and other origins -----------------------------------------------------

SHOP = "https://shop.example.com"
JOBS = "/api/linkedin/search/jobs"


@pytest.mark.django_db
def test_a_session_without_csrf_token_changes_nothing() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory.create())
    response = client.post("/api/linkedin/search/create-job", {}, "application/json")
    assert response.status_code == 403
    assert response.json()["code"] == "permission_denied"


@pytest.mark.django_db
def test_a_session_with_csrf_token_is_let_in() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory.create())
    token = "x" * 32
    client.cookies["csrftoken"] = token
    response = client.post(
        "/api/linkedin/search/create-job",
        {"search_criteria": {}},
        "application/json",
        headers={"X-CSRFToken": token},
    )
    assert response.json()["code"] == "workspace_not_found"


def preflight(origin: str) -> Any:
    return Client().options(
        "/api/linkedin/search/create-job",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,idempotency-key",
        },
    )


def test_an_allowed_origin_may_ask(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [SHOP]
    response = preflight(SHOP)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == SHOP
    assert "idempotency-key" in response.headers["Access-Control-Allow-Headers"]


def test_a_foreign_origin_may_not(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [SHOP]
    response = preflight("https://evil.example.com")
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.django_db
def test_an_allowed_origin_reads_errors_and_their_headers(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [SHOP]
    response = Client().get(JOBS, headers={"Origin": SHOP})
    assert response.status_code == 401
    assert response.headers["Access-Control-Allow-Origin"] == SHOP
    assert "X-Request-Id" in response.headers["Access-Control-Expose-Headers"]
