"""Alice, signed in, and three people that her search found."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Membership
from searchjobs.models import SearchJob, SearchResult
from tests.prospects.looking import client_of, count
from tests.prospects.making import find


@pytest.fixture
def browser(alice: Membership) -> Client:
    return client_of(alice)


@pytest.fixture
def people(job: SearchJob) -> list[SearchResult]:
    """Three people, counted into the search."""
    found = [
        find(job, name="Ada Lovelace", keys=["urn:1"]),
        find(job, name="Bo Diddley", connectionDegree=1, keys=["urn:2"]),
        find(job, name="Cy Twombly", connectionDegree=1, company="", keys=["urn:3"]),
    ]
    count(job, 3)
    return found
