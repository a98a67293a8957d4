"""How a search is doing, as a page says it: its look, its forecast, what one may do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts.advice import advice_for
from accounts.models import AccountStatus, Membership, User
from searchjobs import endings, selectors
from searchjobs.events import Wait
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.pages import paces, words
from searchjobs.selectors import Outlook
from searchjobs.states import (
    EventKind,
    JobStatus,
    Move,
    WaitReason,
    allowed_moves,
)
from unipile_client.errors import ADVICE

RATE_OVER_PAGES = 10


class Look(StrEnum):
    """What a search looks like; finer than its status."""

    QUEUED = "queued"
    FETCHING = "fetching"
    WAITING = "waiting"
    PAUSED = "paused"
    LOST = "lost"  # paused for its account
    FAILED = "failed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


# look → (label, dot, colour of the bar, tone of the strip)
_LOOKS: Mapping[Look, tuple[str, str, str, str]] = {
    Look.QUEUED: ("Queued", "hollow", "", ""),
    Look.FETCHING: ("Fetching", "blue live", "", ""),
    Look.WAITING: ("Waiting", "amber", "amber", "amber"),
    Look.PAUSED: ("Paused", "hollow", "idle", ""),
    Look.LOST: ("Paused for its LinkedIn account", "red", "red", "red"),
    Look.FAILED: ("Failed", "red", "red", "red"),
    Look.COMPLETED: ("Completed", "green", "green", ""),
    Look.CANCELLED: ("Cancelled", "hollow", "idle", ""),
}
_WAITS = {
    WaitReason.RATE_LIMITED: "Waiting for LinkedIn's rate limit",
    WaitReason.DAILY_QUOTA: "Waiting for this account's daily quota",
    WaitReason.COMMERCIAL_LIMIT: "Waiting: LinkedIn's monthly search limit is used up",
    WaitReason.BACKING_OFF: "Waiting to ask again",
    WaitReason.PROVIDER_DOWN: "Waiting: LinkedIn does not answer",
    WaitReason.OUTSIDE_HOURS: "Waiting for this account's working hours",
}
_ACCOUNT_LABELS = {
    AccountStatus.CREDENTIALS: "LinkedIn signed this account out",
    AccountStatus.RESTRICTED: "LinkedIn restricts this account",
}
_OWN_ADVICE = {
    "job_timeout": "Nobody new arrived for a long time. Retry, and it goes on from the "
    "page it stopped at.",
    "cursor_lost": "LinkedIn lost the place in this search twice. Retry, and it begins "
    "again; nobody is stored twice.",
    "lease_lost": "The worker of this search stopped several times. Retry it; if it "
    "fails again, tell your administrator.",
}
_GOES_ON = "The account is in order again: the search goes on by itself."
_ANY_ADVICE = "Retry the search; if it fails again, tell your administrator."


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One search on a page.

    `outlook` is None for a search that does not run; `rate` is in people a minute.
    """

    job: SearchJob
    look: Look
    outlook: Outlook | None
    may_change: bool
    by: str = ""  # who paused or cancelled it
    rate: int | None = None

    @property
    def label(self) -> str:
        if self.wait is not None:
            return _WAITS[WaitReason(self.wait.reason)]
        if self.look is Look.LOST:
            status = AccountStatus(self.job.account.status)
            return _ACCOUNT_LABELS.get(status, _LOOKS[self.look][0])
        return _LOOKS[self.look][0]

    @property
    def dot(self) -> str:
        return _LOOKS[self.look][1]

    @property
    def colour(self) -> str:
        return _LOOKS[self.look][2]

    @property
    def tone(self) -> str:
        return _LOOKS[self.look][3]

    @property
    def wait(self) -> Wait | None:
        return self.outlook.wait if self.outlook else None

    @property
    def is_active(self) -> bool:
        """Whether something may change without anybody's doing."""
        return self.look in _MOVING

    @property
    def moves(self) -> tuple[str, ...]:
        """What this viewer may do to it."""
        if not self.may_change:
            return ()
        by_person = self.job.paused_by_id is not None
        return tuple(
            str(move)
            for move in allowed_moves(
                JobStatus(self.job.status), paused_by_person=by_person
            )
            if not (move is Move.RESUME and self.look is Look.LOST)
        )

    @property
    def place(self) -> str:
        return words.place(self.outlook.place) if self.outlook else ""

    @property
    def used(self) -> str:
        """Say how much of the day's quota is used, where that is what it waits for."""
        is_spent = self.wait and self.wait.reason == WaitReason.DAILY_QUOTA
        return paces.used(self.outlook.quota) if self.outlook and is_spent else ""

    @property
    def hours(self) -> str:
        """Say the account's working hours, in its own zone, where it waits for them."""
        is_shut = self.wait and self.wait.reason == WaitReason.OUTSIDE_HOURS
        return paces.hours(self.job.account) if is_shut else ""

    @property
    def sharing(self) -> str:
        return paces.sharing(self.outlook, self.job.account) if self.outlook else ""

    @property
    def page(self) -> str:
        """Say which page comes next, and of how many as far as LinkedIn tells."""
        wanted = min(
            self.job.progress_total,
            self.job.available_total or self.job.progress_total,
        )
        pages = math.ceil(wanted / self.job.page_size)
        number = self.job.pass_received // self.job.page_size + 1
        text = f"page {number}" + (f" of {pages}" if number <= pages else "")
        return f"{text}, pass {self.job.replays + 1}" if self.job.replays else text

    @property
    def took(self) -> str:
        if self.job.started_at is None or self.job.completed_at is None:
            return ""
        passed = self.job.completed_at - self.job.started_at
        return words.about(passed.total_seconds())

    @property
    def advice(self) -> str:
        """Say what to do about a failure, or about a lost account."""
        if self.look is Look.LOST:
            return advice_for(self.job.account) or _GOES_ON
        code = self.job.error_code
        return _OWN_ADVICE.get(code) or ADVICE.get(code) or _ANY_ADVICE

    @property
    def reason(self) -> str:
        return reason_of(self.job)


