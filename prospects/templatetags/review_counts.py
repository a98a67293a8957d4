"""How the people of the searches on a page were decided on, in one query."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django import template

from prospects import review
from prospects.review import Counts
from searchjobs.models import SearchJob

register = template.Library()


@register.simple_tag
def review_counts(jobs: Iterable[SearchJob]) -> dict[uuid.UUID, Counts]:
    """Return each search's counts: `{% review_counts jobs as counts %}`."""
    return review.counts([job.id for job in jobs])
