"""Two to four workers, dispatchers and people at the same rows, statement by statement.

What one connection cannot show: row locks, SKIP LOCKED, and a WHERE that PostgreSQL
computes anew when the row it waited for has changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import LinkedInAccount, Membership
from searchjobs import audit, dispatcher, lifecycle, line, runner, services
from searchjobs.models import SearchJob
from searchjobs.sources import Outcome
from tests.factories import LinkedInAccountFactory, MembershipFactory
from tests.searchjobs import playing
from tests.searchjobs.statemachine import length, linkedin
from tests.searchjobs.statemachine.interleaving import Actor, play
from tests.searchjobs.statemachine.linkedin import PAGE_SIZE, WORLD, Answer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_pace"),
]

JOBS = 2
PEOPLE = [f"p{number}" for number in range(WORLD)]


class Scene:
    """An account with a few searches, at which everybody acts at once."""

    def __init__(self, member: Membership, states: list[str]) -> None:
        self.member = member
        self.account = LinkedInAccountFactory(
            user=member.user, workspace=member.workspace
        )
        self.jobs = [self._job(state) for state in states]
        self.fetches = 0
        self.under_way = 0
        self.may_overlap = False

    def _job(self, state: str) -> SearchJob:
        with transaction.atomic():
            job = lifecycle.create(
                account=self.account,
                user=self.member.user,
                workspace=self.member.workspace,
                name="CEOs",
                search_criteria={"title": "CEO"},
                search_source="sales_navigator",
                target_count=WORLD,
                progress_total=WORLD,
                page_size=PAGE_SIZE,
            )
            if state == "paused":
                lifecycle.pause(job.id, self.member.user)
            elif state == "paused for the account":
                lifecycle.pause_for_account([job.id])
            elif state == "failed":
                lifecycle.fail(job.id, code="unipile_error", message="No.")
        return job

    # --- what can happen ------------------------------------------------------------

    def turn(self, actor: Actor, answer: Answer) -> bool:
        scene = self

        class Alone:
            def fetch(self, job: SearchJob, *, deadline_s: float) -> Outcome:
                assert not scene.under_way or scene.may_overlap, "two requests at once"
                scene.fetches += 1
                scene.under_way += 1
                actor.stop()
                outcome = answer(job)
                actor.stop()
                scene.under_way -= 1
                return outcome

        return runner.run_turn(self.account.id, Alone())

    def dispatch(self, actor: Actor) -> list[uuid.UUID]:
        look = dispatcher.look()
        for account in look.lost:
            dispatcher.pause_jobs_of(account)
        for account in look.recovered:
            dispatcher.resume_jobs_of(account)
        return look.due

    def lapse(self, actor: Actor) -> None:
        self.may_overlap = True
        playing.lapse(self.account)

    def log_in(self, actor: Actor, status: str) -> None:
        LinkedInAccount.objects.filter(id=self.account.id).update(status=status)

    def look_at_quotas(self, actor: Actor) -> None:
        line.look_at_quotas_again(self.account.id)

    def act(self, actor: Actor, which: int, action: str) -> None:
        getattr(services, action)(job=self.jobs[which], by=self.member)

    # --- what must hold when all is over ----------------------------------------------

    def check(self, actors: list[Actor]) -> None:
        for actor in actors:
            assert actor.troubles == []
        assert audit.audit() == []
        if not any(actor.is_killed for actor in actors) and not self.may_overlap:
            asked = SearchJob.objects.aggregate(asked=Sum("requests"))["asked"] or 0
            is_any_deleted = SearchJob.objects.count() < len(self.jobs)
            assert asked == self.fetches or is_any_deleted
        self.everything_ends_well()

    def everything_ends_well(self) -> None:
        """The login comes back, people resume and retry, LinkedIn tells the truth."""
        playing.lapse(self.account)
        LinkedInAccount.objects.update(status="ok")
        dispatcher.resume_jobs_of(self.account.id)
        for action, status in (("resume", "paused"), ("retry", "failed")):
            for job in SearchJob.objects.filter(status=status):
                getattr(services, action)(job=job, by=self.member)
        playing.let_time_pass()
        LinkedInAccount.objects.update(dispatched_at=None)
        running = SearchJob.objects.filter(status__in=("queued", "processing"))
        assert dispatcher.look().due == [self.account.id] * running.exists()
        playing.play(self.account, Truthful())
        for job in SearchJob.objects.exclude(status="cancelled"):
            assert playing.result_of(job) == ("completed", "target_reached")
            assert playing.found(job) == PEOPLE
        for job in SearchJob.objects.all():
            assert playing.found(job) == PEOPLE[: job.progress_current]
            assert job.duplicates == 0, "asked again though its answer was stored"


class Truthful:
    def fetch(self, job: SearchJob, *, deadline_s: float) -> Outcome:
        return linkedin.truth(job)


Act = Callable[[Scene, Actor], Any]


def _turn(answer: Answer) -> Act:
    return lambda scene, actor: scene.turn(actor, answer)


def _act(which: int, action: str) -> Act:
    return lambda scene, actor: scene.act(actor, which, action)


def _log_in(status: str) -> Act:
    return lambda scene, actor: scene.log_in(actor, status)


acts: st.SearchStrategy[Act] = st.one_of(
    st.just(_turn(linkedin.truth)),
    linkedin.passing_troubles.map(linkedin.always).map(_turn),
    st.just(Scene.dispatch),
    st.builds(
        _act,
        st.integers(0, JOBS - 1),
        st.sampled_from(["pause", "resume", "cancel", "retry", "delete"]),
    ),
    st.sampled_from(["ok", "credentials"]).map(_log_in),
    st.sampled_from([Scene.lapse, Scene.look_at_quotas]),
)
states = st.sampled_from(
    ["queued", "queued", "queued", "paused", "paused for the account", "failed"]
)
deaths = st.one_of(st.none(), st.none(), st.integers(1, 60))
orders = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 40)), max_size=12)


@pytest.mark.timeout(length.TIMEOUT_S)
def test_whoever_acts_at_once_with_whomever_nothing_is_lost() -> None:
    member = MembershipFactory()

    @length.of(20)
    @given(
        before=st.lists(states, min_size=JOBS, max_size=JOBS),
        login=st.sampled_from(["ok", "ok", "ok", "credentials"]),
        pages=st.integers(0, 2),
        everybody=st.lists(st.tuples(acts, deaths), min_size=2, max_size=4),
        order=orders,
    )
    def all_at_once(
        before: list[str],
        login: str,
        pages: int,
        everybody: list[tuple[Act, int | None]],
        order: list[tuple[int, int]],
    ) -> None:
        forget_everything()
        scene = Scene(member, before)
        for _ in range(pages):
            scene.fetches += runner.run_turn(scene.account.id, Truthful())
        LinkedInAccount.objects.update(status=login)
        actors = [
            Actor(lambda actor, act=act: act(scene, actor), dies_at=dies_at)  # type: ignore[misc]
            for act, dies_at in everybody
        ]
        play(actors, order)
        scene.check(actors)

    all_at_once()


def forget_everything() -> None:
    with connection.cursor() as cursor:
        for table in (
            "prospect_search_results",
            "prospect_search_events",
            "prospect_search_jobs",
            "account_usage",
            "user_unipile_accounts",
        ):
            cursor.execute(f"DELETE FROM {table}")
