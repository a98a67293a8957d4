"""How does a change reach the sockets?

One thread a process publishes what waits, all of it in one round trip: sent one by one
from an event loop, messages of 200 running searches waited 0.3 s for each other. It
speaks as the channel layer does, which has no way to send without a loop. A message is
a hint: sent in order, given up after half a second, the oldest dropped when a thousand
wait; the page asks again on a gap.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import Any

import msgspec
import redis
from channels.layers import get_channel_layer
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

GIVE_UP_S = 0.5
MOST_WAITING = 1000


class _Publisher:
    """Sends messages to the channel layer's channels, in order, from its own thread."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._something = threading.Event()
        self._waiting: deque[tuple[str, dict[str, Any]]] = deque(maxlen=MOST_WAITING)

    def put(self, channel: str, message: dict[str, Any]) -> None:
        with self._guard:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._publish_for_ever, name="live", daemon=True
                )
                self._thread.start()
        self._waiting.append((channel, message))
        self._something.set()

    def _publish_for_ever(self) -> None:
        layer = get_channel_layer()
        client = redis.Redis.from_url(
            _layer_config()["hosts"][0],
            socket_connect_timeout=GIVE_UP_S,
            socket_timeout=GIVE_UP_S,
            retry=Retry(NoBackoff(), 0),
        )
        while True:
            self._something.wait()
            self._something.clear()
            try:
                with client.pipeline(transaction=False) as steps:
                    while self._waiting:
                        channel, message = self._waiting.popleft()
                        steps.publish(channel, layer.serialize(message))
                    steps.execute()
            except Exception as failure:
                logger.warning("live events not sent: %s", type(failure).__name__)


_publisher = _Publisher()


def _layer_config() -> dict[str, Any]:
    layers: dict[str, Any] = settings.CHANNEL_LAYERS
    config: dict[str, Any] = layers["default"]["CONFIG"]
    return config


def job_group(job_id: object) -> str:
    return f"job.{job_id}"


def workspace_group(workspace_id: object) -> str:
    return f"workspace.{workspace_id}"


def user_group(user_id: object) -> str:
    return f"user.{user_id}"


def look_again(user_id: object) -> None:
    """Let somebody's sockets look at once whether they may stay."""
    send(user_group(user_id), {"type": "access.changed"})


def packed(frame: dict[str, Any]) -> dict[str, Any]:
    """Return a job's state as it travels: as JSON already, without its first brace.

    It is encoded once for all sockets; each puts its own `previous` before it.
    """
    return {
        "type": frame["type"],
        "job_id": frame["new"]["id"],
        "revision": frame["revision"],
        "json": msgspec.json.encode(frame)[1:].decode(),
    }


def send(group: str, frame: dict[str, Any]) -> None:
    """Push a frame to every socket of a group; returns at once, never raises."""
    is_state = frame["type"] == "search_job.updated"
    channel = f"{_layer_config()['prefix']}__group__{group}"
    _publisher.put(channel, packed(frame) if is_state else frame)


def answer(channel: str, message: dict[str, Any]) -> None:
    """Send to one socket alone; returns at once, never raises."""
    _publisher.put(channel, message)
