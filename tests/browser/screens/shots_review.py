"""The review page"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import LinkedInAccount
from prospects.models import DecisionValue
from searchjobs import lifecycle, services
from searchjobs.models import SearchJob
from searchjobs.states import EventKind, WaitReason
from tests.browser.screens.conftest import BOTH, Camera, unroll
from tests.browser.screens.staging import RATE_LIMIT, Stage


def at(job: SearchJob, query: str = "") -> str:
    return f"/searches/{job.id}{query}"


def shows_review_queued(stage: Stage, camera: Camera) -> None:
    """Queued, second in line"""
    stage.search("Heads of data, Berlin")
    job = stage.search()
    camera.take(at(job))


def shows_review_fetching(stage: Stage, camera: Camera) -> None:
    """Fetching, with people decided on and new ones offered"""
    job = stage.review(stage.fetch(stage.search(), 12))

    def let_more_arrive(page: Page) -> None:
        page.keyboard.press("j")
        stage.live.turn()
        expect(page.locator("#fresh")).to_be_visible()
        stage.date(job)

    camera.take(at(job), let_more_arrive, looks=BOTH)


def shows_review_waiting(stage: Stage, camera: Camera) -> None:
    """Waiting for LinkedIn's rate limit, with the hour at which it goes on"""
    job = stage.fetch(stage.search(), 7)
    stage.sandbox.put_faults([RATE_LIMIT])
    stage.live.turn()
    camera.take(at(job), looks=BOTH)


def shows_review_daily_quota(stage: Stage, camera: Camera) -> None:
    """Waiting for the account's daily quota"""
    job = stage.fetch(stage.search(), 18)
    LinkedInAccount.objects.update(daily_quota_sales_navigator=1800)
    until = timezone.now() + timedelta(hours=9, minutes=12)
    with transaction.atomic():
        lifecycle.wait([job.id], reason=WaitReason.DAILY_QUOTA, until=until)
    camera.take(at(job))


def shows_review_paused(stage: Stage, camera: Camera) -> None:
    """Paused by a colleague"""
    job = stage.fetch(stage.search(), 9)
    services.pause(job=job, by=stage.amara)
    camera.take(at(job))


def shows_review_paused_by_login(stage: Stage, camera: Camera) -> None:
    """Paused because LinkedIn signed the account out"""
    job = stage.fetch(stage.search(), 18)
    stage.sandbox.put_faults([{"kind": "disconnect"}])
    stage.live.turn()
    camera.take(at(job), looks=BOTH)


def shows_review_failed(stage: Stage, camera: Camera) -> None:
    """Failed; what was found is safe"""
    job = stage.fetch(stage.search(), 18)
    stage.fail(job)
    camera.take(at(job), looks=BOTH)


def shows_review_completed(stage: Stage, camera: Camera) -> None:
    """Completed, partly reviewed"""
    camera.take(
        at(stage.review(stage.complete("Chief executives, US tech", 1000))), looks=BOTH
    )


def shows_review_cancelled(stage: Stage, camera: Camera) -> None:
    """Cancelled; what was found is kept"""
    job = stage.fetch(stage.search(), 4)
    services.cancel(job=job, by=stage.live.member)
    camera.take(at(job))


def shows_review_none_found(stage: Stage, camera: Camera) -> None:
    """Completed without anybody found"""
    job = services.create(
        membership=stage.live.member,
        search_criteria={"title": "Lighthouse keeper"},
        target_count=250,
        name="Lighthouse keepers",
    ).job
    stage.live.play()
    camera.take(at(job))


def shows_review_all_reviewed(stage: Stage, camera: Camera) -> None:
    """Everybody decided on"""
    job = stage.complete("Chief executives, US tech", 300)
    stage.decide(job, DecisionValue.APPROVED, q="founder")
    stage.decide(job, DecisionValue.REJECTED)
    camera.take(at(job))


def shows_review_filtered(stage: Stage, camera: Camera) -> None:
    """Filtered: what is hidden is said"""
    job = stage.review(stage.complete("Chief executives, US tech", 1000))
    camera.take(at(job, "?degree=2&seniority=owner&sort=company"))


def shows_review_hidden(stage: Stage, camera: Camera) -> None:
    """Filters that hide everybody"""
    job = stage.complete("Chief executives, US tech", 300)
    camera.take(at(job, "?q=nobody"))


def shows_review_filter_sheet(stage: Stage, camera: Camera) -> None:
    """The filters on a phone"""
    job = stage.complete("Chief executives, US tech", 300)
    camera.take(
        at(job),
        lambda page: page.locator("#show-facets").click(),
        looks=(("390", "light"), ("390", "dark")),
    )


