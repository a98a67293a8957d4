"""Start a PostgreSQL of its own, fill it, measure, and remove all of it."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

import django
from django.core.management import call_command

from config import embedded

VAR_DIR = Path(os.environ.get("VAR_DIR", "var")).absolute() / "partitions"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.partitions")
    parser.add_argument("--millions", type=float, default=10)
    options = parser.parse_args()
    with embedded.hold(VAR_DIR, durable=False) as held:  # the disk is not compared
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": held.urls.database_url,
            "REDIS_URL": held.urls.redis_url,
            "VAR_DIR": str(VAR_DIR),
        }
        django.setup()
        from bench.partitions import measures  # its models need the settings above

        call_command("migrate", verbosity=0)
        for line in measures.all_layouts(jobs=int(options.millions * 400)):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    shutil.rmtree(VAR_DIR)


if __name__ == "__main__":
    main()
