"""Who is who: keys that turn out to be one person's bring their records together."""

from __future__ import annotations

import pytest

from accounts.models import Membership
from prospects import identity, services
from prospects.identity import Found
from prospects.models import PersonAlias, Prospect, ProspectDecision
from searchjobs.models import SearchJob, SearchResult
from tests.factories import PersonAliasFactory, ProspectFactory, WorkspaceFactory
from tests.prospects.making import decisions_in, find


@pytest.fixture
def by_urn(job: SearchJob) -> SearchResult:
    return find(job, keys=["urn:1"], name="Ada of Recruiter")


@pytest.fixture
def by_slug(job: SearchJob) -> SearchResult:
    return find(job, keys=["slug:ada"], name="Ada of Sales Navigator")


@pytest.fixture
def by_both(
    job: SearchJob, by_urn: SearchResult, by_slug: SearchResult
) -> SearchResult:
    return find(job, keys=["urn:1", "slug:ada"], name="Ada")


def decide(
    by: Membership, decision: str, result: SearchResult, note: str | None = None
) -> services.DecisionOutcome:
    return services.decide(
        membership=by, decision=decision, result_ids=[result.id], note=note
    )


def test_results_that_share_a_key_are_one_person(db: None) -> None:
    (person,) = identity.people_of(
        WorkspaceFactory().id,
        [
            Found(result_id=None, keys=["urn:1"]),
            Found(result_id=None, keys=["slug:ada"]),
            Found(result_id=None, keys=["urn:1", "slug:ada"]),
        ],
    )
    assert sorted(person.keys) == ["slug:ada", "urn:1"]


def test_results_that_share_a_record_are_one_person(db: None) -> None:
    prospect = ProspectFactory()
    for key in ("urn:1", "slug:ada"):
        PersonAliasFactory(prospect=prospect, key=key)
    (person,) = identity.people_of(
        prospect.workspace_id,
        [
            Found(result_id=None, keys=["urn:1"]),
            Found(result_id=None, keys=["slug:ada"]),
        ],
    )
    assert [record.prospect_id for record in person.records] == [prospect.id]


def test_another_workspaces_records_are_nobodys(db: None) -> None:
    PersonAliasFactory(key="urn:1")
    (person,) = identity.people_of(
        WorkspaceFactory().id, [Found(result_id=None, keys=["urn:1"])]
    )
    assert person.records == []


def test_two_records_of_one_person_become_one(
    alice: Membership,
    by_urn: SearchResult,
    by_slug: SearchResult,
    by_both: SearchResult,
) -> None:
    decide(alice, "approved", by_urn)
    decide(alice, "rejected", by_slug)
    decide(alice, "approved", by_both)
    assert Prospect.objects.count() == 1
    assert set(PersonAlias.objects.values_list("key", flat=True)) == {
        "urn:1",
        "slug:ada",
    }
    assert decisions_in(by_both.job) == ["approved"] * 3


def test_the_log_keeps_what_was_decided_on_both(
    alice: Membership,
    by_urn: SearchResult,
    by_slug: SearchResult,
    by_both: SearchResult,
) -> None:
    decide(alice, "approved", by_urn)
    decide(alice, "rejected", by_slug)
    decide(alice, "approved", by_both)
    log = ProspectDecision.objects.filter(prospect=Prospect.objects.get())
    assert list(log.order_by("id").values_list("previous", "decision")) == [
        ("pending", "approved"),
        ("pending", "rejected"),
        ("rejected", "approved"),
    ]


def test_the_later_decision_is_what_an_undo_goes_back_to(
    alice: Membership,
    by_urn: SearchResult,
    by_slug: SearchResult,
    by_both: SearchResult,
) -> None:
    decide(alice, "approved", by_urn)
    decide(alice, "rejected", by_slug)
    action = decide(alice, "approved", by_both)
    assert action.undo_id
    services.undo(membership=alice, undo_id=action.undo_id)
    assert decisions_in(by_both.job) == ["rejected"] * 3


def test_a_noted_record_gives_way_to_a_decided_one(
    alice: Membership,
    by_urn: SearchResult,
    by_slug: SearchResult,
    by_both: SearchResult,
) -> None:
    decide(alice, "pending", by_urn, note="Met in Bern")
    decide(alice, "rejected", by_slug, note="Not now")
    decide(alice, "approved", by_both)
    assert Prospect.objects.get().note == "Not now\nMet in Bern"


def test_what_colleagues_decided_on_either_is_told(
    alice: Membership,
    bob: Membership,
    by_urn: SearchResult,
    by_slug: SearchResult,
    by_both: SearchResult,
) -> None:
    decide(alice, "rejected", by_urn)
    decide(alice, "rejected", by_slug)
    outcome = decide(bob, "approved", by_both)
    assert [one.decision for one in outcome.overridden] == ["rejected", "rejected"]
    assert outcome.decided == 1


def test_one_click_on_both_records_and_what_joins_them_is_one_person(
    alice: Membership,
    by_urn: SearchResult,
    by_slug: SearchResult,
    by_both: SearchResult,
) -> None:
    decide(alice, "approved", by_urn)
    decide(alice, "approved", by_slug)
    outcome = services.decide(
        membership=alice,
        decision="rejected",
        result_ids=[by_urn.id, by_slug.id, by_both.id],
    )
    assert outcome.decided == 1
    assert decisions_in(by_both.job) == ["rejected"] * 3


def test_an_action_on_both_records_is_undone_after_they_became_one(
    alice: Membership,
    by_urn: SearchResult,
    by_slug: SearchResult,
    by_both: SearchResult,
) -> None:
    first = services.decide(
        membership=alice, decision="approved", result_ids=[by_urn.id, by_slug.id]
    )
    second = decide(alice, "rejected", by_both)
    for outcome in (second, first):
        assert outcome.undo_id
        services.undo(membership=alice, undo_id=outcome.undo_id)
    assert decisions_in(by_both.job) == ["pending"] * 3
