"""Which of LinkedIn's words stand for ours, in each product?

Source: Unipile's request schemas of Sales Navigator and Recruiter people search, whose
seniorities differ; the headcount letters are those of the search this replaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

HEADCOUNT_MINIMUMS = (1, 11, 51, 201, 501, 1001, 5001, 10001)
HEADCOUNT_MAXIMUMS = (1, 10, 50, 200, 500, 1000, 5000, 10000)

# H and I were both '10,001+' in the original's table.
HEADCOUNT_LETTERS: Mapping[str, Mapping[str, int]] = {
    "A": {"min": 1, "max": 10},
    "B": {"min": 11, "max": 50},
    "C": {"min": 51, "max": 200},
    "D": {"min": 201, "max": 500},
    "E": {"min": 501, "max": 1000},
    "F": {"min": 1001, "max": 5000},
    "G": {"min": 5001, "max": 10000},
    "H": {"min": 10001},
    "I": {"min": 10001},
}


class Seniority(NamedTuple):
    """A level in either product's words; empty where it has none so narrow."""

    sales_navigator: tuple[str, ...]
    recruiter: tuple[str, ...]


_MANAGERS = ("experienced_manager", "entry_level_manager")

SENIORITIES: Mapping[str, Seniority] = {
    "owner/partner": Seniority(("owner/partner",), ("owner", "partner")),
    "owner": Seniority(("owner/partner",), ("owner",)),
    "partner": Seniority(("owner/partner",), ("partner",)),
    "cxo": Seniority(("cxo",), ("cxo",)),
    "vice_president": Seniority(("vice_president",), ("vp",)),
    "vp": Seniority(("vice_president",), ("vp",)),
    "director": Seniority(("director",), ("director",)),
    "manager": Seniority(_MANAGERS, ("manager",)),
    "experienced_manager": Seniority(("experienced_manager",), ("manager",)),
    "entry_level_manager": Seniority(("entry_level_manager",), ("manager",)),
    "strategic": Seniority(("strategic",), ()),
    "senior": Seniority(("senior",), ("senior",)),
    "entry_level": Seniority(("entry_level",), ("entry",)),
    "entry": Seniority(("entry_level",), ("entry",)),
    "in_training": Seniority(("in_training",), ("training",)),
    "training": Seniority(("in_training",), ("training",)),
    "unpaid": Seniority((), ("unpaid",)),
}
