"""GET /linkedin/search/parameters: from a name to the ids that filters take."""

from __future__ import annotations

from collections.abc import Sequence

from unipile_client.sandbox.criteria import Option
from unipile_client.sandbox.population import Population
from unipile_client.sandbox.problems import invalid
from unipile_client.sandbox.queries import tokens_of

_COLUMNS = {
    "LOCATION": "location",
    "REGION": "location",
    "COMPANY": "company",
    "SCHOOL": "school",
    "INDUSTRY": "industry",
    "SALES_INDUSTRY": "industry",
    "JOB_TITLE": "title",
}
# Known to Unipile, empty here.
_EMPTY = frozenset(
    (
        "PEOPLE",
        "CONNECTIONS",
        "SERVICE",
        "JOB_FUNCTION",
        "EMPLOYMENT_TYPE",
        "SKILL",
        "GROUPS",
        "DEPARTMENT",
        "PERSONA",
        "ACCOUNT_LISTS",
        "LEAD_LISTS",
        "TECHNOLOGIES",
        "SAVED_ACCOUNTS",
        "SAVED_SEARCHES",
        "RECENT_SEARCHES",
        "POSTAL_CODE",
        "HIRING_PROJECTS",
        "SAVED_FILTERS",
    )
)


def find_parameters(
    population: Population, *, kind: str, keywords: str, limit: int
) -> dict[str, object]:
    """Return the answer's body; a name is found by the beginnings of its words.

    Raises Problem (400) for a type that Unipile does not know.
    """
    if kind in _COLUMNS:
        options = population.columns[_COLUMNS[kind]].options
    elif kind in _EMPTY:
        options = ()
    else:
        raise invalid(
            "type", f"must be among {', '.join((*_COLUMNS, *sorted(_EMPTY)))}"
        )
    items = [
        {
            "object": "LinkedinSearchParameter",
            "id": option.ids[0],
            "title": option.name,
        }
        for option in _beginning_with(options, keywords)
    ][:limit]
    return {
        "object": "LinkedinSearchParametersList",
        "items": items,
        "paging": {"page_count": len(items)},
    }


def _beginning_with(options: Sequence[Option], keywords: str) -> list[Option]:
    starts = tokens_of(keywords)
    return [
        option
        for option in options
        if option.ids
        and all(any(word.startswith(s) for word in option.tokens) for s in starts)
    ]
