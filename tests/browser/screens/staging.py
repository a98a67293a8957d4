"""How a search gets into a state, with times as an account's pace makes them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import Membership
from prospects import services as prospect_services
from prospects.filters import ReviewFilter
from prospects.models import DecisionValue
from searchjobs import lifecycle, services
from searchjobs.models import SearchEvent, SearchJob, SearchResult
from searchjobs.states import EventKind
from tests.browser.conftest import Live
from tests.searchjobs import playing
from unipile_client.sandbox.server import SandboxServer

PAGE_S = 2.6
HOUR_S = 3600.0
BAY = {"location": ["90000084"]}
RATE_LIMIT = {
    "kind": "status",
    "status": 429,
    "type": "errors/too_many_requests",
    "retry_after": 900,
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    live: Live
    sandbox: SandboxServer
    amara: Membership

    def search(
        self,
        name: str = "Chief executives, US tech",
        target_count: int = 2500,
        **criteria: object,
    ) -> SearchJob:
        """Queue a search, by default one that finds thousands."""
        return services.create(
            membership=self.live.member,
            search_criteria=criteria or playing.CEOS,
            target_count=target_count,
            name=name,
        ).job

    def fetch(self, job: SearchJob, pages: int, *, ago_s: float = 1) -> SearchJob:
        """Let a search fetch pages, the last of them so long ago."""
        self.live.turn(pages)
        return self.date(job, ago_s=ago_s)

    def complete(
        self, name: str, target_count: int, *, ago_s: float = 600, **criteria: object
    ) -> SearchJob:
        job = self.search(name, target_count, **criteria)
        self.live.play()
        return self.date(job, ago_s=ago_s)

    def fail(self, job: SearchJob) -> None:
        lifecycle.fail(
            job.id,
            code="unipile_server_error",
            message="Unipile answered 500 eight times in a row.",
        )

    def date(
        self, job: SearchJob, waits: Mapping[EventKind, float] = {}, ago_s: float = 1
    ) -> SearchJob:
        """Give the journal the times it would have had: so many seconds after each
        page, and after what made it wait; the last event was `ago_s` before now."""
        journal = list(SearchEvent.objects.filter(job=job).order_by("revision"))
        now, behind_s = timezone.now(), ago_s
        times = {}
        for event, following in zip(
            reversed(journal), [None, *reversed(journal)], strict=False
        ):
            if following is not None:
                behind_s += waits.get(EventKind(event.kind), 0)
                behind_s += PAGE_S if following.kind == EventKind.PAGE_STORED else 0
            times[event.revision] = now - timedelta(seconds=behind_s)
            SearchEvent.objects.filter(pk=event.pk).update(
                created_at=times[event.revision]
            )
        row = playing.now_of(job)
        began, ended = min(times.values()), max(times.values())
        SearchJob.objects.filter(id=job.id).update(
            created_at=began,
            started_at=began if row.started_at else None,
            completed_at=ended if row.completed_at else None,
        )
        SearchResult.objects.filter(job=job).update(created_at=ended)
        return playing.now_of(job)

    def decide(
        self,
        job: SearchJob,
        decision: DecisionValue,
        *,
        by: Membership | None = None,
        **chosen: object,
    ) -> None:
        """Decide on all that match."""
        prospect_services.decide(
            membership=by or self.live.member,
            decision=decision,
            matching=ReviewFilter(job_id=job.id, **chosen),  # type: ignore[arg-type]
        )

    def decide_one(self, result_id: str, *, by: Membership) -> None:
        """Reject one person."""
        prospect_services.decide(
            membership=by,
            decision=DecisionValue.REJECTED,
            result_ids=[uuid.UUID(result_id)],
        )

    def morning(self) -> dict[str, SearchJob]:
        """A search in each state; the account waits for LinkedIn."""
        jobs = {
            "completed": self.review(
                self.complete("CEOs, US tech", 1000, ago_s=3 * HOUR_S)
            ),
            "reviewed": self.complete(
                "Founders, Bay Area", 200, ago_s=26 * HOUR_S, title="Founder", **BAY
            ),
            "cancelled": self.search("Plant managers", 500, title="Manager"),
        }
        self.decide(jobs["reviewed"], DecisionValue.APPROVED, q="ceo")
        self.decide(jobs["reviewed"], DecisionValue.REJECTED)
        self.fetch(jobs["cancelled"], 2, ago_s=5 * HOUR_S)
        services.cancel(job=jobs["cancelled"], by=self.live.member)
        jobs["failed"] = self.search("CFOs, all sizes", 2500, title="CFO")
        self.fetch(jobs["failed"], 3, ago_s=2 * HOUR_S)
        self.fail(jobs["failed"])
        jobs["paused"] = self.search("Heads of anything", 900, title="Head")
        self.fetch(jobs["paused"], 2, ago_s=40 * 60)
        services.pause(job=jobs["paused"], by=self.amara)
        jobs["fetching"] = self.fetch(
            self.search("VPs, anywhere", 2500, title="VP"), 13
        )
        jobs["queued"] = self.search(
            "Directors, Bay Area", 1000, title="Director", **BAY
        )
        return jobs

    def review(self, job: SearchJob) -> SearchJob:
        """Approve some and reject some, Amara too."""
        self.decide(job, DecisionValue.APPROVED, q="founder", up_to_position=300)
        self.decide(job, DecisionValue.REJECTED, by=self.amara, up_to_position=40)
        self.decide(
            job, DecisionValue.APPROVED, by=self.amara, up_to_position=90, q="an"
        )
        return job
