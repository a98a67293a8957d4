"""The table of transitions, read as a table."""

from __future__ import annotations

import pytest

from searchjobs import states
from searchjobs.states import JobStatus, Move

LEGAL = {
    (JobStatus.QUEUED, Move.START),
    (JobStatus.PROCESSING, Move.START),
    (JobStatus.QUEUED, Move.COMPLETE),
    (JobStatus.PROCESSING, Move.COMPLETE),
    (JobStatus.PAUSED, Move.COMPLETE),
    (JobStatus.QUEUED, Move.FAIL),
    (JobStatus.PROCESSING, Move.FAIL),
    (JobStatus.PAUSED, Move.FAIL),
    (JobStatus.QUEUED, Move.PAUSE_FOR_ACCOUNT),
    (JobStatus.PROCESSING, Move.PAUSE_FOR_ACCOUNT),
    (JobStatus.PAUSED, Move.RESUME_FOR_ACCOUNT),
    (JobStatus.QUEUED, Move.PAUSE),
    (JobStatus.PROCESSING, Move.PAUSE),
    (JobStatus.PAUSED, Move.PAUSE),
    (JobStatus.PAUSED, Move.RESUME),
    (JobStatus.QUEUED, Move.CANCEL),
    (JobStatus.PROCESSING, Move.CANCEL),
    (JobStatus.PAUSED, Move.CANCEL),
    (JobStatus.FAILED, Move.RETRY),
    (JobStatus.COMPLETED, Move.DELETE),
    (JobStatus.FAILED, Move.DELETE),
    (JobStatus.CANCELLED, Move.DELETE),
}


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("status", JobStatus)
def test_each_move_leaves_the_statuses_it_should(status: JobStatus, move: Move) -> None:
    leaving, _ = states.TRANSITIONS[move]
    assert (status in leaving) == ((status, move) in LEGAL)


@pytest.mark.parametrize(
    ("move", "leads_to"),
    [
        (Move.START, JobStatus.PROCESSING),
        (Move.COMPLETE, JobStatus.COMPLETED),
        (Move.FAIL, JobStatus.FAILED),
        (Move.PAUSE_FOR_ACCOUNT, JobStatus.PAUSED),
        (Move.RESUME_FOR_ACCOUNT, JobStatus.QUEUED),
        (Move.PAUSE, JobStatus.PAUSED),
        (Move.RESUME, JobStatus.QUEUED),
        (Move.CANCEL, JobStatus.CANCELLED),
        (Move.RETRY, JobStatus.QUEUED),
        (Move.DELETE, None),
    ],
)
def test_each_move_leads_to_one_status(move: Move, leads_to: JobStatus | None) -> None:
    assert states.TRANSITIONS[move][1] == leads_to


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (JobStatus.QUEUED, (Move.PAUSE, Move.CANCEL)),
        (JobStatus.PROCESSING, (Move.PAUSE, Move.CANCEL)),
        (JobStatus.PAUSED, (Move.PAUSE, Move.RESUME, Move.CANCEL)),
        (JobStatus.COMPLETED, (Move.DELETE,)),
        (JobStatus.FAILED, (Move.RETRY, Move.DELETE)),
        (JobStatus.CANCELLED, (Move.DELETE,)),
    ],
)
def test_people_are_told_what_they_may_do(
    status: JobStatus, allowed: tuple[Move, ...]
) -> None:
    assert states.allowed_moves(status) == allowed


def test_what_a_person_paused_is_not_offered_to_be_paused_again() -> None:
    assert states.allowed_moves(JobStatus.PAUSED, paused_by_person=True) == (
        Move.RESUME,
        Move.CANCEL,
    )


@pytest.mark.parametrize("status", JobStatus)
def test_every_status_is_either_active_or_terminal(status: JobStatus) -> None:
    assert status.is_terminal == (status not in states.ACTIVE)
