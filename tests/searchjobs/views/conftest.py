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
