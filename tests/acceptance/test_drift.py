"""LinkedIn changes its order while a whole engine pages through it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import LinkedInAccount
from searchjobs import audit, endings
from searchjobs.models import SearchJob, SearchResult
from tests.acceptance.conftest import CEOS, Engine
from unipile_client.criteria import translate
from unipile_client.sandbox.server import SandboxServer
from unipile_client.types import Api

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db(transaction=True)]

NewSearch = Callable[..., SearchJob]
FEW = {**CEOS, "industry": ["4"]}  # some hundreds of people


def missing(
    sandbox: SandboxServer, account: LinkedInAccount, job: SearchJob
) -> set[str]:
    """Return who exists and was not stored."""
    body = translate(job.search_criteria, Api(job.search_source)).body
    everybody = sandbox.answer(body, account.unipile_account_id)
    rows = SearchResult.objects.filter(job=job).values_list("provider_id", flat=True)
    return set(everybody) - set(rows)


def test_a_replay_finds_everybody_whom_a_drifting_order_hid(
    engine: Engine,
    account: LinkedInAccount,
    sandbox_server: SandboxServer,
    new_search: NewSearch,
) -> None:
    sandbox_server.put_faults([{"kind": "drift", "count": 20, "times": 6}])

    job = engine.finish(new_search(search_criteria=FEW))

    assert (job.status, job.completion_reason) == ("completed", "exhausted")
    assert missing(sandbox_server, account, job) == set()
    assert job.replays >= 1
    assert job.missed == 0
    assert audit.audit(job.id) == []


def test_an_order_that_never_rests_ends_in_true_numbers(
    engine: Engine,
    account: LinkedInAccount,
    sandbox_server: SandboxServer,
    new_search: NewSearch,
) -> None:
    sandbox_server.put_faults([{"kind": "drift", "count": 2000, "times": None}])

    job = engine.finish(new_search(search_criteria=FEW))

    assert (job.status, job.completion_reason) == ("completed", "ended_early")
    missed = len(missing(sandbox_server, account, job))
    assert job.missed == missed > 0
    assert endings.text_of(job) == (
        f"LinkedIn changed the order while it answered: {job.progress_current:,} of "
        f"about {job.available_total:,} found, about {missed:,} missed after 3 passes."
    )
    assert audit.audit(job.id) == []
