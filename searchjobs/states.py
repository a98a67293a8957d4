"""Which states a search job has, and which changes are legal?

    created
       │
       ▼                 a turn is claimed
    queued ────────────────────────────────▶ processing ──▶ completed
       ▲  │                                   │  │  │
       │  │ pause, account lost               │  │  └──────▶ failed ── retry ─▶ queued
       │  ▼                                   │  │
       └ paused ◀─────────────────────────────┘  └─────────▶ cancelled
     resume, account back      pause, account lost        cancel (also queued, paused)

The page under way when a person pauses is still stored, so `queued` and `paused` jobs
can complete or fail by it too. `completed` and `cancelled` are left by nothing,
`failed` by `retry` alone. `lifecycle.py` is the only writer of `status`.
"""

from __future__ import annotations

from types import MappingProxyType

from django.db import models


class JobStatus(models.TextChoices):
    QUEUED = "queued"
    PROCESSING = "processing"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        return self in TERMINAL


TERMINAL = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)
RUNNABLE = (JobStatus.QUEUED, JobStatus.PROCESSING)
ACTIVE = (*RUNNABLE, JobStatus.PAUSED)


class Move(models.TextChoices):
    """What can happen to a job's status. The last five are what people do."""

    START = "start"
    COMPLETE = "complete"
    FAIL = "fail"
    PAUSE_FOR_ACCOUNT = "pause_for_account"
    RESUME_FOR_ACCOUNT = "resume_for_account"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY = "retry"
    DELETE = "delete"


# move → (the statuses it may leave, the status it leads to)
TRANSITIONS = MappingProxyType(
    {
        Move.START: (RUNNABLE, JobStatus.PROCESSING),
        Move.COMPLETE: (ACTIVE, JobStatus.COMPLETED),
        Move.FAIL: (ACTIVE, JobStatus.FAILED),
        Move.PAUSE_FOR_ACCOUNT: (RUNNABLE, JobStatus.PAUSED),
        Move.RESUME_FOR_ACCOUNT: ((JobStatus.PAUSED,), JobStatus.QUEUED),
        # a job that paused for its account may be paused again: by the person then
        Move.PAUSE: (ACTIVE, JobStatus.PAUSED),
        Move.RESUME: ((JobStatus.PAUSED,), JobStatus.QUEUED),
        Move.CANCEL: (ACTIVE, JobStatus.CANCELLED),
        Move.RETRY: ((JobStatus.FAILED,), JobStatus.QUEUED),
        Move.DELETE: (TERMINAL, None),
    }
)

PEOPLES_MOVES = (Move.PAUSE, Move.RESUME, Move.CANCEL, Move.RETRY, Move.DELETE)


def allowed_moves(
    status: JobStatus, *, paused_by_person: bool = False
) -> tuple[Move, ...]:
    """Return what a person may do to a job in this state, as the 409 lists it."""
    return tuple(
        move
        for move in PEOPLES_MOVES
        if status in TRANSITIONS[move][0]
        and not (move is Move.PAUSE and paused_by_person)
    )


class WaitReason(models.TextChoices):
    """Why a job takes no turn before `next_step_at`; empty is its place in line."""

    RATE_LIMITED = "rate_limited"
    DAILY_QUOTA = "daily_quota"
    COMMERCIAL_LIMIT = "commercial_limit"
    BACKING_OFF = "backing_off"
    PROVIDER_DOWN = "provider_down"
    OUTSIDE_HOURS = "outside_hours"


class Health(models.TextChoices):
    """Whether a source answers at all (`breaker.py`)."""

    CLOSED = "closed", "answers"
    OPEN = "open", "does not answer"
    HALF_OPEN = "half_open", "is being tried"


class CompletionReason(models.TextChoices):
    TARGET_REACHED = "target_reached"
    PROVIDER_CEILING = "provider_ceiling"
    EXHAUSTED = "exhausted"
    ENDED_EARLY = "ended_early"


class EventKind(models.TextChoices):
    """What the journal records."""

    CREATED = "created"
    STARTED = "started"
    PAGE_STORED = "page_stored"
    DOUBTED = "doubted"
    WAITING = "waiting"
    PAUSED = "paused"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    RETRIED = "retried"
    RENAMED = "renamed"
    CURSOR_LOST = "cursor_lost"
    REPLAYED = "replayed"
    LEASE_LOST = "lease_lost"
    FAILED = "failed"
    COMPLETED = "completed"
