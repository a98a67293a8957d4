"""What `make demo`, `run` and `smoke` start, and with which environment."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from config.embedded import ServiceUrls
from config.embedded.system import free_port
from config.processes import Plan, Unusable, environment_of, is_healthy, main, read_plan

SERVICES = ServiceUrls(database_url="postgres://x", redis_url="redis://x")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UNIPILE_DSN", "UNIPILE_API_KEY", "VAR_DIR", "SITE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORT", str(free_port()))


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        monkeypatch.setenv("PORT", str(server.getsockname()[1]))
        yield server.getsockname()[1]


def plan(*, sandbox_port: int = 5000, command: str = "demo") -> Plan:
    return Plan(
        command=command, port=8000, var_dir=Path("/v"), sandbox_port=sandbox_port
    )


def test_without_a_unipile_the_sandbox_is_started() -> None:
    assert read_plan("demo").sandbox_port > 0


def test_with_a_unipile_no_sandbox_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIPILE_DSN", "api1.unipile.com:13111")
    monkeypatch.setenv("UNIPILE_API_KEY", "key")
    assert read_plan("demo").sandbox_port == 0


def test_half_a_unipile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIPILE_DSN", "api1.unipile.com:13111")
    with pytest.raises(Unusable, match="both"):
        read_plan("demo")


def test_a_port_in_use_is_refused_with_another_to_try(taken: int) -> None:
    with pytest.raises(Unusable) as refused:
        read_plan("demo")
    assert str(refused.value) == (f"Port {taken} is in use: make demo PORT={taken + 1}")


def test_a_relative_var_dir_is_made_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", "elsewhere")
    assert read_plan("demo").var_dir == Path.cwd() / "elsewhere"


def test_every_process_is_told_where_the_servers_are() -> None:
    given = environment_of(plan(), SERVICES)
    assert (given["DATABASE_URL"], given["REDIS_URL"], given["VAR_DIR"]) == (
        "postgres://x",
        "redis://x",
        "/v",
    )


def test_every_process_is_told_where_the_sandbox_is() -> None:
    given = environment_of(plan(), SERVICES)
    assert given["UNIPILE_DSN"] == "http://127.0.0.1:5000"
    assert given["UNIPILE_IS_SANDBOX"] == "true"


def test_a_real_unipile_is_left_as_it_was_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UNIPILE_DSN", "api1.unipile.com:13111")
    given = environment_of(plan(sandbox_port=0), SERVICES)
    assert given["UNIPILE_DSN"] == "api1.unipile.com:13111"
    assert "UNIPILE_IS_SANDBOX" not in given


def test_the_site_is_the_port_that_is_listened_on() -> None:
    assert environment_of(plan(), SERVICES)["SITE_URL"] == "http://127.0.0.1:8000"


def test_a_site_that_was_given_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "http://box:8000")
    assert environment_of(plan(), SERVICES)["SITE_URL"] == "http://box:8000"


@pytest.mark.parametrize(
    ("command", "sandbox_port", "seeded"),
    [("demo", 0, True), ("smoke", 0, True), ("run", 0, False), ("run", 5000, True)],
)
def test_a_real_workspace_gets_no_demo_user(
    command: str, sandbox_port: int, seeded: bool
) -> None:
    assert plan(command=command, sandbox_port=sandbox_port).has_demo_user is seeded


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_health_is_what_the_web_process_says(status: int, healthy: bool) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        answer = is_healthy(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
    assert answer is healthy


def test_nobody_there_is_not_healthy() -> None:
    assert not is_healthy(f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("argv", [[], ["fly"], ["demo", "run"]])
def test_another_command_is_refused(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    assert capsys.readouterr().err.startswith("usage:")
