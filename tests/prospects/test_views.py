"""The review page as the server gives it: rows, sums, decisions, files; and who may."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import AsyncIterator
from typing import cast

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from prospects import services
from prospects.models import DecisionValue, Prospect
from searchjobs.models import SearchJob, SearchResult
from searchjobs.states import JobStatus
from tests.prospects.making import everybody, find, find_many

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}

UNKNOWN = "9b2f7c1e-0000-4000-8000-000000000000"


def client_of(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def browser(alice: Membership) -> Client:
    return client_of(alice)


@pytest.fixture
def people(job: SearchJob) -> list[SearchResult]:
    """Three people, counted into the search."""
    found = [
        find(job, name="Ada Lovelace", keys=["urn:1"]),
        find(job, name="Bo Diddley", connectionDegree=1, keys=["urn:2"]),
        find(job, name="Cy Twombly", connectionDegree=1, company="", keys=["urn:3"]),
    ]
    count(job, 3)
    return found


def count(job: SearchJob, stored: int) -> None:
    """Let the job's row know of its people."""
    SearchJob.objects.filter(id=job.id).update(
        progress_current=stored, received=stored, status=JobStatus.PROCESSING
    )
    job.refresh_from_db()


def names_in(html: str) -> list[str]:
    return re.findall(r"data-detail>([^<]+)<", html)


def get(browser: Client, path: str, **extra: str) -> str:
    response = browser.get(path, headers=extra or None)
    assert response.status_code == 200
    return response.content.decode()


# --- who may --------------------------------------------------------------------------

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


# --- the page -------------------------------------------------------------------------


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
    with django_assert_num_queries(9):
        browser.get(f"/searches/{job.id}")
    with django_assert_num_queries(7):
        browser.get(f"/searches/{job.id}/pulse", headers=HTMX)
    with django_assert_num_queries(5):
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
    assert "see `fields`" in response.content.decode()


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


# --- decisions ------------------------------------------------------------------------


