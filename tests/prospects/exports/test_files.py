"""The file's name and kind."""

from __future__ import annotations

import pytest

from prospects.exports import files
from prospects.exports.files import Format, Wanted, Whom
from prospects.exports.presets import Preset


@pytest.mark.parametrize(
    ("title", "file_name"),
    [
        ("VP Sales, DACH", "VP Sales DACH - approved.csv"),
        ("../../etc/passwd", "etcpasswd - approved.csv"),
        ("Zürich", "Zürich - approved.csv"),
        ("CEO, 51–200", "CEO 51-200 - approved.csv"),
        ('"; rm', "rm - approved.csv"),
        ("///", "Search - approved.csv"),
        ("x" * 200, f"{'x' * 80} - approved.csv"),
    ],
)
def test_the_file_has_a_name_that_every_system_takes(
    title: str, file_name: str
) -> None:
    assert files.file_name(Wanted(), title=title) == file_name


def test_the_name_says_who_is_in_it_and_for_what() -> None:
    wanted = Wanted(format=Format.XLSX, preset=Preset.HUBSPOT, whom=Whom.ALL)
    assert files.file_name(wanted, title="Chiefs") == "Chiefs - all - HubSpot.xlsx"
