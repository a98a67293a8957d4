"""Why a search completed: one true sentence for each way, with its numbers."""

from __future__ import annotations

import pytest

from searchjobs import endings
from searchjobs.models import SearchJob
from searchjobs.states import CompletionReason, JobStatus


def ended(reason: CompletionReason, **columns: object) -> str:
    job = SearchJob(
        status=JobStatus.COMPLETED,
        completion_reason=reason,
        **{
            "search_source": "sales_navigator",
            "target_count": 2500,
            "missed": 0,
            **columns,
        },
    )
    text = endings.text_of(job)
    assert text is not None
    assert text.endswith(".")
    assert text.count(". ") == 0, "one sentence"
    return text


def test_a_search_that_has_not_completed_says_nothing() -> None:
    assert endings.text_of(SearchJob(status=JobStatus.FAILED)) is None


@pytest.mark.parametrize("count", [1, 500])
def test_a_reached_target_is_said(count: int) -> None:
    text = ended(CompletionReason.TARGET_REACHED, progress_current=count)
    assert "asked for" in text


def test_everybody_is_everybody() -> None:
    assert (
        ended(CompletionReason.EXHAUSTED, progress_current=534, available_total=534)
        == "LinkedIn has no more: these are all who match."
    )


@pytest.mark.parametrize(
    ("found", "available", "words"),
    [
        (522, 534, "522 people and 12 rows without"),
        (0, 1, "0 people and 1 row without"),
    ],
)
def test_rows_without_an_id_are_named(found: int, available: int, words: str) -> None:
    text = ended(
        CompletionReason.EXHAUSTED, progress_current=found, available_total=available
    )
    assert words in text


def test_a_list_that_was_shorter_than_promised_is_said() -> None:
    columns = {"progress_current": 500, "pass_received": 500, "missed": 900}
    assert (
        ended(CompletionReason.ENDED_EARLY, available_total=1400, **columns)
        == "LinkedIn gave 500 of about 1,400."
    )
    assert (
        ended(CompletionReason.ENDED_EARLY, **{**columns, "missed": None})
        == "LinkedIn gave 500 and never said how many there are."
    )


DRIFTED = {
    "progress_current": 1012,
    "pass_received": 1040,
    "available_total": 1040,
    "missed": 28,
    "replays": 2,
}


def test_an_order_that_changed_is_said_with_found_available_and_missed() -> None:
    assert ended(CompletionReason.ENDED_EARLY, **DRIFTED) == (
        "LinkedIn changed the order while it answered: 1,012 of about 1,040 found, "
        "about 28 missed after 3 passes."
    )


def test_rows_without_an_id_are_not_among_the_missed() -> None:
    text = ended(CompletionReason.ENDED_EARLY, **{**DRIFTED, "missed": 16})
    assert "1,012 of about 1,040 found, 12 without an id, about 16 missed" in text


def test_of_more_than_asked_for_only_those_asked_for_are_missed() -> None:
    text = ended(
        CompletionReason.ENDED_EARLY,
        **{**DRIFTED, "target_count": 1030, "missed": 18},
    )
    assert "1,012 of the 1,030 asked for found, about 18 missed" in text


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (
            {"available_total": 8400, "progress_current": 2490, "missed": None},
            "Sales Navigator shows at most 2,500 people per search, of about 8,400.",
        ),
        (
            {
                "search_source": "classic",
                "target_count": 1000,
                "available_total": 1000,
                "progress_current": 988,
            },
            "Classic shows at most 1,000 people per search; 12 of its rows had no id.",
        ),
        (
            {
                "available_total": 8400,
                "progress_current": 800,
                "pass_received": 800,
                "missed": 1700,
            },
            "Sales Navigator shows at most 2,500 people per search, of about 8,400; "
            "it stopped at 800.",
        ),
        (
            {
                "available_total": 8400,
                "progress_current": 2490,
                "missed": 10,
                "replays": 1,
            },
            "Sales Navigator shows at most 2,500 people per search, of about 8,400; "
            "it changed their order while it answered: 2,490 of the 2,500 asked for "
            "found, about 10 missed after 2 passes.",
        ),
    ],
)
def test_a_ceiling_is_said(columns: dict[str, object], text: str) -> None:
    assert ended(CompletionReason.PROVIDER_CEILING, **columns) == text
