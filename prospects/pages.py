"""What the review page shows, put together from the search and its people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils import timezone

from accounts.errors import Refusal
from prospects import charts, facets, filters, finished, people, review
from prospects.charts import Bar, Chart
from prospects.facets import Facets, FacetValue
from prospects.filters import Place, ReviewFilter, Shown, Sort
from prospects.review import Counts, Rows
from searchjobs import events
from searchjobs.models import SearchJob
from searchjobs.pages import criteria, curves, progress
from searchjobs.pages.doors import Visit

ROWS_A_PAGE = 80
MOST_ROWS = 500
UNDOABLE = 10
MOST_SHORT = 6  # values of a facet before 'more'

_TITLES = {
    "known": "Seen before",
    "flags": "Flags",
    "tag": "Tags",
    "list": "Lists",
    "seniority": "Seniority",
    "title": "Title",
    "degree": "Connection",
    "company": "Company",
    "location": "Location",
}


class View(TextChoices):
    """What the page shows of the people that match."""

    PEOPLE = "people"
    CHARTS = "charts"

    @property
    def other(self) -> View:
        return View.CHARTS if self is View.PEOPLE else View.PEOPLE


@dataclass(frozen=True, kw_only=True)
class FacetGroup:
    """A facet of the page; the first `short` values, and those behind 'more'."""

    name: str
    title: str
    short: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    most: int
    is_cut: bool  # rarer values are not listed


def filter_in(job: SearchJob, query: QueryDict) -> ReviewFilter:
    """Read the address; what is not said of `up_to_position` is who is stored now.

    Raises:
        Refusal: invalid_request, with each wrong field in `fields`.
    """
    chosen = filters.parse(job_id=job.id, values=dict(query.lists()))
    if chosen.up_to_position is None:
        return replace(chosen, up_to_position=job.progress_current)
    return chosen


def clicked_filter(job: SearchJob, query: QueryDict) -> ReviewFilter:
    """Return the filter of a click, which says who was there to be seen.

    Raises:
        Refusal: invalid_request where it does not say.
    """
    if "up_to_position" not in query:
        raise Refusal("Say up to whom: up_to_position is missing.")
    return filter_in(job, query)


def query_of(chosen: ReviewFilter, **changes: Any) -> str:
    """Return the address's query for a filter, leaving out what is usual."""
    pairs: list[tuple[str, str]] = []
    for name in ("decision", *_TITLES):
        value = changes.get(name, getattr(chosen, name))
        values = [value] if isinstance(value, str) else value
        pairs += [(name, str(each)) for each in values]
    pairs += [("q", changes.get("q", chosen.q)), ("sort", str(chosen.sort))]
    pairs += [("view", str(changes.get("view", View.PEOPLE)))]
    usual = [("decision", Shown.PENDING), ("q", ""), ("sort", Sort.FOUND)]
    usual += [("view", View.PEOPLE)]
    return urlencode([pair for pair in pairs if pair not in usual])


def strip(job: SearchJob, visit: Visit) -> dict[str, Any]:
    """Return what the run strip and the sum need."""
    return {"visit": visit, "progress": progress.one(job, visit.membership)}


def view_in(query: QueryDict) -> View:
    """Read which view the address asks for; of an unknown one, people."""
    return View.CHARTS if query.get("view") == View.CHARTS else View.PEOPLE


def surroundings(job: SearchJob, chosen: ReviewFilter, view: View) -> dict[str, Any]:
    """Return the tabs and facets around the rows, and whether it is all done."""
    counted = facets.facets(chosen)
    bare = ReviewFilter(job_id=chosen.job_id, decision=chosen.decision)
    tabs = _tabs(chosen, counted, view)
    tallies = {tab.value: tab.count for _, tab in tabs if tab.value != Shown.ALL}
    return {
        "chosen": chosen,
        "view": view,
        "other_view": query_of(chosen, view=view.other),
        "tabs": tabs,
        "finished": finished.finished(job, Counts(**tallies)),
        "groups": [_group(name, getattr(counted, name)) for name in _TITLES],
        "shown": counted.shown,
        "in_tab": counted.shown + counted.hidden,
        "clear": query_of(bare, view=view),
        "sorts": Sort,
    }


