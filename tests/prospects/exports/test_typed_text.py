"""What people typed anywhere, in every preset and format, read back."""

from __future__ import annotations

import re

import pytest

from prospects.exports.columns import Cell, cell_of
from prospects.exports.files import Format, Wanted
from prospects.exports.presets import Preset, heads_of
from tests.prospects.exports.reading import (
    FORMULAS,
    ODD_NAMES,
    file_of,
    read_csv,
    read_jsonl,
    read_xlsx,
    somebody,
)

TEXTS = (*ODD_NAMES, *FORMULAS, "Acme;=1+1", "Met\n-1", "a\t@SUM(A1)")
SIGNS = tuple("=+-@＝\t\r\n")
PEOPLE = [somebody(text) for text in TEXTS]


def meant(preset: Preset) -> list[dict[str, Cell]]:
    """Return every text cell as it was before anything was made harmless."""
    return [
        {
            head: text
            for head, column in heads_of(preset)
            if isinstance(text := cell_of(column.value(one)), str) and text
        }
        for one in PEOPLE
    ]


@pytest.mark.parametrize("preset", Preset)
def test_csv_holds_every_text_and_no_formula(preset: Preset) -> None:
    content = file_of(*PEOPLE, wanted=Wanted(preset=preset))
    for row, texts in zip(
        read_csv(content, encoding="utf-8-sig"), meant(preset), strict=True
    ):
        for head, text in texts.items():
            cell = row[head]
            assert not cell.lstrip(" ").startswith(SIGNS)
            assert cell.replace("'", "") == str(text).replace("'", "")
            if preset != Preset.EXCEL:
                assert cell in (text, f"'{text}")


def test_csv_for_excel_holds_no_formula_where_semicolons_separate() -> None:
    content = file_of(*PEOPLE, wanted=Wanted(preset=Preset.EXCEL)).decode("utf-8-sig")
    cells = re.split(r'[;\t\r\n]\s*"?', content)
    assert [cell for cell in cells if cell.lstrip(" ").startswith(SIGNS)] == []


@pytest.mark.parametrize("preset", Preset)
def test_a_workbook_holds_every_text_as_text(preset: Preset) -> None:
    wanted = Wanted(format=Format.XLSX, preset=preset)
    _, *rows = read_xlsx(file_of(*PEOPLE, wanted=wanted, title="=1+1"))
    for row, texts in zip(rows, meant(preset), strict=True):
        assert {head: row[head] for head in texts} == {
            head: ("inlineStr", text) for head, text in texts.items()
        }


@pytest.mark.parametrize("preset", Preset)
def test_json_lines_hold_every_text_as_it_is(preset: Preset) -> None:
    content = file_of(*PEOPLE, wanted=Wanted(format=Format.JSONL, preset=preset))
    heads = heads_of(preset)
    for row, one in zip(read_jsonl(content), PEOPLE, strict=True):
        values = {head: column.value(one) for head, column in heads}
        assert row == {
            head: list(value) if isinstance(value, tuple) else value
            for head, value in values.items()
        }
