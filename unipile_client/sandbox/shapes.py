"""Readers for the values in a search body: what has the wrong shape is a 400.

Each names the field in the detail, as a developer at the other end needs it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

from unipile_client.sandbox.criteria import Wanted
from unipile_client.sandbox.population import headcount_word
from unipile_client.sandbox.problems import invalid
from unipile_client.sandbox.queries import Query, parse_query
from unipile_client.sandbox.vocabulary import HEADCOUNTS

# Source: the OpenAPI document; a maximum of 1 (self-employed) is its 2026 addition.
_MINIMA = (1, 11, 51, 201, 501, 1001, 5001, 10001)
_MAXIMA = (1, 10, 50, 200, 500, 1000, 5000, 10000)

NOBODY = Query(groups=((),))


def read_object(
    field: str, value: object, allowed: Collection[str]
) -> Mapping[str, object]:
    """Return a JSON object that has no other keys than these."""
    if not isinstance(value, dict):
        raise invalid(field, "must be an object")
    for key in value:
        if key not in allowed:
            raise invalid(f"{field}.{key}", "is not a field of this filter")
    return cast("dict[str, object]", value)


def read_list(field: str, value: object) -> list[object]:
    """Return an array of at least one value."""
    if not isinstance(value, list) or not value:
        raise invalid(field, "must be a non-empty array")
    return value


def read_text(field: str, value: object) -> str:
    """Return a string."""
    if not isinstance(value, str):
        raise invalid(field, "must be a string")
    return value


def read_id(field: str, value: object) -> str:
    """Return an id as digits; Unipile's own examples also send numbers."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value)
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return value
    raise invalid(field, r"must be an id that matches ^\d+$")


def read_ids(field: str, value: object) -> tuple[Wanted, ...]:
    """Return an array of ids."""
    return tuple(read_id(field, each) for each in read_list(field, value))


def as_query(text: str) -> Query:
    """Return text as something to look for; signs alone find nobody."""
    return parse_query(text) or NOBODY


def read_ids_or_names(field: str, value: object) -> tuple[Wanted, ...]:
    """Return an array of ids and plain names, as Sales Navigator takes them."""
    texts = (
        str(each) if isinstance(each, int) else read_text(field, each)
        for each in read_list(field, value)
    )
    return tuple(
        text if text.isascii() and text.isdecimal() else as_query(text)
        for text in texts
    )


def read_words(
    field: str, value: object, allowed: Mapping[str, tuple[str, ...]]
) -> tuple[Wanted, ...]:
    """Return an array of an enumeration's words, as our own words for them."""
    words: list[Wanted] = []
    for each in read_list(field, value):
        if not isinstance(each, str) or each not in allowed:
            raise invalid(field, f"must be among {', '.join(allowed)}")
        words += allowed[each]
    return tuple(words)


def read_languages(field: str, value: object) -> tuple[Wanted, ...]:
    """Return an array of two-letter language codes."""
    codes = [read_text(field, each) for each in read_list(field, value)]
    if not all(len(code) == 2 and code.isalpha() and code.islower() for code in codes):
        raise invalid(field, "must be two-letter ISO 639-1 codes")
    return tuple(codes)


def read_distances(field: str, value: object, *, groups: bool) -> tuple[Wanted, ...]:
    """Return an array of 1, 2, 3 (numbers), and GROUP where the api knows it."""
    allowed: tuple[object, ...] = (1, 2, 3, "GROUP") if groups else (1, 2, 3)
    distances = read_list(field, value)
    if any(each not in allowed or isinstance(each, bool) for each in distances):
        raise invalid(field, f"must be among {', '.join(map(str, allowed))}")
    return tuple(str(each) for each in distances)


def read_headcounts(field: str, value: object) -> tuple[Wanted, ...]:
    """Return the buckets that an array of {min, max} covers; without max: and above."""
    words: list[Wanted] = []
    for each in read_list(field, value):
        bounds = read_object(field, each, ("min", "max"))
        low, high = bounds.get("min"), bounds.get("max")
        if "min" in bounds and low not in _MINIMA:
            raise invalid(f"{field}.min", f"must be among {_MINIMA}")
        if "max" in bounds and high not in _MAXIMA:
            raise invalid(f"{field}.max", f"must be among {_MAXIMA}")
        if not bounds:
            raise invalid(field, "must have min or max")
        words += _covered(cast("int | None", low), cast("int | None", high))
    # A range that covers no bucket (1 to 1) finds nobody rather than everybody.
    return tuple(words) or (NOBODY,)


def _covered(low: int | None, high: int | None) -> list[str]:
    return [
        headcount_word(*bucket)
        for bucket, _ in HEADCOUNTS
        if bucket[0] >= (low or 0)
        and (high is None or (bucket[1] is not None and bucket[1] <= high))
    ]
