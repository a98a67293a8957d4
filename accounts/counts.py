"""How often did something happen within a while? Counted in Redis, for all machines.

One number for each, which Redis itself forgets: the web machines' clocks differ. A
Redis that is away raises RedisError after a moment; callers then let everybody through.
"""

from __future__ import annotations

from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

ANSWER_WITHIN_S = 0.2


def one_more(key: str, *, within_s: int) -> tuple[int, float]:
    """Count; return the count, and seconds until it begins anew."""
    with client().pipeline(transaction=True) as steps:
        steps.set(key, 0, ex=within_s, nx=True)
        steps.incr(key)
        steps.pttl(key)
        _, counted, left_ms = steps.execute()
    return int(counted), left_ms / 1000


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """Return this process's client: one that is away holds up a request for 0.2 s."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=ANSWER_WITHIN_S,
        socket_timeout=ANSWER_WITHIN_S,
        retry=Retry(NoBackoff(), 0),
    )
