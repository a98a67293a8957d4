"""From a pasted LinkedIn address to the search body that says the same.

The shape of the address decides the api. What its query holds is read as far as
the population knows it; the rest of an address narrows nothing, as its many
internal parameters do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from unipile_client.sandbox.problems import Problem

SearchBody = dict[str, object]

_CLASSIC_IDS = {
    "geoUrn": "location",
    "industry": "industry",
    "currentCompany": "company",
    "pastCompany": "past_company",
    "schoolFilter": "school",
}
_CLASSIC_WORDS = {
    "firstName": "first_name",
    "lastName": "last_name",
    "title": "title",
    "titleFreeText": "title",
    "company": "company",
    "school": "school",
}
_NETWORK = {"F": 1, "S": 2, "O": 3}

_SALES_FILTERS = {
    "REGION": "location",
    "INDUSTRY": "industry",
    "CURRENT_COMPANY": "company",
    "PAST_COMPANY": "past_company",
    "CURRENT_TITLE": "role",
    "SCHOOL": "school",
}
_SALES_VALUE = re.compile(r"\((?:id:([^,()]*),?)?(?:text:([^,()]*),?)?([^()]*)\)")


def body_of_url(url: str) -> SearchBody:
    """Return the body. Raises Problem (400 invalid_url) for any other address."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname in (
        "www.linkedin.com",
        "linkedin.com",
    ):
        for path, read in _READERS.items():
            if parts.path.rstrip("/") == path:
                return read(parse_qs(parts.query))
    raise Problem(
        400, "invalid_url", detail="The provided URL is not a supported search."
    )


def _classic(query: dict[str, list[str]]) -> SearchBody:
    body: SearchBody = {"api": "classic", "category": "people"}
    if "keywords" in query:
        body["keywords"] = query["keywords"][0]
    for name, field in _CLASSIC_IDS.items():
        if ids := _json_list(query.get(name)):
            body[field] = ids
    if network := [
        _NETWORK[n] for n in _json_list(query.get("network")) if n in _NETWORK
    ]:
        body["network_distance"] = network
    words = {
        field: query[name][0] for name, field in _CLASSIC_WORDS.items() if name in query
    }
    if words:
        body["advanced_keywords"] = words
    return body


def _json_list(values: list[str] | None) -> list[str]:
    """Read `["103644278"]`, the way LinkedIn writes lists into a query."""
    if not values:
        return []
    try:
        return msgspec.json.decode(values[0], type=list[str])
    except msgspec.DecodeError:
        raise Problem(
            400, "invalid_url", detail="The URL has a list that cannot be read."
        ) from None


def _sales_navigator(query: dict[str, list[str]]) -> SearchBody:
    """Read `query=(keywords:…,filters:List((type:REGION,values:List((id:…)))))`."""
    body: SearchBody = {"api": "sales_navigator", "category": "people"}
    text = query.get("query", [""])[0]
    if keywords := re.search(r"\bkeywords:([^,()]*)", text):
        body["keywords"] = unquote(keywords[1])
    for piece in text.split("(type:")[1:]:
        name, _, values = piece.partition(",")
        if field := _SALES_FILTERS.get(name):
            body[field] = _sides(_SALES_VALUE.findall(values), by_text=field == "role")
    return body


def _sides(values: list[tuple[str, str, str]], *, by_text: bool) -> SearchBody:
    sides: dict[str, object] = {}
    include: list[str] = []
    exclude: list[str] = []
    for number, text, rest in values:
        name = unquote(text)
        value = (name or number) if by_text else (number or name)
        (exclude if "EXCLUDED" in rest else include).append(value)
    if include:
        sides["include"] = include
    if exclude:
        sides["exclude"] = exclude
    return sides


def _recruiter(query: dict[str, list[str]]) -> SearchBody:
    body: SearchBody = {"api": "recruiter", "category": "people"}
    if "keywords" in query:
        body["keywords"] = query["keywords"][0]
    return body


_READERS: dict[str, Callable[[dict[str, list[str]]], SearchBody]] = {
    "/search/results/people": _classic,
    "/sales/search/people": _sales_navigator,
    "/recruiter/search": _recruiter,
    "/talent/search": _recruiter,
}
