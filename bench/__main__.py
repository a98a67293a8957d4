"""`python -m bench [NAME …]`: print the figures of all subjects, or of some."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator

from bench import creation, engine, exports, looking, pacing, pages, sockets, storage

SUBJECTS: dict[str, Callable[[], Iterator[str]]] = {
    "engine": engine.measure,
    "pacing": pacing.measure,
    "storage": storage.measure,
    "creation": creation.measure,
    "sockets": sockets.measure,
    "looking": looking.measure,
    "pages": pages.measure,
    "exports": exports.measure,
}


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(names: list[str]) -> int:
    if unknown := set(names) - set(SUBJECTS):
        say(f"Unknown: {', '.join(unknown)}. There are: {', '.join(SUBJECTS)}")
        return 2
    python = f"Python {platform.python_version()}"
    say(f"{platform.platform()}, {os.cpu_count()} cores, {python}")
    for name, measure in SUBJECTS.items():
        if name in names or not names:
            for line in measure():
                say(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
