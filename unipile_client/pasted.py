"""What does the address of a search say, in our own filters?

A pasted address is searched as it is, and loses nothing. This reads it for a person: to
be shown, and to be taken over as filters that can be changed. What our filters cannot
hold is named.

    classic          ?keywords=ceo&geoUrn=["103644278"]&network=["F","S"]
    Sales Navigator  ?query=(keywords:ceo,filters:List((type:REGION,values:List(
                     (id:103644278,text:Germany,selectionType:INCLUDED)))))
    Recruiter        keeps its filters to itself: ?searchContextId=…

Source: addresses as LinkedIn's own pages write them; LinkedIn documents none of this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from unipile_client.criteria import api_of_url
from unipile_client.types import Api

DEEPEST = 12


@dataclass(kw_only=True)
class Pasted:
    """A search's address in our words.

    `names` are those that the address gives for ids, by filter and id; `left_out` are
    the words for what `criteria` cannot say.
    """

    api: Api
    criteria: dict[str, Any] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def add(self, key: str, value: object) -> None:
        values = self.criteria.setdefault(key, [])
        if value not in values:
            values.append(value)


def read(url: str) -> Pasted:
    """Read the address of a search.

    Raises ValueError with a sentence for the person who pasted it.
    """
    found = Pasted(api=api_of_url(url))
    parts = urlsplit(url.strip())
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    match found.api:
        case Api.CLASSIC:
            _read_classic(query, found)
        case Api.SALES_NAVIGATOR:
            _read_sales_navigator(parts.path, query, found)
        case Api.RECRUITER:
            _text("keywords", query.get("keywords", ""), found)
            found.left_out.append("the filters, which Recruiter keeps to itself")
    return found


def _text(key: str, text: str, found: Pasted) -> None:
    if text.strip():
        found.criteria[key] = text.strip()


# --- classic ------------------------------------------------------------------------

_CLASSIC_TEXTS = {
    "keywords": "keywords",
    "firstName": "first_name",
    "lastName": "last_name",
    "title": "title",
    "titleFreeText": "title",
}
_CLASSIC_IDS = {
    "geoUrn": "location",
    "industry": "industry",
    "currentCompany": "company",
    "schoolFilter": "school",
    "profileLanguage": "profile_language",
}
_CLASSIC_LEFT_OUT = {
    "pastCompany": "past company",
    "school": "school by name",
    "serviceCategory": "services",
    "connectionOf": "connections of",
    "followerOf": "followers of",
    "contactInterest": "open to",
}
_CLASSIC_TRACKS = frozenset(  # say where somebody came from, not whom they look for
    (
        "origin",
        "sid",
        "searchId",
        "page",
        "position",
        "spellCorrectionEnabled",
        "heroEntityKey",
        "lipi",
        "trk",
    )
)
_DISTANCES: Mapping[str, object] = {"F": 1, "S": 2, "O": 3, "A": "GROUP"}


def _read_classic(query: Mapping[str, str], found: Pasted) -> None:
    for name, text in query.items():
        if name in _CLASSIC_TEXTS:
            _text(_CLASSIC_TEXTS[name], text, found)
        elif name in _CLASSIC_IDS:
            for value in _list(text):
                found.add(_CLASSIC_IDS[name], value)
        elif name == "company":
            found.add("company", text.strip())
        elif name == "network":
            for value in _list(text):
                if value in _DISTANCES:
                    found.add("network_distance", _DISTANCES[value])
        elif name not in _CLASSIC_TRACKS:
            found.left_out.append(_CLASSIC_LEFT_OUT.get(name, name))


def _list(text: str) -> list[str]:
    """Read `["103644278"]`, as LinkedIn writes lists, or one value alone."""
    try:
        return msgspec.json.decode(text, type=list[str])
    except (msgspec.DecodeError, RecursionError):
        return [text.strip('[]" ')]


# --- Sales Navigator ----------------------------------------------------------------

_SALES_IDS = {
    "REGION": "location",
    "INDUSTRY": "industry",
    "CURRENT_COMPANY": "company",
    "SCHOOL": "school",
}
# LinkedIn's letters are not those of our criteria: its A is the self-employed.
_HEADCOUNTS: Mapping[str, object] = {"A": {"min": 1, "max": 1}} | dict(
    zip("BCDEFGHI", "ABCDEFGH", strict=True)
)
_SENIORITIES: Mapping[str, object] = {
    "100": "in_training",
    "110": "entry_level",
    "120": "senior",
    "130": "strategic",
    "200": "entry_level_manager",
    "210": "experienced_manager",
    "220": "director",
    "300": "vice_president",
    "310": "cxo",
    "320": "owner/partner",
}
_SALES_CHOICES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "COMPANY_HEADCOUNT": ("company_headcount", _HEADCOUNTS),
    "SENIORITY_LEVEL": ("seniority", _SENIORITIES),
    "RELATIONSHIP": ("network_distance", _DISTANCES),
}
_SALES_TEXTS = {
    "CURRENT_TITLE": "title",
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
}
_SALES_OTHERS = {
    "savedSearchId": "the saved search",
    "recentSearchId": "the recent search",
}


def _read_sales_navigator(path: str, query: Mapping[str, str], found: Pasted) -> None:
    if "/lists/" in path:
        found.left_out.append("the lead list")
    found.left_out += [_SALES_OTHERS[name] for name in _SALES_OTHERS if name in query]
    try:
        said = _parse(query.get("query", ""))
    except ValueError:
        found.left_out.append("the filters, which could not be read")
        return
    if not isinstance(said, dict):
        return
    _text("keywords", _word(said, "keywords"), found)
    for filter_ in _items(said, "filters"):
        _read_sales_filter(filter_, found)


def _read_sales_filter(filter_: Mapping[str, object], found: Pasted) -> None:
    kind = _word(filter_, "type")
    texts = []
    for value in _items(filter_, "values"):
        name, id_ = _word(value, "text"), _word(value, "id").rpartition(":")[2]
        if _word(value, "selectionType") == "EXCLUDED":
            found.left_out.append(f"without {name or id_}")
        elif kind in _SALES_IDS:
            _add_id(_SALES_IDS[kind], id_, name, found)
        elif kind in _SALES_CHOICES and id_ in _SALES_CHOICES[kind][1]:
            key, choices = _SALES_CHOICES[kind]
            found.add(key, choices[id_])
        elif kind == "PROFILE_LANGUAGE" and re.fullmatch("[A-Za-z]{2}", id_):
            found.add("profile_language", id_.lower())
        elif kind in _SALES_TEXTS and (name or id_):
            texts.append(name or id_)
        else:
            said = kind.replace("_", " ").lower()
            found.left_out.append(_named(said, name))
    if texts:
        found.criteria[_SALES_TEXTS[kind]] = _either(texts)


def _named(kind: str, name: str) -> str:
    return name if name.lower() == kind else f"{kind}: {name}" if name else kind


def _add_id(key: str, id_: str, name: str, found: Pasted) -> None:
    if id_.isascii() and id_.isdigit():
        found.add(key, id_)
        if name:
            found.names[key, id_] = name
    elif key == "company" and name:
        found.add(key, name)
    else:
        found.left_out.append(f"{key} {name or id_}")


def _either(texts: list[str]) -> str:
    if len(texts) == 1:
        return texts[0]
    return " OR ".join(f'"{text}"' if " " in text else text for text in texts)


def _word(said: Mapping[str, object], key: str) -> str:
    text = said.get(key)
    return " ".join(unquote(text).split()) if isinstance(text, str) else ""


def _items(said: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    items = said.get(key)
    if not isinstance(items, list):
        return []
    return [item for item in items if isinstance(item, dict)]


# --- LinkedIn's brackets: (key:value,key:List(…)) -----------------------------------


def _parse(text: str) -> object:
    """Read nested brackets; leaves stay percent-encoded, for names may hold commas.

    Raises ValueError where they do not close, or are nested deeper than any search.
    """
    value, rest = _value(text, DEEPEST)
    if rest:
        raise ValueError("something follows the last bracket")
    return value


def _value(text: str, depth: int) -> tuple[object, str]:
    if not depth:
        raise ValueError("too many brackets")
    if text.startswith("List("):
        items, rest = _members(text[5:], lambda part: _value(part, depth - 1))
        return items, rest
    if text.startswith("("):
        pairs, rest = _members(text[1:], lambda part: _pair(part, depth - 1))
        return dict(pairs), rest
    leaf = re.match(r"[^,()]*", text)
    assert leaf is not None  # for the type checker: it matches nothing, too
    return leaf[0], text[leaf.end() :]


def _pair(text: str, depth: int) -> tuple[tuple[str, object], str]:
    key, colon, rest = text.partition(":")
    if not colon or not re.fullmatch(r"\w+", key):
        raise ValueError("a key is missing")
    value, rest = _value(rest, depth)
    return (key, value), rest


def _members(
    text: str, read_one: Callable[[str], tuple[Any, str]]
) -> tuple[list[Any], str]:
    members: list[Any] = []
    while not text.startswith(")"):
        if not text:
            raise ValueError("a bracket is not closed")
        member, text = read_one(text)
        members.append(member)
        if text.startswith(","):
            text = text[1:]
        elif not text.startswith(")"):
            raise ValueError("a bracket is not closed")
    return members, text[1:]
