"""The Celery application; its tasks live in `searchjobs.tasks`."""

from __future__ import annotations

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

for scheme in ("redis", "rediss"):
    TRANSPORT_ALIASES[scheme] = "config.broker:Transport"

app = Celery("shortlist")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["searchjobs"])
