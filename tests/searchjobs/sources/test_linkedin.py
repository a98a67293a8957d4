"""A Unipile person becomes ours; nothing is passed off as what it is not."""

from __future__ import annotations

import time
from collections.abc import ItemsView
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from searchjobs.models import SearchJob
from searchjobs.sources import (
    CursorLost,
    GiveUp,
    NeedsPerson,
    Outcome,
    Page,
    RetryAfter,
    Scope,
    linkedin,
)
from searchjobs.states import WaitReason
from tests.factories import LinkedInAccountFactory, SearchJobFactory
from tests.searchjobs.playing import CEOS
from unipile_client import answers
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer
from unipile_client.types import Api

NOW = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


def page_of(*rows: dict[str, Any], api: Api = Api.SALES_NAVIGATOR) -> Page:
    body = {"items": list(rows), "cursor": None, "paging": {"total_count": len(rows)}}
    return linkedin.page_of(
        answers.read_search(msgspec.json.encode(body)), api, now=NOW
    )


def data_of(**row: Any) -> dict[str, Any]:
    (one,) = page_of({"id": "ACwAA1", "type": "PEOPLE", **row}).candidates
    return one.prospect_data


def keys_of(api: Api = Api.SALES_NAVIGATOR, **row: Any) -> list[str]:
    (one,) = page_of({"id": "ACwAA1", "type": "PEOPLE", **row}, api=api).candidates
    return one.person_keys


# --- title and company --------------------------------------------------------------


def test_title_and_company_come_from_the_first_current_position() -> None:
    data = data_of(
        headline="Something else at Elsewhere",
        current_positions=[
            {"company": "Acme", "role": "CEO"},
            {"company": "Side Ltd", "role": "Advisor"},
        ],
    )
    assert (data["title"], data["company"], data["flags"]) == (
        "CEO",
        "Acme",
        ["anonymous"],
    )


def test_a_position_without_a_company_takes_none_from_the_headline() -> None:
    data = data_of(
        name="A", headline="CEO at Acme", current_positions=[{"role": "CEO"}]
    )
    assert (data["title"], data["company"]) == ("CEO", None)
    assert data["flags"] == ["no_company"]


@pytest.mark.parametrize(
    ("headline", "title", "company"),
    [
        ("CEO at Acme", "CEO", "Acme"),
        (
            "Chief Executive Officer AT Acme Holding GmbH",
            "Chief Executive Officer",
            "Acme Holding GmbH",
        ),
        ("CTO @ Acme", "CTO", "Acme"),
        ("  CEO   at   Acme  ", "CEO", "Acme"),
        ("Co-Founder & CEO at Müller & Söhne", "Co-Founder & CEO", "Müller & Söhne"),
    ],
)
def test_a_headline_that_reads_one_way_is_read_and_flagged(
    headline: str, title: str, company: str
) -> None:
    data = data_of(name="A", headline=headline)
    assert (data["title"], data["company"]) == (title, company)
    assert data["flags"] == ["title_from_headline"]


@pytest.mark.parametrize(
    "headline",
    [
        "VP at X at Y",
        "CEO at Acme, ex-Google",
        "CEO at Acme | Speaker",
        "CEO at Acme · Angel",
        "CEO; CTO at Acme",
        "CEO, Founder at Acme",
        "CEO at Acme\nWe are hiring",
        "• CEO at Acme",
        "Helping founders grow",
        "Acme",
        "CEO at",
        "at Acme",
        "CEO at A",
        "Strategist",
        "Data@Scale",
        "CEO at " + "x" * 200,
    ],
)
def test_a_headline_that_reads_two_ways_is_no_title_and_no_company(
    headline: str,
) -> None:
    data = data_of(name="A", headline=headline)
    assert (data["title"], data["company"]) == (None, None)
    assert data["flags"] == ["headline_only"]
    assert data["headline"] == headline.strip()


def test_somebody_of_whom_nothing_is_said_has_no_company() -> None:
    data = data_of(name="A")
    assert (data["title"], data["company"], data["flags"]) == (
        None,
        None,
        ["no_company"],
    )


@given(st.text(max_size=120))
def test_a_headline_is_never_passed_off_as_a_company(headline: str) -> None:
    data = data_of(name="A", headline=headline)
    if data["company"] is not None:
        assert len(data["company"]) < len(headline)
        assert "title_from_headline" in data["flags"]


