"""`make bench`: print every figure, with the machine it was measured on."""

from __future__ import annotations

import os
import platform
import sys

from bench import measures
from bench.stack import running


def say(lines: list[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main() -> None:
    python = f"Python {platform.python_version()}"
    say([f"{platform.platform()}, {os.cpu_count()} cores, {python}"])
    with running(pace_s=0) as stack:
        say(measures.full_speed(stack))
    with running(pace_s=0.2) as stack:
        say(measures.commit_to_browser(stack))
    with running(pace_s=2, latency_s=0.1) as stack:
        say(measures.create_job(stack))
        say(measures.real_pace(stack, pace_s=2))
        say(measures.three_on_one_account(stack))


if __name__ == "__main__":
    main()
