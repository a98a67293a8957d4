"""The review page as the server gives it: rows, sums, filters; and who may."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from prospects import services
from prospects.facets import MOST_VALUES
from prospects.models import DecisionValue, Prospect, ProspectDecision
from searchjobs.models import SearchJob, SearchResult
from searchjobs.states import JobStatus
from tests.markup import markup
from tests.prospects.looking import HTMX, client_of, count, get, names_in
from tests.prospects.making import find, find_many

pytestmark = pytest.mark.django_db


GETS = ("", "/pulse", "/rows", "/export.csv", "/people/{person}")
POSTS = ("/decide", "/undo")


@pytest.mark.parametrize("path", GETS)
def test_a_stranger_finds_nothing_there(
    charlie: Membership, job: SearchJob, people: list[SearchResult], path: str
) -> None:
    browser = client_of(charlie)
    part = path.format(person=people[0].id)
    theirs = browser.get(f"/searches/{job.id}{part}")
    unknown = browser.get(f"/searches/{uuid.uuid4()}{part}")
    assert theirs.status_code == unknown.status_code == 404
    assert theirs.content == unknown.content


@pytest.mark.parametrize("path", POSTS)
def test_a_stranger_decides_nothing(
    charlie: Membership, job: SearchJob, people: list[SearchResult], path: str
) -> None:
    body = {"decision": "approved", "ids": str(people[0].id), "undo_id": uuid.uuid4()}
    response = client_of(charlie).post(f"/searches/{job.id}{path}", body)
    assert response.status_code == 404
    assert not Prospect.objects.exists()


@pytest.mark.parametrize("path", ["/searches", "/searches/{job}", "/prospects"])
def test_dialogs_stand_where_keys_look_for_an_open_one(
    alice: Membership, job: SearchJob, path: str
) -> None:
    page = get(client_of(alice), path.format(job=job.id))
    before, place, behind = page.partition('<div id="dialogs">')
    assert place
    assert "<dialog" not in before
    assert "<dialog" in behind


def test_a_viewer_looks_and_is_refused(
    vera: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    browser = client_of(vera)
    page = get(browser, f"/searches/{job.id}")
    assert names_in(page)[:3] == ["Ada Lovelace", "Bo Diddley", "Cy Twombly"]
    assert "data-do=" not in page
    assert "data-may-change" not in page
    body = {"decision": "approved", "ids": str(people[0].id)}
    assert browser.get(f"/searches/{job.id}/export.csv").status_code == 403
    response = browser.post(f"/searches/{job.id}/decide", body, headers=HTMX)
    assert response.status_code == 403
    assert "viewer" in response.json()["error"]


@pytest.mark.parametrize("path", ["", "/pulse", "/rows"])
def test_who_is_signed_out_is_sent_to_the_sign_in(
    client: Client, job: SearchJob, path: str
) -> None:
    path = f"/searches/{job.id}{path}"
    assert client.get(path).headers["Location"] == f"/login?next={path}"
    assert client.get(path, headers=HTMX).status_code == 401


def test_a_person_of_another_search_is_not_shown_under_this_one(
    browser: Client, job: SearchJob, other_job: SearchJob
) -> None:
    elsewhere = find(other_job)
    response = browser.get(f"/searches/{job.id}/people/{elsewhere.id}")
    assert response.status_code == 404


def test_the_first_rows_are_on_the_page_itself(browser: Client, job: SearchJob) -> None:
    find_many(job, 130)
    count(job, 130)
    page = get(browser, f"/searches/{job.id}")
    rows = re.findall(r'<tr role="row" id="p-', page)
    assert len(rows) == 80
    assert 'data-seen="130"' in page
    assert re.search(r'data-next="[^"]+"', page)


def test_a_page_of_people_costs_few_queries(
    browser: Client,
    job: SearchJob,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    find_many(job, 100)
    count(job, 100)
    with django_assert_num_queries(14):
        browser.get(f"/searches/{job.id}")
    with django_assert_num_queries(8):
        browser.get(f"/searches/{job.id}/pulse", headers=HTMX)
    with django_assert_num_queries(6):
        browser.get(f"/searches/{job.id}/rows", headers=HTMX)


def test_further_rows_follow_by_keyset(browser: Client, job: SearchJob) -> None:
    find_many(job, 130)
    count(job, 130)
    first = get(browser, f"/searches/{job.id}/rows?up_to_position=130", **HTMX)
    after = re.search(r'data-next="([^"]+)"', first)
    assert after is not None
    rest = get(
        browser,
        f"/searches/{job.id}/rows?up_to_position=130&after={after[1]}",
        **HTMX,
    )
    assert names_in(first) + names_in(rest) == [f"Person {n}" for n in range(130)]
    assert 'data-next=""' in rest


def test_those_who_arrived_since_come_behind_those_seen(
    browser: Client, job: SearchJob
) -> None:
    find_many(job, 30)
    count(job, 30)
    part = get(browser, f"/searches/{job.id}/rows?up_to_position=25&behind=20", **HTMX)
    assert names_in(part) == [f"Person {n}" for n in range(20, 25)]


def test_a_filter_says_how_many_it_hides(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    page = get(browser, f"/searches/{job.id}?degree=1")
    assert names_in(page) == ["Bo Diddley", "Cy Twombly"]
    assert "showing 2 of 3" in page
    assert re.search(r'id="shown"\s*>', page)
    assert re.search(r'name="degree" value="1" checked', page)


def test_titles_are_a_facet_and_combine_with_the_others(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    find(job, name="Dee Dee", title="Owner", connectionDegree=1)
    count(job, 4)
    page = get(browser, f"/searches/{job.id}?degree=1&title=CEO")
    assert names_in(page) == ["Bo Diddley", "Cy Twombly"]
    titles = page.partition("<legend>Title</legend>")[2].partition("</fieldset>")[0]
    counts = re.findall(r'value="(\w+)".*?class="n">(\d+)<', titles)
    assert counts == [("CEO", "2"), ("Owner", "1")]


def test_a_facet_that_does_not_list_all_does_not_say_how_many_more(
    browser: Client, job: SearchJob
) -> None:
    for number in range(MOST_VALUES + 1):
        find(job, company=f"Firm {number}", location=f"Place {number % 8}")
    count(job, MOST_VALUES + 1)
    page = get(browser, f"/searches/{job.id}")
    more = re.findall(r'<details id="m-(\w+)"><summary[^>]*>([^<]*)<', page)
    assert more == [("company", "More"), ("location", "2 more")]


def test_without_a_filter_nothing_is_said_to_be_hidden(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    assert re.search(r'id="shown" hidden', get(browser, f"/searches/{job.id}"))


def test_tabs_count_everybody_whatever_the_filter(
    browser: Client,
    alice: Membership,
    job: SearchJob,
    people: list[SearchResult],
) -> None:
    services.decide(
        membership=alice,
        decision=DecisionValue.APPROVED,
        result_ids=[people[0].id],
    )
    page = get(browser, f"/searches/{job.id}?degree=1")
    counts = dict(re.findall(r'data-decision="(\w+)" data-n="(\d+)"', page))
    assert counts == {"pending": "2", "approved": "1", "rejected": "0", "all": "3"}


def test_a_tab_keeps_the_filter_in_its_address(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    page = get(browser, f"/searches/{job.id}?degree=1&q=bo&sort=name&company=")
    assert (
        'href="?decision=all&amp;degree=1&amp;company=&amp;q=bo&amp;sort=name"' in page
    )


@pytest.mark.parametrize(
    "query", ["decision=x", "degree=9", "sort=age", "up_to_position=-1", "after=x"]
)
def test_a_wrong_filter_is_refused_with_words(
    browser: Client, job: SearchJob, query: str
) -> None:
    response = browser.get(f"/searches/{job.id}?{query}")
    assert response.status_code == 400
    assert "This page does not know what is asked for" in markup(response)


def test_the_pulse_brings_all_around_the_rows_but_no_rows(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    part = get(browser, f"/searches/{job.id}/pulse", **HTMX)
    for mark in ("run", "ledger", "tabs", "shown", "facets", "foot"):
        assert f'id="{mark}"' in part
    assert names_in(part) == []


def test_names_and_headlines_are_text_never_markup(
    browser: Client, job: SearchJob
) -> None:
    find(job, name="<script>alert(1)</script>", title='"><img src=x>')
    count(job, 1)
    page = get(browser, f"/searches/{job.id}")
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_the_review_page_holds_no_style_or_script_of_its_own(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    page = get(browser, f"/searches/{job.id}?degree=1")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_an_anonymous_person_is_shown_and_flagged(
    browser: Client, job: SearchJob
) -> None:
    find(job, name="LinkedIn member", flags=["anonymous"], linkedinUrl=None)
    count(job, 1)
    page = get(browser, f"/searches/{job.id}")
    assert names_in(page) == ["LinkedIn member"]
    assert "Anonymous" in page


def test_each_row_says_which_criteria_it_holds(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    page = get(browser, f"/searches/{job.id}")
    assert page.count('aria-label="Title: yes, CEO"') == 3
    assert "Best match first" in page
    assert names_in(get(browser, f"/searches/{job.id}?sort=match"))


def test_an_address_that_tells_no_filter_has_nothing_to_compare(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    pasted = {"url": "https://www.linkedin.com/talent/search?searchContextId=x"}
    SearchJob.objects.filter(id=job.id).update(search_criteria=pasted)
    page = get(browser, f"/searches/{job.id}")
    assert "there is nothing to compare with" in page


def test_details_say_why_this_person(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    part = get(browser, f"/searches/{job.id}/people/{people[0].id}", **HTMX)
    assert "Why this person" in part
    assert re.search(r"<dt>Title</dt><dd>.*Yes</span>CEO.*primary position", part)


def test_who_was_rejected_before_says_by_whom_and_where(
    browser: Client, bob: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    before = find(other_job, keys=["urn:1"])
    services.decide(
        membership=bob, decision=DecisionValue.REJECTED, result_ids=[before.id]
    )
    again = find(job, keys=["urn:1"])
    count(job, 1)
    page = get(browser, f"/searches/{job.id}?decision=all")
    assert "Rejected before" in page
    assert "Rejected by Bob in “Founders”" in page
    drawer = get(browser, f"/searches/{job.id}/people/{again.id}", **HTMX)
    assert "<b>Rejected before.</b> Bob rejected this person in" in drawer
    assert "Also found by 1 other search" in drawer
    assert f'href="/searches/{other_job.id}?decision=all">Founders' in drawer


def test_the_history_tells_in_order_when_this_search_found_a_person(
    browser: Client, bob: Membership, job: SearchJob, other_job: SearchJob
) -> None:
    before = find(other_job, keys=["urn:1"])
    again = find(job, keys=["urn:1"])
    for decision, result in (("rejected", before), ("approved", again)):
        services.decide(membership=bob, decision=decision, result_ids=[result.id])
    log = ProspectDecision.objects.order_by("id")
    moment = timezone.now()
    log.filter(decision="rejected").update(decided_at=moment - timedelta(days=1))
    SearchResult.objects.filter(id=again.id).update(
        created_at=moment - timedelta(hours=1)
    )
    log.filter(decision="approved").update(decided_at=moment)

    drawer = get(browser, f"/searches/{job.id}/people/{again.id}", **HTMX)

    history = drawer[drawer.index("History") : drawer.index("Also found")]
    told = re.findall(r"<li> ?(Approved|Found|Rejected)", " ".join(history.split()))
    assert told == ["Approved", "Found", "Rejected"]


def test_the_page_says_when_the_review_is_finished(
    browser: Client, vera: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    SearchJob.objects.filter(id=job.id).update(
        status=JobStatus.CANCELLED, completed_at=timezone.now()
    )
    path = f"/searches/{job.id}"
    assert "Review finished" not in get(browser, path)
    browser.post(
        f"{path}/decide?up_to_position=3", {"decision": "rejected", "all": "1"}
    )
    for page in (get(browser, path), get(browser, f"{path}/pulse", **HTMX)):
        words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
        assert "Review finished: 0 approved, 3 rejected, the last by Alice" in words
        assert 'popovertarget="m-export"' in page
    assert "m-export" not in get(client_of(vera), path)
    assert ", reviewed" in get(browser, "/searches")


def test_a_badge_is_a_menu_for_members_and_a_word_for_viewers(
    browser: Client, vera: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    path = f"/searches/{job.id}"
    browser.post(
        f"{path}/decide?up_to_position=3",
        {"decision": "approved", "ids": str(people[0].id)},
    )
    label = "Approved by Alice. Change the decision on Ada Lovelace"
    assert label in get(browser, f"{path}?decision=all")
    assert "m-decision" not in get(client_of(vera), f"{path}?decision=all")
