"""The CSV: every spreadsheet reads it as it was meant."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prospects.exports.files import Whom
from prospects.exports.presets import Preset
from searchjobs.models import SearchJob
from tests.factories import SearchJobFactory
from tests.prospects.exports.reading import (
    FORMULAS,
    ODD_NAMES,
    content_of,
    read_csv,
)
from tests.prospects.making import find


def read(job: SearchJob) -> list[dict[str, str]]:
    return read_csv(content_of(job, whom=Whom.ALL))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_a_formula(job: SearchJob, text: str) -> None:
    find(job, name=text)
    (row,) = read(job)
    assert row["name"] == f"'{text}"


@pytest.mark.parametrize("text", ODD_NAMES)
def test_other_text_arrives_as_it_is(job: SearchJob, text: str) -> None:
    find(job, name=text)
    (row,) = read(job)
    assert row["name"] == text


@pytest.mark.django_db
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_read_back_with_at_most_an_apostrophe_before_it(
    texts: list[str],
) -> None:
    job = SearchJobFactory()
    for text in texts:
        find(job, title=text)
    rows = read(job)
    assert len(rows) == len(texts)
    for row, text in zip(rows, texts, strict=True):
        assert row["title"] in (text, f"'{text}")
        assert row["title"][:1] not in tuple("=+-@\t\r")


def test_the_searchs_name_is_harmless_too(job: SearchJob) -> None:
    SearchJob.objects.filter(id=job.id).update(name="=cmd|' /C calc'!A0")
    job.refresh_from_db()
    find(job)
    (row,) = read(job)
    assert row["search"].startswith("'=")


def test_the_generic_file_has_no_byte_order_mark(job: SearchJob) -> None:
    content = content_of(job)
    assert content.startswith(b"name,first_name,")
    assert content.endswith(b"\r\n")


def test_excel_is_told_that_it_is_utf_8_and_given_times_it_knows(
    job: SearchJob,
) -> None:
    found = find(job, name="Zoë")
    content = content_of(job, whom=Whom.ALL, preset=Preset.EXCEL)
    assert content.startswith(b"\xef\xbb\xbfName,First name,")
    (row,) = read_csv(content, encoding="utf-8-sig")
    found.refresh_from_db()
    assert row["Name"] == "Zoë"
    assert row["Found at (UTC)"] == f"{found.created_at:%Y-%m-%d %H:%M:%S}"
