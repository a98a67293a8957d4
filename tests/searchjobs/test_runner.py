"""One turn after another: whose it is, what is stored, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import LinkedInAccount
from searchjobs import lifecycle, outcomes, passes, runner
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.sources import CursorLost, GiveUp
from tests.factories import LinkedInAccountFactory, SearchJobFactory, UserFactory
from tests.searchjobs.playing import (
    CEOS,
    Scripted,
    check,
    expected,
    found,
    kinds,
    now_of,
    page,
    people,
    play,
    result_of,
    run,
)
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

# --- the whole way, against the local Unipile ---------------------------------------


def test_2500_people_are_found_in_their_order_in_25_requests(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    job = SearchJobFactory(account=anna, search_criteria=CEOS, target_count=2500)

    assert play(anna) == 25

    assert result_of(job) == ("completed", "target_reached")
    assert found(job) == expected(sandbox, job)
    assert len(set(found(job))) == 2500
    row = now_of(job)
    assert (row.requests, row.duplicates, row.surplus) == (25, 0, 0)


def test_250_people_are_found_in_three_pages_of_84(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    job = SearchJobFactory(
        account=anna, search_criteria=CEOS, target_count=250, page_size=84
    )
    assert play(anna) == 3
    assert result_of(job) == ("completed", "target_reached")
    assert found(job) == expected(sandbox, job)
    assert now_of(job).surplus == 2
    asked = [request["limit"] for request in sandbox.requests()]
    assert asked == [84, 84, 84]


@pytest.mark.parametrize(
    ("login", "api", "target", "size", "requests"),
    [(1, "classic", 1000, 50, 20), (2, "recruiter", 900, 100, 9)],
)
def test_each_api_gives_its_people(
    sandbox: SandboxServer,
    login: int,
    api: str,
    target: int,
    size: int,
    requests: int,
) -> None:
    account = LinkedInAccountFactory(unipile_account_id=account_id(login))
    job = SearchJobFactory(
        account=account,
        search_criteria=CEOS,
        search_source=api,
        target_count=target,
        page_size=size,
    )
    assert play(account) == requests
    assert result_of(job) == ("completed", "target_reached")
    assert found(job) == expected(sandbox, job)


def test_a_search_that_finds_fewer_than_wanted_finds_them_all(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    criteria = {**CEOS, "keywords": "CEO tech startup", "industry": ["4"]}
    job = SearchJobFactory(account=anna, search_criteria=criteria, target_count=2500)
    everybody = expected(sandbox, job)
    assert 0 < len(everybody) < 2500, "the search must find some, but too few"

    play(anna)

    assert result_of(job) == ("completed", "exhausted")
    assert found(job) == everybody
    assert now_of(job).progress_text == (
        f"Fetched {len(everybody)}/{len(everybody)} (100%)"
    )


def test_a_search_that_finds_nobody_ends_at_zero_of_zero(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    criteria = {"keywords": "zzzz no such words anywhere"}
    job = SearchJobFactory(account=anna, search_criteria=criteria)
    assert play(anna) == 1
    assert result_of(job) == ("completed", "exhausted")
    assert now_of(job).progress_text == "Fetched 0/0 (100%)"


# --- whose turn ---------------------------------------------------------------------


def served(account: LinkedInAccount) -> list[str]:
    """Return the names of the jobs in the order of their stored pages."""
    journal = SearchEvent.objects.filter(job__account=account, kind="page_stored")
    return list(journal.order_by("created_at").values_list("job__name", flat=True))


class Endless:
    """Gives each job ten new people a page, with a cursor, for ever."""

    def __init__(self) -> None:
        self.count = 0

    def fetch(self, job: SearchJob, *, deadline_s: float) -> Any:
        self.count += 1
        return page(
            people(100, start=self.count * 100),
            next_cursor=f"cursor {self.count}",
            total=100_000,
        )


def test_three_searches_of_one_account_alternate(account: LinkedInAccount) -> None:
    jobs = [
        SearchJobFactory(account=account, name=name, target_count=300) for name in "abc"
    ]
    play(account, Endless())
    assert "".join(served(account)) == "abcabcabc"
    assert [result_of(job)[1] for job in jobs] == ["target_reached"] * 3


def test_a_small_search_waits_for_one_turn_of_a_big_one_and_no_more(
    account: LinkedInAccount,
) -> None:
    source = Endless()
    SearchJobFactory(account=account, name="B", target_count=2500)
    for _ in range(5):
        runner.run_turn(account.id, source)
    SearchJobFactory(account=account, name="s", target_count=50)
    play(account, source)
    assert "".join(served(account)) == "B" * 6 + "s" + "B" * 19


def test_a_turn_of_an_unknown_account_is_none(account: LinkedInAccount) -> None:
    assert runner.run_turn(account.user_id, Scripted()) is False


def test_turns_that_are_due_at_once_go_on_in_one_task(
    account: LinkedInAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "GO_ON_FOR_S", 60.0)
    job = SearchJobFactory(account=account, target_count=500)
    assert runner.take_turns(account.id, Endless()) is False
    assert result_of(job) == ("completed", "target_reached")


def test_with_a_pace_one_task_takes_one_turn(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS = 2
    job = SearchJobFactory(account=account, target_count=500)
    runner.take_turns(account.id, Endless())
    assert now_of(job).requests == 1


def test_the_next_request_waits_for_the_pace_after_the_answer(
    account: LinkedInAccount, settings: Settings
) -> None:
    settings.SEARCH_PACE_SECONDS, settings.SEARCH_PACE_JITTER_SECONDS = 2, 1
    SearchJobFactory(account=account)
    source = Endless()

    assert runner.run_turn(account.id, source)

    row = LinkedInAccount.objects.annotate(
        wait=F("next_turn_at") - F("answered_at")
    ).get(id=account.id)
    assert timedelta(seconds=1.99) < row.wait < timedelta(seconds=3)
    assert not runner.run_turn(account.id, source)
    LinkedInAccount.objects.update(next_turn_at=Now())
    assert runner.run_turn(account.id, source)


# --- how an end is said -------------------------------------------------------------


def test_an_early_end_is_asked_again_three_times_and_then_said(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account, available_total=1400)
    early = page(people(100), total=1400)
    source = run(account, early, early, early, early)

    assert result_of(job) == ("completed", "ended_early")
    row = now_of(job)
    assert (row.progress_current, row.progress_total) == (100, 100)
    assert (row.available_total, row.duplicates, row.requests) == (1400, 300, 4)
    assert row.pass_received == 100
    assert [asked.next_cursor for asked in source.asked] == [""] * 4
    assert kinds(job).count("doubted") == 3


def test_unusable_rows_of_a_page_asked_again_stand_for_nobody(
    account: LinkedInAccount,
) -> None:
    """Ten rows without an id, seen four times, are not forty people."""
    job = SearchJobFactory(account=account)
    early = page(people(90), invalid=10, total=120)
    run(account, early, early, early, early)
    assert result_of(job) == ("completed", "ended_early")
    assert (now_of(job).invalid, now_of(job).pass_received) == (40, 100)


def test_unusable_rows_of_an_earlier_pass_stand_for_nobody(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    first = page(people(60), invalid=40, next_cursor="b", total=160)
    run(account, first, CursorLost(), first, page(people(20, start=60), total=160))
    row = check(job)
    assert (row.progress_current, row.invalid, row.doubts) == (80, 80, 1)


def test_a_doubted_end_that_was_none_is_overcome(account: LinkedInAccount) -> None:
    job = SearchJobFactory(account=account, target_count=300)
    run(
        account,
        page(people(100), next_cursor="b"),
        page(people(40, start=100)),
        page(people(100, start=100), next_cursor="c"),
        page(people(100, start=200)),
    )
    assert result_of(job) == ("completed", "target_reached")
    assert found(job) == people(300)
    row = now_of(job)
    assert (row.pass_received, row.received, row.duplicates) == (300, 340, 40)


def test_an_empty_page_in_the_middle_says_nothing_of_what_exists(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account, target_count=200)
    run(
        account,
        page(people(100), next_cursor="b", total=900),
        page(next_cursor="c", total=0),
    )
    row = check(job)
    assert (row.status, row.available_total, row.doubts) == ("processing", 900, 1)
    assert row.next_cursor == "b"
    run(account, page(people(100, start=100), total=900))
    assert result_of(job) == ("completed", "target_reached")


def test_a_trailing_cursor_costs_one_request_and_no_doubt(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    run(
        account,
        page(people(34), next_cursor="b", total=34),
        page(total=34),
    )
    assert result_of(job) == ("completed", "exhausted")
    assert "doubted" not in kinds(job)


def test_the_ceiling_ends_a_search_whose_rows_repeated(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(
        account=account, search_source="classic", target_count=1000, page_size=50
    )
    for number in range(19):
        run(
            account,
            page(
                people(50, start=number * 50),
                next_cursor=f"after {number}",
                total=1000,
            ),
        )
    run(account, page(people(50, start=940), next_cursor="more", total=1000))
    assert kinds(job)[-1] == "replayed"
    for number in range(20):
        again = page(
            people(50, start=number * 47), next_cursor=f"c{number}", total=1000
        )
        run(account, again)
    assert result_of(job) == ("completed", "provider_ceiling")
    row = now_of(job)
    assert (row.progress_current, row.missed, row.requests) == (990, 10, 40)


def test_the_last_answer_of_a_doubted_page_counts_also_after_a_retry(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account, target_count=1000)
    run(
        account,
        page(people(100), next_cursor="b", total=900),
        page(people(60, start=100), total=900),
        GiveUp(code="unipile_forbidden", message="No."),
    )
    assert check(job).status == "failed"
    lifecycle.retry(job.id, UserFactory())
    run(account, page(people(80, start=100), total=900, next_cursor="c"))
    assert check(job).pass_received == 180


# --- the journal --------------------------------------------------------------------


def test_a_page_is_journalled_with_its_ledger_and_never_its_cursor(
    account: LinkedInAccount,
) -> None:
    job = SearchJobFactory(account=account)
    run(account, page(people(3), next_cursor="secret", invalid=2))
    event = SearchEvent.objects.get(job=job, kind="page_stored")
    assert event.data.pop("seconds") >= 0
    assert event.data == {
        "batch": 0,
        "pass_number": 0,
        "cursor": passes.cursor_hash(""),
        "received": 5,
        "stored": 3,
        "duplicates": 0,
        "invalid": 2,
        "surplus": 0,
    }


def test_the_account_remembers_how_long_its_answers_take(
    account: LinkedInAccount,
) -> None:
    SearchJobFactory(account=account)
    claimed = runner._claim(account.id)
    assert claimed is not None
    outcomes.end(
        outcomes.Turn(claim=claimed[0], outcome=page(people(1), total=9), seconds=5.0)
    )
    account.refresh_from_db()
    assert account.answer_seconds == pytest.approx(1.0 * 0.7 + 5.0 * 0.3)
    assert runner.run_turn(account.id, Scripted()) is False  # the doubted end waits
