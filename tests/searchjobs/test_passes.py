"""What the journal says of a pass: its pages, and whether another may begin."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models.functions import Now

from searchjobs.models import SearchEvent, SearchJob
from searchjobs.passes import cursor_hash, pass_history
from tests.factories import SearchJobFactory

pytestmark = pytest.mark.django_db


def journal(*entries: tuple[str, dict[str, Any]]) -> SearchJob:
    job = SearchJobFactory.create()
    SearchEvent.objects.bulk_create(
        SearchEvent(job=job, revision=revision, kind=kind, data=data, created_at=Now())
        for revision, (kind, data) in enumerate(entries, start=1)
    )
    return job


def stored(cursor: str, received: int, people: int = 1) -> tuple[str, dict[str, Any]]:
    data = {"cursor": cursor, "received": received, "stored": people, "invalid": 0}
    return "page_stored", data


LOST: tuple[str, dict[str, Any]] = ("cursor_lost", {})
RETRIED: tuple[str, dict[str, Any]] = ("retried", {})
REPLAYED: tuple[str, dict[str, Any]] = ("replayed", {"repeated": 2})


def test_a_page_asked_again_counts_by_its_last_answer() -> None:
    job = journal(stored("a", 100), stored("b", 40), stored("b", 60))
    answers = pass_history(job.id).answers
    assert {cursor: answer.received for cursor, answer in answers.items()} == {
        "a": 100,
        "b": 60,
    }


def test_a_lost_cursor_begins_a_pass_that_knows_no_cursor() -> None:
    history = pass_history(journal(stored("a", 100), LOST).id)
    assert (history.number, history.answers) == (1, {})


@pytest.mark.parametrize(
    ("entries", "may"),
    [
        ([], True),
        ([LOST], False),
        ([LOST, stored("a", 10, people=0)], False),
        ([LOST, stored("a", 10, people=1)], True),
        ([LOST, RETRIED], True),
        ([LOST, stored("a", 10), LOST], False),
    ],
)
def test_a_pass_may_begin_anew_once_between_two_pages_that_stored_somebody(
    entries: list[tuple[str, dict[str, Any]]], may: bool
) -> None:
    assert pass_history(journal(*entries).id).may_begin_anew is may


def test_a_replay_begins_a_pass_that_knows_where_the_one_before_ended() -> None:
    before = [stored("a", 100), stored("b", 40), stored("b", 60)]
    history = pass_history(journal(*before, REPLAYED).id)
    assert (history.number, history.answers, history.last_pass_received) == (1, {}, 160)


@pytest.mark.parametrize(
    ("entries", "brought"),
    [
        ([stored("a", 10, people=0)], True),
        ([stored("a", 10), REPLAYED, stored("a", 10, people=0)], False),
        ([REPLAYED, stored("a", 10, people=1)], True),
        ([REPLAYED, stored("a", 10, people=1), LOST], True),
        ([REPLAYED, stored("a", 10, people=1), REPLAYED], False),
    ],
)
def test_a_replay_has_brought_somebody_or_not(
    entries: list[tuple[str, dict[str, Any]]], brought: bool
) -> None:
    assert pass_history(journal(*entries).id).brought_somebody is brought


def test_a_page_more_is_as_if_the_journal_held_it() -> None:
    job = journal(stored("a", 100), LOST, REPLAYED)
    with_page = pass_history(job.id).with_page("b", received=7, invalid=0, stored=1)
    SearchEvent.objects.create(
        job=job, revision=9, kind="page_stored", data=stored("b", 7)[1]
    )
    assert pass_history(job.id) == with_page


def test_the_journal_keeps_no_cursor_but_its_hash() -> None:
    assert "secret" not in cursor_hash("secret")
    assert cursor_hash("secret") == cursor_hash("secret")
    assert cursor_hash("secret") != cursor_hash("another")
