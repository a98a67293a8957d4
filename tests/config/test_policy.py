"""What a browser may do on our pages: nothing that is not ours, nothing inline."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Membership
from tests.factories import MembershipFactory, SearchJobFactory
from tests.prospects.looking import client_of

STRICT = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}


@pytest.fixture
def member(db: None) -> Membership:
    return MembershipFactory.create(role="owner")


@pytest.mark.parametrize(
    "path",
    [
        "/searches",
        "/searches/new",
        "/searches/saved",
        "/searches/{job}?degree=2",
        "/searches/{job}?view=charts",
        "/searches/{job}?degree=9",
        "/prospects",
        "/settings",
        "/login",
        "/nowhere",
    ],
)
def test_a_page_runs_nothing_but_our_own_files(member: Membership, path: str) -> None:
    job = SearchJobFactory.create(
        account__workspace=member.workspace, account__user=member.user
    )
    browser = Client() if path == "/login" else client_of(member)
    response = browser.get(path.format(job=job.id))
    policy = response.headers["Content-Security-Policy"]
    assert dict(each.strip().split(" ", 1) for each in policy.split(";")) == STRICT
    page = response.content.decode()
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=|<style|javascript:", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r'(src|<link[^>]+href)="(https?:)?//', page)
