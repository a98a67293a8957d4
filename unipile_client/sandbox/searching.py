"""From the query and body of POST /linkedin/search to a search."""

from __future__ import annotations

from collections.abc import Mapping

from unipile_client.sandbox import cursors
from unipile_client.sandbox.accounts import check_subscribed
from unipile_client.sandbox.bodies import read_body
from unipile_client.sandbox.pages import Search
from unipile_client.sandbox.problems import Problem, invalid
from unipile_client.sandbox.shapes import read_text
from unipile_client.sandbox.state import Sandbox

_MAX_LIMIT = 100
_CLASSIC_PAGE = 50
_DEFAULT_LIMIT = 10


def read_search(
    sandbox: Sandbox, query: Mapping[str, str], body: dict[str, object]
) -> Search:
    """Understand a request. Raises Problem (400, 401, 403, 404, 501).

    The cursor may stand in the query or in the body. It brings its own limit and
    search; what else the request says of them is ignored.
    """
    account = sandbox.accounts.usable(required_account_id(query))
    limit = read_limit(query, most=_MAX_LIMIT, default=_DEFAULT_LIMIT)
    text = query.get("cursor", body.get("cursor"))
    start, params = 0, body
    if text is not None:
        cursor = cursors.decode(read_text("cursor", text))
        if cursor.account_id != account.id:
            raise invalid("cursor", "belongs to another account")
        start, limit, params = cursor.start, cursor.limit, cursor.params
    api, criteria = read_body(params)
    check_subscribed(account, api)
    return Search(
        account_id=account.id,
        api=api,
        answer=sandbox.index.search(criteria),
        params=params,
        start=start,
        limit=min(limit, _CLASSIC_PAGE) if api == "classic" else limit,
        has_cursor=text is not None,
    )


def required_account_id(query: Mapping[str, str]) -> str:
    """Return the account that is asked to act. Raises Problem (400)."""
    if not query.get("account_id"):
        raise Problem(
            400,
            "missing_parameters",
            detail="The account_id query parameter is required.",
        )
    return query["account_id"]


def read_limit(
    query: Mapping[str, str], *, most: int, default: int, least: int = 0
) -> int:
    """Return how many rows are asked for. Raises Problem (400)."""
    text = query.get("limit", str(default))
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise invalid("limit", f"must be a whole number from {least} to {most}")
    if int(text) > most:
        raise Problem(
            400, "limit_too_high", detail=f"The limit must not exceed {most}."
        )
    return int(text)
