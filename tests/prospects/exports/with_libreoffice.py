"""Does LibreOffice read every name as it was?

Needs Debian's libreoffice-calc, which `make test` does not install:
`python -m pytest tests/prospects/exports/with_libreoffice.py`.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from prospects.exports.files import Format, Whom
from prospects.exports.presets import Preset
from searchjobs.models import SearchJob
from tests.prospects.exports.reading import FORMULAS, ODD_NAMES, content_of, read_csv
from tests.prospects.making import find


@pytest.mark.parametrize("file_format", [Format.XLSX, Format.CSV])
def test_libreoffice_reads_every_name_as_it_was(
    job: SearchJob, tmp_path: Path, file_format: Format
) -> None:
    names = (*ODD_NAMES, *FORMULAS)
    for name in names:
        find(job, name=name)
    path = tmp_path / f"people.{file_format}"
    path.write_bytes(
        content_of(job, whom=Whom.ALL, file_format=file_format, preset=Preset.EXCEL)
    )
    is_csv = file_format == Format.CSV
    assert [row["Name"] for row in _through_libreoffice(path)] == [
        (f"'{name}" if is_csv and name in FORMULAS else name).replace("\r\n", "\n")
        for name in names
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
