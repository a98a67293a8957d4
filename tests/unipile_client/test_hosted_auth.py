"""How the client asks for the page on which a person signs in to LinkedIn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.unipile_client.test_client import (
    Recorder,
    answering,
    as_on_the_wire,
    client_of,
)
from unipile_client.errors import UnreadableAnswer


@pytest.mark.parametrize("kind", ["create", "reconnect"])
def test_a_hosted_sign_in_is_asked_for_as_documented(
    kind: str, wire: Callable[[str], Any]
) -> None:
    transport = Recorder(httpx.Response(201, json=wire("hosted_link")))
    example = wire(f"request_hosted_{kind}")
    body = example["body"]

    url = client_of(transport, dsn="api1.unipile.com:13111").hosted_auth_url(
        name=body["name"],
        notify_url=body["notify_url"],
        success_url=body["success_redirect_url"],
        failure_url=body["failure_redirect_url"],
        expires_at=datetime.fromisoformat("2026-01-02T04:04:05.678999+01:00"),
        reconnect=body.get("reconnect_account"),
    )

    assert as_on_the_wire(transport.requests[0]) == example
    assert url == wire("hosted_link")["url"]


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", 5])
def test_a_hosted_sign_in_without_an_address_leads_nowhere(url: object) -> None:
    with pytest.raises(UnreadableAnswer):
        answering(201, json={"object": "HostedAuthUrl", "url": url}).hosted_auth_url(
            name="n",
            notify_url="https://a.example",
            success_url="https://a.example",
            failure_url="https://a.example",
            expires_at=datetime.now(UTC),
        )
