"""A machine: a network namespace at the end of a wire, which may be cut."""

from __future__ import annotations

import subprocess
from types import TracebackType

from tests.acceptance.processes import Child

_HOLD = ("unshare", "--net", "--", "sh", "-c", "echo in; exec cat")


class Machine:
    """A namespace that reaches the servers over its wire alone.

    `number` makes its addresses: 10.77.<number>.1 is the servers' end, .2 its own.
    """

    def __init__(self, number: int) -> None:
        self.gateway = f"10.77.{number}.1"
        self.address = f"10.77.{number}.2"
        self._wire = f"wire{number}"
        self._children: list[Child] = []

    def __enter__(self) -> Machine:
        self._holder = subprocess.Popen(
            _HOLD, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"in\n"
        own_end = ("peer", "name", "eth0", "netns", str(self._holder.pid))
        _ip("link", "add", self._wire, "type", "veth", *own_end)
        _ip("address", "add", f"{self.gateway}/24", "dev", self._wire)
        _ip("link", "set", self._wire, "up")
        self._ip_within("address", "add", f"{self.address}/24", "dev", "eth0")
        for link in ("lo", "eth0"):
            self._ip_within("link", "set", link, "up")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.heal()
        for child in self._children:
            child.kill()
        _ip("link", "delete", self._wire)
        self._holder.communicate()

    def cut(self) -> None:
        """Nothing passes any more, and neither end is told."""
        _ip("link", "set", self._wire, "down")

    def heal(self) -> None:
        _ip("link", "set", self._wire, "up")

    def start(self, *command: str, env: dict[str, str]) -> Child:
        """Start a Python program on this machine; it ends with the machine."""
        child = Child(*command, env=env, prefix=self._within())
        self._children.append(child)
        child.start()
        return child

    def _within(self) -> tuple[str, ...]:
        return ("nsenter", "--target", str(self._holder.pid), "--net", "--")

    def _ip_within(self, *what: str) -> None:
        subprocess.run([*self._within(), "ip", *what], check=True)


def _ip(*what: str) -> None:
    subprocess.run(["ip", *what], check=True)
