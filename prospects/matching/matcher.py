"""Which marks does somebody get for one search?

Pure and deterministic: they come from the criteria, the names of LinkedIn's ids and the
row, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from prospects.matching import positions, rules
from prospects.matching.marks import LABELS, Match
from prospects.matching.positions import Named, Rule
from prospects.matching.subject import Subject
from searchjobs.pages.criteria import LOOKUPS, Names

Asked = Mapping[str, Any]


class Matcher:
    """Compares people with one search's criteria, which are read once.

    Two with the same `asked` give everybody the same marks.
    """

    def __init__(self, search_criteria: Asked, names: Names) -> None:
        self.asked = repr((sorted(search_criteria.items()), sorted(names.items())))
        asked = {key: one for key, one in search_criteria.items() if _is_asked(one)}
        if asked.keys() & {"first_name", "last_name"}:
            asked["name"] = True
        self._rules: list[Rule] = [
            _RULES[key](asked, names) for key in LABELS if key in asked
        ]

    def match(self, subject: Subject) -> Match:
        return Match(
            marks=tuple(rule(subject) for rule in self._rules),
            is_anonymous=subject.has_flag("anonymous"),
        )


def _is_asked(value: object) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)


def _texts(values: Sequence[object]) -> list[str]:
    return [str(value).strip() for value in values]


def _named(asked: Asked, key: str, names: Names) -> Named:
    """Return each value with the name by which it is known; None: not known."""
    return [(value, names.get((LOOKUPS[key], value))) for value in _texts(asked[key])]


_RULES: Final[Mapping[str, Callable[[Asked, Names], Rule]]] = {
    "title": lambda asked, names: positions.title(asked["title"]),
    "company": lambda asked, names: positions.company(_named(asked, "company", names)),
    "location": lambda asked, names: rules.location(_named(asked, "location", names)),
    "industry": lambda asked, names: rules.industry(_named(asked, "industry", names)),
    "seniority": lambda asked, names: rules.seniority(_texts(asked["seniority"])),
    "company_headcount": lambda asked, names: rules.never(
        "company_headcount", "company sizes"
    ),
    "network_distance": lambda asked, names: rules.distance(asked["network_distance"]),
    "keywords": lambda asked, names: rules.keywords(asked["keywords"]),
    "name": lambda asked, names: rules.name(asked),
    "school": lambda asked, names: rules.school(_named(asked, "school", names)),
    "profile_language": lambda asked, names: rules.never(
        "profile_language", "profile languages"
    ),
}
