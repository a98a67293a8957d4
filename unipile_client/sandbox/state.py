"""Everything the running sandbox knows, in one object."""

from __future__ import annotations

import asyncio

from unipile_client.sandbox.accounts import Accounts
from unipile_client.sandbox.drift import Drift
from unipile_client.sandbox.faults import Faults
from unipile_client.sandbox.hosted import HostedLinks
from unipile_client.sandbox.index import Index
from unipile_client.sandbox.journal import Journal
from unipile_client.sandbox.population import Population
from unipile_client.sandbox.rows import Rows
from unipile_client.sandbox.webhooks import Webhooks


class Sandbox:
    """People, logins, faults and the log. Touched by the server's event loop alone."""

    def __init__(self, *, accounts: int, latency_s: float) -> None:
        self.population = Population()
        self.index = Index(self.population)
        self.rows = Rows(self.population)
        self.accounts = Accounts(accounts)
        self.faults = Faults()
        self.drift = Drift()
        self.journal = Journal()
        self.webhooks = Webhooks()
        self.hosted = HostedLinks()
        self.first_latency_s = latency_s
        self.latency_s = latency_s
        self.released = asyncio.Event()

    def release(self) -> None:
        """Let every stalled answer go."""
        self.released.set()
        self.released = asyncio.Event()

    def set_status(self, account_id: str, status: str) -> None:
        """Give a login another status, and tell the webhooks. Raises Problem."""
        account = self.accounts.change(account_id, status=status, features=None)
        self.webhooks.tell(account)

    def clear_faults(self) -> None:
        """Drop all faults and what they moved, and let stalled answers go."""
        self.faults.dial([])
        self.drift.clear()
        self.release()

    def reset(self) -> None:
        """Return to the state of the start; requests under way go on."""
        self.clear_faults()
        self.journal.clear()
        self.accounts.reset()
        self.webhooks.reset()
        self.hosted.reset()
        self.latency_s = self.first_latency_s
