"""`manage.py sync_linkedin_accounts --owner EMAIL`: learn the accounts of Unipile."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import memberships
from accounts.errors import Refusal
from accounts.models import Membership, User
from searchjobs import accountsync


class Command(BaseCommand):
    help = "Read the accounts at Unipile; new ones go to the owner's workspace."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--owner", metavar="EMAIL", help="whose new accounts are")

    def handle(self, *args: Any, owner: str | None, **options: Any) -> None:
        try:
            outcome = accountsync.sync(owner=_membership_of(owner) if owner else None)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(
            f"{outcome.listed} LinkedIn accounts at Unipile: {len(outcome.added)} new, "
            f"{len(outcome.changed)} with another status"
        )
        if outcome.unclaimed:
            self.stdout.write(
                f"{outcome.unclaimed} belong to nobody here: name their --owner"
            )


def _membership_of(email: str) -> Membership:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"No user has the address {email}.")
    return memberships.resolve(user, None)
