"""The workbook: text is text, numbers and times are theirs."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from xml.etree import ElementTree

import pytest

from prospects.exports import as_xlsx, files
from prospects.exports.columns import Column
from prospects.exports.files import Format, Wanted, Whom
from prospects.exports.presets import Preset, heads_of
from searchjobs.models import SearchJob
from tests.prospects.exports.reading import (
    FORMULAS,
    ODD_NAMES,
    content_of,
    file_of,
    read_xlsx,
    somebody,
)
from tests.prospects.making import find


def workbook(job: SearchJob) -> bytes:
    return content_of(job, whom=Whom.ALL, file_format=Format.XLSX, preset=Preset.EXCEL)


NAME = [("Name", Column("name", "Name", lambda one: one.data["name"]))]


def cells_written(*names: str) -> list[tuple[str, str]]:
    pieces = iter([[somebody(name) for name in names]])
    _, *rows = read_xlsx(b"".join(as_xlsx.write(NAME, pieces, title="Chiefs")))
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


# --- the sheet ------------------------------------------------------------------------

BOOK = Wanted(format=Format.XLSX, preset=Preset.EXCEL)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def part_of(content: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return ElementTree.fromstring(book.read(f"xl/{name}"))


def sheets_of(content: bytes) -> list[str]:
    return [
        sheet.attrib["name"]
        for sheet in part_of(content, "workbook.xml").iter(f"{_MAIN}sheet")
    ]


def links_of(content: bytes) -> dict[str, str]:
    """Return where each cell that is a link leads."""
    relations = part_of(content, "worksheets/_rels/sheet1.xml.rels")
    targets = [relation.attrib["Target"] for relation in relations]
    cells = part_of(content, "worksheets/sheet1.xml").iter(f"{_MAIN}hyperlink")
    return dict(zip([cell.attrib["ref"] for cell in cells], targets, strict=True))


def test_more_people_than_a_sheet_holds_go_on_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(as_xlsx, "MOST_ROWS", 3)
    written = file_of(*map(somebody, ("Ada", "Ben", "Cem")), wanted=BOOK)
    assert [row["Name"][1] for row in read_xlsx(written)] == ["Name", "Ada", "Ben"]
    assert "Cem" in list(part_of(written, "worksheets/sheet2.xml").itertext())
    assert sheets_of(written) == ["Chiefs", "Chiefs 2"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("VP Sales, DACH", "VP Sales, DACH"),
        ("a[b]c:d*e?f/g\\h", "a b c d e f g h"),
        ("'Chiefs'", "Chiefs"),
        ("two\nlines\x01", "two lines"),
        ("x" * 40, "x" * 31),
        ("x" * 30 + "🚀", "x" * 30),
        ("x" * 30 + "''", "x" * 30),
        ("History", "People"),
        ("/", "People"),
        ("مهندس 🚀", "مهندس 🚀"),
        ("=1+1", "=1+1"),
    ],
)
def test_the_sheet_is_named_for_the_search_as_excel_takes_it(
    title: str, name: str
) -> None:
    assert sheets_of(file_of(wanted=BOOK, title=title)) == [name]


def test_a_long_name_leaves_room_for_the_number_of_the_sheet() -> None:
    assert as_xlsx.sheet_name("x" * 40, number=12) == "x" * 28 + " 12"


def test_the_head_stays_in_sight_and_filters_every_column_and_row() -> None:
    written = file_of(*map(somebody, ("Ada", "Ben")), wanted=BOOK)
    sheet = part_of(written, "worksheets/sheet1.xml")
    pane = sheet.find(f".//{_MAIN}pane")
    filtered = sheet.find(f"{_MAIN}autoFilter")
    last = [cell.attrib["r"] for cell in sheet.iter(f"{_MAIN}c")][-1]
    assert pane is not None
    assert (pane.attrib["ySplit"], pane.attrib["state"]) == ("1", "frozen")
    assert filtered is not None
    assert re.fullmatch(r"A1:[A-Z]+3", filtered.attrib["ref"])
    assert last.endswith("3")


def test_columns_are_as_wide_as_their_head_or_what_stands_in_them() -> None:
    sheet = part_of(file_of(wanted=BOOK), "worksheets/sheet1.xml")
    widths = [
        float(columns.attrib["width"])
        for columns in sheet.iter(f"{_MAIN}col")
        for _ in range(int(columns.attrib["min"]), int(columns.attrib["max"]) + 1)
    ]
    heads = [head for head, _ in heads_of(Preset.EXCEL)]
    assert all(width > len(head) for width, head in zip(widths, heads, strict=True))
    assert widths[heads.index("Title")] > 30


@pytest.mark.parametrize("preset", Preset)
def test_profiles_are_links_in_every_preset(preset: Preset) -> None:
    url = "https://www.linkedin.com/in/ada-%C3%A9?a=1&b=2"
    wanted = Wanted(format=Format.XLSX, preset=preset)
    written = file_of(somebody("Ada", linkedin_url=url), wanted=wanted)
    assert list(links_of(written).values()) == [url]
    assert ("inlineStr", url) in read_xlsx(written)[1].values()


@pytest.mark.parametrize(
    "url",
    [
        "internal:Chiefs!A1",
        "external:c:\\a.exe",
        "file:///etc/passwd",
        "=1",
        "javascript:1",
        f"https://www.linkedin.com/in/{'x' * 2100}",
        "https://a b",
        "http://example.com",
    ],
    ids=["cell", "program", "file", "formula", "script", "long", "space", "plain-http"],
)
def test_what_is_no_address_of_the_web_is_text(url: str) -> None:
    written = file_of(somebody("Ada", linkedin_url=url), wanted=BOOK)
    assert not list(part_of(written, "worksheets/sheet1.xml").iter(f"{_MAIN}hyperlink"))
    assert read_xlsx(written)[1]["LinkedIn URL"] == ("inlineStr", url)


def test_beyond_excels_limit_of_links_the_address_is_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(as_xlsx, "MOST_LINKS", 2)
    urls = [f"https://www.linkedin.com/in/{name}" for name in ("ada", "ben", "cem")]
    people = [somebody("Ada", linkedin_url=url) for url in urls]
    written = file_of(*people, wanted=BOOK)
    assert list(links_of(written).values()) == urls[:2]
    rows = read_xlsx(written)[1:]
    assert [row["LinkedIn URL"] for row in rows] == [("inlineStr", url) for url in urls]


@pytest.mark.parametrize("file_format", Format)
def test_memory_does_not_grow_with_the_number_of_people(file_format: Format) -> None:
    """Eight times the people, the same peak: a piece is kept, not the file."""

    def peak_of(pieces: int) -> int:
        tracemalloc.reset_peak()
        many = ([somebody(f"Person {n}") for n in range(100)] for _ in range(pieces))
        for _ in files.write(Wanted(format=file_format), many, title="Many"):
            pass
        return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    peak_of(1)  # what is loaded once
    few, many = peak_of(2), peak_of(16)
    tracemalloc.stop()
    assert many < 1.3 * few
