"""Unipile's LinkedIn search over HTTP; knows no Django and could be published alone.

>>> with UnipileClient(dsn="api1.unipile.com:13111", api_key=key) as client:
...     search = translate({"title": "CEO"}, Api.SALES_NAVIGATOR)
...     page = client.search(account_id=account_id, body=search.body, page_size=100,
...                          cursor=None, deadline_s=60)
"""

from __future__ import annotations

from unipile_client.client import UnipileClient
from unipile_client.criteria import Translation, api_of_url, translate, validate
from unipile_client.types import (
    Account,
    AccountPage,
    Api,
    Parameter,
    Person,
    SearchPage,
)

__all__ = [
    "Account",
    "AccountPage",
    "Api",
    "Parameter",
    "Person",
    "SearchPage",
    "Translation",
    "UnipileClient",
    "api_of_url",
    "translate",
    "validate",
]
