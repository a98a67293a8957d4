"""The servers of a VAR_DIR: started once, shared, kept, found again after a crash."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from config import embedded
from config.embedded import Hold, postgres, state, system, valkey

BASE_DIR = Path(__file__).resolve().parents[3]


def start(var_dir: Path) -> Hold:
    return embedded.hold(var_dir, durable=False)


def directory(var_dir: Path) -> Path:
    return Path(state.read(var_dir).directory)


def running(var_dir: Path) -> list[str]:
    servers = {"postgres": postgres, "valkey": valkey}
    return [name for name, server in servers.items() if server.pid(directory(var_dir))]


def ask(urls: embedded.ServiceUrls, question: str) -> str:
    with psycopg.connect(urls.database_url) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return str(row[0])


def remember_seven(urls: embedded.ServiceUrls) -> None:
    with psycopg.connect(urls.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a Python that ends when its standard input is closed."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=BASE_DIR,
    )


HOLDER = (
    "import sys, pathlib\n"
    "from config import embedded\n"
    "embedded.ensure(pathlib.Path(sys.argv[1]), durable=False)\n"
    "print('ready', flush=True)\n"
    "sys.stdin.read()\n"
)


def test_data_and_ports_are_kept_between_runs(var_dir: Path) -> None:
    with start(var_dir) as first:
        remember_seven(first.urls)
    stopped = running(var_dir)
    with start(var_dir) as second:
        assert ask(second.urls, "SELECT n FROM kept") == "7"
    assert stopped == []
    assert first.urls.database_url == second.urls.database_url


def test_fsync_is_on_unless_told_otherwise(var_dir: Path) -> None:
    with embedded.hold(var_dir, valkey=False) as held:
        assert ask(held.urls, "SHOW fsync") == "on"


def test_a_server_not_asked_for_is_not_started(var_dir: Path) -> None:
    with embedded.hold(var_dir, postgres=False):
        assert running(var_dir) == ["valkey"]


def test_the_last_to_leave_stops_the_servers(var_dir: Path) -> None:
    first, second = start(var_dir), start(var_dir)
    first.release()
    while_one_is_left = running(var_dir)
    second.release()
    assert (while_one_is_left, running(var_dir)) == (["postgres", "valkey"], [])


def test_a_process_that_ends_stops_what_it_started(var_dir: Path) -> None:
    with python(HOLDER, var_dir) as holder:
        output, _ = holder.communicate()
    assert output == "ready\n"
    assert running(var_dir) == []


def test_a_killed_process_is_no_longer_a_user(var_dir: Path) -> None:
    with python(HOLDER, var_dir) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.kill()
    left = running(var_dir)
    start(var_dir).release()
    assert (left, running(var_dir)) == (["postgres", "valkey"], [])


def test_a_forked_child_leaves_the_servers_to_its_parent(var_dir: Path) -> None:
    code = (
        "import os, sys, pathlib\n"
        "from config import embedded\n"
        "held = embedded.hold(pathlib.Path(sys.argv[1]), postgres=False)\n"
        "if not (child := os.fork()):\n"
        "    held.release()\n"
        "    os._exit(0)\n"
        "os.waitpid(child, 0)\n"
        "print('ready', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with python(code, var_dir) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert running(var_dir) == ["valkey"]


def test_kept_servers_outlive_their_users_until_stopped(var_dir: Path) -> None:
    embedded.keep(var_dir)
    start(var_dir).release()
    kept = running(var_dir)
    embedded.stop(var_dir)
    assert (kept, running(var_dir)) == (["postgres", "valkey"], [])


def test_servers_that_died_are_no_longer_kept(var_dir: Path) -> None:
    embedded.keep(var_dir)
    for server in (postgres, valkey):
        kill(server.pid(directory(var_dir)))
    start(var_dir).release()
    assert running(var_dir) == []


def test_killed_servers_are_started_again_with_their_data(var_dir: Path) -> None:
    with embedded.hold(var_dir, durable=True) as held:
        remember_seven(held.urls)
        for server in (postgres, valkey):
            kill(server.pid(directory(var_dir)))
        with start(var_dir) as again:
            assert ask(again.urls, "SELECT n FROM kept") == "7"


def test_a_pid_file_that_names_another_process_does_not_deceive(var_dir: Path) -> None:
    with start(var_dir):
        for server in (postgres, valkey):
            kill(server.pid(directory(var_dir)))
    pid_files = ["postgres/postmaster.pid", "valkey.pid"]
    for pid_file in pid_files:
        rest = (directory(var_dir) / pid_file).read_text().partition("\n")[2]
        (directory(var_dir) / pid_file).write_text(f"{os.getppid()}\n{rest}")
    with start(var_dir) as held:
        assert ask(held.urls, "SELECT 1") == "1"


def test_a_port_that_somebody_took_is_chosen_anew(var_dir: Path) -> None:
    start(var_dir).release()
    taken = state.read(var_dir).postgres_port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", taken))
        other.listen()
        with start(var_dir) as held:
            assert f":{taken}/" not in held.urls.database_url
            assert ask(held.urls, "SELECT 1") == "1"


def test_two_that_start_at_once_share_one_pair(var_dir: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        holds = list(threads.map(start, [var_dir] * 4))
    assert len({hold.urls for hold in holds}) == 1
    for hold in holds:
        hold.release()
    assert running(var_dir) == []


def test_passwords_that_were_lost_are_made_anew(var_dir: Path) -> None:
    start(var_dir).release()
    (var_dir / "services.json").unlink()
    with start(var_dir) as held:
        assert ask(held.urls, "SELECT 1") == "1"


def test_a_data_folder_made_by_half_is_made_anew(var_dir: Path) -> None:
    half = var_dir / "services" / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with start(var_dir) as held:
        assert ask(held.urls, "SELECT 1") == "1"


def test_data_of_another_version_are_refused(var_dir: Path) -> None:
    data = var_dir / "services" / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.EmbeddedError, match="data of PostgreSQL 17"):
        start(var_dir)


def test_a_failed_start_leaves_nothing_running(var_dir: Path) -> None:
    (var_dir / "services" / "valkey.log").mkdir(parents=True)
    with pytest.raises(embedded.EmbeddedError, match="Cannot use"):
        start(var_dir)
    assert running(var_dir) == []


def test_a_var_dir_may_be_long_and_hold_spaces(folder: Path) -> None:
    var_dir = folder / "with a space" / ("long" * 40) / "var"
    with start(var_dir) as held:
        assert ask(held.urls, "SELECT 1") == "1"


def test_a_var_dir_in_a_closed_home_works(folder: Path, var_dir: Path) -> None:
    folder.chmod(0o700)
    with start(var_dir) as held:
        assert ask(held.urls, "SELECT 1") == "1"


def test_stopping_where_nothing_ever_ran_does_nothing(var_dir: Path) -> None:
    embedded.stop(var_dir)
    assert not var_dir.exists()


def kill(pid: int | None) -> None:
    """Kill a server and wait until nothing of it holds its data."""
    assert pid is not None
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    os.kill(pid, signal.SIGKILL)
    for gone in (pid, *map(int, children)):
        assert system.wait_until(
            lambda n=gone: not system.command_line(n), timeout_s=30
        )
