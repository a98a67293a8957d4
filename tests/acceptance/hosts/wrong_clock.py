"""`python wrong_clock.py SECONDS MODULE ARGUMENTS…`: a process whose clock is wrong.

`time.time`, `datetime.now` and their like are off by so many seconds; the monotonic
clock goes on, as on a machine that was set wrong.
"""

from __future__ import annotations

import runpy
import sys
from datetime import UTC, datetime, timedelta

import time_machine

if __name__ == "__main__":
    wrong = timedelta(seconds=float(sys.argv[1]))
    del sys.argv[0:2]
    time_machine.travel(datetime.now(UTC) + wrong, tick=True).start()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
