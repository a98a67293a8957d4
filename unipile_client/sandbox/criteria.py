"""What is asked for, in one form for all three apis, and whether a person fits.

`Criteria.fits` is the definition: one person, one answer. `index` gives the
same answer for everybody at once, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unipile_client.sandbox.queries import Query, Tokens, tokens_of

# What a person can be searched by, beyond keywords.
ATTRIBUTES = (
    "first_name",
    "last_name",
    "title",
    "seniority",
    "company",
    "past_company",
    "industry",
    "headcount",
    "location",
    "school",
    "language",
    "distance",
)

# What keywords look at: what one reads on a profile.
TEXT_ATTRIBUTES = (
    "first_name",
    "last_name",
    "title",
    "company",
    "industry",
    "school",
    "tagline",
)

# An id or word of the option, or text to find in its name.
Wanted = str | Query


@dataclass(frozen=True, kw_only=True)
class Option:
    """One value of an attribute: its name, and the ids that find it.

    A place also answers to the ids of all places around it.
    """

    name: str
    ids: tuple[str, ...]
    tokens: Tokens

    def answers(self, wanted: Wanted) -> bool:
        """Say whether this value is what a filter names."""
        if isinstance(wanted, str):
            return wanted in self.ids
        return wanted.matches((self.tokens,))


def option(name: str, *ids: str) -> Option:
    """Make an option whose words are those of its name."""
    return Option(name=name, ids=ids, tokens=tokens_of(name))


NOTHING = option("")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A filter on one attribute: any of `include` (if given), none of `exclude`."""

    attribute: str
    include: tuple[Wanted, ...] = ()
    exclude: tuple[Wanted, ...] = ()

    def accepts(self, value: Option) -> bool:
        """Say whether somebody with this value passes the filter."""
        if any(value.answers(wanted) for wanted in self.exclude):
            return False
        return not self.include or any(map(value.answers, self.include))


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """A search: keywords, and filters that must all hold."""

    keywords: Query | None = None
    choices: tuple[Choice, ...] = ()

    def fits(self, person: Mapping[str, Option]) -> bool:
        """Judge one person, given as attribute → value."""
        if self.keywords is not None:
            texts = [person[attribute].tokens for attribute in TEXT_ATTRIBUTES]
            if not self.keywords.matches(texts):
                return False
        return all(choice.accepts(person[choice.attribute]) for choice in self.choices)
