"""Deciders at the same time: one after the other, nobody twice, nobody stuck."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest
from django.db import connection, transaction

from accounts.models import Membership
from prospects import services
from prospects.models import PersonAlias, Prospect, ProspectDecision
from searchjobs import ingest
from searchjobs.models import SearchJob, SearchResult
from tests.prospects.making import decisions_in, everybody, find, find_many

pytestmark = pytest.mark.django_db(transaction=True)
Answer = TypeVar("Answer")


def at_once(*doings: Callable[[], Answer]) -> list[Answer]:
    """Do all of them in threads of their own, begun together; return the answers."""
    start = threading.Barrier(len(doings))

    def begin(doing: Callable[[], Answer]) -> Answer:
        start.wait(timeout=30)
        try:
            return doing()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(doings)) as pool:
        begun = [pool.submit(begin, doing) for doing in doings]
        return [one.result(timeout=60) for one in begun]


def decide(by: Membership, decision: str, job: SearchJob) -> services.DecisionOutcome:
    return services.decide(membership=by, decision=decision, matching=everybody(job))


def test_two_first_decisions_make_each_person_once(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    find_many(job, 100)
    first, second = at_once(
        partial(decide, alice, "approved", job), partial(decide, bob, "rejected", job)
    )
    assert first.decided == second.decided == 100
    assert Prospect.objects.count() == 100
    assert PersonAlias.objects.count() == 300
    assert len(set(decisions_in(job))) == 1
    assert sorted([len(first.overridden), len(second.overridden)]) == [0, 100]


def test_the_log_tells_who_was_last(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    find_many(job, 20)
    at_once(
        partial(decide, alice, "approved", job), partial(decide, bob, "rejected", job)
    )
    for prospect in Prospect.objects.all():
        last = ProspectDecision.objects.filter(prospect=prospect).latest("id")
        assert (last.decision, last.decided_by_id, last.decided_at) == (
            prospect.decision,
            prospect.decided_by_id,
            prospect.decided_at,
        )


def test_two_undos_of_one_action_restore_each_person_once(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    find_many(job, 50)
    undo_id = decide(alice, "approved", job).undo_id
    assert undo_id
    outcomes = at_once(
        *(
            partial(services.undo, membership=one, undo_id=undo_id)
            for one in (alice, bob)
        )
    )
    assert sorted(outcome.restored for outcome in outcomes) == [0, 50]
    assert set(decisions_in(job)) == {"pending"}


def test_searches_go_on_storing_while_somebody_decides(
    alice: Membership, job: SearchJob
) -> None:
    find(job)
    is_decided, is_stored = threading.Event(), threading.Event()

    def decide_slowly() -> None:
        with transaction.atomic():
            decide(alice, "approved", job)
            is_decided.set()
            assert is_stored.wait(timeout=30)

    def store() -> None:
        assert is_decided.wait(timeout=30)
        with transaction.atomic():
            SearchJob.objects.select_for_update(no_key=True).get(id=job.id)
            find(job)
        is_stored.set()

    at_once(decide_slowly, store)
    assert decisions_in(job) == ["approved", "pending"]


def test_a_search_is_not_deleted_under_a_decision(
    alice: Membership, job: SearchJob
) -> None:
    find_many(job, 30)

    def delete() -> int:
        with transaction.atomic():
            SearchJob.objects.select_for_update().get(id=job.id)
            return SearchResult.objects.filter(job=job)._raw_delete(using="default")

    def decide_if_there() -> int:
        return decide(alice, "approved", job).decided

    deleted, decided = at_once(delete, decide_if_there)
    assert deleted == 30
    assert decided in (0, 30)
    assert Prospect.objects.filter(found_by__isnull=False).count() == 0


def test_decisions_and_the_end_of_another_search_do_not_cross(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    """Deleting a search changes the prospects found in it, row by row."""
    keys = [f"urn:{number}" for number in range(300)]
    for key in reversed(keys):
        find(job, keys=[key])
    decide(alice, "approved", job)
    for key in keys:
        find(other_job, keys=[key])

    def delete() -> None:
        with transaction.atomic():
            SearchJob.objects.select_for_update().get(id=job.id)
            ingest.delete_people_of(job.id)

    def decide_again() -> None:
        outcome = decide(alice, "rejected", other_job)
        assert outcome.undo_id
        services.undo(membership=alice, undo_id=outcome.undo_id)

    at_once(delete, decide_again)
    assert set(decisions_in(other_job)) == {"approved"}
    assert not Prospect.objects.filter(found_by__isnull=False).exists()


def test_crossing_deciders_never_wait_for_each_other_for_ever(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    results = find_many(job, 12)

    def decide_at_random(by: Membership, seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(25):
            named = dice.sample(results, dice.randint(1, 12))
            outcome = services.decide(
                membership=by,
                decision=dice.choice(["approved", "rejected", "pending"]),
                result_ids=[result.id for result in named],
            )
            if outcome.undo_id and dice.random() < 0.4:
                services.undo(membership=by, undo_id=outcome.undo_id)

    at_once(
        *(
            partial(decide_at_random, by, seed)
            for seed, by in enumerate((alice, bob, alice, bob))
        )
    )
    assert Prospect.objects.count() <= 12
    for prospect in Prospect.objects.all():
        last = ProspectDecision.objects.filter(prospect=prospect).latest("id")
        assert last.version_after == prospect.version
