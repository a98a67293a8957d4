"""One sandbox for all tests of this folder; each test finds it as it started."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unipile_client.sandbox.asking import Unipile
from unipile_client.sandbox.index import Index
from unipile_client.sandbox.population import Population
from unipile_client.sandbox.server import SandboxServer


@pytest.fixture(scope="session")
def _server() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def sandbox(_server: SandboxServer) -> SandboxServer:
    """The server, with no faults, no log and all accounts well."""
    _server.reset()
    return _server


@pytest.fixture
def unipile(sandbox: SandboxServer) -> Iterator[Unipile]:
    """A client of the server."""
    client = Unipile(sandbox)
    yield client
    client.http.close()


@pytest.fixture(scope="session")
def everybody() -> Population:
    """The whole population."""
    return Population()


@pytest.fixture(scope="session")
def index(everybody: Population) -> Index:
    """The index of the whole population."""
    return Index(everybody)
