"""`manage.py connect_webhook URL`: have Unipile tell us of every account's status."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import webhooks
from accounts.errors import Refusal


class Command(BaseCommand):
    help = "Connect (or --remove) the webhook by which Unipile tells account statuses."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "url",
            nargs="?",
            default=settings.SITE_URL,
            help="where Unipile reaches this site; SITE_URL where it is not given",
        )
        parser.add_argument("--remove", action="store_true")

    def handle(self, *args: Any, url: str, remove: bool, **options: Any) -> None:
        address = url.rstrip("/") + webhooks.PATH
        try:
            count = (webhooks.disconnect if remove else webhooks.connect)(address)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        if remove:
            self.stdout.write(f"{count} webhooks to {address} removed")
        else:
            former = f", instead of {count} older ones" if count else ""
            self.stdout.write(f"Unipile tells account statuses to {address}{former}")
