"""Where are a search's criteria read from, and how well does each person match?"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Collection
from typing import Final

from django.db import connection

from prospects import people
from prospects.matching.matcher import Matcher
from prospects.matching.subject import Subject
from searchjobs.models import SearchJob
from searchjobs.pages import criteria

MOST_KEPT: Final = 64  # searches; 2,500 scores are 20 kB


def matcher_of(job_id: uuid.UUID) -> Matcher:
    """Return what compares people with this search's criteria.

    LinkedIn's ids go by the names that look-ups have brought so far.
    """
    return matchers_of([job_id])[job_id]


def matchers_of(job_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Matcher]:
    """Return the same of several searches, in two queries."""
    asked = dict(
        SearchJob.objects.filter(id__in=job_ids).values_list("id", "search_criteria")
    )
    names = criteria.names_of(asked.values())
    return {
        job_id: Matcher(criteria.searched_by(asked.get(job_id, {})), names)
        for job_id in job_ids
    }


def scores_of(job_id: uuid.UUID, matcher: Matcher) -> tuple[int, ...]:
    """Return everybody's score in percent, by position.

    Results never change, so what was scored once is kept in the process and only those
    who arrived since are read. A column written by ingest would go stale with each name
    that a look-up brings, and cost every page of every search.
    """
    key = (job_id, matcher.asked)
    known = _kept.get(key, ())
    scores = (*known, *_scores_from(len(known), job_id, matcher))
    with _one_at_a_time:
        _kept.pop(key, None)
        _kept[key] = scores  # the last used stands last
        while len(_kept) > MOST_KEPT:
            del _kept[next(iter(_kept))]
    return scores


_kept: dict[tuple[uuid.UUID, str], tuple[int, ...]] = {}
_one_at_a_time = threading.Lock()


def _scores_from(position: int, job_id: uuid.UUID, matcher: Matcher) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(people.COMPARED, {"job": job_id, "position": position})
        return [
            matcher.match(
                Subject(
                    data=json.loads(data), raw=json.loads(item), seniority=seniority
                )
            ).score_percent
            for data, item, seniority in cursor.fetchall()
        ]