def _tabs(
    chosen: ReviewFilter, counted: Facets, view: View
) -> list[tuple[str, FacetValue]]:
    """Return the tabs, each with its query; their counts heed no filter."""
    values = counted.decision
    if chosen.is_narrowed:
        bare = ReviewFilter(
            job_id=chosen.job_id,
            decision=chosen.decision,
            up_to_position=chosen.up_to_position,
        )
        values = facets.facets(bare).decision
    return [(query_of(chosen, decision=tab.value, view=view), tab) for tab in values]


def _group(name: str, values: tuple[FacetValue, ...]) -> FacetGroup:
    there = tuple(value for value in values if value.count or value.is_chosen)
    short = there[:MOST_SHORT]
    more = there[MOST_SHORT:]
    chosen = tuple(value for value in more if value.is_chosen)
    return FacetGroup(
        name=name,
        title=_TITLES[name],
        short=(*short, *chosen),
        more=tuple(value for value in more if not value.is_chosen),
        most=max((value.count for value in there), default=1),
        is_cut=len(values) >= facets.MOST_VALUES,
    )


def drawn(job: SearchJob, chosen: ReviewFilter, view: View) -> dict[str, Any]:
    """Return the charts, each bar with the query that its click leads to; nothing
    where people are looked at."""
    if view is View.PEOPLE:
        return {}
    found = charts.charts(chosen)
    parts = {part.decision for one in found for bar in one.bars for part in bar.parts}
    return {
        "charts": [
            (
                _TITLES[one.facet],
                one,
                [(_toggled(chosen, one, bar), bar) for bar in one.bars],
            )
            for one in found
        ],
        "legend": [decision for decision in charts.DECISIONS if decision in parts],
        "curve": curves.curve_of(job, now=timezone.now()),
    }


def _toggled(chosen: ReviewFilter, chart: Chart, bar: Bar) -> str:
    """Return the query with the bar's value chosen, or with it given up again."""
    others = [each for each in getattr(chosen, chart.facet) if each != bar.value]
    values = others if bar.is_chosen else [*others, bar.value]
    return query_of(chosen, **{chart.facet: values}, view=View.CHARTS)


def rows(chosen: ReviewFilter, query: Mapping[str, str]) -> Rows:
    """Return a page of people: the first, `after` a cursor, or those who arrived
    `behind` a number of people that are on the page already (in the order found)."""
    after = query.get("after") or None
    behind = query.get("behind", "")
    if behind.isascii() and behind.isdigit():
        after = filters.cursor_of(Place(key="", position=int(behind[:9]) - 1))
    limit = MOST_ROWS if behind else ROWS_A_PAGE
    return review.rows(chosen, after=after, limit=limit)


def headline(job: SearchJob) -> dict[str, Any]:
    """Return what the top of the page says of the search."""
    names = criteria.names_of([job.search_criteria])
    return {"job": job, "chips": criteria.chips_of(job.search_criteria, names)}


# OFFSET 0 as in `people`: with young statistics PostgreSQL asked, after 2,500 had been
# decided on at once, for each word of the log who each of them is: 63 s.
_UNDOABLE = f"""
SELECT d.action, min(d.decision), max(d.decided_at),
       CASE WHEN count(*) = 1 THEN min(r.id::text) END,
       CASE WHEN count(*) = 1 THEN min(r.prospect_data->>'name') END
FROM prospect_search_results r
CROSS JOIN LATERAL (SELECT p.id, p.version {people.PROSPECT_OF_RESULT}) p
CROSS JOIN LATERAL (
    SELECT d.* FROM prospect_decisions d
    WHERE d.prospect_id = p.id AND d.action = p.version OFFSET 0
) d
WHERE r.job_id = %s AND d.decided_by_id = %s AND d.undoes IS NULL
GROUP BY d.action
ORDER BY max(d.id) DESC
LIMIT {UNDOABLE}
"""


def undoable(job: SearchJob, visit: Visit) -> str:
    """Return, as JSON for the script, the viewer's latest actions on this search's
    people that still stand, the newest first: each one's id, decision and time, and
    the person where it was one."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDOABLE, [job.id, visit.user.id])
        return json.dumps(
            [
                {
                    "undoId": str(action),
                    "to": decision,
                    "at": events.rfc3339(at),
                    "person": person,
                    "what": name or "",
                }
                for action, decision, at, person, name in cursor.fetchall()
            ]
        )
