"""The forms in which an address may be given, and what is said of any other."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unipile_client.addresses import base_url


@pytest.mark.parametrize(
    ("dsn", "address"),
    [
        ("api1.unipile.com:13111", "https://api1.unipile.com:13111/api/v1"),
        (" api1.unipile.com:13111\n", "https://api1.unipile.com:13111/api/v1"),
        ("localhost:8080", "https://localhost:8080/api/v1"),
        ("http://127.0.0.1:3114", "http://127.0.0.1:3114/api/v1"),
        ("http://127.0.0.1:3114/", "http://127.0.0.1:3114/api/v1"),
        ("https://api1.unipile.com", "https://api1.unipile.com/api/v1"),
        (
            "https://api1.unipile.com:13111/api/v1",
            "https://api1.unipile.com:13111/api/v1",
        ),
        (
            "https://api1.unipile.com:13111/api/v1/",
            "https://api1.unipile.com:13111/api/v1",
        ),
        ("http://[::1]:8080", "http://[::1]:8080/api/v1"),
    ],
)
def test_the_forms_of_a_dsn(dsn: str, address: str) -> None:
    assert base_url(dsn) == address


@pytest.mark.parametrize(
    "dsn",
    [
        "",
        "api9.unipile.com",
        "api1.unipile.com:13111/api/v1",
        "api1.unipile.com:port",
        "api1.unipile.com:99999",
        "ftp://api1.unipile.com:13111",
        "https://",
        "https://me:secret@api1.unipile.com",
        "https://api1.unipile.com/other",
        "https://api1.unipile.com/api/v2",
        "https://api1.unipile.com?x=1",
        "https://api1.unipile.com#x",
        "https://api1 unipile.com",
        "https://[::1",
        "S3CRET+key/pasted==",
    ],
)
def test_anything_else_is_refused_without_repeating_it(dsn: str) -> None:
    with pytest.raises(ValueError, match="must be host:port") as caught:
        base_url(dsn)

    assert not dsn or dsn not in str(caught.value)


@given(dsn=st.text())
def test_any_dsn_is_an_address_or_a_clear_refusal(dsn: str) -> None:
    try:
        address = base_url(dsn)
    except ValueError:
        return
    assert httpx.URL(address).path == "/api/v1"
