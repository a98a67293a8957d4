"""Does LibreOffice read whatever people typed as it was?

Needs Debian's libreoffice-calc, which `make test` does not install:
`python -m pytest tests/prospects/exports/with_libreoffice.py`.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from prospects.exports.files import Format, Wanted
from prospects.exports.presets import Preset
from tests.prospects.exports.reading import (
    FORMULAS,
    ODD_NAMES,
    file_of,
    read_csv,
    read_xlsx,
    somebody,
)

PEOPLE = [
    somebody(text, linkedin_url="https://www.linkedin.com/in/ada")
    for text in (*ODD_NAMES, *FORMULAS)
]


@pytest.mark.parametrize("file_format", [Format.XLSX, Format.CSV])
@pytest.mark.parametrize("preset", Preset)
def test_libreoffice_reads_every_text_as_it_was(
    tmp_path: Path, preset: Preset, file_format: Format
) -> None:
    content = file_of(*PEOPLE, wanted=Wanted(format=file_format, preset=preset))
    path = tmp_path / f"people.{file_format}"
    path.write_bytes(content)
    assert [
        {head: text for head, text in row.items() if text}
        for row in _through_libreoffice(path)
    ] == _as_written(content, file_format)


def _as_written(content: bytes, file_format: Format) -> list[dict[str, str]]:
    """Return each row's texts; to LibreOffice every end of a line is the same."""
    if file_format == Format.CSV:
        rows = read_csv(content, encoding="utf-8-sig")
    else:
        rows = [
            {head: text for head, (_, text) in row.items()}
            for row in read_xlsx(content)[1:]
        ]
    return [
        {head: text.replace("\r\n", "\n") for head, text in row.items() if text}
        for row in rows
    ]


def _through_libreoffice(path: Path) -> list[dict[str, str]]:
    """Open the file, CSV as UTF-8 with commas, and save it as CSV with quoted texts."""
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{path.parent}/profile",
            "--headless",
            *(["--infilter=CSV:44,34,76,1"] if path.suffix == ".csv" else []),
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
            "--outdir",
            str(path.parent / "read"),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=100,
        env=os.environ | {"HOME": str(path.parent)},
    )
    content = (path.parent / "read" / "people.csv").read_bytes()
    return read_csv(content, encoding="utf-8-sig")
