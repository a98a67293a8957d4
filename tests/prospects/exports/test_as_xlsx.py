"""The workbook: text is text, numbers and times are theirs."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest

from prospects.exports import as_xlsx, files
from prospects.exports.columns import Column
from prospects.exports.files import Format, Wanted, Whom
from prospects.exports.presets import Preset
from prospects.exports.rows import Exported
from searchjobs.models import SearchJob
from tests.prospects.exports.reading import (
    FORMULAS,
    ODD_NAMES,
    content_of,
    read_xlsx,
)
from tests.prospects.making import find


def workbook(job: SearchJob) -> bytes:
    return content_of(job, whom=Whom.ALL, file_format=Format.XLSX, preset=Preset.EXCEL)


def somebody(name: str) -> Exported:
    return Exported(
        data={"name": name},
        decision="approved",
        decided_by="",
        decided_at=None,
        note="",
        tags=(),
        lists=(),
        search="",
        found_at=None,
        match=None,
    )


NAME = [("Name", Column("name", "Name", lambda one: one.data["name"]))]


def cells_written(*names: str) -> list[tuple[str, str]]:
    pieces = iter([[somebody(name) for name in names]])
    _, *rows = read_xlsx(b"".join(as_xlsx.write(NAME, pieces)))
    return [row["Name"] for row in rows]


def test_every_text_is_text_exactly_as_it_was() -> None:
    texts = (*ODD_NAMES, *FORMULAS, "123", "2026-11-25", "http://example.com")
    assert cells_written(*texts) == [("inlineStr", text) for text in texts]


def test_control_characters_do_not_break_the_file() -> None:
    assert cells_written("a\x01b\x0b") == [("inlineStr", "a_x0001_b_x000B_")]


@pytest.mark.parametrize("sign", ["x", "🚀"])
def test_a_text_longer_than_a_cell_is_cut_visibly(sign: str) -> None:
    ((_, text),) = cells_written(sign * 40_000)
    assert text.endswith("…")
    assert len(text.encode("utf-16-le")) // 2 <= as_xlsx.LONGEST_TEXT


def test_numbers_and_times_are_theirs(job: SearchJob) -> None:
    find(job)
    _, row = read_xlsx(workbook(job))
    assert row["Connection degree"] == ("n", "2")
    assert row["Match (%)"] == ("n", "100")
    assert float(row["Found at (UTC)"][1]) > 40_000
    assert row["Decision"] == ("inlineStr", "pending")


def test_an_empty_workbook_has_its_head(job: SearchJob) -> None:
    (head,) = read_xlsx(workbook(job))
    assert head["Name"] == ("inlineStr", "Name")


def test_more_people_than_a_sheet_holds_go_on_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(as_xlsx, "MOST_ROWS", 3)
    written = b"".join(
        as_xlsx.write(NAME, iter([[somebody(name) for name in ("Ada", "Ben", "Cem")]]))
    )
    assert [row["Name"][1] for row in read_xlsx(written)] == ["Name", "Ada", "Ben"]
    with zipfile.ZipFile(io.BytesIO(written)) as book:
        assert b"Cem" in book.read("xl/worksheets/sheet2.xml")


@pytest.mark.parametrize("file_format", Format)
def test_memory_does_not_grow_with_the_number_of_people(file_format: Format) -> None:
    """Eight times the people, the same peak: a piece is kept, not the file."""

    def peak_of(pieces: int) -> int:
        tracemalloc.reset_peak()
        many = ([somebody(f"Person {n}") for n in range(100)] for _ in range(pieces))
        for _ in files.write(Wanted(format=file_format), many):
            pass
        return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    peak_of(1)  # what is loaded once
    few, many = peak_of(2), peak_of(16)
    tracemalloc.stop()
    assert many < 1.3 * few
