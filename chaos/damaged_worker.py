"""`python -m chaos.damaged_worker DAMAGE [celery's arguments]`: a worker that fails."""

from __future__ import annotations

import importlib
import os
import runpy
import sys

import django


def main() -> None:
    """Break the engine in this process, then be Celery."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    damage = importlib.import_module("chaos.damage")  # it needs the models
    damage.DAMAGES[sys.argv[1]]()
    sys.argv = ["celery", *sys.argv[2:]]
    runpy.run_module("celery", run_name="__main__")


if __name__ == "__main__":
    main()
