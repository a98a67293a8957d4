"""What can be said of a running pair of servers; started once for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config import embedded
from config.embedded import postgres, state, system, valkey


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("pair") / "var"
    with embedded.hold(made, durable=False):
        yield made
    shutil.rmtree(directory(made))


def directory(var_dir: Path) -> Path:
    return Path(state.read(var_dir).directory)


def ask(urls: embedded.ServiceUrls, question: str) -> str:
    with psycopg.connect(urls.database_url) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return str(row[0])


@pytest.fixture
def urls(var_dir: Path) -> Iterator[embedded.ServiceUrls]:
    with embedded.hold(var_dir, durable=False) as held:
        yield held.urls


def test_postgresql_18_answers(urls: embedded.ServiceUrls) -> None:
    assert ask(urls, "SHOW server_version").startswith("18.")


def test_valkey_answers(urls: embedded.ServiceUrls) -> None:
    with redis.Redis.from_url(urls.redis_url) as client:
        assert client.ping()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("server_encoding", "UTF8"),
        ("listen_addresses", "127.0.0.1"),
        ("unix_socket_directories", ""),
        ("max_connections", "200"),
        ("timezone", "UTC"),
        ("fsync", "off"),
        ("full_page_writes", "off"),
        ("synchronous_commit", "off"),
    ],
)
def test_postgresql_is_set_up(
    urls: embedded.ServiceUrls, setting: str, value: str
) -> None:
    assert ask(urls, f"SHOW {setting}") == value


def test_text_sorts_the_same_on_every_machine(urls: embedded.ServiceUrls) -> None:
    asked = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
    assert ask(urls, asked) == "C"


def test_postgresql_refuses_another_password(
    urls: embedded.ServiceUrls, var_dir: Path
) -> None:
    wrong = postgres.url(state.read(var_dir).postgres_port, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(wrong)


def test_valkey_refuses_strangers(urls: embedded.ServiceUrls, var_dir: Path) -> None:
    port = state.read(var_dir).valkey_port
    with (
        redis.Redis(host="127.0.0.1", port=port) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_the_passwords_are_readable_by_their_user_alone(
    urls: embedded.ServiceUrls, var_dir: Path
) -> None:
    assert (var_dir / "services.json").stat().st_mode & 0o777 == 0o600


def test_no_password_stands_in_a_command_line(
    urls: embedded.ServiceUrls, var_dir: Path
) -> None:
    known = state.read(var_dir)
    pids = [server.pid(directory(var_dir)) for server in (postgres, valkey)]
    lines = "".join(system.command_line(pid) for pid in pids if pid)
    assert "postgres" in lines
    assert known.valkey_password not in lines
    assert known.postgres_password not in lines


def test_nothing_runs_as_root(urls: embedded.ServiceUrls, var_dir: Path) -> None:
    for server in (postgres, valkey):
        pid = server.pid(directory(var_dir))
        assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_a_second_user_gets_the_same_addresses(
    urls: embedded.ServiceUrls, var_dir: Path
) -> None:
    with embedded.hold(var_dir, durable=False) as second:
        assert second.urls == urls


def test_one_server_alone_can_be_asked_for(
    urls: embedded.ServiceUrls, var_dir: Path
) -> None:
    with embedded.hold(var_dir, postgres=False) as held:
        assert held.urls.database_url == ""
        assert held.urls.redis_url == urls.redis_url
