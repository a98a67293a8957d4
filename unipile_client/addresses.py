"""Where is Unipile, and does a redirect stay there?"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import httpx

BAD_DSN: Final = (
    "The Unipile DSN must be host:port, such as api1.unipile.com:13111, "
    "or an http(s) address."
)


def base_url(dsn: str) -> str:
    """Return the address of the API: `host:port` is https, as Unipile hands it out.

    The text of the ValueError never repeats `dsn`: people paste keys there.
    """
    dsn = dsn.strip()
    try:
        parts = urlsplit(dsn if "://" in dsn else f"https://{dsn}")
        port = parts.port
    except ValueError:
        raise ValueError(BAD_DSN) from None
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    if (
        not is_plain
        or parts.scheme not in ("http", "https")
        or not re.fullmatch(r"[A-Za-z0-9.-]+|[0-9a-f:]+", parts.hostname or "")
        or parts.path.rstrip("/") not in ("", "/api/v1")
        or ("://" not in dsn and (port is None or parts.path))
    ):
        raise ValueError(BAD_DSN)
    return f"{parts.scheme}://{parts.netloc}/api/v1"


def redirect_target(
    request: httpx.Request, response: httpx.Response
) -> httpx.URL | None:
    """Return where a redirect leads, None if that is another server or nowhere."""
    try:
        to = request.url.join(response.headers["location"])
    except (KeyError, httpx.InvalidURL):
        return None
    return to if _origin(to) == _origin(request.url) else None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    default = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host, url.port or default
