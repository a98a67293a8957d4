"""Whom is a decision about? The results that were named, or all that match a filter."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection

from accounts.errors import NotFound, Refusal
from accounts.models import Membership
from prospects import identity, listings, people
from prospects.directory import ProspectFilter
from prospects.filters import ReviewFilter
from prospects.identity import Found, Person
from searchjobs.models import SearchResult

MOST_NAMED = 10_000


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The chosen, the searches they were chosen in, and how many ids were nobody's."""

    found: list[Found]
    job_ids: set[uuid.UUID]
    unknown: int = 0


@dataclass(frozen=True, kw_only=True)
class Who:
    """Those somebody chose: named, or all that match but some.

    `except_ids` are of what `matching` lists: results, or prospects.

    Raises:
        Refusal: invalid_request for over 10,000 ids.
    """

    result_ids: Collection[uuid.UUID] = ()
    prospect_ids: Collection[uuid.UUID] = ()
    matching: ReviewFilter | ProspectFilter | None = None
    except_ids: Collection[uuid.UUID] = ()

    def __post_init__(self) -> None:
        if len(self.result_ids) + len(self.prospect_ids) > MOST_NAMED:
            raise Refusal(f"Name at most {MOST_NAMED:,} people, or a filter.")


# KEY SHARE: these searches cannot be deleted, with the results that a new prospect is
# about to refer to, before we commit; storing more people in them goes on.
_KEEP_JOB = """
SELECT id FROM prospect_search_jobs WHERE workspace_id = %s AND id = %s FOR KEY SHARE
"""
_KEEP_JOBS = """
SELECT id FROM prospect_search_jobs
WHERE id IN (SELECT job_id FROM prospect_search_results
             WHERE workspace_id = %s AND id = ANY(%s::uuid[]))
ORDER BY id FOR KEY SHARE
"""
# OFFSET 0 as in `people`: with young statistics one person took 0.05 s.
_KEEP_ORIGINS = """
SELECT id FROM prospect_search_jobs
WHERE id = ANY(ARRAY(
    SELECT DISTINCT r.job_id FROM unnest(%s::uuid[]) AS wanted(id)
    CROSS JOIN LATERAL (
        SELECT p.found_by_id FROM prospects p WHERE p.id = wanted.id OFFSET 0
    ) p
    CROSS JOIN LATERAL (
        SELECT r.job_id FROM prospect_search_results r
        WHERE r.id = p.found_by_id OFFSET 0
    ) r
))
ORDER BY id FOR KEY SHARE
"""
_NAMED = """
SELECT id, person_keys FROM prospect_search_results
WHERE workspace_id = %(workspace)s AND id = ANY(%(results)s::uuid[])
UNION ALL
SELECT NULL, array_agg(a.key) FROM person_aliases a
WHERE a.workspace_id = %(workspace)s AND a.prospect_id = ANY(%(prospects)s::uuid[])
GROUP BY a.prospect_id
"""


def chosen(membership: Membership, who: Who) -> Choice:
    """Find the chosen.

    Raises:
        NotFound: job_not_found, or prospect_not_found when no id is this workspace's.
    """
    workspace_id = membership.workspace_id
    if isinstance(who.matching, ReviewFilter):
        return all_matching(workspace_id, who.matching, besides=set(who.except_ids))
    if who.matching is not None:
        wanted = listings.ids_of(membership, who.matching) - set(who.except_ids)
        return named(workspace_id, result_ids=(), prospect_ids=wanted)
    return named(workspace_id, result_ids=who.result_ids, prospect_ids=who.prospect_ids)


def people_in(workspace_id: uuid.UUID, choice: Choice) -> list[Person]:
    """Return the chosen as people who have one record at most, merging those that had
    several."""
    people = identity.people_of(workspace_id, choice.found)
    keep_origins_of(
        record.prospect_id for person in people for record in person.records
    )
    identity.merge(people)
    return people


def all_matching(
    workspace_id: uuid.UUID, chosen: ReviewFilter, *, besides: Collection[uuid.UUID]
) -> Choice:
    """Return everybody that matches now, `besides` these results.

    Raises:
        NotFound: job_not_found, also for another workspace's.
    """
    sql, params = people.matching(chosen, "id, person_keys")
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_JOB, [workspace_id, chosen.job_id])
        if cursor.fetchone() is None:
            raise NotFound("Job not found", code="job_not_found")
        cursor.execute(sql, params)
        found = [
            Found(result_id=result_id, keys=keys)
            for result_id, keys, _ in cursor.fetchall()
            if result_id not in besides
        ]
    return Choice(found=found, job_ids={chosen.job_id})


def named(
    workspace_id: uuid.UUID,
    *,
    result_ids: Collection[uuid.UUID],
    prospect_ids: Collection[uuid.UUID],
) -> Choice:
    """Return these results and prospects, as far as they are this workspace's.

    Raises:
        NotFound: prospect_not_found when none of them is.
    """
    results, prospects = list(set(result_ids)), list(set(prospect_ids))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_JOBS, [workspace_id, results])
        job_ids = {job_id for (job_id,) in cursor.fetchall()}
        cursor.execute(
            _NAMED,
            {"workspace": workspace_id, "results": results, "prospects": prospects},
        )
        found = [
            Found(result_id=result_id, keys=keys)
            for result_id, keys in cursor.fetchall()
        ]
    if not found:
        raise NotFound("Prospect not found", code="prospect_not_found")
    unknown = len(results) + len(prospects) - len(found)
    return Choice(found=found, job_ids=job_ids, unknown=unknown)


def jobs_of(result_ids: Iterable[uuid.UUID | None]) -> set[uuid.UUID]:
    """Return the searches these results belong to, of those that are still there."""
    known = [result_id for result_id in result_ids if result_id]
    jobs = SearchResult.objects.filter(id__in=known).values_list("job_id", flat=True)
    return set(jobs.distinct())


def keep_origins_of(prospect_ids: Iterable[uuid.UUID]) -> None:
    """Keep the searches that found these prospects until the commit.

    The end of such a search changes its prospects row by row, and so do we: half-way
    through, each would wait for the other for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_ORIGINS, [list(prospect_ids)])
