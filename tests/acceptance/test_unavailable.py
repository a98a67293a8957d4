"""While the database is away everybody is told so, nothing is stored, and it passes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings

from accounts.models import LinkedInAccount, Membership
from chaos.relay import Relay
from searchjobs.models import SearchJob
from tests.acceptance.processes import database_url
from tests.acceptance.web import Web, serving

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db(transaction=True)]

CREATE_JOB = "/api/linkedin/search/create-job"
IS_BACK_WITHIN_S = 60


@dataclass(frozen=True, kw_only=True)
class Cut:
    web: Web
    relay: Relay

    def create_job(self) -> httpx.Response:
        return self.web.client.post(CREATE_JOB, json={"search_criteria": {}})


@pytest.fixture
def wired(membership: Membership, account: LinkedInAccount) -> Iterator[Cut]:
    """A web process that reaches its database through a wire of ours."""
    address = urlsplit(database_url())
    assert address.hostname is not None
    assert address.port is not None
    with Relay(address.hostname, address.port) as relay:
        env = {
            "DATABASE_URL": database_url().replace(
                f"{address.hostname}:{address.port}", f"127.0.0.1:{relay.port}"
            ),
            "REDIS_URL": settings.REDIS_URL,
            "VAR_DIR": str(settings.VAR_DIR),
            "UNIPILE_DSN": "http://127.0.0.1:1",
            "UNIPILE_API_KEY": "test-key",
        }
        with serving(membership, env) as web:
            yield Cut(web=web, relay=relay)


def test_without_a_database_it_is_said_and_nothing_stored(wired: Cut) -> None:
    assert wired.create_job().status_code == 200
    wired.relay.cut()
    get = wired.web.client.get
    asked: list[Callable[[], httpx.Response]] = [
        wired.create_job,
        lambda: get("/api/linkedin/accounts"),
        # signed in by a session, so it fails before any view of ours
        lambda: httpx.get(
            f"{wired.web.url}/api/linkedin/accounts",
            headers={"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"},
            timeout=60,
        ),
    ]
    with ThreadPoolExecutor(len(asked) + 1) as pool:
        ready = pool.submit(get, "/readyz")
        answers = list(pool.map(lambda ask: ask(), asked))
    for answer in answers:
        body = answer.json()
        assert (answer.status_code, body["code"]) == (503, "unavailable")
        assert body["request_id"] == answer.headers["X-Request-Id"]
    assert ready.result().status_code == 503
    assert ready.result().json()["checks"]["database"] is False
    assert get("/healthz").status_code == 200
    assert SearchJob.objects.count() == 1


def test_when_it_is_back_searches_are_taken_again(wired: Cut) -> None:
    wired.relay.cut()
    assert wired.create_job().status_code == 503
    wired.relay.mend()
    deadline = time.monotonic() + IS_BACK_WITHIN_S
    while wired.create_job().status_code != 200:
        assert time.monotonic() < deadline
    assert SearchJob.objects.count() == 1
