"""Who supplies people: one interface, and what a request can come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from searchjobs.candidates import Candidate
from searchjobs.models import SearchJob
from searchjobs.states import WaitReason


@dataclass(frozen=True, kw_only=True)
class Page:
    """One answered page, in the source's order; `invalid` counts rows without an id."""

    candidates: list[Candidate]
    invalid: int
    next_cursor: str | None
    available_total: int | None

    @property
    def rows(self) -> int:
        return len(self.candidates) + self.invalid


class Scope(Enum):
    """Whom a trouble concerns: everybody on the account, or this job alone."""

    ACCOUNT = "account"
    JOB = "job"


@dataclass(frozen=True, kw_only=True)
class RetryAfter:
    """Ask again later; `delay_s` is what the source asked for, None: we choose."""

    scope: Scope
    reason: WaitReason
    code: str
    message: str
    delay_s: float | None = None
    # a job's trouble that is the provider's when nobody else is answered (a 500)
    may_be_provider: bool = False


@dataclass(frozen=True, kw_only=True)
class CursorLost:
    """The source no longer knows the cursor."""


@dataclass(frozen=True, kw_only=True)
class CeilingReached:
    """The source refuses to show more people, near where it gives no more."""


@dataclass(frozen=True, kw_only=True)
class LimitReached:
    """The account may not use this api for days; `delay_s` as in RetryAfter."""

    delay_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class NeedsPerson:
    """The account's owner must act; `account_status` is an AccountStatus value.

    `reason` is the source's own word for it, '' where it gave none.
    """

    account_status: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class GiveUp:
    """Nothing but a change by a person helps this job; `message` says which."""

    code: str
    message: str


Outcome = (
    Page
    | RetryAfter
    | CursorLost
    | CeilingReached
    | LimitReached
    | NeedsPerson
    | GiveUp
)


class Source(Protocol):
    def fetch(self, job: SearchJob, *, deadline_s: float) -> Outcome:
        """Make one request for the job's next page within `deadline_s` seconds."""
        ...
