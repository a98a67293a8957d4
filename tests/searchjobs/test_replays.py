"""LinkedIn's order changes while one pages: what is found again, and what is said."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from accounts.models import LinkedInAccount
from searchjobs import audit, endings
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.sources import CursorLost, GiveUp
from tests.factories import SearchJobFactory
from tests.searchjobs.playing import (
    CEOS,
    check,
    expected,
    found,
    kinds,
    now_of,
    page,
    play,
    result_of,
    run,
)
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

FEW = {**CEOS, "industry": ["4"]}  # some hundreds of people

# Two pages of a list of six, whose third was pushed over the boundary twice.
FIRST = page(["a", "b", "c"], next_cursor="second", total=6)
SECOND = page(["c", "d", "e"], total=6)


def new_search(account: LinkedInAccount, **fields: object) -> SearchJob:
    return SearchJobFactory(
        account=account, page_size=3, revision=0, **{"target_count": 50, **fields}
    )


def test_a_person_who_moved_over_a_boundary_is_found_by_a_replay(
    account: LinkedInAccount,
) -> None:
    job = new_search(account)
    source = run(
        account, FIRST, SECOND, page(["f", "a", "b"], next_cursor="x", total=6)
    )

    assert result_of(job) == ("completed", "exhausted")
    assert found(job) == [*"abcdef"]
    assert [asked.next_cursor for asked in source.asked] == ["", "second", ""]
    row = now_of(job)
    assert (row.replays, row.missed, row.duplicates, row.received) == (1, 0, 3, 9)
    assert row.pass_received == 3
    replay = SearchEvent.objects.get(job=job, kind="replayed")
    assert replay.data == {"repeated": 1}
    pages = SearchEvent.objects.filter(job=job, kind="page_stored")
    assert list(pages.values_list("data__pass_number", flat=True)) == [0, 0, 1]


def test_a_replay_that_brings_nobody_is_the_last_and_says_whom_it_missed(
    account: LinkedInAccount,
) -> None:
    job = new_search(account)
    run(account, FIRST, SECOND, FIRST, SECOND)

    assert result_of(job) == ("completed", "ended_early")
    row = now_of(job)
    assert (row.replays, row.missed, row.requests) == (1, 1, 4)
    assert endings.text_of(row) == (
        "LinkedIn changed the order while it answered: 5 of about 6 found, about 1 "
        "missed after 2 passes."
    )


def test_a_target_that_is_reached_is_not_replayed(account: LinkedInAccount) -> None:
    job = new_search(account, target_count=5)
    run(account, FIRST, SECOND)
    assert result_of(job) == ("completed", "target_reached")
    assert now_of(job).missed == 0


def test_a_replay_goes_no_further_than_the_day_s_quota(
    account: LinkedInAccount, settings: Settings
) -> None:
    """Six rows were received of the eleven: a replay may take six more, or none."""
    settings.SEARCH_DAILY_QUOTA = {**settings.SEARCH_DAILY_QUOTA, "sales_navigator": 11}
    job = new_search(account)
    run(account, FIRST, SECOND)
    assert result_of(job) == ("completed", "ended_early")
    row = now_of(job)
    assert (row.replays, row.missed) == (0, 1)
    text = endings.text_of(row) or ""
    assert text.endswith(
        "about 1 missed, and the day's quota had no room to ask again."
    )


def test_a_replay_takes_what_the_day_s_quota_leaves(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_DAILY_QUOTA = {**settings.SEARCH_DAILY_QUOTA, "sales_navigator": 12}
    job = new_search(account)
    run(account, FIRST, SECOND)
    assert kinds(job)[-1] == "replayed"


def test_a_replay_that_loses_its_cursor_twice_ends_with_what_is_here(
    account: LinkedInAccount,
) -> None:
    job = new_search(account)
    run(account, FIRST, SECOND, FIRST, CursorLost(), FIRST, CursorLost())

    assert result_of(job) == ("completed", "ended_early")
    row = now_of(job)
    assert (row.missed, row.requests, row.error_code) == (1, 6, "")


def test_a_replay_that_stalls_ends_with_what_is_here(
    account: LinkedInAccount, settings: Settings
) -> None:
    job = new_search(account)
    run(account, FIRST, SECOND)
    settings.SEARCH_STALL_TIMEOUT_SECONDS = 0
    run(account, FIRST)
    assert result_of(job) == ("completed", "ended_early")


def test_a_fault_in_a_replay_fails_the_search_and_retry_goes_on_with_it(
    account: LinkedInAccount,
) -> None:
    job = new_search(account)
    run(account, FIRST, SECOND, FIRST, GiveUp(code="unipile_forbidden", message="No."))
    row = check(job)
    assert (row.status, row.progress_current, row.next_cursor) == (
        "failed",
        5,
        "second",
    )


@pytest.mark.parametrize("total", [3, 5, None])
def test_a_total_that_shrinks_or_vanishes_makes_nobody_be_here(
    account: LinkedInAccount, total: int | None
) -> None:
    job = new_search(account)
    last = page(["d", "e"], total=total)
    run(account, FIRST, last, last, last, last)
    assert result_of(job) == ("completed", "ended_early")
    row = now_of(job)
    assert (row.available_total, row.missed) == (6, 1)
    assert endings.text_of(row) == "LinkedIn gave 5 of about 6."


def test_a_total_that_grows_makes_everybody_those_who_came_too(
    account: LinkedInAccount,
) -> None:
    """Somebody arrived on the first page, and pushed a third person over."""
    job = new_search(account)
    run(account, FIRST, page(["c", "d", "e"], next_cursor="third", total=7))
    run(account, page(["f"], total=7), page(["g", "a", "b"], next_cursor="x", total=7))
    assert result_of(job) == ("completed", "exhausted")
    assert set(found(job)) == {*"abcdefg"}


# --- against the local Unipile --------------------------------------------------------


def drift(sandbox: SandboxServer, count: int, times: int | None) -> None:
    sandbox.put_faults([{"kind": "drift", "count": count, "times": times, "seed": 7}])


def test_everybody_is_found_though_the_order_changed_before_each_page(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    job = SearchJobFactory(
        account=anna, search_criteria=FEW, target_count=2500, revision=0
    )
    everybody = expected(sandbox, job)
    drift(sandbox, count=10, times=None)

    play(anna)

    assert result_of(job) == ("completed", "exhausted")
    assert sorted(found(job)) == sorted(everybody)
    row = now_of(job)
    pages = -(-len(everybody) // job.page_size)
    assert row.replays >= 1
    assert pages < row.requests <= 3 * pages
    assert "doubted" not in kinds(job)


def test_an_order_that_never_rests_ends_the_search_with_true_numbers(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    job = SearchJobFactory(account=anna, search_criteria=FEW, target_count=2500)
    everybody = expected(sandbox, job)
    drift(sandbox, count=5 * len(everybody), times=None)

    play(anna)

    assert result_of(job) == ("completed", "ended_early")
    row = now_of(job)
    missing = set(everybody) - set(found(job))
    assert row.missed == len(missing) > 0
    assert row.replays == 2
    assert f"about {len(missing)} missed after 3 passes" in (endings.text_of(row) or "")
    assert row.requests == 3 * -(-len(everybody) // job.page_size)


def test_the_audit_understands_replays(account: LinkedInAccount) -> None:
    job = new_search(account)
    run(account, FIRST, SECOND, FIRST, CursorLost(), FIRST, CursorLost())
    differences = {one.what for one in audit.audit(job.id)}
    assert not differences & {"replays", "missed", "pass_received", "requests"}
    SearchJob.objects.filter(id=job.id).update(replays=0, missed=3)
    assert {one.what for one in audit.audit(job.id)} >= {"replays", "missed"}
