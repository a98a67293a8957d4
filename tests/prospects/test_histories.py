"""Any history of decisions and undos ends as a plain model of it does."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Membership
from prospects import review, services
from prospects.models import Prospect, ProspectDecision
from searchjobs.models import SearchJob
from tests.factories import MembershipFactory, SearchJobFactory
from tests.prospects.making import decisions_in, find_many

PEOPLE = 5


@dataclass
class Model:
    """Each person's decision, and for each action what it changed, from and to.

    A decision is a pair of its word and the number of the action that made it.
    """

    now: list[tuple[str, int]] = field(
        default_factory=lambda: [("pending", -1)] * PEOPLE
    )
    actions: list[dict[int, tuple[tuple[str, int], tuple[str, int]]]] = field(
        default_factory=list
    )

    def decide(self, decision: str, people: set[int]) -> int:
        made = (decision, len(self.actions))
        return self._write(
            {one: made for one in people if self.now[one][0] != decision}
        )

    def undo(self, action: int) -> int:
        return self._write(
            {
                one: before
                for one, (before, after) in self.actions[action].items()
                if self.now[one] == after
            }
        )

    def _write(self, to: dict[int, tuple[str, int]]) -> int:
        if to:
            self.actions.append({one: (self.now[one], new) for one, new in to.items()})
        for one, new in to.items():
            self.now[one] = new
        return len(to)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["approved", "rejected", "pending"]),
            st.sets(st.integers(0, PEOPLE - 1), min_size=1),
            st.booleans(),
        ),
        st.integers(0, 30),
    ),
    max_size=14,
)


@pytest.mark.django_db
@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_decisions_and_undos_end_as_the_model_says(
    steps: list[tuple[str, set[int], bool] | int],
) -> None:
    alice = MembershipFactory()
    bob = MembershipFactory(workspace=alice.workspace)
    job = SearchJobFactory(account__workspace=alice.workspace, account__user=alice.user)
    ids = [result.id for result in find_many(job, PEOPLE)]
    model, undo_ids = Model(), list[uuid.UUID]()
    for step in steps:
        if isinstance(step, int):
            if undo_ids:
                _undo(alice, model, undo_ids, step % len(undo_ids))
        else:
            decision, people, is_bobs = step
            outcome = services.decide(
                membership=bob if is_bobs else alice,
                decision=decision,
                result_ids=[ids[one] for one in people],
            )
            assert outcome.decided == model.decide(decision, people)
            undo_ids += [outcome.undo_id] if outcome.undo_id else []
    assert decisions_in(job) == [decision for decision, _ in model.now]
    _check_the_books(alice, job, model)


def _undo(by: Membership, model: Model, undo_ids: list[uuid.UUID], which: int) -> None:
    outcome = services.undo(membership=by, undo_id=undo_ids[which])
    assert outcome.restored == model.undo(which)
    undo_ids += [outcome.undo_id] if outcome.undo_id else []


def _check_the_books(alice: Membership, job: SearchJob, model: Model) -> None:
    counts = review.counts([job.id])[job.id]
    assert counts.total == PEOPLE
    assert counts.pending == [decision for decision, _ in model.now].count("pending")
    log = ProspectDecision.objects.filter(workspace=alice.workspace)
    assert log.count() == sum(len(action) for action in model.actions)
    for prospect in Prospect.objects.filter(workspace=alice.workspace):
        last = log.filter(prospect=prospect).latest("id")
        assert (last.decision, last.version_after) == (
            prospect.decision,
            prospect.version,
        )
