"""`manage.py issue_token EMAIL`: print an API token, alone on the last line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import tokens
from accounts.models import User

LONGEST_DAYS = 3650


class Command(BaseCommand):
    help = "Make an API token for a user; it can be read this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--days", type=int, default=365, help="Until it expires.")

    def handle(self, *args: Any, email: str, days: int, **options: Any) -> None:
        if not 1 <= days <= LONGEST_DAYS:
            raise CommandError(f"--days must be from 1 to {LONGEST_DAYS}.")
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"No active user has the address {email}.")
        self.stdout.write(f"A token for {user.email}, valid for {days} days:")
        self.stdout.write(tokens.issue(user, lifetime=timedelta(days=days)))
