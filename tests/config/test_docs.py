"""The OpenAPI schema, and the page to try it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import hosted, webhooks
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Client:
    client = Client()
    client.force_login(MembershipFactory.create().user)
    return client


@pytest.fixture
def schema(member: Client) -> dict[str, Any]:
    response = member.get("/api/schema")
    assert response.status_code == 200
    read: dict[str, Any] = json.loads(response.content)
    return read


def routes(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    found = []
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, address)
        else:
            found.append(re.sub(r"<\w+:(\w+)>", r"{\1}", address))
    return found


def test_the_schema_is_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"] == "3.1.0"


def test_the_schema_tells_of_every_address(schema: dict[str, Any]) -> None:
    every = routes(get_resolver().url_patterns)
    api = {address for address in every if address.startswith("/api/")}
    ours = {"/api/schema", "/api/docs", webhooks.PATH, hosted.PATH}  # not for callers
    assert set(schema["paths"]) == api - ours


def test_every_operation_tells_of_its_errors(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert {"401", "403", "503"} <= operation["responses"].keys(), (
                path,
                method,
            )


def test_an_example_of_the_originals_criteria_is_given(schema: dict[str, Any]) -> None:
    criteria = schema["components"]["schemas"]["CreateJob"]["properties"]
    assert criteria["search_criteria"]["example"]["title"] == "CEO"


@pytest.mark.parametrize("address", ["/api/schema", "/api/docs", "/api/docs?script="])
def test_who_is_nobody_must_sign_in(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["code"] == "not_authenticated"


def test_the_page_needs_nothing_from_elsewhere(member: Client) -> None:
    page = member.get("/api/docs").content.decode()
    for address in re.findall(r'(?:src|href)="([^"]*)"', page):
        assert address.startswith("/"), address
        assert not address.startswith("//"), address
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address


def test_the_page_has_nothing_inline(member: Client) -> None:
    """The content security policy would not run or apply it."""
    page = member.get("/api/docs").content.decode()
    assert "<style" not in page
    assert "style=" not in page
    assert re.findall(r"<script(?![^>]*src=)", page) == []


def test_its_script_is_served_as_one(member: Client) -> None:
    page = member.get("/api/docs").content.decode()
    [address] = re.findall(r'src="(/api/docs[^"]*)"', page)
    script = member.get(address)
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert b"/api/schema" in script.content or b"schema" in script.content
