"""A worker outlives the loss of its broker."""

from __future__ import annotations

import pytest

from config.broker import Channel
from config.celery import app


def test_a_channel_whose_connection_is_gone_says_so_as_celery_expects() -> None:
    connection = app.connection_for_write()
    channel = connection.channel()
    expected = connection.connection_errors
    connection.release()
    assert isinstance(channel, Channel)
    with pytest.raises(expected), channel.conn_or_acquire():
        pass
