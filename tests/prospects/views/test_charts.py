"""The charts as the review page gives them: on demand, with words for every bar."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from searchjobs.models import SearchEvent, SearchJob, SearchResult
from searchjobs.states import EventKind, JobStatus
from tests.prospects.looking import HTMX, count, get
from tests.prospects.making import find, find_many

pytestmark = pytest.mark.django_db

CHARTS = "?decision=all&view=charts"


@pytest.mark.parametrize(("path", "extra"), [("", {}), ("", HTMX), ("/pulse", HTMX)])
def test_only_who_asks_for_charts_gets_them(
    browser: Client,
    job: SearchJob,
    people: list[SearchResult],
    path: str,
    extra: dict[str, str],
) -> None:
    asked = get(browser, f"/searches/{job.id}{path}{CHARTS}", **extra)
    unasked = get(browser, f"/searches/{job.id}{path}?decision=all", **extra)
    assert 'id="chart-company"' in asked
    assert 'id="chart-company"' not in unasked


def test_a_bar_is_a_link_that_chooses_its_value_and_gives_it_up(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    html = get(browser, f"/searches/{job.id}{CHARTS}")
    first = 'href="?decision=all&amp;degree=1&amp;view=charts"'
    assert first in html
    html = get(browser, f"/searches/{job.id}{CHARTS}&degree=1")
    assert f'{CHARTS.replace("&", "&amp;")}" aria-current="true"' in html
    assert 'href="?decision=all&amp;degree=1&amp;degree=2&amp;view=charts"' in html


def test_a_screen_reader_is_told_the_figures(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    html = get(browser, f"/searches/{job.id}{CHARTS}")
    bar = html.partition('id="chart-company"')[2].partition("</a>")[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", bar).split())
    assert words.endswith("Example Ltd 2 people: 2 pending")
    assert "style=" not in html


def test_a_short_curve_s_ends_read_differently(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    axis = get(browser, f"/searches/{job.id}{CHARTS}").partition('class="axis')[2]
    assert axis.partition("</div>")[0].count('data-clock="exact"') == 2


def test_so_far_is_said_while_the_search_runs(
    browser: Client, job: SearchJob, people: list[SearchResult]
) -> None:
    SearchEvent.objects.create(
        job=job, revision=9, kind=EventKind.PAGE_STORED, data={"stored": 3}
    )
    assert "Everybody found so far." in get(browser, f"/searches/{job.id}{CHARTS}")
    SearchJob.objects.filter(id=job.id).update(
        status=JobStatus.CANCELLED, completed_at=timezone.now()
    )
    assert "Everybody found." in get(browser, f"/searches/{job.id}{CHARTS}")


def test_names_are_escaped(browser: Client, job: SearchJob) -> None:
    find(job, company='<b>"&')
    count(job, 1)
    html = get(browser, f"/searches/{job.id}{CHARTS}")
    assert '<b>"&' not in html
    assert "company=%3Cb%3E%22%26" in html


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (CHARTS, "Nobody found yet."),
        ("?q=nobody&view=charts", "Nobody here matches these filters."),
    ],
    ids=["empty", "hidden"],
)
def test_no_chart_is_drawn_of_nobody(
    browser: Client, job: SearchJob, query: str, words: str
) -> None:
    assert words in get(browser, f"/searches/{job.id}{query}")


def test_an_unknown_view_is_people(browser: Client, job: SearchJob) -> None:
    assert "is-charts" not in get(browser, f"/searches/{job.id}?view=perhaps")


@pytest.mark.parametrize("people", [3, 200])
def test_charts_cost_two_queries_whatever_was_found(
    browser: Client,
    job: SearchJob,
    django_assert_num_queries: DjangoAssertNumQueries,
    people: int,
) -> None:
    find_many(job, people)
    count(job, people)
    with django_assert_num_queries(8 + 2):
        get(browser, f"/searches/{job.id}/pulse?view=charts")