_MOVING = frozenset({Look.QUEUED, Look.FETCHING, Look.WAITING, Look.LOST})


def reason_of(job: SearchJob) -> str:
    """Say in one sentence why a search stopped; nothing while it goes on."""
    return endings.text_of(job) or _STOPPED.get(JobStatus(job.status), "")


_STOPPED = {
    JobStatus.PAUSED: "It is paused.",
    JobStatus.FAILED: "It failed before the end.",
    JobStatus.CANCELLED: "It was cancelled before the end.",
}


def progress_of(jobs: Iterable[SearchJob], by: Membership) -> list[Progress]:
    """Return the searches as a list shows them: one query for all their forecasts."""
    shown = list(jobs)
    outlooks = selectors.outlooks_of(shown)
    return [
        Progress(
            job=job,
            look=_look_of(job, outlooks.get(job.id)),
            outlook=outlooks.get(job.id),
            may_change=by.may_change,
            by=_named(job.paused_by, by.user) if job.paused_by_id else "",
        )
        for job in shown
    ]


def with_names(jobs: QuerySet[SearchJob]) -> QuerySet[SearchJob]:
    """Load with the jobs the people that a list names."""
    return jobs.select_related("account", "user", "paused_by")


def one(job: SearchJob, by: Membership) -> Progress:
    """Return one search in full: also its rate, and who cancelled it."""
    listed = progress_of([job], by)[0]
    rate = _rate_of(job) if listed.look is Look.FETCHING else None
    who = listed.by
    if listed.look is Look.CANCELLED:
        who = _who_cancelled(job, by.user)
    return Progress(
        job=job,
        look=listed.look,
        outlook=listed.outlook,
        may_change=listed.may_change,
        by=who,
        rate=rate,
    )


def _look_of(job: SearchJob, outlook: Outlook | None) -> Look:
    match job.status:
        case JobStatus.PAUSED:
            return Look.PAUSED if job.paused_by_id else Look.LOST
        case JobStatus.QUEUED | JobStatus.PROCESSING if outlook and outlook.wait:
            return Look.WAITING
        case JobStatus.PROCESSING:
            return Look.FETCHING
    return Look(job.status)


def _named(person: User | None, viewer: User) -> str:
    if person is None:
        return ""
    return "you" if person.id == viewer.id else person.get_full_name()


def _rate_of(job: SearchJob) -> int | None:
    """Return the people a minute over its last pages, as they really arrived."""
    pages = list(
        SearchEvent.objects.filter(job_id=job.id, kind=EventKind.PAGE_STORED)
        .order_by("-revision")
        .values_list("created_at", "data__stored")[:RATE_OVER_PAGES]
    )
    if len(pages) < 2:
        return None
    passed: timedelta = pages[0][0] - pages[-1][0]
    pause = timedelta(seconds=settings.SEARCH_STALL_TIMEOUT_SECONDS)
    if not timedelta(0) < passed < pause:
        return None
    stored: int = sum(number for _, number in pages[:-1])
    return round(stored / passed.total_seconds() * 60)


def _who_cancelled(job: SearchJob, viewer: User) -> str:
    by = (
        SearchEvent.objects.filter(job_id=job.id, kind=EventKind.CANCELLED)
        .order_by("-revision")
        .values_list("data__by", flat=True)
        .first()
    )
    return _named(User.objects.filter(id=UUID(by)).first() if by else None, viewer)
