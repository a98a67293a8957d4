"""Files as those who open them read them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any
from xml.etree import ElementTree

from prospects.exports import files
from prospects.exports.files import Format, Wanted, Whom
from prospects.exports.presets import Preset
from prospects.exports.rows import Exported, of_search
from searchjobs.models import SearchJob

ODD_NAMES = (
    'Berg, "Bob"',
    "two\nlines",
    "two\r\nlines",
    "emoji 👩🏽‍🚀",
    "مهندس ليلى",
    "日本語",
    "semi;colon\ttab",
    "O'Neill",
    "a=b",
)
FORMULAS = (
    "=1+1",
    "+49 30 1234",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\n=1",
    " =1+1",
    "＝1",
    '=HYPERLINK("http://example.com";"x")',
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


TYPED = ("name", "firstName", "lastName", "title", "company", "headline", "location")


def somebody(text: str, *, linkedin_url: str = "") -> Exported:
    """Return a line that says this text wherever somebody may have typed it."""
    return Exported(
        data=dict.fromkeys(TYPED, text) | {"linkedinUrl": linkedin_url},
        decision="approved",
        decided_by=text,
        decided_at=None,
        note=text,
        tags=(text, "Bern"),
        lists=("Spring", text),
        search=text,
        found_at=None,
        match=None,
    )


def file_of(*people: Exported, wanted: Wanted, title: str = "Chiefs") -> bytes:
    return b"".join(files.write(wanted, iter([list(people)]), title=title))


def content_of(
    job: SearchJob,
    *,
    whom: Whom = Whom.APPROVED,
    file_format: Format = Format.CSV,
    preset: Preset = Preset.GENERIC,
) -> bytes:
    wanted = Wanted(format=file_format, preset=preset, whom=whom)
    pieces = of_search(job, decision=whom.shown)
    return b"".join(files.write(wanted, pieces, title=job.name))


def read_csv(content: bytes, *, encoding: str = "utf-8") -> list[dict[str, str]]:
    text = io.StringIO(content.decode(encoding), newline="")
    return list(csv.DictReader(text))


def read_jsonl(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def read_xlsx(content: bytes) -> list[dict[str, tuple[str, str]]]:
    """Return the first sheet's rows: by the head's texts each cell's type and text."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter(f"{_MAIN}f")), "a formula"
    head, *rows = [
        {
            cell.attrib["r"].rstrip("0123456789"): (cell.get("t", "n"), _text(cell))
            for cell in row
        }
        for row in sheet.iter(f"{_MAIN}row")
    ]
    return [
        {text: row[column] for column, (_, text) in head.items() if column in row}
        for row in ([head, *rows])
    ]


def _text(cell: ElementTree.Element) -> str:
    return "".join(cell.itertext()).replace("_x000D_", "\r")
