"""What did a search find, by company, seniority, location and degree?

Bars, the longest first: each of the most frequent values, and the others together. As
with facets each chart heeds every choice of the filter but its own, so that a bar's
number is what a click on it shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.db import connection

from prospects import facets, people
from prospects.filters import Degree, ReviewFilter, Seniority
from prospects.models import DecisionValue

MOST_BARS: Final = 12


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of a bar; `start` and `length` are percent of the chart's width."""

    decision: DecisionValue
    count: int
    start: str
    length: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """How many people have this value, by what was decided on them."""

    value: str
    label: str
    count: int
    parts: tuple[Part, ...]
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A facet's bars; `others` people have one of `other_values` rarer values."""

    facet: str
    bars: tuple[Bar, ...]
    people: int
    others: int
    other_values: int


_COLUMNS: Final = "decision, company, seniority, location, degree"
_VALUES: Final = {
    "company": "coalesce(company, '')",
    "location": "coalesce(location, '')",
    "seniority": "seniority",
    "degree": "degree",
}
_LABELS: Final = {
    "seniority": dict(Seniority.choices),
    "degree": dict(Degree.choices),
}
_COUNTED: Final = """
SELECT '{facet}', value, approved, pending, rejected, sum(total) OVER (),
       count(*) OVER ()
FROM (SELECT {value} AS value, count(*) AS total,
             count(*) FILTER (WHERE decision = 'approved') AS approved,
             count(*) FILTER (WHERE decision = 'pending') AS pending,
             count(*) FILTER (WHERE decision = 'rejected') AS rejected
      FROM person WHERE {condition} GROUP BY 1) AS counted
ORDER BY value = ANY(%({facet})s::text[]) DESC, total DESC, value LIMIT {most}
"""


def charts(chosen: ReviewFilter) -> list[Chart]:
    """Count, in one query, everybody stored by now; those without a bar are left out.

    Whom the filter leaves out for having arrived since it was looked at is drawn too:
    a chart moves nothing that somebody reads row by row.
    """
    chosen = replace(chosen, up_to_position=None)
    conditions = people.conditions(chosen)
    parts = [
        _COUNTED.format(
            facet=facet,
            value=value,
            condition=facets.all_of(conditions.keys() - {facet}),
            most=MOST_BARS,
        )
        for facet, value in _VALUES.items()
    ]
    sql = " UNION ALL ".join(f"({part})" for part in parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{facets.judged(chosen, conditions, _COLUMNS)} {sql}",
            people.params_of(chosen),
        )
        found = cursor.fetchall()
    return [
        _chart(chosen, facet, [row[1:] for row in found if row[0] == facet])
        for facet in _VALUES
    ]


_Row = tuple[str, int, int, int, int, int]


def _chart(chosen: ReviewFilter, facet: str, rows: list[_Row]) -> Chart:
    """Draw ranks in their own order, all else by frequency."""
    labels = _LABELS.get(facet, {})
    counts = {value: parts for value, *parts, _, _ in rows}
    by_frequency = sorted(counts, key=lambda value: (-sum(counts[value]), value))
    ordered = [value for value in labels or by_frequency if value in counts]
    longest = max((sum(parts) for parts in counts.values()), default=1)
    everybody, values = (int(rows[0][4]), rows[0][5]) if rows else (0, 0)
    bars = tuple(
        Bar(
            value=value,
            label=labels.get(value, value),
            count=sum(counts[value]),
            parts=_parts(counts[value], longest),
            is_chosen=value in getattr(chosen, facet),
        )
        for value in ordered
    )
    return Chart(
        facet=facet,
        bars=bars,
        people=everybody,
        others=everybody - sum(bar.count for bar in bars),
        other_values=values - len(bars),
    )


DECISIONS: Final = (
    DecisionValue.APPROVED,
    DecisionValue.PENDING,
    DecisionValue.REJECTED,
)


def _parts(counts: list[int], longest: int) -> tuple[Part, ...]:
    """Lay the decisions' stretches end to end, those that there are."""
    parts, start = [], 0
    for decision, count in zip(DECISIONS, counts, strict=True):
        if count:
            parts.append(
                Part(
                    decision=decision,
                    count=count,
                    start=f"{start * 100 / longest:.4g}",
                    length=f"{count * 100 / longest:.4g}",
                )
            )
        start += count
    return tuple(parts)
