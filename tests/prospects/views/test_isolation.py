"""On every address about people: strangers find nothing, viewers change nothing.

The addresses are read off the URL configuration: a new one without a case here fails.
"""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

import pytest
from django.test import Client

from accounts.models import Membership
from prospects import labels
from prospects.models import Label, LabelKind, Prospect
from prospects.urls import urlpatterns
from searchjobs.models import SearchResult
from tests.prospects.looking import HTMX, client_of

pytestmark = pytest.mark.django_db

SEARCH = "searches/<uuid:job_id>"
PERSON = f"{SEARCH}/people/<uuid:result_id>"
MARK = {"kind": "tag", "name": "x", "ids": "{person}"}
DECIDE = {"decision": "approved", "ids": "{person}"}


class Case(NamedTuple):
    """How to call an address; what has no `body` only looks."""

    path: str
    body: dict[str, str] | None = None
    query: str = ""


CASES = (
    Case(SEARCH),
    Case(f"{SEARCH}/pulse"),
    Case(f"{SEARCH}/sum"),
    Case(f"{SEARCH}/rows"),
    Case(f"{SEARCH}/decided", query="?since=0"),
    Case(f"{SEARCH}/marks", query="?since=0"),
    Case(f"{SEARCH}/export.<str:file_format>"),
    Case(f"{SEARCH}/decide", DECIDE),
    Case(f"{SEARCH}/mark", MARK),
    Case(f"{SEARCH}/undo", {"undo_id": "{label}"}),
    Case(PERSON),
    Case(f"{PERSON}/note", {"note": "x", "was": ""}),
    Case(f"{PERSON}/label", {"kind": "tag", "name": "x"}),
    Case("prospects"),
    Case("prospects/export.<str:file_format>"),
    Case("prospects/decide", DECIDE),
    Case("prospects/mark", MARK),
    Case("prospects/undo", {"undo_id": "{label}"}),
    Case("prospects/labels", {"kind": "tag", "name": "x"}),
    Case("prospects/labels/<uuid:label_id>", {"name": "x"}),
    Case("prospects/labels/<uuid:label_id>", {"delete": "1"}),
)
OF_SEARCH = [case for case in CASES if case.path.startswith(SEARCH)]
CHANGES = [case for case in CASES if case.body is not None]


@pytest.fixture
def label(alice: Membership) -> Label:
    return labels.make(membership=alice, kind=LabelKind.TAG, name="hers")


def call(client: Client, case: Case, person: SearchResult, label: Label) -> Any:
    ids = {
        "<uuid:job_id>": person.job_id,
        "<uuid:result_id>": person.id,
        "<uuid:label_id>": label.id,
        "<str:file_format>": "csv",
    }
    path = f"/{case.path}{case.query}"
    for name, value in ids.items():
        path = path.replace(name, str(value))
    if case.body is None:
        return client.get(path, headers=HTMX)
    body = {
        name: value.format(person=person.id, label=label.id)
        for name, value in case.body.items()
    }
    return client.post(path, body, headers=HTMX)


def named(cases: list[Case]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=str)


def test_every_address_has_a_case() -> None:
    assert {str(each.pattern) for each in urlpatterns} == {case.path for case in CASES}


@named([*CASES])
def test_who_is_nobody_must_sign_in(
    case: Case, people: list[SearchResult], label: Label
) -> None:
    response = call(Client(), case, people[0], label)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"].startswith("/login")


@named(OF_SEARCH)
def test_a_stranger_reads_what_an_unknown_search_reads(
    case: Case, charlie: Membership, people: list[SearchResult], label: Label
) -> None:
    answer = call(client_of(charlie), case, people[0], label)
    people[0].job_id = uuid.uuid4()
    unknown = call(client_of(charlie), case, people[0], label)
    assert answer.status_code == unknown.status_code == 404
    assert answer.json()["error"] == unknown.json()["error"]


@named([case for case in CHANGES if case not in OF_SEARCH])
def test_a_stranger_changes_only_what_is_their_own(
    case: Case, charlie: Membership, people: list[SearchResult], label: Label
) -> None:
    call(client_of(charlie), case, people[0], label)
    label.refresh_from_db()
    assert label.name == "hers"
    assert not label.entries.exists()
    assert not Prospect.objects.exists()


@named(CHANGES)
def test_a_viewer_changes_nothing(
    case: Case, vera: Membership, people: list[SearchResult], label: Label
) -> None:
    assert call(client_of(vera), case, people[0], label).status_code == 403
    assert [*Label.objects.values_list("name", flat=True)] == ["hers"]
    assert not Prospect.objects.exists()
