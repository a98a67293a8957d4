"""`python -m config.embedded start | stop | with [--no-fsync] COMMAND …`.

`start` prints the two addresses and keeps the servers until `stop`; `with` runs a
command that finds them in its environment, and ends with its exit code.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import environ

from config import embedded

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def var_dir() -> Path:
    """Return VAR_DIR as the settings do: environment, `.env`, default."""
    environ.Env.read_env(BASE_DIR / ".env")
    return Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").absolute()


def main(argv: list[str]) -> int:
    """Do what the command line says; 1 and one line where it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m config.embedded")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("start")
    commands.add_parser("stop")
    within = commands.add_parser("with")
    within.add_argument("--no-fsync", action="store_true")
    within.add_argument("argv", nargs=argparse.REMAINDER)
    given = parser.parse_args(argv)
    try:
        if given.command == "start":
            urls = embedded.keep(var_dir())
            sys.stdout.write(f"DATABASE_URL={urls.database_url}\n")
            sys.stdout.write(f"REDIS_URL={urls.redis_url}\n")
        elif given.command == "stop":
            embedded.stop(var_dir())
        else:
            return _run(given.argv, durable=not given.no_fsync)
    except (embedded.EmbeddedError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _run(argv: list[str], *, durable: bool) -> int:
    with embedded.hold(var_dir(), durable=durable) as held:
        addresses = {
            "DATABASE_URL": held.urls.database_url,
            "REDIS_URL": held.urls.redis_url,
        }
        return subprocess.run(argv, env=os.environ | addresses, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
