"""Decisions, lists and exports over HTTP: the bodies, the refusals, the walls."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import Membership
from prospects.models import Prospect
from searchjobs.models import SearchJob
from tests.factories import MembershipFactory
from tests.prospects.making import decisions_in, find, find_many

DECIDE = "/api/prospects/decisions"
LIST = "/api/prospects"
EXPORT = "/api/prospects/export"


def browser(of: Membership) -> APIClient:
    client = APIClient()
    client.force_authenticate(of.user)
    return client


def decide(by: Membership, expect: int = 200, **body: Any) -> dict[str, Any]:
    answer = browser(by).post(DECIDE, body, format="json")
    assert answer.status_code == expect, answer.json()
    return answer.json()


def undo(by: Membership, undo_id: object, expect: int = 200) -> dict[str, Any]:
    answer = browser(by).post(f"{DECIDE}/{undo_id}/undo")
    assert answer.status_code == expect, answer.json()
    return answer.json()


def fetch(by: Membership, url: str, expect: int = 200, **query: Any) -> dict[str, Any]:
    answer = browser(by).get(url, query)
    assert answer.status_code == expect, answer.json()
    return answer.json()


# --- decisions ----------------------------------------------------------------------


def test_a_decision_answers_what_it_did(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada = find(job)
    find(job)
    decide(bob, decision="rejected", ids=[str(ada.id)])
    answer = decide(alice, decision="approved", ids=[str(ada.id), str(uuid.uuid4())])
    assert uuid.UUID(answer.pop("undo_id"))
    (before,) = answer.pop("overridden")
    assert answer == {
        "success": True,
        "decided": 1,
        "unchanged": 0,
        "unknown": 1,
        "counts": [{"job_id": str(job.id), "approved": 1, "rejected": 0, "pending": 1}],
        "overridden_total": 1,
    }
    assert before["decision"] == "rejected"
    assert before["decided_by"] == {"id": str(bob.user_id), "name": "Bob"}
    assert before["result_id"] == str(ada.id)


def test_a_filter_decides_on_all_that_match_but_some(
    alice: Membership, job: SearchJob
) -> None:
    find(job, company="Acme")
    find(job, company="Beta")
    kept = find(job, company="Acme")
    find(job, company="Acme")
    answer = decide(
        alice,
        decision="rejected",
        filter={"job": str(job.id), "company": ["Acme"], "up_to_position": 3},
        **{"except": [str(kept.id)]},
    )
    assert answer["decided"] == 1
    assert decisions_in(job) == ["rejected", "pending", "pending", "pending"]


def test_prospects_can_be_named_by_their_own_ids(
    alice: Membership, job: SearchJob
) -> None:
    decide(alice, decision="approved", ids=[str(find(job).id)])
    answer = decide(
        alice, decision="pending", prospect_ids=[str(Prospect.objects.get().id)]
    )
    assert answer["decided"] == 1
    assert decisions_in(job) == ["pending"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"decision": "maybe"}, "decision"),
        ({"decision": None}, "decision"),
        ({"ids": []}, "ids"),
        ({"ids": "all"}, "ids"),
        ({"ids": ["7"]}, "ids.0"),
        ({"ids": [7]}, "ids.0"),
        ({"ids": [str(uuid.uuid4())] * 10_001}, "ids"),
        ({"note": 7}, "note"),
        ({"note": "nul\x00"}, "note"),
        ({"note": "x" * 10_001}, "note"),
        ({"filter": {"job": str(uuid.uuid4())}}, "ids"),
        ({"colour": "red"}, "colour"),
        ({"except": ["x"]}, "except.0"),
    ],
)
def test_a_wrong_decision_names_the_field(
    alice: Membership, job: SearchJob, wrong: dict[str, Any], field: str
) -> None:
    body = {"decision": "approved", "ids": [str(find(job).id)]} | wrong
    answer = decide(alice, 400, **body)
    assert answer["code"] == "invalid_request"
    assert field in answer["fields"]
    assert decisions_in(job) == ["pending"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"job": "7"},
        {"compny": ["Acme"]},
        {"company": "Acme"},
        {"company": ["nul\x00"]},
        {"company": [7]},
        {"flags": ["odd"]},
        {"degree": [4]},
        {"decision": "undecided"},
        {"q": "x" * 201},
        {"q": {}},
        {"up_to_position": -1},
        {"up_to_position": "3"},
        {"up_to_position": True},
    ],
)
def test_a_wrong_filter_decides_on_nobody(
    alice: Membership, job: SearchJob, wrong: dict[str, Any]
) -> None:
    find(job)
    chosen = {"job": str(job.id), "decision": "all"} | wrong
    decide(alice, 400, decision="approved", filter=chosen)
    assert decisions_in(job) == ["pending"]


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'"approved"'])
def test_a_body_that_is_no_object_is_refused(alice: Membership, body: bytes) -> None:
    answer = browser(alice).post(DECIDE, body, content_type="application/json")
    assert answer.status_code == 400


def test_too_many_ids_are_refused_in_words(alice: Membership) -> None:
    answer = decide(alice, 400, decision="approved", ids=[str(uuid.uuid4())] * 10_001)
    assert "10,000" in str(answer["fields"]["ids"])


def test_ten_thousand_ids_fit_in_a_request(alice: Membership, job: SearchJob) -> None:
    ids = [str(find(job).id), *(str(uuid.uuid4()) for _ in range(9_999))]
    assert decide(alice, decision="approved", ids=ids)["unknown"] == 9_999


def test_at_most_a_hundred_overridden_are_listed_and_all_are_counted(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    find_many(job, 130)
    chosen = {"job": str(job.id), "decision": "all"}
    decide(bob, decision="rejected", filter=chosen)
    answer = decide(alice, decision="approved", filter=chosen)
    assert (len(answer["overridden"]), answer["overridden_total"]) == (100, 130)


# --- undo ---------------------------------------------------------------------------


def test_an_undo_restores_and_can_be_undone(alice: Membership, job: SearchJob) -> None:
    made = decide(alice, decision="approved", ids=[str(find(job).id)])
    undone = undo(alice, made["undo_id"])
    assert (undone["restored"], undone["kept"], undone["kept_total"]) == (1, [], 0)
    assert undone["counts"][0]["pending"] == 1
    undo(alice, undone["undo_id"])
    assert decisions_in(job) == ["approved"]


def test_an_undo_says_what_it_kept(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada = find(job)
    made = decide(alice, decision="approved", ids=[str(ada.id)])
    decide(bob, decision="rejected", ids=[str(ada.id)])
    undone = undo(alice, made["undo_id"])
    assert undone["undo_id"] is None
    assert undone["kept"][0]["decided_by"]["name"] == "Bob"


def test_an_unknown_undo_is_not_found(alice: Membership) -> None:
    assert undo(alice, uuid.uuid4(), 404)["code"] == "action_not_found"
    assert undo(alice, "7", 400)["fields"] == {"undo_id": "This is not a uuid."}


# --- lists --------------------------------------------------------------------------


def test_the_people_of_a_search_are_listed_page_by_page(
    alice: Membership, job: SearchJob
) -> None:
    found = find_many(job, 3)
    decide(alice, decision="approved", ids=[str(found[0].id)])
    first = fetch(alice, LIST, job=job.id, per_page=2)
    rest = fetch(alice, LIST, job=job.id, per_page=2, after=first["next_after"])
    people = first["prospects"] + rest["prospects"]
    assert [one["result_id"] for one in people] == [str(one.id) for one in found]
    assert [one["decision"] for one in people] == ["approved", "pending", "pending"]
    assert [one["decided_by"] for one in people][1:] == [None, None]
    assert rest["next_after"] is None


def test_a_listed_person_says_what_is_known(alice: Membership, job: SearchJob) -> None:
    ada = find(job, flags=["no_company"], company=None)
    (one,) = fetch(alice, LIST, job=job.id)["prospects"]
    assert one == {
        "id": None,
        "result_id": str(ada.id),
        "job_id": str(job.id),
        "name": "Ada Example",
        "title": "CEO",
        "company": None,
        "location": "Berlin, Germany",
        "linkedinUrl": "https://www.linkedin.com/in/ada",
        "decision": "pending",
        "decided_by": None,
        "decided_at": None,
        "note": "",
        "tags": [],
        "position": 0,
        "headline": "Building things",
        "connectionDegree": 2,
        "seniority": "cxo",
        "known": "new",
        "flags": ["no_company"],
    }


def test_a_search_is_filtered_by_decision_and_words(
    alice: Membership, job: SearchJob
) -> None:
    ada, ben = find(job, name="Ada"), find(job, name="Ben")
    decide(alice, decision="approved", ids=[str(ada.id), str(ben.id)])
    listed = fetch(alice, LIST, job=job.id, decision="approved", q="BEN")
    assert [one["name"] for one in listed["prospects"]] == ["Ben"]
    assert fetch(alice, LIST, job=job.id, decision="rejected")["prospects"] == []


def test_the_workspaces_prospects_are_listed_without_a_search(
    alice: Membership, job: SearchJob
) -> None:
    ada = find(job, name="Ada")
    find(job, name="Ben")
    decide(alice, decision="approved", ids=[str(ada.id)], note="Met")
    (one,) = fetch(alice, LIST, decision="approved")["prospects"]
    assert (one["name"], one["note"], one["result_id"]) == ("Ada", "Met", str(ada.id))
    assert one["decided_by"]["name"] == "Alice"


@pytest.mark.parametrize(
    "query",
    [
        {"job": "7"},
        {"decision": "maybe"},
        {"q": "nul\x00"},
        {"q": "x" * 201},
        {"after": "7"},
        {"per_page": "0"},
        {"per_page": "501"},
    ],
)
def test_a_wrong_query_is_refused(alice: Membership, query: dict[str, str]) -> None:
    assert fetch(alice, LIST, 400, **query)["code"] == "invalid_request"


def test_a_cursor_of_the_other_list_is_refused(
    alice: Membership, job: SearchJob
) -> None:
    find_many(job, 2)
    after = fetch(alice, LIST, job=job.id, per_page=1)["next_after"]
    assert fetch(alice, LIST, 400, after=after)["fields"].keys() == {"after"}


def test_one_prospect_comes_with_every_decision(
    alice: Membership, bob: Membership, job: SearchJob
) -> None:
    ada = find(job)
    decide(alice, decision="approved", ids=[str(ada.id)])
    made = decide(bob, decision="rejected", ids=[str(ada.id)])
    answer = fetch(alice, f"{LIST}/{Prospect.objects.get().id}")
    assert answer["prospect"]["decision"] == "rejected"
    assert [
        (one["previous"], one["decision"], one["decided_by"]["name"])
        for one in answer["history"]
    ] == [("approved", "rejected", "Bob"), ("pending", "approved", "Alice")]
    assert answer["history"][0]["undo_id"] == made["undo_id"]


def test_a_list_costs_the_same_however_long(
    alice: Membership,
    job: SearchJob,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    find_many(job, 60)
    client = browser(alice)
    with django_assert_num_queries(4):
        assert client.get(LIST, {"job": job.id, "per_page": 50}).status_code == 200


# --- export -------------------------------------------------------------------------


def test_the_export_is_a_streamed_file(alice: Membership, job: SearchJob) -> None:
    ada = find(job, name="Ada, Lady")
    decide(alice, decision="approved", ids=[str(ada.id)])
    answer = browser(alice).get(EXPORT, {"job": job.id, "format": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == (
        'attachment; filename="Chiefs - approved.csv"'
    )
    assert isinstance(answer, StreamingHttpResponse)
    text = answer.getvalue().decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["name"], row["decision"]) == ("Ada, Lady", "approved")


@pytest.mark.parametrize(
    "query",
    [
        {"job": "7"},
        {"format": "xml"},
        {"preset": "pipedrive"},
        {"decision": "pending"},
    ],
)
def test_a_wrong_export_is_refused_as_json(
    alice: Membership, job: SearchJob, query: dict[str, str]
) -> None:
    asked = {"job": str(job.id)} | query
    assert fetch(alice, EXPORT, 400, **asked)["code"] == "invalid_request"


@pytest.mark.parametrize(
    ("query", "kind", "name"),
    [
        ({"format": "jsonl"}, "application/x-ndjson", "Prospects - approved.jsonl"),
        (
            {"format": "xlsx", "preset": "hubspot", "decision": "rejected"},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "Prospects - rejected - HubSpot.xlsx",
        ),
    ],
)
def test_the_workspace_s_people_are_exported_without_a_search(
    alice: Membership, job: SearchJob, query: dict[str, str], kind: str, name: str
) -> None:
    answer = browser(alice).get(EXPORT, query)
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert isinstance(answer, StreamingHttpResponse)
    answer.getvalue()


def test_a_spreadsheet_may_ask_for_its_own_type(
    alice: Membership, job: SearchJob
) -> None:
    answer = browser(alice).get(EXPORT, {"job": job.id}, HTTP_ACCEPT="text/csv")
    assert answer.status_code == 200


# --- who may ------------------------------------------------------------------------


def test_somebody_not_signed_in_is_told_so(db: None) -> None:
    for answer in (APIClient().get(LIST), APIClient().post(DECIDE, {})):
        assert answer.status_code == 401
        assert answer.json()["code"] == "not_authenticated"


def test_a_viewer_reads_but_does_not_decide_or_export(
    alice: Membership, vera: Membership, job: SearchJob
) -> None:
    ada = find(job)
    made = decide(alice, decision="approved", ids=[str(ada.id)])
    assert fetch(vera, LIST, job=job.id)["prospects"]
    assert browser(vera).get(EXPORT, {"job": job.id}).status_code == 403
    refused = decide(vera, 403, decision="rejected", ids=[str(ada.id)])
    assert refused["code"] == "permission_denied"
    assert undo(vera, made["undo_id"], 403)["code"] == "permission_denied"
    assert decisions_in(job) == ["approved"]


def test_a_stranger_reads_what_an_unknown_id_reads(
    alice: Membership, charlie: Membership, job: SearchJob
) -> None:
    ada = find(job)
    made = decide(alice, decision="approved", ids=[str(ada.id)])
    prospect_id = Prospect.objects.get().id
    for theirs, unknown in (
        (
            decide(charlie, 404, decision="rejected", ids=[str(ada.id)]),
            decide(charlie, 404, decision="rejected", ids=[str(uuid.uuid4())]),
        ),
        (
            decide(charlie, 404, decision="rejected", filter={"job": str(job.id)}),
            decide(
                charlie, 404, decision="rejected", filter={"job": str(uuid.uuid4())}
            ),
        ),
        (undo(charlie, made["undo_id"], 404), undo(charlie, uuid.uuid4(), 404)),
        (
            fetch(charlie, LIST, 404, job=job.id),
            fetch(charlie, LIST, 404, job=uuid.uuid4()),
        ),
        (
            fetch(charlie, f"{LIST}/{prospect_id}", 404),
            fetch(charlie, f"{LIST}/{uuid.uuid4()}", 404),
        ),
        (
            fetch(charlie, EXPORT, 404, job=job.id),
            fetch(charlie, EXPORT, 404, job=uuid.uuid4()),
        ),
    ):
        assert theirs | {"request_id": ""} == unknown | {"request_id": ""}
    assert decisions_in(job) == ["approved"]


def test_one_with_several_workspaces_names_the_one_meant(
    alice: Membership, job: SearchJob
) -> None:
    MembershipFactory(user=alice.user)
    ada = find(job)
    body = {"decision": "approved", "ids": [str(ada.id)]}
    assert decide(alice, 400, **body)["code"] == "workspace_required"
    answer = browser(alice).post(
        DECIDE, body, format="json", HTTP_X_WORKSPACE_ID=str(alice.workspace_id)
    )
    assert answer.json()["decided"] == 1


def test_a_search_of_ones_other_workspace_is_unknown_here(
    alice: Membership, job: SearchJob
) -> None:
    other = MembershipFactory(user=alice.user)
    answer = browser(alice).get(
        LIST, {"job": job.id}, HTTP_X_WORKSPACE_ID=str(other.workspace_id)
    )
    assert answer.json()["code"] == "job_not_found"