def shows_review_selected(stage: Stage, camera: Camera) -> None:
    """Some selected, to be decided on, tagged or listed together"""
    job = stage.complete("Chief executives, US tech", 300)

    def select(page: Page) -> None:
        for key in ("j", "x", "J", "J", "J"):
            page.keyboard.press(key)
        expect(page.locator("#bulk")).to_be_visible()

    camera.take(at(job), select, looks=BOTH)


def shows_review_decided(stage: Stage, camera: Camera) -> None:
    """A decision, with its undo"""
    job = stage.complete("Chief executives, US tech", 300)

    def approve(page: Page) -> None:
        page.keyboard.press("j")
        page.keyboard.press("a")
        expect(page.locator(".toast")).to_be_visible()

    camera.take(at(job), approve)


def shows_review_conflict(stage: Stage, camera: Camera) -> None:
    """A colleague decided on the same person meanwhile"""
    job = stage.complete("Chief executives, US tech", 300)

    def decide_too(page: Page) -> None:
        row = page.locator("#rows tr").first
        stage.decide_one(row.get_attribute("data-id") or "", by=stage.amara)
        expect(row.locator(".c-dec")).to_contain_text("Amara")
        page.keyboard.press("a")
        expect(page.locator(".toast")).to_contain_text("Amara")

    camera.take(at(job), decide_too)


def shows_review_drawer(stage: Stage, camera: Camera) -> None:
    """A person's details: why this person, notes, tags, history"""
    stage.review(stage.complete("Founders, west coast", 200))
    job = stage.complete("Chief executives, US tech", 300)

    def open_details(page: Page) -> None:
        page.locator("#rows tr").nth(3).locator("[data-detail]").click()
        expect(page.locator("#drawer")).to_contain_text("History")

    camera.take(at(job, "?decision=all"), open_details, looks=BOTH)


def shows_review_sum(stage: Stage, camera: Camera) -> None:
    """Where the numbers of the sum come from"""
    job = stage.complete("Chief executives, US tech", 1000)

    def open_sum(page: Page) -> None:
        page.locator("[data-sum]").first.click()
        expect(page.locator("#sum-rows tfoot")).to_be_attached()

    camera.take(at(job), open_sum)


def shows_review_keys(stage: Stage, camera: Camera) -> None:
    """Keyboard help"""
    job = stage.complete("Chief executives, US tech", 300)
    camera.take(
        at(job),
        lambda page: page.keyboard.press("?"),
        looks=(("1440", "light"), ("1440", "dark")),
    )


def shows_review_finish(stage: Stage, camera: Camera) -> None:
    """Finish review, with what remains"""
    job = stage.review(stage.complete("Chief executives, US tech", 300))
    camera.take(at(job), lambda page: page.locator("[data-finish]").click())


def shows_review_export(stage: Stage, camera: Camera) -> None:
    """Export: the approved unless asked otherwise"""
    job = stage.review(stage.complete("Chief executives, US tech", 300))
    camera.take(at(job), lambda page: page.locator("[popovertarget=m-export]").click())


def shows_review_offline(stage: Stage, camera: Camera) -> None:
    """The connection is lost; decisions are still saved"""
    job = stage.fetch(stage.search(), 7)

    def disconnect(page: Page) -> None:
        page.route_web_socket("**/ws/**", lambda socket: socket.close())
        page.reload(wait_until="domcontentloaded")
        expect(page.locator("#net")).to_be_visible()

    camera.take(at(job), disconnect)


def shows_charts(stage: Stage, camera: Camera) -> None:
    """Charts: what was found, by what was decided, and the waits on the way"""
    job = stage.search()
    stage.live.turn(6)
    stage.sandbox.put_faults([RATE_LIMIT])
    stage.live.turn(8)
    services.pause(job=job, by=stage.live.member)
    services.resume(job=job, by=stage.live.member)
    stage.live.play()
    stage.review(stage.date(job, {EventKind.WAITING: 38, EventKind.PAUSED: 16}))
    camera.take(
        at(job, "?decision=all&view=charts"),
        lambda page: unroll(page, 1360),
        looks=BOTH,
        whole=True,
    )


def shows_charts_running(stage: Stage, camera: Camera) -> None:
    """Charts of a search that still runs, filtered by a bar"""
    job = stage.fetch(stage.search(), 12)
    camera.take(at(job, "?degree=2&view=charts"))


def shows_charts_empty(stage: Stage, camera: Camera) -> None:
    """Charts before anybody was found"""
    camera.take(at(stage.search(), "?view=charts"))
