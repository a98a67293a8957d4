"""People of a search, for tests: as many as asked, each with what matters there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prospects import review
from prospects.filters import ReviewFilter, Shown
from searchjobs.models import SearchJob, SearchResult
from tests.factories import SearchResultFactory


def find(job: SearchJob, *, keys: Sequence[str] = (), **data: Any) -> SearchResult:
    """Let the search find one more person; `data` are keys of prospect_data."""
    position = SearchResult.objects.filter(job=job).count()
    known = {"person_keys": list(keys)} if keys else {}
    return SearchResultFactory(
        job=job, position=position, prospect_data=person(**data), **known
    )


def find_many(job: SearchJob, count: int) -> list[SearchResult]:
    """Let the search find people with three keys each, in one statement."""
    first = SearchResult.objects.filter(job=job).count()
    SearchResult.objects.bulk_create(
        SearchResult(
            workspace=job.workspace,
            job=job,
            position=first + number,
            provider_id=f"P{number}",
            person_keys=[
                f"urn:{job.id}:{number}",
                f"slug:{job.id}:{number}",
                f"id:sales_navigator:{job.id}:{number}",
            ],
            prospect_data=person(name=f"Person {number}"),
            batch_number=0,
        )
        for number in range(count)
    )
    return list(SearchResult.objects.filter(job=job, position__gte=first))


def person(**data: Any) -> dict[str, Any]:
    return {
        "id": "linkedin_ACoAA",
        "name": "Ada Example",
        "firstName": "Ada",
        "lastName": "Example",
        "headline": "Building things",
        "title": "CEO",
        "company": "Example Ltd",
        "industry": "Software",
        "linkedinUrl": "https://www.linkedin.com/in/ada",
        "publicIdentifier": "ada",
        "entityUrn": "urn:li:member:1",
        "location": "Berlin, Germany",
        "connectionDegree": 2,
        "premium": False,
        "openProfile": False,
        "source": "sales_navigator",
        "scrapedAt": "2026-11-23T10:00:00Z",
        "flags": [],
        "raw": {"id": "ACoAA"},
    } | data


def everybody(job: SearchJob, **chosen: Any) -> ReviewFilter:
    return ReviewFilter(job_id=job.id, **{"decision": Shown.ALL} | chosen)


def decisions_in(job: SearchJob) -> list[str]:
    """Return each person's decision as the review page has it, in order."""
    return [row.decision for row in review.rows(everybody(job), limit=10_000).rows]