# --- the link -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "link"),
    [
        (
            {
                "public_identifier": "ada-l",
                "profile_url": "https://www.linkedin.com/in/other?miniProfileUrn=urn",
            },
            "https://www.linkedin.com/in/ada-l",
        ),
        (
            {"profile_url": "https://www.linkedin.com/in/ada-l?miniProfileUrn=urn%3A1"},
            "https://www.linkedin.com/in/ada-l",
        ),
        (
            {
                "public_profile_url": "https://www.linkedin.com/in/ada-l#x",
                "profile_url": "https://www.linkedin.com/sales/lead/1",
            },
            "https://www.linkedin.com/in/ada-l",
        ),
        (
            {"public_identifier": "ada-l?miniProfileUrn=urn"},
            "https://www.linkedin.com/in/ada-l",
        ),
        ({}, None),
    ],
)
def test_the_link_is_the_public_profile_without_a_query(
    row: dict[str, str], link: str | None
) -> None:
    assert data_of(**row)["linkedinUrl"] == link


urls = st.sampled_from(
    [
        "https://www.linkedin.com/in/ada",
        "https://www.linkedin.com/in/ada?miniProfileUrn=urn:li:1",
        "https://www.linkedin.com/in/ada#?miniProfileUrn=1",
        "ada?miniProfileUrn=urn",
        "ada",
    ]
)


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("public_identifier", "public_profile_url", "profile_url"), urls
        ),
    )
)
def test_no_link_carries_a_mini_profile_urn(row: dict[str, str]) -> None:
    assert "miniProfileUrn" not in (data_of(**row)["linkedinUrl"] or "")


# --- the rest of the row ------------------------------------------------------------


@pytest.mark.parametrize(
    ("distance", "degree"),
    [
        ("DISTANCE_1", 1),
        ("DISTANCE_2", 2),
        ("DISTANCE_3", 3),
        ("OUT_OF_NETWORK", None),
        ("SELF", None),
        ("DISTANCE_4", None),
        ("", None),
        (None, None),
        (2, None),
    ],
)
def test_the_degree_is_a_number_from_one_to_three_or_none(
    distance: object, degree: int | None
) -> None:
    assert data_of(network_distance=distance)["connectionDegree"] == degree


def test_somebody_without_a_name_is_kept_and_flagged() -> None:
    data = data_of(name=None, headline="CEO at Acme")
    assert data["name"] == "LinkedIn member"
    assert data["flags"] == ["title_from_headline", "anonymous"]


def test_a_row_has_the_originals_keys_and_the_item_as_received() -> None:
    row = {
        "name": "Ada L",
        "first_name": "Ada",
        "last_name": "L",
        "headline": "CEO",
        "public_identifier": "ada-l",
        "member_urn": "urn:li:member:1",
        "location": "London",
        "industry": "Software",
        "network_distance": "DISTANCE_2",
        "shared_connections_count": 7,
        "premium": True,
        "open_profile": False,
        "current_positions": [{"company": "Acme", "role": "CEO"}],
        "something_new": {"kept": [1]},
    }
    data = data_of(**row)
    raw = msgspec.json.decode(msgspec.json.encode(data.pop("raw")))
    assert raw == {"id": "ACwAA1", "type": "PEOPLE", **row}
    assert data == {
        "id": "linkedin_ACwAA1",
        "name": "Ada L",
        "firstName": "Ada",
        "lastName": "L",
        "headline": "CEO",
        "title": "CEO",
        "company": "Acme",
        "industry": "Software",
        "linkedinUrl": "https://www.linkedin.com/in/ada-l",
        "publicIdentifier": "ada-l",
        "entityUrn": "urn:li:member:1",
        "location": "London",
        "connectionDegree": 2,
        "mutualConnections": 7,
        "premium": True,
        "openProfile": False,
        "source": "sales_navigator",
        "scrapedAt": "2026-11-23T12:00:00Z",
        "flags": [],
    }


def test_the_keys_are_strongest_first() -> None:
    assert keys_of(member_urn="urn:li:member:1", public_identifier="ada-l") == [
        "urn:urn:li:member:1",
        "slug:ada-l",
        "id:sales_navigator:ACwAA1",
    ]


@pytest.mark.parametrize("api", Api)
def test_an_id_is_a_key_of_its_api_alone(api: Api) -> None:
    assert keys_of(api) == [f"id:{api.value}:ACwAA1"]


def test_rows_without_an_id_are_counted_and_not_kept() -> None:
    found = page_of({"type": "PEOPLE"}, {"id": "a", "type": "PEOPLE"}, {"id": ""}, {})
    assert [one.provider_id for one in found.candidates] == ["a"]
    assert (found.invalid, found.rows, found.available_total) == (3, 4, 4)


# --- a request ----------------------------------------------------------------------


@pytest.fixture
def job(db: None, sandbox: SandboxServer) -> SearchJob:
    account = LinkedInAccountFactory(unipile_account_id=account_id(0))
    return SearchJobFactory(account=account, search_criteria=CEOS)


