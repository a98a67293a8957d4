"""A running web process, as tests call it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx

from accounts import tokens
from accounts.models import Membership
from tests.acceptance.processes import Child, free_port


@dataclass(frozen=True, kw_only=True)
class Web:
    """A running web process, and a client that sends a member's token."""

    url: str
    client: httpx.Client


@contextmanager
def serving(membership: Membership, env: dict[str, str]) -> Iterator[Web]:
    """Run a web process for as long as the block."""
    port = free_port()
    process = Child(
        *("-m", "uvicorn", "config.asgi:application", "--port", str(port)), env=env
    )
    process.start()
    try:
        process.wait_for("Uvicorn running")
        token = tokens.issue(membership.user, lifetime=timedelta(days=1))
        url = f"http://127.0.0.1:{port}"
        headers = {"Authorization": f"Token {token}"}
        with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
            yield Web(url=url, client=client)
    finally:
        process.stop()
