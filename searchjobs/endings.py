"""Why did a search complete, in one sentence with its numbers?

The one place of these sentences: the API, sockets, pages, the admin and the smoke test
all show them.
"""

from __future__ import annotations

from searchjobs.models import SearchJob
from searchjobs.states import CompletionReason
from unipile_client.types import Api


def text_of(job: SearchJob) -> str | None:
    """Say why a search completed with as many people as it has; None for any other."""
    match job.completion_reason:
        case CompletionReason.TARGET_REACHED if job.progress_current == 1:
            return "The one person asked for was found."
        case CompletionReason.TARGET_REACHED:
            return f"All {job.progress_current:,} asked for were found."
        case CompletionReason.PROVIDER_CEILING:
            return _at_the_ceiling(job)
        case CompletionReason.EXHAUSTED:
            return _everybody(job)
        case CompletionReason.ENDED_EARLY:
            return _too_few(job)
    return None


def _at_the_ceiling(job: SearchJob) -> str:
    api = Api(job.search_source)
    text = f"{api.label} shows at most {api.ceiling:,} people per search"
    if job.available_total is not None and job.available_total > api.ceiling:
        text += f", of about {job.available_total:,}"
    if job.missed and not (job.replays or _all_rows_came(job)):
        text += f"; it stopped at {job.progress_current:,}"
    elif _holes(job):
        text += f"; it changed their order while it answered: {_holes(job)}"
    elif job.missed == 0 and job.progress_current < job.target_count:
        unusable = job.target_count - job.progress_current
        text += f"; {unusable:,} of its rows had no id"
    return f"{text}."


def _everybody(job: SearchJob) -> str:
    unusable = max(0, (job.available_total or 0) - job.progress_current)
    if unusable:
        rows = "1 row" if unusable == 1 else f"{unusable:,} rows"
        return (
            f"LinkedIn has no more: its list held {job.progress_current:,} people and "
            f"{rows} without an id."
        )
    if job.progress_current == 0:
        return "LinkedIn knows nobody who matches."
    return "LinkedIn has no more: these are all who match."


def _too_few(job: SearchJob) -> str:
    found = f"{job.progress_current:,}"
    if job.available_total is None:
        return f"LinkedIn gave {found} and never said how many there are."
    if _all_rows_came(job) and _holes(job):
        return f"LinkedIn changed the order while it answered: {_holes(job)}."
    return f"LinkedIn gave {found} of about {job.available_total:,}."


def _all_rows_came(job: SearchJob) -> bool:
    wanted = min(job.target_count, job.available_total or job.target_count)
    return job.pass_received >= wanted


def _holes(job: SearchJob) -> str:
    """Say how many were found, and how many the changing order hid."""
    if not job.missed or job.available_total is None:
        return ""
    wanted, of = job.available_total, f"about {job.available_total:,}"
    if wanted > job.target_count:
        wanted, of = job.target_count, f"the {job.target_count:,} asked for"
    text = f"{job.progress_current:,} of {of} found"
    unusable = wanted - job.progress_current - job.missed
    if unusable > 0:
        text += f", {unusable:,} without an id"
    text += f", about {job.missed:,} missed"
    if job.replays:
        return f"{text} after {job.replays + 1} passes"
    return f"{text}, and the day's quota had no room to ask again"
