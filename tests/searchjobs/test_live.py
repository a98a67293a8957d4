from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer

from searchjobs import live


class Listener:
    """Somebody in a group of the channel layer."""

    def __init__(self, layer: RedisPubSubChannelLayer, channel: str) -> None:
        self._layer = layer
        self._channel = channel

    async def hears(self) -> dict[str, object]:
        message: dict[str, object] = await self._layer.receive(self._channel)
        return message


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("a-group", channel)
    yield Listener(layer, channel)
    await layer.flush()


async def test_a_message_reaches_its_group(listener: Listener) -> None:
    live.send("a-group", {"type": "one"})
    assert await listener.hears() == {"type": "one"}


async def test_messages_arrive_in_the_order_they_were_sent(listener: Listener) -> None:
    for number in range(50):
        live.send("a-group", {"type": "one", "number": number})
    heard = [(await listener.hears())["number"] for _ in range(50)]
    assert heard == list(range(50))


async def test_another_groups_message_is_not_heard(listener: Listener) -> None:
    live.send("another-group", {"type": "other"})
    live.send("a-group", {"type": "one"})
    assert await listener.hears() == {"type": "one"}
