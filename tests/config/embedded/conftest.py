"""Servers of a test's own, in a folder that the servers' account can reach."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import embedded
from config.embedded import state


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder open to every account, as a clone in /srv is."""
    made = Path(tempfile.mkdtemp(prefix="shortlist-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def var_dir(folder: Path) -> Iterator[Path]:
    """Return a VAR_DIR that does not exist yet; what runs there is stopped."""
    var_dir = folder / "var"
    yield var_dir
    directory = state.read(var_dir).directory
    embedded.stop(var_dir)
    if directory:
        shutil.rmtree(directory)