def test_named_people_are_decided_and_counted(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    answer = browser.post(
        f"/searches/{job.id}/decide",
        {"decision": "rejected", "ids": f"{people[0].id},{people[2].id}"},
    ).json()
    assert answer["decided"] == 2
    assert answer["counts"] == {"approved": 0, "rejected": 2, "pending": 1}
    assert uuid.UUID(answer["undo_id"])


def test_all_matching_are_decided_but_those_left_out_or_not_yet_seen(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    answer = browser.post(
        f"/searches/{job.id}/decide?up_to_position=2",
        {"decision": "approved", "all": "1", "except": str(people[0].id)},
    ).json()
    assert answer["decided"] == 1
    assert Prospect.objects.get().name == "Bo Diddley"


def test_all_matching_heeds_the_filter_of_the_address(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    browser.post(
        f"/searches/{job.id}/decide?up_to_position=3&degree=1",
        {"decision": "approved", "all": "1"},
    )
    assert Prospect.objects.filter(decision="approved").count() == 2


def test_all_matching_must_say_up_to_whom(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    body = {"decision": "approved", "all": "1"}
    response = browser.post(f"/searches/{job.id}/decide", body)
    assert response.status_code == 400
    assert not Prospect.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "maybe", "ids": str(uuid.uuid4())},
        {"ids": str(uuid.uuid4())},
        {"decision": "approved", "ids": "x"},
        {"decision": "approved", "ids": "\x00"},
    ],
)
def test_a_wrong_decision_is_refused(
    browser: Client, job: SearchJob, body: dict[str, str]
) -> None:
    response = browser.post(f"/searches/{job.id}/decide", body, headers=HTMX)
    assert response.status_code == 400
    assert response.json()["success"] is False


def test_a_colleague_s_earlier_decision_is_told(
    browser: Client, bob: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    services.decide(
        membership=bob, decision=DecisionValue.REJECTED, result_ids=[people[0].id]
    )
    answer = browser.post(
        f"/searches/{job.id}/decide", {"decision": "approved", "ids": people[0].id}
    ).json()
    [before] = answer["overridden"]
    assert (before["by"], before["decision"]) == ("Bob", "rejected")


def test_undo_takes_an_action_back_once(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    path = f"/searches/{job.id}"
    body = {"decision": "approved", "ids": people[0].id}
    undo_id = browser.post(f"{path}/decide", body).json()["undo_id"]
    answer = browser.post(f"{path}/undo", {"undo_id": undo_id}).json()
    assert answer["restored"] == 1
    assert answer["counts"] == {"approved": 0, "rejected": 0, "pending": 3}


@pytest.mark.parametrize("undo_id", ["", "x", UNKNOWN])
def test_an_unknown_action_is_not_undone(
    browser: Client, job: SearchJob, undo_id: str
) -> None:
    response = browser.post(f"/searches/{job.id}/undo", {"undo_id": undo_id})
    assert response.status_code in (400, 404)


def test_the_page_knows_the_viewer_s_own_actions_that_stand(
    browser: Client,
    alice: Membership,
    bob: Membership,
    job: SearchJob,
    other_job: SearchJob,
    people: list[SearchResult],
) -> None:
    def decide(who: Membership, person: SearchResult) -> uuid.UUID | None:
        return services.decide(
            membership=who, decision=DecisionValue.APPROVED, result_ids=[person.id]
        ).undo_id

    first, undone = decide(alice, people[0]), decide(alice, people[1])
    decide(bob, people[2])
    decide(alice, find(other_job, keys=["urn:9"]))
    assert undone is not None
    services.undo(membership=alice, undo_id=undone)

    page = get(browser, f"/searches/{job.id}")

    assert f'data-undoable="{first}"' in page


# --- details, lists and files ---------------------------------------------------------


def test_details_hold_what_the_source_gave_and_every_decision(
    browser: Client, alice: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    services.decide(
        membership=alice,
        decision=DecisionValue.APPROVED,
        result_ids=[people[0].id],
        note="Met in Berlin",
    )
    part = get(browser, f"/searches/{job.id}/people/{people[0].id}", **HTMX)
    assert "Ada Lovelace" in part
    assert "Approved by Alice" in part
    assert "Met in Berlin" in part
    assert "&quot;raw&quot;" in part


def test_the_approved_are_exported_by_default_and_all_on_demand(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    path = f"/searches/{job.id}"
    browser.post(f"{path}/decide", {"decision": "approved", "ids": people[1].id})
    approved = _exported(browser, f"{path}/export.csv")
    everyone = _exported(browser, f"{path}/export.csv?decision=all")
    assert [person["name"] for person in approved] == ["Bo Diddley"]
    assert [person["decision"] for person in everyone] == [
        "pending",
        "approved",
        "pending",
    ]


def _exported(browser: Client, path: str) -> list[dict[str, str]]:
    response = browser.get(path)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    pieces = cast("AsyncIterator[bytes]", response.streaming_content)

    async def gather() -> bytes:
        return b"".join([piece async for piece in pieces])

    body = async_to_sync(gather)().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


@pytest.mark.parametrize("decision", ["rejected", "pending", "x"])
def test_the_rejected_are_never_exported_by_accident(
    browser: Client, job: SearchJob, decision: str
) -> None:
    path = f"/searches/{job.id}/export.csv?decision={decision}"
    assert browser.get(path).status_code == 400


def test_the_list_of_prospects_shows_the_approved_first(
    browser: Client, alice: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    for person, decision in zip(
        people, (DecisionValue.APPROVED, DecisionValue.REJECTED), strict=False
    ):
        services.decide(membership=alice, decision=decision, result_ids=[person.id])
    assert _listed(browser, "") == ["Ada Lovelace"]
    assert _listed(browser, "?decision=rejected") == ["Bo Diddley"]
    assert _listed(browser, "?decision=all") == ["Bo Diddley", "Ada Lovelace"]
    assert _listed(browser, "?decision=all&q=ada") == ["Ada Lovelace"]


def test_many_prospects_come_in_pages(
    browser: Client, alice: Membership, job: SearchJob
) -> None:
    find_many(job, 70)
    services.decide(
        membership=alice,
        decision=DecisionValue.APPROVED,
        matching=everybody(job),
    )
    first = get(browser, "/prospects")
    earlier = re.search(r'href="(\?[^"]*after=[^"]+)"', first)
    assert earlier is not None
    second = _listed(browser, earlier[1].replace("&amp;", "&"))
    assert len(second) == 10
    assert not set(second) & set(_names(first))


def test_prospects_are_the_workspace_s_own(
    charlie: Membership, alice: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    services.decide(
        membership=alice,
        decision=DecisionValue.APPROVED,
        matching=everybody(job),
    )
    assert "Nobody here yet" in get(client_of(charlie), "/prospects")


def test_a_prospect_outlives_the_search_on_the_list(
    browser: Client, alice: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    services.decide(
        membership=alice,
        decision=DecisionValue.APPROVED,
        result_ids=[people[0].id],
    )
    SearchResult.objects.filter(job=job).delete()
    page = get(browser, "/prospects")
    assert _names(page) == ["Ada Lovelace"]
    assert "A deleted search" in page


def _listed(browser: Client, query: str) -> list[str]:
    return _names(get(browser, f"/prospects{query}"))


def _names(page: str) -> list[str]:
    return re.findall(r'<b class="trunc strong">([^<]+)</b>', page)
