"""How these tests ask the sandbox: over a socket, as a stranger would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

# They may search Sales Navigator; classic alone; Recruiter too; Sales Navigator.
ANNA, BEN, CHIARA, DILAN = map(account_id, range(4))

UNITED_STATES = "103644278"
BAY_AREA = "90000084"
SAN_FRANCISCO = "102277331"

SEARCH = "/api/v1/linkedin/search"

Body = dict[str, Any]


def sales(**filters: object) -> Body:
    """Return a people search on Sales Navigator."""
    return {"api": "sales_navigator", "category": "people", **filters}


def classic(**filters: object) -> Body:
    """Return a people search on classic LinkedIn."""
    return {"api": "classic", "category": "people", **filters}


def recruiter(**filters: object) -> Body:
    """Return a people search on Recruiter."""
    return {"api": "recruiter", "category": "people", **filters}


# The example of the original's documentation, as each api is asked for it.
EXAMPLE = sales(
    keywords="CEO tech startup",
    location={"include": [UNITED_STATES]},
    role={"include": ["CEO"]},
    company_headcount=[{"min": 11, "max": 50}, {"min": 51, "max": 200}],
)
EXAMPLE_ON_CLASSIC = classic(
    keywords="CEO tech startup",
    location=[UNITED_STATES],
    advanced_keywords={"title": "CEO"},
)


class Unipile:
    """A client that knows nothing but HTTP."""

    def __init__(self, server: SandboxServer) -> None:
        self.url = server.url
        self.http = httpx.Client(
            base_url=server.url,
            headers={"X-API-KEY": "any"},
            trust_env=False,
            verify=False,  # it is plain HTTP, and certificates take 0.04 s to read
        )

    def get(self, path: str, **query: str | int) -> httpx.Response:
        """Ask for something of the API."""
        return self.http.get(f"/api/v1{path}", params=query)

    def search(
        self,
        body: Mapping[str, object],
        account: str = ANNA,
        **query: str | int,
    ) -> httpx.Response:
        """Ask for one page."""
        return self.http.post(
            SEARCH, params={"account_id": account, **query}, json=dict(body)
        )

    def page(
        self, body: Mapping[str, object], account: str = ANNA, **query: str | int
    ) -> Body:
        """Return one page that must come."""
        response = self.search(body, account, **query)
        assert response.status_code == 200, response.text
        page: Body = response.json()
        return page

    def pages(
        self, body: Mapping[str, object], account: str = ANNA, limit: int = 100
    ) -> Iterator[Body]:
        """Walk a search from the first page to the null cursor."""
        page = self.page(body, account, limit=limit)
        yield page
        while page["cursor"] is not None:
            page = self.page(body, account, limit=limit, cursor=page["cursor"])
            yield page

    def ids(
        self, body: Mapping[str, object], account: str = ANNA, limit: int = 100
    ) -> list[str]:
        """Return the ids of all rows of all pages."""
        return [
            row["id"]
            for page in self.pages(body, account, limit)
            for row in page["items"]
        ]

    def total(self, body: Mapping[str, object], account: str = ANNA) -> int:
        """Return how many the first page says exist."""
        total: int = self.page(body, account)["paging"]["total_count"]
        return total


def refusal(response: httpx.Response) -> tuple[int, str]:
    """Return the status and the type, without prefix, of a problem body."""
    body = response.json()
    assert body["status"] == response.status_code
    prefix, _, kind = body["type"].partition("/")
    assert prefix == "errors"
    assert body["title"]
    return response.status_code, kind
