"""What does a piece of search text match?

LinkedIn's keyword language, reduced to what people type: words that must all
occur, "quoted phrases", OR between neighbours, NOT before one (AND is the
default and may be written). Accents and case never matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

Tokens = tuple[str, ...]

_PIECES = re.compile(r'"([^"]*)"|(\S+)')
_WORDS = re.compile(r"\w+")


def tokens_of(text: str) -> Tokens:
    """Split text into lower-case words without accents."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(_WORDS.findall(bare.casefold()))


def occurs(term: Tokens, tokens: Tokens) -> bool:
    """Say whether the term's words stand next to each other in the tokens."""
    if len(term) == 1:
        return term[0] in tokens
    width = len(term)
    return any(
        tokens[start : start + width] == term
        for start in range(len(tokens) - width + 1)
    )


@dataclass(frozen=True, kw_only=True)
class Query:
    """Parsed text: one term of each group must occur, and none of the excluded."""

    groups: tuple[tuple[Tokens, ...], ...]
    excluded: tuple[Tokens, ...] = ()

    def matches(self, fields: Iterable[Tokens]) -> bool:
        """Judge fields of text; a phrase never reaches across two fields."""
        fields = tuple(fields)

        def found(term: Tokens) -> bool:
            return any(occurs(term, field) for field in fields)

        return all(any(map(found, group)) for group in self.groups) and not any(
            map(found, self.excluded)
        )


def parse_query(text: str) -> Query | None:
    """Return the query, or None where the text says nothing to look for."""
    groups: list[tuple[Tokens, ...]] = []
    excluded: list[Tokens] = []
    joins_previous = negates_next = False
    for quoted, bare in _PIECES.findall(text.replace("(", " ").replace(")", " ")):
        if bare in ("AND", "OR", "NOT"):
            joins_previous = joins_previous or (bare == "OR" and bool(groups))
            negates_next = negates_next or bare == "NOT"
            continue
        term = tokens_of(quoted or bare)
        if not term:
            continue
        if negates_next:
            excluded.append(term)
        elif joins_previous:
            groups[-1] = (*groups[-1], term)
        else:
            groups.append((term,))
        joins_previous = negates_next = False
    if not groups and not excluded:
        return None
    return Query(groups=tuple(groups), excluded=tuple(excluded))
