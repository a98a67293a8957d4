"""Faults of cursors and rows, met at a page in the middle, over a real socket."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import LinkedInAccount
from searchjobs import lifecycle
from searchjobs.models import SearchJob, SearchResult
from tests.factories import SearchJobFactory
from tests.searchjobs.meeting import MIDDLE, begin, finish, meet, seconds_until
from tests.searchjobs.playing import (
    CEOS,
    check,
    expected,
    found,
    kinds,
    play,
)
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]


@pytest.fixture
def job(anna: LinkedInAccount) -> SearchJob:
    """A search of five pages, the first two of which are stored."""
    return begin(anna)


# --- cursors ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["expired_cursor", "repeat_cursor"])
def test_a_lost_cursor_begins_a_new_pass_in_which_nobody_is_doubled(
    sandbox: SandboxServer, job: SearchJob, kind: str
) -> None:
    row = meet(sandbox, job, kind=kind)
    assert (row.next_cursor, row.pass_received, row.status) == ("", 0, "processing")
    assert row.failures == 0
    finish(sandbox, job)
    assert kinds(job).count("cursor_lost") == 1


def test_a_400_to_a_request_with_a_cursor_is_a_lost_cursor(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    row = meet(sandbox, job, kind="status", status=400)
    assert kinds(job)[-1] == "cursor_lost"
    assert row.status == "processing"
    finish(sandbox, job)


def test_cursors_that_always_expire_fail_the_search_with_what_it_has(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    sandbox.put_faults([{"kind": "expired_cursor", "times": None}])
    play(job.account)
    row = check(job)
    assert (row.status, row.error_code) == ("failed", "cursor_lost")
    assert row.progress_current == 200
    sandbox.put_faults([])
    lifecycle.retry(job.id, job.user)
    finish(sandbox, job)


def test_a_trailing_cursor_ends_without_a_doubt(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    criteria = {**CEOS, "industry": ["4"]}
    job = SearchJobFactory(account=anna, search_criteria=criteria, target_count=2500)
    sandbox.put_faults([{"kind": "trailing_cursor"}])
    finish(sandbox, job, "exhausted")
    assert "doubted" not in kinds(job)


# --- pages that are not what they should be -----------------------------------------


def test_repeated_rows_are_counted_and_stored_once(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    row = meet(sandbox, job, kind="repeat_rows", count=7)
    assert (row.progress_current, row.duplicates, row.received) == (300, 7, 307)
    finish(sandbox, job)


def test_shifted_rows_are_counted_and_stored_once(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    row = meet(sandbox, job, kind="shift", by=7)
    assert (row.progress_current, row.duplicates) == (293, 7)
    play(job.account)
    row = check(job)
    assert row.status == "completed"
    assert len(set(found(job))) == row.progress_current == 500


@pytest.mark.parametrize("kind", ["empty_page", "empty_end", "early_end"])
def test_an_end_in_the_middle_is_not_believed(
    sandbox: SandboxServer, job: SearchJob, kind: str
) -> None:
    row = meet(sandbox, job, kind=kind)
    assert (row.status, row.doubts, row.wait_reason) == ("processing", 1, "backing_off")
    assert seconds_until(row.next_step_at) <= 2
    finish(sandbox, job)


@pytest.mark.parametrize("kind", ["empty_page", "empty_end", "early_end"])
def test_an_end_that_stays_so_is_said_after_exactly_three_doubts(
    sandbox: SandboxServer, job: SearchJob, kind: str
) -> None:
    sandbox.put_faults([{"kind": kind, "page": MIDDLE, "times": 4}])
    assert play(job.account) == 4
    row = check(job)
    assert (row.status, row.completion_reason) == ("completed", "ended_early")
    assert row.available_total is not None
    assert row.available_total > 2500
    assert row.progress_current == row.progress_total < 500
    assert kinds(job).count("doubted") == 3
    assert found(job) == expected(sandbox, job)[: row.progress_current]


def test_an_end_believed_after_the_third_doubt_only(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    sandbox.put_faults([{"kind": "empty_end", "page": MIDDLE, "times": 3}])
    finish(sandbox, job)
    assert kinds(job).count("doubted") == 3


def test_rows_without_an_id_are_counted_as_invalid(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    row = meet(sandbox, job, kind="missing_id", count=5)
    assert (row.invalid, row.progress_current, row.received) == (5, 295, 300)
    play(job.account)
    row = check(job)
    assert (row.status, row.progress_current) == ("completed", 500)


def test_people_without_a_name_are_kept_and_flagged(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    meet(sandbox, job, kind="null_name", count=3)
    nameless = SearchResult.objects.filter(
        job=job, prospect_data__flags__contains=["anonymous"]
    )
    assert (
        list(nameless.values_list("prospect_data__name", flat=True))
        == ["LinkedIn member"] * 3
    )
    finish(sandbox, job)


@pytest.mark.parametrize(
    "fault", [{"kind": "no_total"}, {"kind": "wrong_total", "total": 3}]
)
def test_a_missing_or_wrong_total_in_the_middle_ends_nothing(
    sandbox: SandboxServer, job: SearchJob, fault: dict[str, Any]
) -> None:
    row = meet(sandbox, job, **fault)
    assert (row.status, row.progress_current) == ("processing", 300)
    finish(sandbox, job)


def test_slow_answers_are_waited_for(sandbox: SandboxServer, job: SearchJob) -> None:
    row = meet(sandbox, job, kind="slow", latency_s=0.2)
    assert row.progress_current == 300
    finish(sandbox, job)


# --- all of it at once --------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_on_the_way_2500_people_arrive_once_each_in_order(
    sandbox: SandboxServer, anna: LinkedInAccount, seed: int
) -> None:
    job = SearchJobFactory(account=anna, search_criteria=CEOS, target_count=2500)
    odds: dict[str, Any] = {"times": None, "probability": 0.08, "seed": seed}
    sandbox.put_faults(
        [
            {"kind": "status", "status": 429, **odds},
            {"kind": "status", "status": 503, **odds},
            {"kind": "html", "status": 200, **odds},
            {"kind": "cut_body", **odds},
            {"kind": "drop", **odds},
            {"kind": "empty_page", **odds},
            {"kind": "empty_end", **odds},
            {"kind": "repeat_rows", "count": 3, **odds},
            {"kind": "null_name", **odds},
        ]
    )
    play(anna)
    sandbox.put_faults([])
    row = check(job)
    assert found(job) == expected(sandbox, job)[: row.progress_current]
    assert (row.status, row.completion_reason) in (
        ("completed", "target_reached"),
        ("completed", "provider_ceiling"),
    )
