"""The pictures as the review page gives them: on demand, with words for every bar."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from searchjobs.models import SearchJob, SearchResult
from tests.prospects.looking import HTMX, count, get
from tests.prospects.making import find, find_many

pytestmark = pytest.mark.django_db

PICTURES = "?decision=all&view=pictures"


@pytest.mark.parametrize(("path", "extra"), [("", {}), ("", HTMX), ("/pulse", HTMX)])
def test_only_who_asks_for_pictures_gets_them(
    browser: Client,
    job: SearchJob,
    people: list[SearchResult],
    path: str,
    extra: dict[str, str],
) -> None:
    asked = get(browser, f"/searches/{job.id}{path}{PICTURES}", **extra)
    unasked = get(browser, f"/searches/{job.id}{path}?decision=all", **extra)
    assert 'id="pic-company"' in asked
    assert 'id="pic-company"' not in unasked


def test_a_bar_is_a_link_that_chooses_its_value_and_gives_it_up(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    html = get(browser, f"/searches/{job.id}{PICTURES}")
    first = 'href="?decision=all&amp;degree=1&amp;view=pictures"'
    assert first in html
    html = get(browser, f"/searches/{job.id}{PICTURES}&degree=1")
    assert f'{PICTURES.replace("&", "&amp;")}" aria-current="true"' in html
    assert 'href="?decision=all&amp;degree=1&amp;degree=2&amp;view=pictures"' in html


def test_a_screen_reader_is_told_the_figures(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    html = get(browser, f"/searches/{job.id}{PICTURES}")
    bar = html.partition('id="pic-company"')[2].partition("</a>")[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", bar).split())
    assert words.endswith("Example Ltd 2 people: 2 pending")
    assert "style=" not in html


def test_names_are_escaped(browser: Client, job: SearchJob) -> None:
    find(job, company='<b>"&')
    count(job, 1)
    html = get(browser, f"/searches/{job.id}{PICTURES}")
    assert '<b>"&' not in html
    assert "company=%3Cb%3E%22%26" in html


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (PICTURES, "Nobody found yet."),
        ("?q=nobody&view=pictures", "Nobody here matches these filters."),
    ],
    ids=["empty", "hidden"],
)
def test_no_picture_is_drawn_of_nobody(
    browser: Client, job: SearchJob, query: str, words: str
) -> None:
    assert words in get(browser, f"/searches/{job.id}{query}")


def test_an_unknown_view_is_people(browser: Client, job: SearchJob) -> None:
    assert "is-pictures" not in get(browser, f"/searches/{job.id}?view=perhaps")


@pytest.mark.parametrize("people", [3, 200])
def test_pictures_cost_two_queries_whatever_was_found(
    browser: Client,
    job: SearchJob,
    django_assert_num_queries: DjangoAssertNumQueries,
    people: int,
) -> None:
    find_many(job, people)
    count(job, people)
    with django_assert_num_queries(8 + 2):
        get(browser, f"/searches/{job.id}/pulse?view=pictures")
