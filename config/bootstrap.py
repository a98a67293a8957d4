"""Make `.venv` and install what is locked: `python3 -I config/bootstrap.py LOCK`.

Runs before anything is installed, so on the standard library alone, and as a script:
it must not import its own package. A stamp in `.venv` says what made it; a `.venv`
without one, or of another interpreter or folder, is made anew. The stamp is gone while
something is installed, so that an interrupted run counts as none.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

MINIMUM = (3, 11, 2)
ROOT = Path(__file__).resolve().parent.parent
PIP_OPTIONS = ("--require-hashes", "--only-binary", ":all:", "--no-deps")

HOLDS = {  # dev.txt begins from base.txt
    "base": ("base",),
    "dev": ("dev", "base"),
    "bench": ("bench",),  # beside dev
}


class Unusable(Exception):
    """This machine lacks something; the message says what."""


def check_interpreter() -> None:
    """Raise Unusable where this Python is too old or cannot make an environment."""
    if sys.version_info < MINIMUM:
        has, needs = sys.version.split()[0], ".".join(map(str, MINIMUM))
        raise Unusable(
            f"{sys.executable} is Python {has}, and {needs} or newer is needed: "
            "make PYTHON=/path/to/a/newer/python3 …"
        )
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise Unusable("Python lacks venv; on Debian: apt-get install python3-venv")


def install(root: Path, lock: str) -> None:
    """Bring `root`/.venv to what requirements/<lock>.txt says; ms when it is so."""
    venv = root / ".venv"
    stamp_file = venv / "stamp.json"
    requirements = root / "requirements" / f"{lock}.txt"
    held = {name: _digest(root, name) for name in HOLDS[lock]}
    made_by = {"python": sys.version, "in": sys.base_prefix, "folder": str(venv)}
    stamp = _read(stamp_file)
    if stamp.get("made_by") != made_by:
        _say(f"Making {venv}")
        _run([sys.executable, "-m", "venv", "--clear", str(venv)])
        stamp = {"made_by": made_by, "installed": {}}
    if stamp["installed"].get(lock) == held[lock]:
        return
    _say(f"Installing {requirements.relative_to(root)}")
    stamp_file.unlink(missing_ok=True)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    quiet = ["--no-input", "--disable-pip-version-check", "--no-warn-script-location"]
    _run([*pip, *quiet, *PIP_OPTIONS, "--no-compile", "-r", str(requirements)])
    _compile(venv / "lib")
    stamp["installed"].update(held)
    stamp_file.write_text(json.dumps(stamp, indent=1))


def main(argv: list[str]) -> int:
    """Install the lock that is named; 1 and one line where that cannot be done."""
    try:
        check_interpreter()
        turnstile = os.open(ROOT / "requirements", os.O_RDONLY)
        fcntl.flock(turnstile, fcntl.LOCK_EX)  # two `make` at once take turns
        install(ROOT, argv[0])
    except Unusable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"Cannot make {ROOT / '.venv'}: {error}\n")
        return 1
    return 0


def _digest(root: Path, lock: str) -> str:
    content = (root / "requirements" / f"{lock}.txt").read_bytes()
    return hashlib.sha256(content).hexdigest()


def _read(stamp_file: Path) -> dict[str, dict[str, str]]:
    try:
        stamp: dict[str, dict[str, str]] = json.loads(stamp_file.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def _run(argv: list[str]) -> None:
    code = subprocess.run(argv, stdin=subprocess.DEVNULL, check=False).returncode
    if code != 0:
        raise Unusable(f"This failed with exit code {code}: {' '.join(argv)}")


def _compile(folder: Path) -> None:
    """Compile what is installed, on all cores: pip takes one, and twice as long."""
    compileall = [sys.executable, "-I", "-m", "compileall", "-qq", "-j", "0"]
    # Not all that packages bring is meant for this Python.
    subprocess.run([*compileall, str(folder)], stdin=subprocess.DEVNULL, check=False)


def _say(text: str) -> None:
    sys.stderr.write(f"{text} …\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
