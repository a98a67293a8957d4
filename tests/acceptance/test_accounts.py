"""A login lost in the middle of its searches, and found: nobody is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts import webhooks
from accounts.models import LinkedInAccount, Membership
from searchjobs import audit
from searchjobs.models import SearchEvent, SearchJob
from tests.acceptance.conftest import Engine
from tests.acceptance.test_workers import people_expected, people_of
from tests.acceptance.web import serving
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db(transaction=True)]

NewSearch = Callable[..., SearchJob]
SECRET = "a-secret-that-nobody-would-guess"


@pytest.fixture
def sandbox(sandbox_server: SandboxServer) -> Iterator[SandboxServer]:
    yield sandbox_server
    sandbox_server.reset()


def lose_and_find(
    engine: Engine, account: LinkedInAccount, new_search: NewSearch
) -> None:
    """Let two searches lose their login in the middle, and give it back."""
    sandbox, login = engine.sandbox, account.unipile_account_id
    assert login is not None
    sandbox.put_faults([{"kind": "disconnect", "page": 2}])
    jobs = [new_search(500), new_search(400)]
    ids = [job.id for job in jobs]
    paused = SearchJob.objects.filter(
        id__in=ids,
        status="paused",
        error_code="account_disconnected",
        error_message="LinkedIn account disconnected",
    )
    engine.wait_until(lambda: paused.count() == 2)

    sandbox.set_account_status(login, "OK")

    for job in map(engine.finish, jobs):
        assert (job.status, job.completion_reason) == ("completed", "target_reached")
        assert people_of(job) == people_expected(sandbox, account, job)
        assert audit.audit(job.id) == []
        kinds = SearchEvent.objects.filter(job=job).values_list("kind", flat=True)
        assert {"paused", "resumed"} <= {*kinds}
    searches = [r for r in sandbox.requests(login) if r["path"].endswith("/search")]
    assert {r["busy"] for r in searches} == {1}
    assert len(searches) == 5 + 4 + 1  # none while it was lost


def test_the_webhook_lets_searches_go_on(
    account: LinkedInAccount,
    membership: Membership,
    sandbox: SandboxServer,
    new_search: NewSearch,
    settings: Any,
) -> None:
    engine = Engine(
        sandbox, UNIPILE_WEBHOOK_SECRET=SECRET, ACCOUNT_REREAD_SECONDS="3600"
    )
    settings.UNIPILE_WEBHOOK_SECRET = SECRET
    settings.UNIPILE_DSN, settings.UNIPILE_API_KEY = sandbox.url, "test-key"
    engine.start()
    try:
        with serving(membership, engine.env) as web:
            webhooks.connect(web.url + webhooks.PATH)
            lose_and_find(engine, account, new_search)
    finally:
        engine.stop()

    told = [one["body"]["AccountStatus"]["message"] for one in sandbox.deliveries()]
    assert told == ["CREDENTIALS", "OK"]
    assert {one["status"] for one in sandbox.deliveries()} == {200}


def test_without_a_webhook_they_go_on_as_well(
    account: LinkedInAccount, sandbox: SandboxServer, new_search: NewSearch
) -> None:
    engine = Engine(sandbox, ACCOUNT_REREAD_SECONDS="0.5")
    engine.start()
    try:
        lose_and_find(engine, account, new_search)
    finally:
        engine.stop()
