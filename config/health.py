"""Is this process alive, and is the system able to serve?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from time import monotonic

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse

from config.celery import app

logger = logging.getLogger(__name__)

ANSWER_WITHIN_S = 1.0


def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: answers without a database."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Able to serve: the database, Redis, and a worker that answers a ping through it.

    503 where one is missing. The worker is asked only where Redis is there.
    """
    has_redis = _holds(_redis_answers)
    checks = {
        "database": _holds(_database_answers),
        "redis": has_redis,
        "worker": has_redis and _holds(_worker_answers),
    }
    is_ready = all(checks.values())
    return JsonResponse(
        {"status": "ready" if is_ready else "not ready", "checks": checks},
        status=200 if is_ready else 503,
    )


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as failure:  # whatever it is, we are not ready
        logger.warning("not ready: %s: %s", check.__name__, type(failure).__name__)
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _redis_answers() -> bool:
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=ANSWER_WITHIN_S,
        socket_timeout=ANSWER_WITHIN_S,
    )
    with client:
        return bool(client.ping())


def _worker_answers() -> bool:
    return _worker_answered(int(monotonic()))


@lru_cache(maxsize=1)
def _worker_answered(second: int) -> bool:
    """Ask all workers; the first answer will do, so a healthy system takes 10 ms.

    Once a second: anybody may ask us, and each answer is work for every worker.
    """
    return bool(app.control.ping(timeout=ANSWER_WITHIN_S, limit=1))
