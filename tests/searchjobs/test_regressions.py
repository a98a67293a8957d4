"""What the original's users suffered, by name: it must not come back."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import LinkedInAccount
from searchjobs import runner, services
from searchjobs.models import SearchEvent, SearchJob, SearchResult
from tests.factories import LinkedInAccountFactory, MembershipFactory, SearchJobFactory
from tests.searchjobs.playing import CEOS, check, expected, found, kinds, lapse, play
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]


def search(account: LinkedInAccount, **columns: Any) -> SearchJob:
    return SearchJobFactory(account=account, search_criteria=CEOS, **columns)


def test_a_search_does_not_stop_after_its_first_page(anna: LinkedInAccount) -> None:
    """It read the cursor from `paging`, where it never is, and called itself done."""
    job = search(anna, target_count=300)
    play(anna)
    assert check(job).progress_current == 300


def test_the_people_wanted_are_not_silently_a_thousand(
    sandbox: SandboxServer,
) -> None:
    """The target never reached the worker, which fell back to 1,000."""
    member = MembershipFactory()
    account = LinkedInAccountFactory(
        user=member.user,
        workspace=member.workspace,
        unipile_account_id=account_id(0),
    )
    created = services.create(
        membership=member, search_criteria=CEOS, target_count=2500
    )
    play(account)
    assert check(created.job).progress_current == 2500


def test_the_page_size_never_changes_on_the_way(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    """It asked for what was still missing; but the cursor embeds the limit."""
    search(anna, target_count=250, page_size=84)
    play(anna)
    assert {request["limit"] for request in sandbox.requests()} == {84}


def test_classic_is_asked_for_fifty_at_most(sandbox: SandboxServer) -> None:
    """It asked every api for 100."""
    member = MembershipFactory()
    LinkedInAccountFactory(
        user=member.user,
        workspace=member.workspace,
        premium_features=[],
        unipile_account_id=account_id(1),
    )
    created = services.create(membership=member, search_criteria=CEOS, target_count=120)
    play(created.job.account)
    assert max(request["limit"] for request in sandbox.requests()) <= 50
    assert check(created.job).progress_current == 120


def test_a_fault_after_the_first_page_is_never_called_completed(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    """Any error after page one became 'completed', with a message nobody read."""
    job = search(anna, target_count=500)
    fault = {"kind": "status", "status": 404, "page": 2}
    sandbox.put_faults([fault])
    play(anna)
    row = check(job)
    assert (row.status, row.progress_current) == ("failed", 200)


def test_a_lost_login_is_not_a_wrong_api_key(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    """Every 401 said 'Invalid API key or DSN'."""
    job = search(anna)
    sandbox.set_account_status(account_id(0), "CREDENTIALS")
    play(anna)
    row = check(job)
    assert (row.status, row.error_message) == (
        "paused",
        "LinkedIn account disconnected",
    )


def test_a_headline_is_not_shown_as_title_nor_a_company_left_out(
    anna: LinkedInAccount,
) -> None:
    """It read fields that search rows do not have: title became the headline."""
    job = search(anna, target_count=100)
    play(anna)
    rows = SearchResult.objects.filter(job=job)
    data = list(rows.values_list("prospect_data", flat=True))
    with_position = [each for each in data if each["raw"].get("current_positions")]
    assert with_position
    for each in with_position:
        position = each["raw"]["current_positions"][0]
        assert (each["title"], each["company"]) == (
            position["role"],
            position["company"],
        )


def test_a_degree_is_a_number(anna: LinkedInAccount) -> None:
    """The contract said 2, the rows said 'DISTANCE_2'."""
    job = search(anna, target_count=100)
    play(anna)
    rows = SearchResult.objects.filter(job=job)
    degrees = set(rows.values_list("prospect_data__connectionDegree", flat=True))
    assert degrees <= {1, 2, 3, None}
    assert degrees & {1, 2, 3}


def test_no_link_leads_to_another_person(anna: LinkedInAccount) -> None:
    """A `miniProfileUrn` left in the link sent a message to the wrong person."""
    job = search(anna, target_count=100, search_source="classic", page_size=50)
    play(anna)
    rows = SearchResult.objects.filter(job=job)
    links = list(rows.values_list("prospect_data__linkedinUrl", flat=True))
    assert len(links) == 100
    assert not [link for link in links if link and "?" in link]


def test_people_shown_on_two_pages_are_stored_once(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    """Nothing knew whom it had already."""
    job = search(anna, target_count=300)
    sandbox.put_faults([{"kind": "repeat_rows", "count": 30, "times": None}])
    play(anna)
    assert check(job).duplicates == 60
    assert found(job) == expected(sandbox, job)


def test_a_search_that_takes_longer_than_a_function_may_is_not_cut_off(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    """Fifteen minutes of waiting were counted as work; only barren turns are."""
    job = search(anna, target_count=200)
    limited = {"kind": "status", "status": 429, "retry_after": 3600, "times": 3}
    sandbox.put_faults([limited])
    play(anna)
    assert check(job).status == "completed"


def test_a_dead_worker_leaves_no_search_spinning_for_ever(
    anna: LinkedInAccount,
) -> None:
    """A function that died left its job 'processing' until somebody asked."""
    job = search(anna, target_count=100)
    runner._claim(anna.id)
    lapse(anna)
    play(anna)
    assert check(job).status == "completed"
    assert kinds(job).count("lease_lost") == 1


def test_what_was_asked_is_what_is_sent_in_the_apis_own_words(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    """`title`, a flat location and letters of headcounts went out as they came in, and
    Sales Navigator refused or ignored them."""
    job = search(anna, target_count=100)
    play(anna)
    row = check(job)
    assert row.status == "completed"
    assert row.available_total is not None
    stored = SearchEvent.objects.get(job=job, kind="page_stored").data["stored"]
    assert stored == 100
    assert found(job) == expected(sandbox, job)
