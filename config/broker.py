"""Celery's Redis transport, with which a worker outlives the loss of its broker.

Kombu's own closes a lost connection by asking it for its address once more, which by
then may be gone: an AttributeError, by which the worker ended. Found by chaos, about
once in a hundred losses under load (kombu 5, celery 5.7).
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis


class Channel(redis.Channel):
    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        """Say that the connection is lost in words that Celery goes on after."""
        if self.connection is None or self.connection.client is None:
            raise ConnectionResetError("the connection to the broker is closed")
        parameters: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[misc]  # not in the stubs
        return parameters


class Transport(redis.Transport):
    Channel = Channel
