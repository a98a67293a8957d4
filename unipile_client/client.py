"""What can be asked of Unipile: a method for each endpoint, a request for each call.

Nothing here sleeps, retries or remembers; the caller owns the pace and the deadline. A
request that brings nothing usable raises one of `errors.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from unipile_client import answers
from unipile_client.addresses import base_url, redirect_target
from unipile_client.errors import (
    GiveUp,
    NetworkTrouble,
    UnipileError,
    UnreadableAnswer,
)
from unipile_client.problems import error_of
from unipile_client.transport import DeadlineTransport, deadline, is_past_deadline
from unipile_client.types import (
    Account,
    AccountPage,
    Api,
    Parameter,
    SearchPage,
    WebhookPage,
)

BODY_LIMIT: Final = 32 * 1024 * 1024
MAX_REDIRECTS: Final = 3
# An address longer than 4 kB is refused by some servers on the way.
LONGEST_CURSOR_IN_QUERY: Final = 2000
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

T = TypeVar("T")


class UnipileClient:
    """Unipile's API v1 at one address with one key; may be shared by threads.

    `dsn` is what Unipile hands out (`api1.unipile.com:13111`) or an http(s) address.
    Raises ValueError, never with the key in its text, where either cannot be used.
    """

    def __init__(
        self, *, dsn: str, api_key: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._base_url = base_url(dsn)
        self._key = _Key(api_key)
        self._http = httpx.Client(
            transport=transport or DeadlineTransport(),
            auth=self._key,
            headers={"accept": "application/json", "accept-encoding": "gzip"},
            trust_env=False,
        )

    def search(
        self,
        *,
        account_id: str,
        body: Mapping[str, object],
        page_size: int,
        cursor: str | None,
        deadline_s: float,
    ) -> SearchPage:
        """Return one page of the search that `body` describes.

        `page_size` is constant for all pages of a search, and a cursor belongs to the
        account it came from: both are inside it. The cursor goes into the query and the
        search is sent again as the body, which must not be empty; a cursor too long for
        an address goes alone into the body instead.
        Source: POST /linkedin/search, its parameters and its 'cursor' body.
        """
        query = {"account_id": account_id, "limit": str(page_size)}
        if cursor is not None and len(cursor) > LONGEST_CURSOR_IN_QUERY:
            body = {"cursor": cursor}
        elif cursor is not None:
            query["cursor"] = cursor
        request = self._http.build_request(
            "POST",
            f"{self._base_url}/linkedin/search",
            params=query,
            content=msgspec.json.encode(body),
            headers={"content-type": "application/json"},
        )
        return self._ask(request, answers.read_search, deadline_s)

    def accounts(
        self, *, cursor: str | None = None, limit: int = 250, deadline_s: float = 30
    ) -> AccountPage:
        """Return some of the accounts, of all providers; `limit` is at most 250."""
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        return self._get("/accounts", query, answers.read_accounts, deadline_s)

    def account(self, account_id: str, *, deadline_s: float = 30) -> Account:
        """Return one account; GiveUp with status 404 where Unipile knows none."""
        if not account_id.strip("."):
            raise ValueError("an account id is not empty and not made of dots")
        path = f"/accounts/{quote(account_id, safe='')}"
        return self._get(path, {}, answers.read_account, deadline_s)

    def parameters(
        self,
        *,
        account_id: str,
        type: str,
        keywords: str,
        service: Api,
        limit: int = 20,
        deadline_s: float = 30,
    ) -> tuple[Parameter, ...]:
        """Return the ids whose names match; `type` is LOCATION, INDUSTRY, COMPANY, …

        Source: GET /linkedin/search/parameters; `limit` is at most 100.
        """
        query = {
            "account_id": account_id,
            "type": type,
            "keywords": keywords,
            "limit": str(limit),
            "service": service.value.upper(),
        }
        path = "/linkedin/search/parameters"
        return self._get(path, query, answers.read_parameters, deadline_s)

    def create_webhook(
        self,
        *,
        request_url: str,
        headers: Mapping[str, str],
        name: str,
        deadline_s: float = 30,
    ) -> str:
        """Have the status of every account told to an address; return the webhook's id.

        `headers` go with each delivery: Unipile signs none, they are its only proof.
        Source: POST /webhooks with source `account_status`.
        """
        body = {
            "request_url": request_url,
            "source": "account_status",
            "name": name,
            "format": "json",
            "headers": [{"key": key, "value": text} for key, text in headers.items()],
        }
        request = self._http.build_request(
            "POST",
            f"{self._base_url}/webhooks",
            content=msgspec.json.encode(body),
            headers={"content-type": "application/json"},
        )
        return self._ask(request, answers.read_webhook_id, deadline_s)

    def webhooks(
        self, *, cursor: str | None = None, limit: int = 250, deadline_s: float = 30
    ) -> WebhookPage:
        """Return some of the webhooks; `limit` is at most 250."""
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        return self._get("/webhooks", query, answers.read_webhooks, deadline_s)

    def delete_webhook(self, webhook_id: str, *, deadline_s: float = 30) -> None:
        """Forget a webhook; GiveUp with status 404 where Unipile knows none."""
        path = f"{self._base_url}/webhooks/{quote(webhook_id, safe='')}"
        request = self._http.build_request("DELETE", path)
        self._ask(request, answers.read_nothing, deadline_s)

    def hosted_auth_url(
        self,
        *,
        name: str,
        notify_url: str,
        success_url: str,
        failure_url: str,
        expires_at: datetime,
        reconnect: str | None = None,
        deadline_s: float = 30,
    ) -> str:
        """Return the address at which a person signs in to LinkedIn, at Unipile's.

        `reconnect` is the account to sign in again; None connects a new one. Unipile
        then tells `notify_url` with `name`, unsigned, and sends the person on.
        Source: POST /hosted/accounts/link; `expiresOn` is refused in any other form.
        """
        kind = (
            {"type": "create", "providers": ["LINKEDIN"]}
            if reconnect is None
            else {"type": "reconnect", "reconnect_account": reconnect}
        )
        expires_on = expires_at.astimezone(UTC).isoformat(timespec="milliseconds")
        body = kind | {
            "api_url": self._base_url.removesuffix("/api/v1"),
            "expiresOn": expires_on.replace("+00:00", "Z"),
            "name": name,
            "notify_url": notify_url,
            "success_redirect_url": success_url,
            "failure_redirect_url": failure_url,
        }
        request = self._http.build_request(
            "POST",
            f"{self._base_url}/hosted/accounts/link",
            content=msgspec.json.encode(body),
            headers={"content-type": "application/json"},
        )
        return self._ask(request, answers.read_hosted_url, deadline_s)

    def close(self) -> None:
        """Close the connections; the client cannot be used any more."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _get(
        self,
        path: str,
        query: Mapping[str, str],
        read: Callable[[bytes], T],
        deadline_s: float,
    ) -> T:
        request = self._http.build_request(
            "GET", self._base_url + path, params=dict(query)
        )
        return self._ask(request, read, deadline_s)

    def _ask(
        self, request: httpx.Request, read: Callable[[bytes], T], deadline_s: float
    ) -> T:
        with deadline(deadline_s):
            answer = self._exchange(request, deadline_s)
        if isinstance(answer, UnipileError):
            # Raised here, not where it was caught: below are frames that hold the key.
            raise answer
        if not 200 <= answer.status < 300:
            raise error_of(
                answer.status, answer.body, answer.headers, blot=self._key.blot
            )
        return _read(read, answer)

    def _exchange(
        self, request: httpx.Request, deadline_s: float
    ) -> _Answer | UnipileError:
        """Return the answer, after at most three redirects, or what went wrong."""
        try:
            for _ in range(MAX_REDIRECTS + 1):
                with closing(self._http.send(request, stream=True)) as response:
                    if response.status_code not in REDIRECTS:
                        return _receive(response)
                status, to = response.status_code, redirect_target(request, response)
                if to is None:
                    break
                request = self._redirected(request, status, to)
        except httpx.TransportError as error:
            late = f"Unipile did not answer within {deadline_s:g} s"
            title = late if is_past_deadline() else self._key.blot(str(error))
            return NetworkTrouble(code="network_trouble", title=title)
        return GiveUp(
            code="unipile_redirected",
            status=status,
            title="The address leads elsewhere",
        )

    def _redirected(
        self, request: httpx.Request, status: int, to: httpx.URL
    ) -> httpx.Request:
        """Return the same request for another address; 303 alone makes it a GET."""
        if status == 303 or request.method == "GET":
            return self._http.build_request("GET", to)
        return self._http.build_request(
            request.method,
            to,
            content=request.content,
            headers={"content-type": "application/json"},
        )


