"""How many people would each choice of a filter show?

The counts combine: a facet's counts heed every other facet's choice and ignore its own,
so that each number is what a click on it would give.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import TextChoices

from prospects import people
from prospects.filters import Degree, Flag, Known, ReviewFilter, Seniority, Shown

MOST_VALUES = 50


@dataclass(frozen=True, kw_only=True)
class FacetValue:
    """One choice; `label` is for people (empty where nothing is listed)."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Facets:
    """The choices of each facet, and how many people the filter shows and hides.

    `hidden` are people of the same tab: shown + hidden is all that the tab holds.
    Known, flags, degree and seniority have all their values; of tags, lists,
    titles, companies and locations there are the 50 most frequent and the chosen ones.
    """

    decision: tuple[FacetValue, ...]
    known: tuple[FacetValue, ...]
    flags: tuple[FacetValue, ...]
    tag: tuple[FacetValue, ...]
    list: tuple[FacetValue, ...]
    degree: tuple[FacetValue, ...]
    title: tuple[FacetValue, ...]
    company: tuple[FacetValue, ...]
    location: tuple[FacetValue, ...]
    seniority: tuple[FacetValue, ...]
    shown: int
    hidden: int


_KINDS: Final[dict[str, type[TextChoices]]] = {
    "decision": Shown,
    "known": Known,
    "flags": Flag,
    "degree": Degree,
    "seniority": Seniority,
}
_FREE: Final = ("tag", "list", "title", "company", "location")
_COLUMNS: Final = (
    "decision, known, flags, tags, lists, degree, title, company, location, seniority"
)
_VALUES: Final = {
    "decision": "person, unnest(ARRAY[decision, 'all']) AS value",
    "known": "person, unnest(ARRAY[known]) AS value",
    "flags": "person, unnest(CASE flags WHEN '{}' THEN ARRAY['none'] ELSE flags END)"
    " AS value",
    "tag": "person, unnest(tags) AS value",
    "list": "person, unnest(lists) AS value",
    "degree": "person, unnest(ARRAY[degree]) AS value",
    "seniority": "person, unnest(ARRAY[seniority]) AS value",
    "title": "person, unnest(ARRAY[coalesce(title, '')]) AS value",
    "company": "person, unnest(ARRAY[coalesce(company, '')]) AS value",
    "location": "person, unnest(ARRAY[coalesce(location, '')]) AS value",
}


def facets(chosen: ReviewFilter) -> Facets:
    """Count, in one query over the search's people."""
    conditions = people.conditions(chosen)
    facets_and_people = (*_VALUES, "people")
    counts: dict[str, dict[str, int]] = {facet: {} for facet in facets_and_people}
    whatever: dict[str, dict[str, int]] = {facet: {} for facet in facets_and_people}
    with connection.cursor() as cursor:
        cursor.execute(
            _counting(chosen, conditions),
            people.params_of(chosen) | {"most_values": MOST_VALUES},
        )
        for facet, value, number, whatever_decided in cursor.fetchall():
            counts[facet][value] = number
            whatever[facet][value] = whatever_decided
    shown, in_tab = counts["people"].get("shown", 0), counts["people"].get("in_tab", 0)
    return Facets(
        **{
            facet: _values(chosen, facet, counts[facet], whatever[facet])
            for facet in _VALUES
        },
        shown=shown,
        hidden=in_tab - shown,
    )


def judged(
    chosen: ReviewFilter, conditions: dict[str, str], columns: str = _COLUMNS
) -> str:
    """Return the people, each with what each chosen facet says of them."""
    verdicts = "".join(f", {sql} AS {facet}_ok" for facet, sql in conditions.items())
    return (
        f"WITH person AS MATERIALIZED (SELECT {columns}{verdicts} "
        f"FROM ({people.people(chosen)}) AS person)"
    )


def _shown(conditions: dict[str, str]) -> str:
    return (
        f"SELECT 'people', 'shown', count(*), 0 FROM person WHERE {all_of(conditions)} "
        "UNION ALL SELECT 'people', 'in_tab', count(*), 0 FROM person "
        f"WHERE {all_of(conditions.keys() & {'decision'})}"
    )


def _counting(chosen: ReviewFilter, conditions: dict[str, str]) -> str:
    """Count each value, and how many have it whatever was decided on them: by that the
    most frequent are chosen, so that they keep their places while one decides."""
    parts = [_shown(conditions)]
    for facet, source in _VALUES.items():
        others = conditions.keys() - {facet}
        number = f"count(*) FILTER (WHERE {all_of(others & {'decision'})})"
        part = (
            f"SELECT '{facet}', value, {number}, count(*) FROM {source} "
            f"WHERE {all_of(others - {'decision'})} GROUP BY value HAVING {number} > 0"
        )
        if facet in _FREE:
            part += (
                f" ORDER BY value = ANY(%({facet})s::text[]) DESC, count(*) DESC, value"
                " LIMIT %(most_values)s"
            )
        parts.append(f"({part})")
    return f"{judged(chosen, conditions)} {' UNION ALL '.join(parts)}"


def all_of(facets: Iterable[str]) -> str:
    return " AND ".join(f"{facet}_ok" for facet in facets) or "true"


def _values(
    chosen: ReviewFilter,
    facet: str,
    counts: dict[str, int],
    whatever: dict[str, int],
) -> tuple[FacetValue, ...]:
    """Return a facet's choices: fixed ones in their order, free ones by frequency."""
    given = getattr(chosen, facet)
    picked = {str(given)} if facet == "decision" else {str(one) for one in given}
    if facet in _FREE:
        values = {**dict.fromkeys(picked, 0), **counts}
        ordered = sorted(values, key=lambda value: (-whatever.get(value, 0), value))
        labels = {value: value for value in ordered}
    else:
        labels = dict(_KINDS[facet].choices)
        ordered = list(labels)
    return tuple(
        FacetValue(
            value=value,
            label=labels[value],
            count=counts.get(value, 0),
            is_chosen=value in picked,
        )
        for value in ordered
    )
