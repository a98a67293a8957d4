"""How is each criterion judged that is not about positions?

What the row does not tell is unknown, never guessed. Places and industries lie within
each other, so that a name which is not the one asked for refutes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from prospects.filters import Seniority
from prospects.matching.marks import Mark, Verdict
from prospects.matching.positions import Named, Rule
from prospects.matching.subject import Subject, text_of
from prospects.matching.terms import has_operators, holds, is_same, lies_in, terms_of

# Which of our readings of a title stands for a word of the criteria.
_RANKS: Final[Mapping[str, Seniority]] = {
    "owner/partner": Seniority.OWNER,
    "owner": Seniority.OWNER,
    "cxo": Seniority.CXO,
    "vice_president": Seniority.VP,
    "vp": Seniority.VP,
    "director": Seniority.DIRECTOR,
    "manager": Seniority.MANAGER,
}
# A title that may name more than the one rank that we read off it.
_SEVERAL: Final = re.compile(r"[&/,|+·-]|\b(?:and|und|et|y)\b", re.IGNORECASE)
_SEARCHED_BY_WORDS: Final = ("headline", "title", "company", "location", "industry")


def never(criterion: str, what: str) -> Rule:
    mark = Mark(criterion, Verdict.UNKNOWN, f"LinkedIn's answers hold no {what}")
    return lambda subject: mark


def _within(
    criterion: str,
    asked: Named,
    told: str,
    is_it: Callable[[list[str]], bool],
) -> Mark:
    """Judge what lies within something wider: known to, or unknown."""
    names = [name for _, name in asked if name]
    if told and is_it(names):
        return Mark(criterion, Verdict.YES, told)
    if not told:
        return Mark(criterion, Verdict.UNKNOWN, "none listed")
    why = f"{told} may lie within {' or '.join(names)}"
    if len(names) < len(asked):
        why = f"{told}; LinkedIn's id asked for has no name here"
    return Mark(criterion, Verdict.UNKNOWN, why)


def location(asked: Named) -> Rule:
    def rule(subject: Subject) -> Mark:
        told = subject.text("location")
        return _within("location", asked, told, lambda names: lies_in(told, names))

    return rule


def industry(asked: Named) -> Rule:
    def rule(subject: Subject) -> Mark:
        told = subject.text("industry") or next(
            (text_of(one) for one in _industries(subject)), ""
        )
        return _within(
            "industry",
            asked,
            told,
            lambda names: any(is_same(told, name) for name in names),
        )

    return rule


def _industries(subject: Subject) -> list[object]:
    first = next(iter(subject.entries("current_positions")), {})
    listed = first.get("industry")
    return listed if isinstance(listed, list) else []


def seniority(asked: list[str]) -> Rule:
    ranks = {_RANKS.get(word.lower()) for word in asked}

    def rule(subject: Subject) -> Mark:
        title, read = subject.text("title"), subject.seniority
        if not title or read == Seniority.OTHER:
            return Mark("seniority", Verdict.UNKNOWN, "the title names no rank")
        if read in ranks:
            return Mark("seniority", Verdict.YES, title)
        if None in ranks or _SEVERAL.search(title):
            return Mark("seniority", Verdict.UNKNOWN, title)
        if subject.has_flag("title_from_headline"):
            return Mark("seniority", Verdict.UNKNOWN, "only a headline is given")
        return Mark("seniority", Verdict.NO, title)

    return rule


def distance(asked: Sequence[object]) -> Rule:
    words: dict[object, str] = {1: "1st", 2: "2nd", 3: "3rd"}

    def rule(subject: Subject) -> Mark:
        degree = subject.data.get("connectionDegree")
        is_out = subject.raw.get("network_distance") == "OUT_OF_NETWORK"
        told = "out of network" if is_out else words.get(degree, "not told")
        if degree in asked and degree in words:
            return Mark("network_distance", Verdict.YES, told)
        # a group's members stand at any distance; the 3rd may mean everybody beyond
        is_open = "GROUP" in asked or (is_out and 3 in asked)
        if is_open or told == "not told":
            return Mark("network_distance", Verdict.UNKNOWN, told)
        return Mark("network_distance", Verdict.NO, told)

    return rule


def keywords(asked: str) -> Rule:
    if has_operators(asked):
        mark = Mark("keywords", Verdict.UNKNOWN, f"“{asked}” asks for more than words")
        return lambda subject: mark
    terms = terms_of(asked)

    def rule(subject: Subject) -> Mark:
        told = " · ".join(filter(None, map(subject.text, _SEARCHED_BY_WORDS)))
        if holds(told, terms):
            return Mark("keywords", Verdict.YES, "in what is listed here")
        return Mark("keywords", Verdict.UNKNOWN, "LinkedIn searched the whole profile")

    return rule


def name(asked: Mapping[str, Any]) -> Rule:
    given = [
        (field, str(asked[key]))
        for key, field in (("first_name", "firstName"), ("last_name", "lastName"))
        if asked.get(key)
    ]
    is_plain = not any(has_operators(text) for _, text in given)
    wanted = [(field, terms_of(text)) for field, text in given]

    def rule(subject: Subject) -> Mark:
        whole = subject.text("name")
        if subject.has_flag("anonymous") or not whole:
            return Mark("name", Verdict.UNKNOWN, "LinkedIn hides it")
        if not is_plain:
            return Mark("name", Verdict.UNKNOWN, whole)
        is_it = all(
            holds(subject.text(field) or whole, terms) for field, terms in wanted
        )
        return Mark("name", Verdict.YES if is_it else Verdict.NO, whole)

    return rule


def school(asked: Named) -> Rule:
    ids = {value for value, _ in asked}
    names = [name for _, name in asked if name]

    def rule(subject: Subject) -> Mark:
        told = ""
        for entry in subject.entries("education"):
            told = text_of(entry.get("school"))
            if text_of(entry.get("school_id")) in ids or any(
                is_same(told, name) for name in names
            ):
                return Mark("school", Verdict.YES, told or "by its id")
        return Mark("school", Verdict.UNKNOWN, told or "none listed")

    return rule
