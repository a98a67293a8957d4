"""A person in full, the file of the approved, the list of everybody decided on."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from django.test import Client

from accounts.models import Membership
from prospects import services
from prospects.models import DecisionValue
from searchjobs.models import SearchJob, SearchResult
from tests.prospects.looking import HTMX, client_of, get
from tests.prospects.making import everybody, find_many

pytestmark = pytest.mark.django_db


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
    body = response.getvalue().decode()
    return list(csv.DictReader(io.StringIO(body)))


def test_a_workbook_s_sheet_has_the_search_s_name(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    response = browser.get(f"/searches/{job.id}/export.xlsx?decision=all")
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as book:
        assert b'<sheet name="Chiefs"' in book.read("xl/workbook.xml")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("export.csv?decision=pending", 400),
        ("export.csv?decision=x", 400),
        ("export.csv?preset=x", 400),
        ("export.exe", 404),
        ("export.xlsx?decision=rejected&preset=excel", 200),
    ],
)
def test_a_file_that_there_is_not_is_refused(
    browser: Client, job: SearchJob, path: str, status: int
) -> None:
    assert browser.get(f"/searches/{job.id}/{path}").status_code == status
    assert browser.get(f"/prospects/{path}").status_code == status


def test_the_list_s_search_narrows_its_file(
    browser: Client, alice: Membership, people: list[SearchResult]
) -> None:
    services.decide(
        membership=alice,
        decision=DecisionValue.APPROVED,
        result_ids=[people[0].id, people[1].id],
    )
    found = _exported(browser, "/prospects/export.csv?q=ada")
    assert [person["name"] for person in found] == ["Ada Lovelace"]
    page = get(browser, "/prospects?q=ada")
    assert '<input type="hidden" name="q" value="ada">' in page


def test_viewers_take_no_file_out(vera: Membership, job: SearchJob) -> None:
    browser = client_of(vera)
    assert browser.get("/prospects/export.csv").status_code == 403
    assert "m-export" not in get(browser, "/prospects")


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
    return re.findall(r'class="(?:plain )?trunc strong"[^>]*>([^<]+)<', page)
