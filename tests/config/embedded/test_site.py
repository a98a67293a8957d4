"""Where the servers live, and as whom: also where root's own home is closed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.errors import EmbeddedError
from config.embedded.site import Site, open_site

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def closed_home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    yield home
    shutil.rmtree(open_site(home, remembered="").directory)


@pytest.fixture
def site(folder: Path) -> Site:
    return open_site(folder, remembered="")


def test_an_open_folder_holds_the_servers_files(site: Site, folder: Path) -> None:
    assert site.directory == folder / "services"


def test_the_servers_files_are_closed_to_others(site: Site) -> None:
    assert site.directory.stat().st_mode & 0o777 == 0o700


def test_the_binaries_are_postgresql_18(site: Site) -> None:
    code, said = site.run([site.postgres / "bin" / "postgres", "--version"])
    assert (code, said.startswith("postgres (PostgreSQL) 18.")) == (0, True)


def test_the_binaries_are_valkey(site: Site) -> None:
    _, said = site.run([site.valkey_server, "--version"])
    assert said.startswith("Valkey server v=9.")


def test_what_runs_is_never_root(site: Site) -> None:
    assert site.run(["/usr/bin/id", "-u"])[1] != "0\n"


def test_what_runs_keeps_none_of_roots_groups(site: Site) -> None:
    _, groups = site.run(["/usr/bin/id", "-G"])
    assert "0" not in groups.split()


def test_what_runs_is_in_its_directory(site: Site) -> None:
    assert site.run(["/bin/pwd"]) == (0, f"{site.directory}\n")


def test_what_runs_sees_nothing_of_our_environment(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/elsewhere")
    assert "PGDATA" not in site.run(["/usr/bin/env"])[1]


def test_what_runs_reads_what_it_is_given(site: Site) -> None:
    assert site.run(["/bin/cat"], stdin="given") == (0, "given")


def test_what_cannot_run_is_said_in_one_line(site: Site) -> None:
    with pytest.raises(EmbeddedError, match="Cannot run /nonexistent"):
        site.run(["/nonexistent"])


def test_a_closed_home_does_not_keep_the_account_out(closed_home: Path) -> None:
    site = open_site(closed_home, remembered="")
    assert site.run(["/usr/bin/touch", "made"]) == (0, "")


def test_the_files_of_a_closed_home_are_found_again(closed_home: Path) -> None:
    first = open_site(closed_home, remembered="")
    assert open_site(closed_home, remembered="").directory == first.directory


def test_data_are_looked_for_where_they_were_put(
    closed_home: Path, folder: Path
) -> None:
    first = open_site(closed_home, remembered="")
    again = open_site(folder, remembered=str(first.directory))
    assert again.directory == first.directory


def test_a_directory_that_somebody_else_owns_is_refused(folder: Path) -> None:
    (folder / "services").symlink_to("/usr")
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        open_site(folder, remembered="")
