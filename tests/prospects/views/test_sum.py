"""The pages that a search's sum is made of."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Membership
from searchjobs.models import SearchEvent, SearchJob
from searchjobs.states import EventKind
from tests.prospects.looking import client_of, get

pytestmark = pytest.mark.django_db


def test_each_page_is_listed_with_what_it_brought(
    browser: Client, job: SearchJob
) -> None:
    for batch, duplicates in enumerate((0, 3)):
        SearchEvent.objects.create(
            job=job,
            revision=batch + 2,
            kind=EventKind.PAGE_STORED,
            data={
                "batch": batch,
                "received": 100,
                "stored": 96 - duplicates,
                "duplicates": duplicates,
                "invalid": 1,
                "surplus": 3,
            },
        )
    html = get(browser, f"/searches/{job.id}/sum")
    body = re.findall(r"<tr><th scope=\"row\">(\d+)</th>(.*?)<td><time", html)
    cells = [[page, *re.findall(r"<td>(\d+)</td>", rest)] for page, rest in body]
    assert cells == [
        ["1", "100", "96", "0", "1", "3"],
        ["2", "100", "93", "3", "1", "3"],
    ]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, ""),
        ({"progress_current": 9}, "9 received = 9 stored in 2 requests"),
        (
            {"progress_current": 5, "duplicates": 1, "surplus": 3},
            "9 received = 5 stored + 1 duplicate + 3 surplus in 2 requests",
        ),
        (
            {"invalid": 9},
            "9 received = 0 stored + 9 unusable in 2 requests",
        ),
    ],
    ids=["nothing yet", "no loss", "some loss", "all unusable"],
)
def test_the_line_of_the_sum_leaves_out_what_is_none(
    browser: Client, job: SearchJob, columns: dict[str, int], words: str
) -> None:
    if columns:
        SearchJob.objects.filter(id=job.id).update(**columns, received=9, requests=2)
    html = get(browser, f"/searches/{job.id}")
    line = html.partition('id="ledger"')[2].partition("</div>")[0]
    shown = re.sub(r"<(\w+)[^>]* hidden>.*?</\1>", "", line)
    text = " ".join(re.sub(r"<[^>]+>", " ", shown).split())
    assert text.partition("asked for")[2].strip() == words


def test_a_stranger_finds_no_sum(charlie: Membership, job: SearchJob) -> None:
    assert client_of(charlie).get(f"/searches/{job.id}/sum").status_code == 404
