"""Which error does an answer that is not a 2xx mean?

Unipile's `type` decides, then the status. Whatever the body is, one of our errors comes
out of it: a gateway's HTML page has a status too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypedDict

import msgspec

from unipile_client.errors import (
    AccountTrouble,
    BackOff,
    BadRequest,
    CommercialUseLimit,
    GiveUp,
    NeedsPerson,
    ProviderDown,
    RateLimited,
    ServerError,
    UnipileError,
)
from unipile_client.mending import mend

LONGEST_WAIT_S = 24 * 3600.0
LONGEST_TEXT = 300

# A 401 is the account's trouble, but for these two and one without a type: the key's.
KEY_TROUBLE = frozenset({"missing_credentials", "insufficient_privileges"})
ACCOUNT_403: Mapping[str, AccountTrouble] = {
    "account_restricted": "restricted",
    "action_required": "restricted",
    "session_mismatch": "credentials",
    "unknown_authentication_context": "credentials",
}
NEEDS_PERSON_CODES: Mapping[AccountTrouble, str] = {
    "restricted": "account_restricted",
    "credentials": "account_disconnected",
}
NO_SEAT = frozenset({"feature_not_subscribed", "subscription_required"})
GIVE_UP_CODES: Mapping[int, str] = {
    401: "unipile_unauthorized",
    403: "unipile_forbidden",
    404: "unipile_not_found",
    422: "unipile_unprocessable",
    501: "unipile_not_implemented",
}

# LinkedIn's own limits, which come as 401, 403, 429 or 500: known by their words alone.
# Source: LinkedIn's help pages on the commercial use limit and on the people a search
# shows; the words of Unipile's `title` and `detail`.
_COMMERCIAL_USE = re.compile(
    r"commercial use limit|monthly limit (for|of|on) (profile |people )?search"
)
_CEILING = re.compile(
    r"\b(beyond|more than|only|first|up to|maximum( number)?( of)?)"
    r"\b[^.]{0,40}\b(1[,. ]?000|2[,. ]?500)\b"
    r"|\b(1[,. ]?000|2[,. ]?500)\b[^.]{0,40}\b(limit|maximum|reached|exceeded)"
    r"|\b(results?|search|pagination|page|offset|start)\b[^.]{0,30}"
    r"\b(limit|maximum|ceiling)\b[^.]{0,20}\b(reached|exceeded|hit)"
    r"|\b(page|offset|start|results?)\b[^.]{0,30}"
    r"\b(beyond|out of (range|bounds)|too (high|large|far|deep))"
    r"|\b(no|cannot|can't|can not|unable to)\b[^.]{0,20}"
    r"\b(view|show|display|load|return|access)\w*[^.]{0,30}"
    r"\b(more|further|beyond|additional)\b"
)
# A limit in time, which passes: no ceiling, and obeyed as its status says.
_IN_TIME = re.compile(
    r"\brate\b|per (second|minute|hour|day|week)|dail|week|month|today"
    r"|slow down|later"
)


class Problem(msgspec.Struct, frozen=True):
    """The parts of an error body; None where Unipile did not give them."""

    type: str | None = None
    title: str | None = None
    detail: str | None = None

    @property
    def word(self) -> str:
        """Return the type without its prefix: `errors/` in v1, `api/` in v2."""
        return (self.type or "").rpartition("/")[2]

    @property
    def is_commercial_use_limit(self) -> bool:
        return bool(_COMMERCIAL_USE.search(self._text))

    @property
    def says_ceiling(self) -> bool:
        """Whether the words are of a search that shows no more people."""
        return bool(_CEILING.search(self._text)) and not _IN_TIME.search(self._text)

    @property
    def _text(self) -> str:
        return f"{self.title}. {self.detail}".lower()


class _Said(TypedDict):
    status: int
    type: str | None
    title: str | None
    detail: str | None
    retry_after_s: float | None


def error_of(
    status: int,
    body: bytes,
    headers: Mapping[str, str],
    *,
    blot: Callable[[str], str],
) -> UnipileError:
    """Return the error that this answer means; `blot` takes secrets out of its text."""
    problem = read_problem(body, blot=blot)
    wait_s = parse_retry_after(headers.get("retry-after"), now=_server_time(headers))
    said = _Said(
        status=status,
        type=problem.type,
        title=problem.title,
        detail=problem.detail,
        retry_after_s=wait_s,
    )
    if problem.is_commercial_use_limit:
        return CommercialUseLimit(code="commercial_use_limit", **said)
    failure = _undisguised(problem, said)
    failure.says_ceiling = problem.says_ceiling
    return failure


def _undisguised(problem: Problem, said: _Said) -> UnipileError:
    if said["status"] in (401, 403):
        return _of_account_or_key(problem.word, said)
    return _of_status(said)


def read_problem(body: bytes, *, blot: Callable[[str], str]) -> Problem:
    """Return what an error body says, as far as it can be read."""
    try:
        found = msgspec.json.decode(mend(body))
    except (msgspec.DecodeError, RecursionError):
        return Problem()
    if not isinstance(found, dict):
        return Problem()
    return Problem(
        **{key: _text(found.get(key), blot) for key in ("type", "title", "detail")}
    )


def parse_retry_after(value: str | None, *, now: datetime) -> float | None:
    """Return how many seconds to wait, or None if the server did not say.

    Accepts both forms, delay-seconds and HTTP-date. A date in the past gives 0.0; what
    is negative or garbage gives None; nothing is longer than a day.
    Source: RFC 9110, section 10.2.3.
    """
    if value is None:
        return None
    if re.fullmatch(r"[0-9]{1,300}(\.[0-9]{1,300})?", value.strip()):
        return min(float(value), LONGEST_WAIT_S)
    date = _http_date(value)
    if date is None:
        return None
    return min(max((date - now).total_seconds(), 0.0), LONGEST_WAIT_S)


def _of_account_or_key(word: str, said: _Said) -> UnipileError:
    if said["status"] == 401 and word and word not in KEY_TROUBLE:
        return NeedsPerson(
            code="account_disconnected", account_status="credentials", **said
        )
    if said["status"] == 403 and word in ACCOUNT_403:
        account_status = ACCOUNT_403[word]
        code = NEEDS_PERSON_CODES[account_status]
        return NeedsPerson(code=code, account_status=account_status, **said)
    if word in NO_SEAT:
        return GiveUp(code="feature_not_subscribed", **said)
    return GiveUp(code=GIVE_UP_CODES[said["status"]], **said)


def _of_status(said: _Said) -> UnipileError:
    status = said["status"]
    if status == 400:
        return BadRequest(code="unipile_bad_request", **said)
    if status == 425:
        return BackOff(code="sign_in_under_way", **said)
    if status == 429:
        return RateLimited(code="rate_limited", **said)
    if status == 500:
        return ServerError(code="unipile_server_error", **said)
    if status == 408 or (status > 500 and status != 501):
        return ProviderDown(code="provider_down", **said)
    return GiveUp(code=GIVE_UP_CODES.get(status, "unipile_refused"), **said)


def _server_time(headers: Mapping[str, str]) -> datetime:
    """Return the server's time, with which a date it names is to be compared."""
    return _http_date(headers.get("date", "")) or datetime.now(UTC)


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _text(value: object, blot: Callable[[str], str]) -> str | None:
    """Return one line that is safe to store and show, or None."""
    if not isinstance(value, str):
        return None
    return blot(" ".join(value.split()))[:LONGEST_TEXT] or None
