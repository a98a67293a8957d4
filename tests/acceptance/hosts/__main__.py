"""Move into a network of one's own and run the tests of several machines there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.acceptance.hosts.servers import Servers

HERE = Path(__file__).parent
# Processes of its own too: they all end with the first, however that ends.
ALONE = (
    *("unshare", "--user", "--map-root-user", "--net"),
    *("--pid", "--fork", "--kill-child", "--mount-proc", "--"),
)


def main(argv: list[str]) -> int:
    """Run them; where the system does not let us, say why in one line.

    That line is a failure unless `--where-possible` is given.
    """
    if argv == ["within"]:
        return _run_within()
    why_not = _obstacle()
    if why_not:
        sys.stderr.write(f"NOT RUN: the tests of several machines: {why_not}\n")
        return 0 if argv == ["--where-possible"] else 1
    again = [sys.executable, "-m", "tests.acceptance.hosts", "within"]
    return subprocess.run([*ALONE, *again], check=False).returncode


def _obstacle() -> str:
    """Return why this system cannot have machines in namespaces, "" if it can."""
    missing = [one for one in ("unshare", "nsenter", "ip") if not shutil.which(one)]
    if missing:
        return f"no {', '.join(missing)} here (Debian: util-linux, iproute2)"
    wire = ("ip", "link", "add", "one", "type", "veth", "peer", "name", "two")
    tried = subprocess.run([*ALONE, *wire], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else tried.stderr.strip().splitlines()[-1]


def _run_within() -> int:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory() as folder, Servers(Path(folder)) as servers:
        addresses = {
            "DATABASE_URL": servers.database_url,
            "REDIS_URL": servers.redis_url,
            "VAR_DIR": folder,
        }
        test = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "--timeout=300",
            f"--basetemp={folder}/tests",  # root's own is not ours: root is here a name
        ]
        return subprocess.run(
            [*test, str(HERE / "several_machines.py")],
            env=os.environ | addresses,
            check=False,
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
