"""Which searches of a workspace found somebody, and when first?

Asked by each person's strongest key as its rows have it: the index that answers this
is the only one ingest pays for.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from accounts.models import Membership


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A search that found somebody; `result_id` is its row of them."""

    job_id: uuid.UUID
    job_name: str
    result_id: uuid.UUID
    at: datetime


_SIGHTINGS: Final = """
SELECT DISTINCT ON (k.person, e.job_id) k.person, e.job_id, j.name, e.id, e.created_at
FROM ({keys}) AS k(person, key)
JOIN prospect_search_results e
  ON e.workspace_id = %(workspace)s AND e.person_keys[1] = k.key
JOIN prospect_search_jobs j ON j.id = e.job_id
ORDER BY k.person, e.job_id, e.id
"""
_KEYS_OF_RESULT: Final = """
SELECT r.id, unnest(r.person_keys) FROM prospect_search_results r
WHERE r.workspace_id = %(workspace)s AND r.id = ANY(%(people)s::uuid[])
"""
_KEYS_OF_PROSPECTS: Final = """
SELECT a.prospect_id, a.key FROM person_aliases a
WHERE a.workspace_id = %(workspace)s AND a.prospect_id = ANY(%(people)s::uuid[])
"""


def of_result(membership: Membership, result_id: uuid.UUID) -> list[Sighting]:
    """Return the searches that found the person of a result, its own too, the earliest
    first."""
    return _sightings(membership, _KEYS_OF_RESULT, [result_id]).get(result_id, [])


def of_prospects(
    membership: Membership, prospect_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[Sighting]]:
    """Return the searches that found each prospect, the earliest first; those whose
    searches are all gone are left out."""
    return _sightings(membership, _KEYS_OF_PROSPECTS, prospect_ids)


def _sightings(
    membership: Membership, keys: str, people: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[Sighting]]:
    found: dict[uuid.UUID, list[Sighting]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _SIGHTINGS.format(keys=keys),
            {"workspace": membership.workspace_id, "people": list(people)},
        )
        for person, job_id, job_name, result_id, at in cursor.fetchall():
            found.setdefault(person, []).append(
                Sighting(job_id=job_id, job_name=job_name, result_id=result_id, at=at)
            )
    for sightings in found.values():
        sightings.sort(key=lambda one: one.at)
    return found
