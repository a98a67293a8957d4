"""What is compressed on its way to a browser: files, never a page with its secrets."""

from __future__ import annotations

import httpx
import pytest

from config.asgi import application


async def get(path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost"
    ) as client:
        return await client.get(path, headers={"Accept-Encoding": "gzip"})


@pytest.mark.parametrize("name", ["css/base.css", "js/review.js", "icons.svg"])
async def test_a_static_file_is_compressed(name: str) -> None:
    answer = await get(f"/static/{name}")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.num_bytes_downloaded < len(answer.content) / 2


async def test_a_page_is_not_compressed_lest_its_length_tells_of_its_token() -> None:
    answer = await get("/login")
    assert "csrfmiddlewaretoken" in answer.text
    assert "Content-Encoding" not in answer.headers
