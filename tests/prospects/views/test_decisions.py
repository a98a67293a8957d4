"""Decisions made on the review page, and taken back."""

from __future__ import annotations

import html
import json
import re
import uuid
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from prospects import services
from prospects.models import DecisionValue, Prospect
from searchjobs.models import SearchJob, SearchResult
from tests.prospects.looking import HTMX, get
from tests.prospects.making import find

pytestmark = pytest.mark.django_db

UNKNOWN = str(uuid.UUID(int=7))


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
        {"decision": "maybe", "ids": UNKNOWN},
        {"ids": UNKNOWN},
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

    [told] = re.findall('data-undoable="([^"]+)"', page)
    [action] = json.loads(html.unescape(told))
    assert (action["undoId"], action["to"]) == (str(first), "approved")
    assert action["person"] == str(people[0].id)
    assert action["what"] == people[0].prospect_data["name"]
    assert datetime.fromisoformat(action["at"]) <= timezone.now()


def test_the_page_asks_once_who_each_is_after_many_were_decided(
    browser: Client, alice: Membership, job: SearchJob
) -> None:
    many = [find(job, keys=[f"urn:{number}"]) for number in range(100, 200)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE prospect_search_results")  # the others stay unknown
    services.decide(
        membership=alice,
        decision=DecisionValue.APPROVED,
        result_ids=[person.id for person in many],
    )
    before = looks_at_keys()
    get(browser, f"/searches/{job.id}?decision=approved")
    assert looks_at_keys() - before < 20 * len(many)


def looks_at_keys() -> int:
    """Return how often this transaction looked somebody up by a key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0)"
            " FROM pg_stat_xact_user_tables WHERE relname = 'person_aliases'"
        )
        looks: int = cursor.fetchone()[0]
        return looks


def test_the_page_hears_what_a_colleague_decided_since(
    browser: Client, bob: Membership, job: SearchJob, people: list[SearchResult]
) -> None:
    known = browser.get(f"/searches/{job.id}/decided?since=0").json()["log"]
    services.decide(
        membership=bob, decision=DecisionValue.REJECTED, result_ids=[people[1].id]
    )
    answer = browser.get(f"/searches/{job.id}/decided?since={known}").json()
    [change] = answer["changes"]
    assert (change["decision"], change["by"]) == ("rejected", "Bob")
    assert (change["is_own"], change["ids"]) == (False, [str(people[1].id)])
    again = browser.get(f"/searches/{job.id}/decided?since={answer['log']}").json()
    assert again["changes"] == []


def test_a_page_must_say_since_when_it_asks(browser: Client, job: SearchJob) -> None:
    for since in ("", "-1", "x", "9" * 30):
        response = browser.get(
            f"/searches/{job.id}/decided", {"since": since}, headers=HTMX
        )
        assert response.status_code == 400
