"""Priya, signed in, with a LinkedIn account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import LinkedInAccount, Membership
from tests.factories import (
    LinkedInAccountFactory,
    MembershipFactory,
)
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer


@pytest.fixture
def member() -> Membership:
    return MembershipFactory.create(user__name="Priya Raman")


@pytest.fixture
def account(member: Membership) -> LinkedInAccount:
    return LinkedInAccountFactory.create(user=member.user, workspace=member.workspace)


@pytest.fixture
def client_of() -> Callable[[Membership], Client]:
    def signed_in(who: Membership) -> Client:
        client = Client()
        client.force_login(who.user)
        return client

    return signed_in


@pytest.fixture
def browser(member: Membership, client_of: Callable[[Membership], Client]) -> Client:
    return client_of(member)


@pytest.fixture
def known(account: LinkedInAccount, sandbox: SandboxServer) -> LinkedInAccount:
    """The account, as the local Unipile knows it."""
    LinkedInAccount.objects.update(unipile_account_id=account_id(0))
    return account
