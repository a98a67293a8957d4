"""Run the dispatcher until it is told to stop."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from searchjobs import dispatcher


class Command(BaseCommand):
    help = "Send accounts whose turn has come to the workers. Run one or several."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        dispatcher.run(stop)
