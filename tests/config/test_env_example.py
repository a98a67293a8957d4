"""`.env.example` names every variable that is read, and no other."""

from __future__ import annotations

import re
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:env(?:iron)?(?:\.\w+)?|_secret)[(\[]\s*"([A-Z_]{2,})\"""")
NAMED = re.compile(r"^#? ?([A-Z_]{2,})=", re.MULTILINE)
COMMAND_VARIABLES = {"PORT", "DEMO_PASSWORD"}  # read by the runner and by seed_demo


def test_every_variable_that_is_read_is_named() -> None:
    settings = (BASE_DIR / "config" / "settings.py").read_text()
    named = NAMED.findall((BASE_DIR / ".env.example").read_text())
    assert sorted({*READ.findall(settings), *COMMAND_VARIABLES}) == sorted(named)
