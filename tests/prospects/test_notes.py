"""Notes: one text a person, never lost to a colleague who writes at the same time."""

from __future__ import annotations

import pytest

from accounts.errors import Refusal
from accounts.models import Membership
from prospects import notes, review
from searchjobs.models import SearchJob
from tests.prospects.making import everybody, find


def test_a_note_says_by_whom_and_when(
    alice: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    ada = find(job, keys=["urn:1"])
    notes.write(membership=alice, result_id=ada.id, note="Met in Bern", was="")
    find(other_job, keys=["urn:1"])
    (row,) = review.rows(everybody(other_job)).rows
    assert (row.note, row.note_by_name, row.decision) == (
        "Met in Bern",
        "Alice",
        "pending",
    )
    assert row.note_at is not None


def test_a_colleague_s_note_is_not_overwritten_unread(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada = find(job)
    notes.write(membership=bob, result_id=ada.id, note="Bob's", was="")
    with pytest.raises(Refusal, match=r"Bob changed .* “Bob's”") as refused:
        notes.write(membership=alice, result_id=ada.id, note="Alice's", was="")
    assert refused.value.code == "note_changed"
    notes.write(membership=alice, result_id=ada.id, note="Both", was="Bob's")
    assert review.rows(everybody(job)).rows[0].note == "Both"


def test_saving_the_same_again_changes_no_author(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada = find(job)
    notes.write(membership=bob, result_id=ada.id, note="Same", was="")
    notes.write(membership=alice, result_id=ada.id, note="Same", was="")
    assert review.rows(everybody(job)).rows[0].note_by_name == "Bob"


def test_a_viewer_writes_nothing(vera: Membership, job: SearchJob) -> None:
    with pytest.raises(Refusal, match="viewer"):
        notes.write(membership=vera, result_id=find(job).id, note="x", was="")
