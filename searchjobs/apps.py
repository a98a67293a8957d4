"""The app."""

from __future__ import annotations

from django.apps import AppConfig


class SearchjobsConfig(AppConfig):
    name = "searchjobs"
    verbose_name = "Searches"