def fetch(job: SearchJob) -> Outcome:
    return linkedin.LinkedInSource().fetch(job, deadline_s=10)


def test_a_page_is_as_large_as_the_job_says_and_the_next_follows(
    job: SearchJob,
) -> None:
    first = fetch(job)
    assert isinstance(first, Page)
    job.next_cursor = first.next_cursor or ""
    second = fetch(job)
    assert isinstance(second, Page)
    assert (first.rows, second.rows) == (100, 100)
    ids = [one.provider_id for one in (*first.candidates, *second.candidates)]
    assert len(set(ids)) == 200


class SlowCriteria(dict[str, Any]):
    """Criteria that a machine without time needs 50 ms to read."""

    def items(self) -> ItemsView[str, Any]:
        until = time.monotonic() + 0.05
        while time.monotonic() < until:
            pass
        return super().items()


def test_a_request_that_could_not_leave_in_time_does_not_leave(
    job: SearchJob, sandbox: SandboxServer
) -> None:
    job.search_criteria = SlowCriteria(CEOS)
    outcome = linkedin.LinkedInSource().fetch(job, deadline_s=0.04)
    assert isinstance(outcome, RetryAfter)
    assert sandbox.requests() == []


@pytest.mark.parametrize(
    ("fault", "scope", "reason", "may_be_provider"),
    [
        ({"status": 429}, Scope.ACCOUNT, WaitReason.RATE_LIMITED, False),
        ({"status": 503}, Scope.ACCOUNT, WaitReason.PROVIDER_DOWN, False),
        ({"status": 425}, Scope.ACCOUNT, WaitReason.BACKING_OFF, False),
        ({"status": 500}, Scope.JOB, WaitReason.BACKING_OFF, True),
    ],
)
def test_a_passing_trouble_is_a_time_to_wait(
    sandbox: SandboxServer,
    job: SearchJob,
    fault: dict[str, Any],
    scope: Scope,
    reason: WaitReason,
    may_be_provider: bool,
) -> None:
    sandbox.put_faults([{"kind": "status", **fault}])
    outcome = fetch(job)
    assert isinstance(outcome, RetryAfter)
    assert (outcome.scope, outcome.reason) == (scope, reason)
    assert (outcome.may_be_provider, outcome.delay_s) == (may_be_provider, None)


def test_what_the_server_asks_to_wait_is_handed_on(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    sandbox.put_faults([{"kind": "status", "status": 429, "retry_after": 77}])
    outcome = fetch(job)
    assert isinstance(outcome, RetryAfter)
    assert outcome.delay_s == 77


def test_a_complete_answer_that_cannot_be_read_is_the_jobs_own(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    sandbox.put_faults([{"kind": "html", "status": 200}])
    outcome = fetch(job)
    assert isinstance(outcome, RetryAfter)
    assert (outcome.scope, outcome.may_be_provider) == (Scope.JOB, False)


def test_a_400_means_the_cursor_only_where_one_was_sent(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    sandbox.put_faults([{"kind": "status", "status": 400, "times": 2}])
    assert isinstance(fetch(job), GiveUp)
    job.next_cursor = "anything"
    assert fetch(job) == CursorLost()


def test_a_lost_login_needs_a_person(sandbox: SandboxServer, job: SearchJob) -> None:
    sandbox.set_account_status(account_id(0), "CREDENTIALS")
    assert fetch(job) == NeedsPerson(
        account_status="credentials", reason="disconnected_account"
    )


def test_a_missing_subscription_is_given_up_with_words(
    sandbox: SandboxServer, job: SearchJob
) -> None:
    sandbox.set_premium_features(account_id(0), [])
    outcome = fetch(job)
    assert isinstance(outcome, GiveUp)
    assert outcome.code == "feature_not_subscribed"
    assert "Sales Navigator" in outcome.message


@pytest.mark.parametrize(
    ("dsn", "key"), [("", "key"), ("unipile.example:1", ""), ("not an address", "key")]
)
def test_a_source_that_cannot_be_asked_is_given_up_and_says_so(
    job: SearchJob, settings: Settings, dsn: str, key: str
) -> None:
    settings.UNIPILE_DSN, settings.UNIPILE_API_KEY = dsn, key
    linkedin.forget_client()
    outcome = fetch(job)
    assert isinstance(outcome, GiveUp)
    assert outcome.code == "source_not_configured"


def test_an_account_that_unipile_does_not_know_is_given_up(job: SearchJob) -> None:
    job.account.unipile_account_id = None
    outcome = fetch(job)
    assert isinstance(outcome, GiveUp)
