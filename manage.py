"""Run a management command; see `manage.py help`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from config.embedded import EmbeddedError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except EmbeddedError as error:
        sys.exit(str(error))
