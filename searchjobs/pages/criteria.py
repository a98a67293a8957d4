"""What a search asked for, in words: 'In Germany +2', 'Size 51–200'.

LinkedIn's ids are shown by the names that look-ups have brought, else as ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import connection

from searchjobs.models import ParameterLookup
from unipile_client import pasted
from unipile_client.pasted import Pasted
from unipile_client.vocabulary import HEADCOUNT_LETTERS
from unipile_client.writers import is_id

# the filters whose values are ids, and the look-up that names them
LOOKUPS: Mapping[str, str] = {
    "location": "LOCATION",
    "industry": "INDUSTRY",
    "company": "COMPANY",
    "school": "SCHOOL",
}
FILTER_NAMES: Mapping[str, str] = {
    "company_headcount": "company headcount",
    "network_distance": "connection",
    "profile_language": "profile language",
    "first_name": "first name",
    "last_name": "last name",
}
SENIORITIES: Mapping[str, str] = {
    "owner/partner": "Owner",
    "cxo": "CXO",
    "vice_president": "VP",
    "director": "Director",
    "manager": "Manager",
    "senior": "Senior",
    "entry_level": "Entry",
}
DISTANCES: Mapping[str, str] = {"1": "1st", "2": "2nd", "3": "3rd+"}
LETTERS = "ABCDEFGH"  # I means what H means
SELF_EMPLOYED = {"min": 1, "max": 1}

URL = "URL"
_CHIPS: Mapping[str, str] = {
    "url": URL,
    "title": "Title",
    "keywords": "Keywords",
    "location": "In",
    "industry": "Industry",
    "company": "At",
    "company_headcount": "Size",
    "seniority": "Level",
    "network_distance": "Connection",
    "school": "School",
    "first_name": "First name",
    "last_name": "Last name",
    "profile_language": "Language",
}

Names = Mapping[tuple[str, str], str]


class Chip(NamedTuple):
    """A filter in short, and in full for its title."""

    label: str
    text: str
    full: str


def filter_name(key: str) -> str:
    return FILTER_NAMES.get(key, key)


def names_of(searches: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Return the known names of all ids in these criteria, by look-up type and id:
    those that look-ups brought, else those that an address gives."""
    given: dict[tuple[str, str], str] = {}
    wanted: set[tuple[str, str]] = set()
    for search in searches:
        found = _address_in(search)
        given |= names_in(found) if found else {}
        for criteria in (search, found.criteria if found else {}):
            wanted |= {
                (kind, str(value))
                for key, kind in LOOKUPS.items()
                for value in _values_of(criteria, key)
            }
    return given | _looked_up(wanted)


def _looked_up(wanted: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT type, item->>'id', item->>'title'
            FROM {ParameterLookup._meta.db_table}, jsonb_array_elements(items) AS item
            WHERE type = ANY(%s) AND item->>'id' = ANY(%s)
            """,
            [
                sorted({kind for kind, _ in wanted}),
                sorted({value for _, value in wanted}),
            ],
        )
        return {(kind, value): title for kind, value, title in cursor.fetchall()}


def chips_of(criteria: Mapping[str, Any], names: Names) -> list[Chip]:
    """Return the filters that are set, in the order of the form; of an address, those
    that it can be read to hold."""
    chips = [
        Chip(label, _short(texts), " or ".join(texts))
        for key, label in _CHIPS.items()
        if (texts := texts_of(criteria, key, names))
    ]
    found = _address_in(criteria)
    if found is None:
        return chips
    return chips + chips_of(found.criteria, {**names_in(found), **names})


def read_url(url: str) -> Pasted | None:
    """Return what a search's address says, if it is one."""
    try:
        return pasted.read(url)
    except ValueError:
        return None


def _address_in(criteria: Mapping[str, Any]) -> Pasted | None:
    return read_url(str(criteria.get("url") or ""))


def searched_by(criteria: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the filters that LinkedIn was asked with: where an address was pasted,
    those alone that it can be read to hold."""
    if not criteria.get("url"):
        return criteria
    found = _address_in(criteria)
    return found.criteria if found else {}


def names_in(found: Pasted) -> dict[tuple[str, str], str]:
    """Return the names that an address gives for ids, by look-up type and id."""
    return {(LOOKUPS[key], value): name for (key, value), name in found.names.items()}


def named(criteria: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Return the filters without the ids whose names are not known."""
    return {
        key: [of for of in _values_of(criteria, key) if not _is_unnamed(key, of, names)]
        for key in criteria
    }


def _is_unnamed(key: str, value: Any, names: Names) -> bool:
    is_named = (LOOKUPS.get(key, ""), str(value)) in names
    return key in LOOKUPS and is_id(str(value)) and not is_named


def texts_of(criteria: Mapping[str, Any], key: str, names: Names) -> list[str]:
    """Return a filter's values as words."""
    kind = LOOKUPS.get(key, "")
    return [
        _text_of(key, value, names.get((kind, str(value))))
        for value in _values_of(criteria, key)
    ]


def _values_of(criteria: Mapping[str, Any], key: str) -> list[Any]:
    value = criteria.get(key) or []
    return value if isinstance(value, list) else [value]


def _text_of(key: str, value: Any, name: str | None) -> str:
    if name is not None:
        return name
    if key == "url":
        return str(value).partition("://")[2].partition("?")[0]
    if key == "company_headcount":
        return headcount_text(value)
    if key == "seniority":
        return SENIORITIES.get(str(value), str(value).replace("_", " ").capitalize())
    if key == "network_distance":
        return DISTANCES.get(str(value), "Group members")
    if key in LOOKUPS and is_id(str(value)):
        return f"{key.capitalize()} {value} (name unknown)"
    return str(value)


def headcount_text(value: Any) -> str:
    """Say a letter or a range: '51–200', '10,001+'."""
    size = HEADCOUNT_LETTERS.get(value, {}) if isinstance(value, str) else value
    least, most = size.get("min", 1), size.get("max")
    if most == 1:
        return "Self-employed"
    return f"{least:,}–{most:,}" if most else f"{least:,}+"


def _short(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{texts[0]} +{len(texts) - 1}"
