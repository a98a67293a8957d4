"""Processes that live and die together, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.embedded.system import command_line, wait_until
from config.supervisor import ProcessEnded, Supervisor

BASE_DIR = Path(__file__).resolve().parents[2]
SLEEP = ["sleep", "4321"]


@pytest.fixture
def supervise(tmp_path: Path) -> Callable[..., Supervisor]:
    def make(*, visible: bool = False, **environment: str) -> Supervisor:
        return Supervisor(
            environment={"PATH": os.environ["PATH"], **environment},
            logs=tmp_path / "logs",
            visible=visible,
            cwd=tmp_path,
            termination_s=0.5,
        )

    return make


def shell(script: str) -> list[str]:
    return ["/bin/sh", "-c", script]


def pid_in(path: Path) -> int:
    assert wait_until(lambda: path.exists() and path.read_text() != "", timeout_s=30)
    return int(path.read_text())


def is_gone(pid: int) -> bool:
    return wait_until(lambda: not command_line(pid), timeout_s=30)


def test_leaving_ends_every_process(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    with supervise() as supervisor:
        supervisor.start("sleeper", shell("echo $$ > pid; exec sleep 4321"))
        pid = pid_in(tmp_path / "pid")
    assert is_gone(pid)


def test_leaving_ends_what_a_process_started_itself(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    with supervise() as supervisor:
        supervisor.start("parent", shell("sleep 4321 & echo $! > pid; wait"))
        pid = pid_in(tmp_path / "pid")
    assert is_gone(pid)


def test_leaving_ends_what_a_dead_process_left(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    with supervise() as supervisor:
        supervisor.start("parent", shell("sleep 4321 & echo $! > pid"))
        with pytest.raises(ProcessEnded):
            supervisor.watch()
    assert is_gone(pid_in(tmp_path / "pid"))


def test_a_process_that_will_not_end_is_killed(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    with supervise() as supervisor:
        supervisor.start(
            "stubborn", shell("trap '' TERM; echo $$ > pid; while :; do sleep 1; done")
        )
        pid = pid_in(tmp_path / "pid")
    assert is_gone(pid)


def test_a_process_may_end_in_order(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    with supervise() as supervisor:
        tidy = "trap 'echo tidied > end; exit' TERM; echo $$ > pid; sleep 4321 & wait"
        supervisor.start("tidy", shell(tidy))
        pid_in(tmp_path / "pid")
    assert (tmp_path / "end").read_text() == "tidied\n"


def test_the_death_of_one_is_told_with_name_code_and_last_line(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    with supervise() as supervisor:
        supervisor.start("sleeper", SLEEP)
        supervisor.start("worker", shell("echo no broker; exit 3"))
        with pytest.raises(ProcessEnded) as ended:
            supervisor.watch()
    log = tmp_path / "logs" / "worker.log"
    assert str(ended.value) == (
        f"worker ended with exit code 3: no broker (all of it: {log})"
    )


def test_a_killed_process_is_told_with_the_signal(
    supervise: Callable[..., Supervisor],
) -> None:
    with supervise(visible=True) as supervisor:
        supervisor.start("worker", shell("kill -KILL $$"))
        with pytest.raises(ProcessEnded, match=r"^worker was ended by SIGKILL$"):
            supervisor.watch()


def test_a_command_returns_what_it_wrote(
    supervise: Callable[..., Supervisor],
) -> None:
    with supervise(NAME="Anna") as supervisor:
        assert supervisor.run("greet", shell("echo hello $NAME")) == "hello Anna\n"


def test_a_command_that_fails_says_so(supervise: Callable[..., Supervisor]) -> None:
    with (
        supervise() as supervisor,
        pytest.raises(ProcessEnded, match="migrate ended with exit code 1: no table"),
    ):
        supervisor.run("migrate", shell("echo no table >&2; exit 1"))


def test_a_command_that_ended_is_no_longer_watched(
    supervise: Callable[..., Supervisor],
) -> None:
    with supervise() as supervisor:
        supervisor.run("migrate", ["true"])
        supervisor.wait_until(lambda: True, what="web", timeout_s=1)


def test_a_command_is_given_up_when_a_process_dies(
    supervise: Callable[..., Supervisor],
) -> None:
    with supervise() as supervisor:
        supervisor.start("web", ["false"])
        with pytest.raises(ProcessEnded, match="web ended with exit code 1"):
            supervisor.run("smoke_test", SLEEP)


def test_a_shown_command_writes_to_our_own_output(
    supervise: Callable[..., Supervisor], capfd: pytest.CaptureFixture[str]
) -> None:
    with supervise() as supervisor:
        supervisor.show("smoke_test", ["echo", "step one"])
    assert capfd.readouterr().out == "step one\n"


def test_a_visible_process_writes_to_our_own_output(
    supervise: Callable[..., Supervisor], capfd: pytest.CaptureFixture[str]
) -> None:
    with supervise(visible=True) as supervisor:
        supervisor.start("web", ["echo", "GET /"])
        with pytest.raises(ProcessEnded):
            supervisor.watch()
    assert capfd.readouterr().out == "GET /\n"


def test_waiting_ends_when_a_process_dies(
    supervise: Callable[..., Supervisor],
) -> None:
    with supervise() as supervisor:
        supervisor.start("web", ["false"])
        with pytest.raises(ProcessEnded, match="web ended"):
            supervisor.wait_until(lambda: False, what="web", timeout_s=60)


def test_waiting_has_an_end(supervise: Callable[..., Supervisor]) -> None:
    with (
        supervise() as supervisor,
        pytest.raises(ProcessEnded, match="web did not answer within 0 s"),
    ):
        supervisor.wait_until(lambda: False, what="web", timeout_s=0.1)


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys\n"
        "from config.supervisor import Supervisor\n"
        "here = pathlib.Path(sys.argv[1])\n"
        "s = Supervisor(environment=os.environ, logs=here, visible=False, cwd=here)\n"
        "s.start('sleeper', ['/bin/sh', '-c', 'echo $$ > pid; exec sleep 4321'])\n"
        "s.watch()\n"
    )
    argv = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(argv, cwd=BASE_DIR) as supervising:
        pid = pid_in(tmp_path / "pid")
        supervising.send_signal(signal.SIGKILL)
    assert is_gone(pid)


def test_a_killed_process_is_gone_and_its_name_is_free(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    with supervise() as supervisor:
        supervisor.start("sleeper", shell("echo $$ > first; exec sleep 4321"))
        first = pid_in(tmp_path / "first")
        supervisor.kill("sleeper")
        supervisor.start("sleeper", shell("echo $$ > second; exec sleep 4321"))
        second = pid_in(tmp_path / "second")
        assert is_gone(first)
        assert command_line(second)
        assert supervisor.ended() == {}
    assert is_gone(second)


def test_a_process_that_ends_of_itself_is_named(
    supervise: Callable[..., Supervisor],
) -> None:
    with supervise() as supervisor:
        supervisor.start("short", shell("exit 0"))
        supervisor.start("sleeper", SLEEP)
        assert wait_until(lambda: supervisor.ended() != {}, timeout_s=30)
        assert list(supervisor.ended()) == ["short"]
        assert "exit code 0" in supervisor.ended()["short"]


def test_a_signal_reaches_the_process_that_was_named(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    with supervise() as supervisor:
        script = "trap 'echo heard > {0}' USR1; echo $$ > {0}.pid; sleep 4321 & wait"
        for name in ("one", "other"):
            supervisor.start(name, shell(script.format(name)))
            pid_in(tmp_path / f"{name}.pid")
        supervisor.send("one", signal.SIGUSR1)
        assert wait_until((tmp_path / "one").exists, timeout_s=30)
        assert not (tmp_path / "other").exists()
