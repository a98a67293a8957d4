"""Print the path of a Chromium that runs, after installing one if need be.

`python -m config.browser`, for the tests that drive a browser. Standard output carries
the path alone.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# Without the frame of a desktop browser, tests take a third less time.
SHELL = "chromium-headless-shell"
NAMES = (
    *(SHELL, "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
_APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300", "-q", "-y")


def runs(path: str) -> bool:
    """Tell whether it starts: some distributions' `chromium` only points elsewhere."""
    try:
        asked = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def installed() -> Iterator[str]:
    """Name the browsers that may be on this machine, the asked-for one first."""
    yield from filter(None, [os.environ.get("CHROMIUM_PATH")])
    yield from filter(None, map(shutil.which, NAMES))
    yield _MAC


def install_by_apt() -> Iterator[str]:
    """Install Debian's package, older ones have no shell; only root can."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    _run([*_APT, "update"])
    for package in (SHELL, "chromium"):
        install = ["install", "--no-install-recommends", package]
        _run([*_APT, *install], DEBIAN_FRONTEND="noninteractive")
        yield from filter(None, [shutil.which(package)])


def download() -> Iterator[str]:
    """Download Playwright's browser and name it."""
    _run([sys.executable, "-m", "playwright", "install", "chromium"])
    asked = subprocess.run(
        [
            *(sys.executable, "-c"),
            "from playwright.sync_api import sync_playwright as start\n"
            "with start() as playwright: print(playwright.chromium.executable_path)",
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    yield asked.stdout.strip()


def find_or_install() -> str | None:
    """Return the path of a browser that runs, or None where there is no way to one."""
    ways = itertools.chain(installed(), install_by_apt(), download())
    return next(filter(runs, ways), None)


def main() -> int:
    """Print the path; 1 and one line where there is none."""
    path = find_or_install()
    if path is None:
        sys.stderr.write(
            "No Chromium runs here: install one (Debian: apt-get install chromium), "
            "or set CHROMIUM_PATH.\n"
        )
        return 1
    sys.stdout.write(f"{Path(path)}\n")
    return 0


def _run(argv: list[str], **environment: str) -> None:
    """Run, writing to standard error; whether it helped is seen afterwards."""
    subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        env=os.environ | environment,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
