"""The CSV: who is in it, and that every spreadsheet reads it as it was meant."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from prospects import exports, services
from prospects.filters import Shown
from searchjobs.models import SearchJob
from tests.factories import SearchJobFactory
from tests.prospects.making import everybody, find, find_many


def read(job: SearchJob, decision: Shown = Shown.APPROVED) -> list[dict[str, str]]:
    """Export, and read it back as a spreadsheet would."""
    content = b"".join(exports.pieces(job, decision=decision)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_a_row_says_what_is_known(alice: Membership, job: SearchJob) -> None:
    ada = find(job, name="Ada Byron", firstName="Ada", lastName="Byron")
    services.decide(
        membership=alice, decision="approved", result_ids=[ada.id], note="Met"
    )
    (row,) = read(job)
    assert row.pop("decided_at").endswith("Z")
    assert row.pop("found_at").endswith("Z")
    assert row == {
        "name": "Ada Byron",
        "first_name": "Ada",
        "last_name": "Byron",
        "title": "CEO",
        "company": "Example Ltd",
        "headline": "Building things",
        "location": "Berlin, Germany",
        "industry": "Software",
        "degree": "2",
        "linkedin_url": "https://www.linkedin.com/in/ada",
        "decision": "approved",
        "decided_by": "Alice",
        "note": "Met",
        "search": "Chiefs",
    }


def test_the_approved_alone_are_exported_unless_all_are_asked_for(
    alice: Membership, job: SearchJob
) -> None:
    for name, decision in (
        ("Ada", "approved"),
        ("Ben", "rejected"),
        ("Cem", "pending"),
    ):
        result = find(job, name=name)
        services.decide(membership=alice, decision=decision, result_ids=[result.id])
    assert [row["name"] for row in read(job)] == ["Ada"]
    assert [(row["name"], row["decision"]) for row in read(job, Shown.ALL)] == [
        ("Ada", "approved"),
        ("Ben", "rejected"),
        ("Cem", "pending"),
    ]


def test_everybody_is_in_it_once_and_in_order(
    alice: Membership, job: SearchJob
) -> None:
    find_many(job, 2 * exports.PIECE + 1)
    services.decide(membership=alice, decision="approved", matching=everybody(job))
    assert [row["name"] for row in read(job)] == [
        f"Person {number}" for number in range(2 * exports.PIECE + 1)
    ]


def test_an_empty_export_has_its_head(job: SearchJob) -> None:
    (head,) = exports.pieces(job, decision=Shown.APPROVED)
    assert head.startswith(b"\xef\xbb\xbfname,first_name,")
    assert head.endswith(b"found_at\r\n")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+49 30 1234",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1+1",
        "＝1",
        '=HYPERLINK("http://example.com";"x")',
    ],
)
def test_no_cell_begins_a_formula(job: SearchJob, text: str) -> None:
    find(job, name=text)
    (row,) = read(job, Shown.ALL)
    assert row["name"] == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        'a "quoted", name',
        "two\nlines",
        "two\r\nlines",
        "emoji 👩🏽‍🚀",
        "مهندس برمجيات",
        "日本語",
        "semi;colon",
        "trailing space ",
        "O'Neill",
        "a=b",
    ],
)
def test_other_text_arrives_as_it_is(job: SearchJob, text: str) -> None:
    find(job, headline=text)
    (row,) = read(job, Shown.ALL)
    assert row["headline"] == text


@pytest.mark.django_db
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=40, deadline=None)
def test_any_text_is_read_back_with_at_most_an_apostrophe_before_it(
    texts: list[str],
) -> None:
    job = SearchJobFactory()
    for text in texts:
        find(job, title=text)
    rows = read(job, Shown.ALL)
    assert len(rows) == len(texts)
    for row, text in zip(rows, texts, strict=True):
        assert row["title"] in (text, f"'{text}")
        assert row["title"][:1] not in tuple("=+-@\t\r")


def test_the_searchs_name_is_harmless_too(job: SearchJob) -> None:
    SearchJob.objects.filter(id=job.id).update(name="=cmd|' /C calc'!A0")
    job.refresh_from_db()
    find(job)
    (row,) = read(job, Shown.ALL)
    assert row["search"].startswith("'=")


def test_a_piece_takes_one_query(
    job: SearchJob, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    find_many(job, 3 * exports.PIECE)
    with django_assert_num_queries(3):
        for _ in exports.pieces(job, decision=Shown.ALL):
            pass


def test_memory_does_not_grow_with_the_number_of_people(job: SearchJob) -> None:
    find_many(job, 8 * exports.PIECE)
    pieces = exports.pieces(job, decision=Shown.ALL)
    tracemalloc.start()
    peaks = list[int]()
    for _ in pieces:
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.reset_peak()
    tracemalloc.stop()
    assert max(peaks[3:]) < 1.5 * max(peaks[:3])


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("VP Sales, DACH", "VP Sales DACH - approved.csv"),
        ("../../etc/passwd", "etcpasswd - approved.csv"),
        ("Zürich", "Zürich - approved.csv"),
        ('"; rm', "rm - approved.csv"),
        ("///", "Search - approved.csv"),
        ("x" * 200, f"{'x' * 80} - approved.csv"),
    ],
)
def test_the_file_has_a_name_that_every_system_takes(name: str, file_name: str) -> None:
    job = SearchJob(name=name)
    assert exports.file_name(job, decision=Shown.APPROVED) == file_name
