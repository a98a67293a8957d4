from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator

import pytest
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer

from searchjobs import live


class Listener:
    """Somebody in a group of the channel layer, which no other test sends to."""

    def __init__(self, layer: RedisPubSubChannelLayer, channel: str) -> None:
        self.group = f"group-{uuid.uuid4()}"
        self._layer = layer
        self._channel = channel

    async def hears(self) -> dict[str, object]:
        message: dict[str, object] = await self._layer.receive(self._channel)
        return message


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    listener = Listener(layer, channel)
    await layer.group_add(listener.group, channel)
    yield listener
    await layer.flush()


async def test_a_message_reaches_its_group(listener: Listener) -> None:
    live.send(listener.group, {"type": "one"})
    assert await listener.hears() == {"type": "one"}


async def test_messages_arrive_in_the_order_they_were_sent(listener: Listener) -> None:
    for number in range(50):
        live.send(listener.group, {"type": "one", "number": number})
    heard = [(await listener.hears())["number"] for _ in range(50)]
    assert heard == list(range(50))


async def test_another_groups_message_is_not_heard(listener: Listener) -> None:
    live.send("another-group", {"type": "other"})
    live.send(listener.group, {"type": "one"})
    assert await listener.hears() == {"type": "one"}


def test_of_more_than_may_wait_the_oldest_give_way() -> None:
    publisher = live._Publisher()
    publisher._thread = threading.Thread()  # one that takes nothing
    for number in range(live.MOST_WAITING + 100):
        publisher.put("a-channel", {"type": "one", "number": number})
    assert len(publisher._waiting) == live.MOST_WAITING
    assert publisher._waiting[0][1]["number"] == 100


async def test_what_cannot_be_sent_does_not_end_the_sending(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    live.send(listener.group, {"type": "one", "unsendable": object()})
    while "live events not sent" not in caplog.text:
        await asyncio.sleep(0)
    live.send(listener.group, {"type": "two"})
    assert await listener.hears() == {"type": "two"}
