"""How many requests may a token make in a minute?"""

from __future__ import annotations

from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW_S = 60
ANSWER_WITHIN_S = 0.2


class PerTokenThrottle(BaseThrottle):
    """Counts requests by token (or signed-in user) in the minute from the first.

    The counts stand in Redis, one number for each, and Redis ends the minute: the web
    machines' clocks differ. DRF's own throttle would carry the times of 6,000 requests
    to and fro. Without Redis everybody is let through.
    """

    _opens_in_s = 0.0

    def allow_request(self, request: Request, view: object) -> bool:
        most: int = settings.API_THROTTLE_PER_MINUTE
        if not most or not request.user.is_authenticated:
            return True
        who = request.auth.pk[:32] if request.auth else request.user.pk
        try:
            counted, self._opens_in_s = _count(f"shortlist:throttle:{who}")
        except RedisError:
            return True
        return counted <= most

    def wait(self) -> float:
        return self._opens_in_s


def _count(key: str) -> tuple[int, float]:
    """Count one more; return the count, and seconds until it begins anew."""
    with _redis().pipeline(transaction=True) as steps:
        steps.set(key, 0, ex=WINDOW_S, nx=True)
        steps.incr(key)
        steps.pttl(key)
        _, counted, left_ms = steps.execute()
    return int(counted), left_ms / 1000


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    """Return this process's client: one that is away holds up a request for 0.2 s."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=ANSWER_WITHIN_S,
        socket_timeout=ANSWER_WITHIN_S,
        retry=Retry(NoBackoff(), 0),
    )
