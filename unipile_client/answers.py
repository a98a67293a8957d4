"""How do the bytes of a 2xx become people, accounts and parameters?

Lenient about what describes somebody, strict about what the search's completeness hangs
on. Rows omit keys that the documentation requires and carry types it does not name; a
field like that is None, and never costs a row, nor a row its page. But an answer
without its list, with a cursor that is no string or a count that is no number is not
read at all: guessing there ends a search early and calls it complete.
msgspec reads a page in a third of the time of the json module and hands over each row's
own bytes.
"""

from __future__ import annotations

import math

import msgspec

from unipile_client.errors import UnreadableAnswer
from unipile_client.mending import mend, rewrite
from unipile_client.types import (
    Account,
    AccountPage,
    Parameter,
    Person,
    Position,
    SearchPage,
    Webhook,
    WebhookPage,
)

LONGEST_ID = 255
LONGEST_NUMBER = 400
# From bad to worse; an unknown word is worse than all but CREDENTIALS.
_STATUSES = ("OK", "CONNECTING", "STOPPED", "ERROR", "PERMISSIONS")


class Truncated(Exception):
    """The text ends before the JSON does."""


def _plain_float(text: str) -> float:
    """Return the number; refuse one that PostgreSQL's numeric may not hold."""
    if len(text) > LONGEST_NUMBER or not math.isfinite(number := float(text)):
        raise ValueError("a number out of range")
    if number == 0 and text.strip("-0.") != "":
        raise ValueError("a number out of range")
    return number


class _List(msgspec.Struct):
    items: list[msgspec.Raw]
    cursor: str | None = None
    paging: object = None


_list_decoder = msgspec.json.Decoder(_List)
_item_decoder = msgspec.json.Decoder(float_hook=_plain_float)


def read_search(body: bytes) -> SearchPage:
    """Return the page; a missing cursor is the end, like a null one.

    Raises UnreadableAnswer, or Truncated where the text stops short.
    """
    found = _read_list(body)
    people = tuple([_person(bytes(item)) for item in found.items])
    return SearchPage(people, found.cursor or None, _total_count(found.paging))


def read_accounts(body: bytes) -> AccountPage:
    """Return the accounts, without those that have no id; raises like read_search."""
    found = _read_list(body)
    accounts = [_account(_read_item(bytes(item))[0]) for item in found.items]
    return AccountPage(tuple([a for a in accounts if a]), found.cursor or None)


def read_account(body: bytes) -> Account:
    """Return the one account; raises like read_search."""
    found = _read_list(b"".join((b'{"items":[', mend(body), b"]}")))
    accounts = [_account(_read_item(bytes(item))[0]) for item in found.items]
    if len(accounts) != 1 or accounts[0] is None:
        raise unreadable("no account with an id")
    return accounts[0]


def read_parameters(body: bytes) -> tuple[Parameter, ...]:
    """Return the names found, without those that lack id or title."""
    items = [_read_item(bytes(item))[0] for item in _read_list(body).items]
    named = [(_id(item.get("id")), _text(item.get("title"))) for item in items]
    return tuple([Parameter(id, title) for id, title in named if id and title])


def read_webhooks(body: bytes) -> WebhookPage:
    """Return the webhooks, without those that lack id or address."""
    found = _read_list(body)
    items = [_read_item(bytes(item))[0] for item in found.items]
    named = [(_id(item.get("id")), _url(item.get("request_url"))) for item in items]
    return WebhookPage(
        tuple([Webhook(id, url) for id, url in named if id and url]),
        found.cursor or None,
    )


def read_webhook_id(body: bytes) -> str:
    """Return the id of the webhook just made; raises like read_search."""
    found = _read_list(b"".join((b'{"items":[', mend(body), b"]}")))
    made = [_id(_read_item(bytes(item))[0].get("webhook_id")) for item in found.items]
    if len(made) != 1 or made[0] is None:
        raise unreadable("no webhook_id")
    return made[0]


def read_hosted_url(body: bytes) -> str:
    """Return the address of the sign-in; raises like read_search."""
    found = _read_list(b"".join((b'{"items":[', mend(body), b"]}")))
    urls = [_url(_read_item(bytes(item))[0].get("url")) for item in found.items]
    if len(urls) != 1 or urls[0] is None:
        raise unreadable("no url")
    return urls[0]


def read_nothing(body: bytes) -> None:
    """Return nothing: that the answer is a 2xx is all there is to know."""


