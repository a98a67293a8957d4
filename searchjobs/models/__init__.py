"""The tables of searches: jobs with their journal, results, and what serves them."""

from __future__ import annotations

from searchjobs.models.health import SourceHealth
from searchjobs.models.jobs import SearchEvent, SearchJob, SearchSource, SearchType
from searchjobs.models.kept import IdempotencyKey, ParameterLookup
from searchjobs.models.results import SearchResult
from searchjobs.models.saved import SavedSearch

__all__ = [
    "IdempotencyKey",
    "ParameterLookup",
    "SavedSearch",
    "SearchEvent",
    "SearchJob",
    "SearchResult",
    "SearchSource",
    "SearchType",
    "SourceHealth",
]
