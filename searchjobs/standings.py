"""Where does a search stand, by its row and its journal, for `paging` to judge?"""

from __future__ import annotations

from searchjobs import paging
from searchjobs.models import SearchJob
from searchjobs.passes import PassHistory
from unipile_client.types import Api


def after_page(
    job: SearchJob,
    history: PassHistory,
    *,
    rows: int,
    stored: int,
    available_total: int | None,
) -> paging.Standing:
    """Count a page in; `history` has it already, the job's row has not.

    Of what LinkedIn says exist the most counts: a total that shrinks on the way must
    not make everybody of those who are here. An empty page says nothing of it.
    """
    said = [job.available_total]
    if rows or job.available_total is None:
        said.append(available_total)
    most = max((total for total in said if total is not None), default=None)
    return _standing_of(job, history, stored=stored, available_total=most)


def between_pages(job: SearchJob, history: PassHistory) -> paging.Standing:
    return _standing_of(job, history, stored=0, available_total=job.available_total)


def _standing_of(
    job: SearchJob,
    history: PassHistory,
    *,
    stored: int,
    available_total: int | None,
) -> paging.Standing:
    """Return the standing once so many more are stored.

    Rows without an id are counted per pass: those of an earlier pass, or of a page
    asked again, would stand for people who never came.
    """
    answers = history.answers.values()
    return paging.Standing(
        stored=job.progress_current + stored,
        invalid=sum(answer.invalid for answer in answers),
        pass_received=sum(answer.received for answer in answers),
        progress_total=job.progress_total,
        ceiling=Api(job.search_source).ceiling,
        available_total=available_total,
        last_pass_received=history.last_pass_received,
        doubts=job.doubts,
        replays=job.replays,
        brought_somebody=history.brought_somebody,
    )