def _read_list(body: bytes) -> _List:
    text = mend(body)
    try:
        return _list_decoder.decode(text)
    except msgspec.ValidationError as error:
        raise unreadable(str(error)) from None
    except RecursionError:
        raise unreadable("nested too deeply") from None
    except msgspec.DecodeError as error:
        return _read_list_again(text, is_short="truncated" in str(error))


def _read_list_again(text: bytes, *, is_short: bool) -> _List:
    try:
        return _list_decoder.decode(rewrite(text))
    except msgspec.ValidationError as error:
        raise unreadable(str(error)) from None
    except (ValueError, RecursionError):
        if is_short:
            raise Truncated from None
        raise unreadable("not JSON") from None


def _read_item(item: bytes) -> tuple[dict[str, object], bytes]:
    """Return the row's keys ({} where it is no object) and its JSON."""
    try:
        found = _item_decoder.decode(item)
    except (msgspec.DecodeError, ValueError):  # a number out of range
        item = rewrite(item)
        found = _item_decoder.decode(item)
    return (found if isinstance(found, dict) else {}), item


def _person(item: bytes) -> Person:
    row, raw = _read_item(item)
    get = row.get
    return Person(
        provider_id=_id(get("id")) if _is_person(get("type")) else None,
        member_urn=_id(get("member_urn")),
        public_identifier=_id(get("public_identifier")),
        name=_text(get("name")),
        first_name=_text(get("first_name")),
        last_name=_text(get("last_name")),
        headline=_text(get("headline")),
        location=_text(get("location")),
        industry=_text(get("industry")),
        network_distance=_text(get("network_distance")),
        premium=_bool(get("premium")),
        open_profile=_bool(get("open_profile")),
        shared_connections=_count(get("shared_connections_count")),
        positions=_positions(get("current_positions")),
        public_profile_url=_url(get("public_profile_url")),
        profile_url=_url(get("profile_url")),
        raw=raw,
    )


def _is_person(type: object) -> bool:
    """A company or post among people is unusable; older rows name no type."""
    return not isinstance(type, str) or type.upper() == "PEOPLE"


def _positions(value: object) -> tuple[Position, ...]:
    if not isinstance(value, list):
        return ()
    held = [
        Position(_text(entry.get("company")), _text(entry.get("role")))
        for entry in value
        if isinstance(entry, dict)
    ]
    return tuple([position for position in held if position.company or position.role])


def _account(item: dict[str, object]) -> Account | None:
    id = _id(item.get("id"))
    if id is None:
        return None
    im = _object(_object(item.get("connection_params")).get("im"))
    features = im.get("premiumFeatures")
    return Account(
        id=id,
        name=_text(item.get("name")) or id,
        status=_worst_status(item.get("sources")),
        premium_features=tuple(
            [f for f in features if isinstance(f, str)]
            if isinstance(features, list)
            else []
        ),
        is_linkedin=item.get("type") == "LINKEDIN",
    )


def _worst_status(sources: object) -> str:
    entries = sources if isinstance(sources, list) else []
    statuses = [_text(_object(entry).get("status")) or "OK" for entry in entries]
    return max(statuses, key=_badness, default="OK")


def _badness(status: str) -> int:
    if status == "CREDENTIALS":
        return len(_STATUSES) + 1
    return _STATUSES.index(status) if status in _STATUSES else len(_STATUSES)


def _total_count(paging: object) -> int | None:
    """Return LinkedIn's count, None where there is none (a negative one is none)."""
    count = _object(paging).get("total_count")
    if isinstance(count, float) and count.is_integer():
        count = int(count)
    if count is None:
        return None
    if isinstance(count, bool) or not isinstance(count, int):
        raise unreadable("total_count is no number")
    return count if count >= 0 else None


def _id(value: object) -> str | None:
    """Return what identifies somebody; what no index could hold identifies nobody."""
    if isinstance(value, str) and len(value) <= LONGEST_ID and value.strip():
        return value
    return None


def _text(value: object) -> str | None:
    return (value.strip() or None) if isinstance(value, str) else None


def _url(value: object) -> str | None:
    """Return a web address; anything else must not become a link."""
    if isinstance(value, str) and value.startswith(("https://", "http://")):
        return value
    return None


def _bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _count(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def unreadable(why: str) -> UnreadableAnswer:
    """Return the error for an answer that came whole and is not what it should be."""
    return UnreadableAnswer(
        code="unreadable_answer", title=f"Unipile's answer cannot be read: {why}"
    )
