"""How these tests compare somebody with a search."""

from __future__ import annotations

from typing import Any

from prospects.matching.marks import Mark, Match
from prospects.matching.matcher import Matcher
from prospects.matching.subject import Subject
from tests.prospects.making import person

NAMES = {
    ("LOCATION", "1"): "Germany",
    ("LOCATION", "2"): "Berlin, Germany",
    ("LOCATION", "3"): "Georgia",
    ("INDUSTRY", "4"): "Software Development",
    ("COMPANY", "900"): "Acme Rockets",
    ("SCHOOL", "77"): "Example University",
}


def match(
    criteria: dict[str, Any],
    *,
    raw: dict[str, Any] | None = None,
    seniority: str = "other",
    **data: Any,
) -> Match:
    """Compare a person of whom this is known with these criteria."""
    subject = Subject(data=person(**data), raw=raw or {}, seniority=seniority)
    return Matcher(criteria, NAMES).match(subject)


def mark(criteria: dict[str, Any], **known: Any) -> Mark:
    """Return the one mark that these criteria lead to."""
    (only,) = match(criteria, **known).marks
    return only
