"""The pictures' index, made of the states' own names and words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "docs" / "screens"
INDEX = FOLDER / "README.md"
_PREFIX = "shows_"
_HEAD = """# Screens

Every page and state, taken by `make screens` at 1440 and 390 px from the running
application with the local Unipile behind it; the people are fictional.
"""


def state_of(function: Callable[..., Any]) -> str:
    """Return the name of the state that a function shows."""
    return function.__name__.removeprefix(_PREFIX).replace("_", "-")


def is_state(function: Callable[..., Any]) -> bool:
    return function.__name__.startswith(_PREFIX)


def write_index(items: Sequence[pytest.Function]) -> None:
    """Name each state with its pictures, under its module's words."""
    parts, module = [_HEAD], None
    for item in items:
        if item.module is not module:
            module = item.module
            parts.append(f"\n## {_words(module)}\n")
        state = state_of(item.function)
        taken = sorted(FOLDER.glob(f"{state}-[0-9]*.webp"), key=_order)
        links = " ".join(f"[{_look(path)}]({path.name})" for path in taken)
        parts.append(f"- **{_words(item.function)}** {links}")
    INDEX.write_text("\n".join(parts) + "\n")


def _words(thing: object) -> str:
    return (inspect.getdoc(thing) or "").replace("\n", " ").strip()


def _look(path: Path) -> str:
    width, theme = path.stem.split("-")[-2:]
    return f"{width} {theme}"


def _order(path: Path) -> tuple[int, str]:
    width, theme = path.stem.split("-")[-2:]
    return -int(width), "0" if theme == "light" else theme
