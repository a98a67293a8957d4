"""The page of everybody decided on: its filters, its lists, what is done to many."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from prospects import labels, services
from prospects.choices import Who
from prospects.models import DecisionValue, Label, LabelKind, Prospect
from searchjobs.models import SearchJob, SearchResult
from tests.factories import MembershipFactory
from tests.markup import markup
from tests.prospects.looking import HTMX, client_of, count, get, names_in
from tests.prospects.making import everybody, find, find_many

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(
    alice: Membership, bob: Membership, job: SearchJob, other_job: SearchJob
) -> list[Prospect]:
    """Ada by Alice, Ben by Bob (tagged), both approved; Cem rejected."""
    people = [
        find(job, name="Ada", company="Acme", location="Bern", keys=["urn:1"]),
        find(other_job, name="Ben", company="Beta", location="Basel", keys=["urn:2"]),
        find(other_job, name="Cem", company="Acme", keys=["urn:3"]),
    ]
    for who, decision, person in zip(
        (alice, bob, alice), ("approved", "approved", "rejected"), people, strict=True
    ):
        services.decide(membership=who, decision=decision, result_ids=[person.id])
    mark(alice, people[1], LabelKind.TAG, "hot")
    return [Prospect.objects.get(name=name) for name in ("Ada", "Ben", "Cem")]


def mark(who: Membership, person: SearchResult, kind: LabelKind, name: str) -> None:
    labels.mark(
        membership=who,
        kind=kind,
        name=name,
        is_added=True,
        who=Who(result_ids=[person.id]),
    )


def names(page: str) -> list[str]:
    return re.findall(r'class="(?:plain )?trunc strong"[^>]*>([^<]+)<', page)


def post(browser: Client, path: str, **body: Any) -> Any:
    return browser.post(f"/prospects/{path}", body, headers=HTMX)


def test_each_part_of_the_filter_narrows(
    browser: Client, bob: Membership, other_job: SearchJob, decided: list[Prospect]
) -> None:
    expected = {
        "tag=HOT": ["Ben"],
        f"search={other_job.id}": ["Ben"],
        f"by={bob.user_id}": ["Ben"],
        "company=Acme": ["Ada"],
        "location=Basel": ["Ben"],
        "within=1": ["Ben", "Ada"],
        "q=ada+acme": ["Ada"],
        "company=Acme&decision=all": ["Cem", "Ada"],
        "list=None": [],
    }
    for query, whom in expected.items():
        assert names(get(browser, f"/prospects?{query}")) == whom, query


@pytest.mark.parametrize("name", ["Two  spaces", "No\u00a0break", " ", "Long" * 60])
def test_a_company_is_filtered_by_as_it_was_found(
    browser: Client, alice: Membership, job: SearchJob, name: str
) -> None:
    services.decide(
        membership=alice,
        decision="approved",
        result_ids=[find(job, name="Dee", company=name).id],
    )
    assert names(get(browser, f"/prospects?{urlencode({'company': name})}")) == ["Dee"]


def test_the_tabs_count_what_the_filter_matches(
    browser: Client, decided: list[Prospect]
) -> None:
    page = get(browser, "/prospects?company=Acme")
    tabs = re.findall(
        r'decision=(\w+)[^>]*>(\w+)(?:<span class="hide-md">[^<]+</span>)?'
        r'<span class="n">(\d+)</span></a>',
        page,
    )
    assert tabs == [
        ("approved", "Approved", "1"),
        ("rejected", "Rejected", "1"),
        ("all", "Decided", "2"),
        ("pending", "Pending", "0"),
    ]
    assert "showing 1 of 2<" in page


def test_every_search_that_found_somebody_is_linked(
    browser: Client, job: SearchJob, other_job: SearchJob, decided: list[Prospect]
) -> None:
    SearchJob.objects.filter(id=other_job.id).update(name="Founders, Bern")
    find(other_job, keys=["urn:1"])
    page = get(browser, "/prospects?q=ada")
    found_in = re.findall(
        r'<a class="trunc" href="/searches/([^"?]+)\?[^>]*>([^<]+)</a>', page
    )
    assert found_in == [(str(job.id), "Chiefs"), (str(other_job.id), "Founders, Bern")]
    assert "</a>," not in page  # names hold commas


def test_a_name_leads_to_the_person_alone_in_the_search_that_found_them(
    browser: Client, job: SearchJob, decided: list[Prospect]
) -> None:
    find_many(job, 3)
    count(job, 4)
    page = get(browser, "/prospects?q=ada")
    address = re.findall(r'<a class="plain trunc strong" href="([^"]+)"', page)
    review = get(browser, html.unescape(address[0]))
    assert names_in(review) == ["Ada"]
    assert "showing 1 of 4" in review


def test_nobody_leads_to_a_search_that_was_deleted(
    browser: Client, job: SearchJob, decided: list[Prospect]
) -> None:
    job.delete()
    page = get(browser, "/prospects?q=ada")
    assert names(page) == ["Ada"]
    assert "/searches/" not in page.split("<tbody")[1].split("</tbody")[0]


def test_somebody_tagged_but_undecided_has_a_tab(
    browser: Client, alice: Membership, job: SearchJob
) -> None:
    mark(alice, find(job, name="Dee"), LabelKind.LIST, "Spring")
    page = get(browser, "/prospects?decision=pending&list=Spring")
    assert names(page) == ["Dee"]
    assert "people with a note, a tag or a list, or put back to pending" in page


@pytest.mark.parametrize(
    "query",
    ["decision=x", "by=x", "search=1", "within=2", "as_of=x", "tag=%00", "company=%00"],
)
def test_a_wrong_filter_is_refused_with_words(browser: Client, query: str) -> None:
    response = browser.get(f"/prospects?{query}")
    assert response.status_code == 400
    assert "This page does not know what is asked for" in markup(response)


def test_a_filter_that_nobody_matches_can_be_cleared(
    browser: Client, decided: list[Prospect]
) -> None:
    page = get(browser, "/prospects?tag=cold")
    assert "Nobody here matches these filters" in page
    assert 'href="?decision=approved">clear' in page


def test_many_cost_as_many_queries_as_few(
    browser: Client,
    alice: Membership,
    job: SearchJob,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    find_many(job, 70)
    services.decide(membership=alice, decision="approved", matching=everybody(job))
    with django_assert_num_queries(15):
        browser.get("/prospects")


def test_the_named_are_decided_on_and_it_is_undone(
    browser: Client, decided: list[Prospect]
) -> None:
    ids = ",".join(str(one.id) for one in decided)
    answer = post(browser, "decide", decision="rejected", ids=ids).json()
    assert answer["changed"] == 2
    assert Prospect.objects.filter(decision="rejected").count() == 3
    post(browser, "undo", undo_id=answer["undo_id"])
    assert Prospect.objects.filter(decision="approved").count() == 2


def test_all_matching_are_those_that_were_shown(
    browser: Client, alice: Membership, job: SearchJob, decided: list[Prospect]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        seen = cursor.fetchone()[0]
    later = find(job, name="Eve")
    services.decide(membership=alice, decision="approved", result_ids=[later.id])
    query = f"decision=approved&as_of={seen:%Y-%m-%dT%H:%M:%S.%f}%2B00:00"
    answer = browser.post(
        f"/prospects/mark?{query}",
        {"kind": "list", "name": "Spring", "all": "1", "except": str(decided[0].id)},
    ).json()
    assert answer["changed"] == 1
    page = get(browser, "/prospects?list=Spring")
    assert names(page) == ["Ben"]


def test_all_matching_must_say_when_one_looked(
    browser: Client, decided: list[Prospect]
) -> None:
    assert post(browser, "decide", decision="rejected", all="1").status_code == 400


def test_a_list_is_made_renamed_and_deleted(browser: Client) -> None:
    made = post(browser, "labels", kind="list", name="Spring")
    assert made.headers["Location"] == "/prospects?decision=all&list=Spring"
    label = Label.objects.get()
    assert post(browser, f"labels/{label.id}", name="Autumn").status_code == 302
    assert "Autumn" in get(browser, "/prospects")
    post(browser, f"labels/{label.id}", delete="1")
    assert not Label.objects.exists()


POSTS = ("decide", "mark", "undo", "labels", "labels/{label}")


def _body(decided: list[Prospect]) -> dict[str, str]:
    return {
        "decision": DecisionValue.REJECTED,
        "kind": "tag",
        "name": "x",
        "ids": str(decided[0].id),
        "undo_id": str(uuid.uuid4()),
        "delete": "1",
    }


@pytest.mark.parametrize("path", POSTS)
def test_a_viewer_changes_nothing(
    vera: Membership, decided: list[Prospect], path: str
) -> None:
    label = Label.objects.get()
    browser = client_of(vera)
    response = post(browser, path.format(label=label.id), **_body(decided))
    assert response.status_code == 403
    page = get(browser, "/prospects")
    assert names(page) == ["Ben", "Ada"]
    assert "check-all" not in page


@pytest.mark.parametrize("path", [one for one in POSTS if one != "labels"])
def test_a_stranger_finds_nobody(
    charlie: Membership, decided: list[Prospect], path: str
) -> None:
    label = Label.objects.get()
    browser = client_of(charlie)
    response = post(browser, path.format(label=label.id), **_body(decided))
    assert response.status_code == 404
    assert names(get(browser, "/prospects?decision=all")) == []
    assert "hot" not in get(browser, "/prospects")


def test_a_stranger_s_list_is_their_own(
    charlie: Membership, decided: list[Prospect]
) -> None:
    post(client_of(charlie), "labels", kind="tag", name="hot")
    assert Label.objects.filter(workspace=charlie.workspace).count() == 1


@pytest.mark.parametrize("path", ["decide", "mark", "undo"])
def test_a_page_of_another_workspace_changes_nothing(
    browser: Client, alice: Membership, decided: list[Prospect], path: str
) -> None:
    other = MembershipFactory(user=alice.user)
    headers = HTMX | {"X-Workspace-Id": str(other.workspace_id)}
    response = browser.post(f"/prospects/{path}", _body(decided), headers=headers)
    assert response.status_code == 409
    assert response.json()["code"] == "workspace_changed"


@pytest.mark.parametrize("path", ["", "/decide", "/mark", "/undo", "/labels"])
def test_who_is_signed_out_is_sent_to_the_sign_in(client: Client, path: str) -> None:
    send = client.post if path else client.get
    assert send(f"/prospects{path}").headers["Location"].startswith("/login?next=")