class _Key(httpx.Auth):
    """The API key: goes onto each request last, and shows in no repr."""

    def __init__(self, text: str) -> None:
        text = text.strip()
        if not re.fullmatch(r"[!-~]+", text):
            raise ValueError("The Unipile API key must be one word of ASCII letters.")
        self._text = text

    def __repr__(self) -> str:
        return "<the API key>"

    def auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-API-KEY"] = self._text
        yield request

    def blot(self, text: str) -> str:
        """Return the text without the key, which a server might echo."""
        return text.replace(self._text, "[api key]")


class _Answer(msgspec.Struct, frozen=True):
    """A whole answer; `is_framed` means that it said itself where it ends.

    Its repr tells nothing: the body holds people's data.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_framed: bool

    def __repr__(self) -> str:
        return f"<answer {self.status}>"


def _receive(response: httpx.Response) -> _Answer | UnipileError:
    """Return the whole answer; a refusal counts even where its body cannot be had."""
    headers = response.headers
    is_framed = "content-length" in headers or "transfer-encoding" in headers
    body = bytearray()
    try:
        for part in response.iter_bytes():
            body += part
            if len(body) > BODY_LIMIT:
                raise httpx.DecodingError("the answer is too long")
    except httpx.DecodingError as error:
        if response.is_success:
            return UnreadableAnswer(code="unreadable_answer", title=str(error))
        body.clear()
    return _Answer(response.status_code, headers, bytes(body), is_framed)


def _read(read: Callable[[bytes], T], answer: _Answer) -> T:
    """Return what the body says; one cut short on the way is the network's fault.

    Errors are raised anew, without the frames whose locals are people's data.
    """
    failure: UnipileError
    try:
        return read(answer.body)
    except answers.Truncated:
        if answer.is_framed:
            failure = answers.unreadable("it stops short")
        else:
            failure = NetworkTrouble(
                code="network_trouble", title="Unipile's answer was cut short"
            )
    except UnreadableAnswer as error:
        failure = UnreadableAnswer(code=error.code, title=error.title)
    raise failure
