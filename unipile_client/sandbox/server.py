"""Runs the sandbox on a socket: in the foreground, or beside a test.

with SandboxServer() as sandbox:
    httpx.get(f"{sandbox.url}/api/v1/accounts", headers={"X-API-KEY": "any"})
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

import httpx
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from unipile_client.sandbox.app import make_app
from unipile_client.sandbox.state import Sandbox

DEFAULT_ACCOUNTS = 8
MAX_ACCOUNTS = 500
DEFAULT_LATENCY_S = 0.1

# How long requests under way may still take when the server is stopped.
_LAST_ANSWERS_S = 1
_READY_WITHIN_S = 30
_CONTROL_TIMEOUT_S = 30

Fault = Mapping[str, object]


class _Protocol(HttpToolsProtocol):
    """Lets an answer reach its connection, to break it off."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"]["transport"] = self.transport


class _Server(uvicorn.Server):
    """Tells when it accepts connections."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the port, or to a free one if it is 0."""
    listener = socket.create_server((host, port), reuse_port=False, backlog=512)
    listener.setblocking(False)
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the address under which the socket is reached."""
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


def make_server(
    *, accounts: int, latency_s: float, on_ready: Callable[[], None]
) -> uvicorn.Server:
    """Return a server of a fresh sandbox, ready to run on a socket."""
    app = make_app(Sandbox(accounts=accounts, latency_s=latency_s))
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=_LAST_ANSWERS_S,
    )
    return _Server(config, on_ready)


class SandboxServer:
    """A sandbox in a thread of this process, for tests; steered over HTTP.

    A context manager: the server listens on `url` within the block.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        latency_s: float = 0.0,
        accounts: int = DEFAULT_ACCOUNTS,
        host: str = "127.0.0.1",
    ) -> None:
        self._listener = listen(host, port)
        self.url = url_of(self._listener)
        self._ready = threading.Event()
        self._server = make_server(
            accounts=accounts, latency_s=latency_s, on_ready=self._ready.set
        )
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._http = httpx.Client(
            base_url=self.url, timeout=_CONTROL_TIMEOUT_S, trust_env=False
        )

    def __enter__(self) -> SandboxServer:
        self._thread.start()
        if not self._ready.wait(_READY_WITHIN_S):
            raise RuntimeError("The sandbox did not start.")
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.delete("/_sandbox/faults")
        self._http.close()
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    def put_faults(self, faults: Sequence[Fault]) -> None:
        """Replace the faults; see faults.Fault for their fields."""
        self._send("PUT", "/_sandbox/faults", json=list(faults))

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults with how often each matched and fired."""
        shown: list[dict[str, Any]] = self._send("GET", "/_sandbox/faults")
        return shown

    def requests(
        self, account_id: str | None = None, *, since: float = 0.0
    ) -> list[dict[str, Any]]:
        """Return the request log; see journal.Record for its fields."""
        query: dict[str, str | float] = {"since": since}
        if account_id is not None:
            query["account_id"] = account_id
        records: list[dict[str, Any]] = self._send(
            "GET", "/_sandbox/requests", params=query
        )
        return records

    def clear(self) -> None:
        """Drop all faults and the log, and let stalled answers go."""
        self.release()
        self._send("DELETE", "/_sandbox/requests")

    def release(self) -> None:
        """Drop all faults and let stalled answers go."""
        self._send("DELETE", "/_sandbox/faults")

    def reset(self) -> None:
        """Bring back the state of the start: faults, log, accounts, latency."""
        self._send("POST", "/_sandbox/reset")

    def set_latency(self, latency_s: float) -> None:
        """Let every search take so long."""
        self._send("PUT", "/_sandbox/settings", json={"latency_s": latency_s})

    def set_account_status(self, account_id: str, status: str) -> None:
        """Give an account another status, told to webhooks; DELETED hides it."""
        self._send("PUT", f"/_sandbox/accounts/{account_id}", json={"status": status})

    def deliveries(self) -> list[dict[str, Any]]:
        """Return what the webhooks were told; see webhooks.Delivery for its fields."""
        told: list[dict[str, Any]] = self._send("GET", "/_sandbox/deliveries")
        return told

    def set_premium_features(self, account_id: str, features: Sequence[str]) -> None:
        """Give an account other subscriptions."""
        body = {"premium_features": list(features)}
        self._send("PUT", f"/_sandbox/accounts/{account_id}", json=body)

    def answer(
        self, body: Mapping[str, object], account_id: str | None = None
    ) -> list[str]:
        """Return the ids of everybody whom a search should find, in order."""
        query = {"account_id": account_id} if account_id else {}
        found = self._send("POST", "/_sandbox/answer", params=query, json=dict(body))
        ids: list[str] = found["provider_ids"]
        return ids

    def _send(self, method: str, path: str, **request: Any) -> Any:
        response = self._http.request(method, path, **request)
        response.raise_for_status()
        return response.json()

    def _run(self) -> None:
        self._server.run(sockets=[self._listener])
