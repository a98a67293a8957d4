from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts import webhooks
from accounts.errors import Refusal
from accounts.models import AccountStatus, LinkedInAccount, Membership
from accounts.sync import sync
from tests.factories import LinkedInAccountFactory, MembershipFactory
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import DEFAULT_ACCOUNTS, SandboxServer

pytestmark = pytest.mark.django_db

ANNA = account_id(0)
LATER = timedelta(hours=1)


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory.create()


@pytest.fixture
def anna(owner: Membership) -> LinkedInAccount:
    """Our row of the sandbox's first account, as it was an hour ago."""
    return LinkedInAccountFactory.create(
        user=owner.user,
        workspace=owner.workspace,
        unipile_account_id=ANNA,
        name="Former name",
        premium_features=[],
        status_changed_at=timezone.now() - LATER,
    )


# --- accounts that are not known ------------------------------------------------------


def test_new_accounts_become_the_owners(
    sandbox: SandboxServer, owner: Membership
) -> None:
    outcome = sync(owner=owner)
    added = LinkedInAccount.objects.filter(id__in=outcome.added)
    assert outcome.listed == len(outcome.added) == DEFAULT_ACCOUNTS
    assert {(row.user, row.workspace) for row in added} == {
        (owner.user, owner.workspace)
    }


def test_a_new_account_brings_its_name_products_and_status(
    sandbox: SandboxServer, owner: Membership
) -> None:
    sandbox.set_account_status(ANNA, "CREDENTIALS")
    sync(owner=owner)
    row = LinkedInAccount.objects.get(unipile_account_id=ANNA)
    assert row.name == "Anna Berg"
    assert row.premium_features == ["sales_navigator"]
    assert row.status == AccountStatus.CREDENTIALS


def test_without_an_owner_nobody_gets_new_accounts(sandbox: SandboxServer) -> None:
    outcome = sync(owner=None)
    assert (outcome.unclaimed, outcome.added) == (DEFAULT_ACCOUNTS, [])
    assert not LinkedInAccount.objects.exists()


def test_a_second_sync_adds_nothing(sandbox: SandboxServer, owner: Membership) -> None:
    sync(owner=owner)
    again = sync(owner=owner)
    assert (again.added, again.changed) == ([], [])
    assert LinkedInAccount.objects.count() == DEFAULT_ACCOUNTS


def test_the_list_is_read_to_its_last_page(
    owner: Membership, settings: Settings
) -> None:
    settings.UNIPILE_API_KEY = "test-key"
    with SandboxServer(accounts=260) as server:
        settings.UNIPILE_DSN = server.url
        outcome = sync(owner=owner)
        requests = len(server.requests())
    assert (outcome.listed, requests) == (260, 2)


# --- accounts that are known ----------------------------------------------------------


def test_name_and_products_are_kept_true(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    sync(owner=None)
    anna.refresh_from_db()
    assert (anna.name, anna.premium_features) == ("Anna Berg", ["sales_navigator"])
    assert anna.synced_at is not None


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("CONNECTING", AccountStatus.CONNECTING),
        ("CREDENTIALS", AccountStatus.CREDENTIALS),
        ("PERMISSIONS", AccountStatus.PERMISSIONS),
        ("STOPPED", AccountStatus.STOPPED),
        ("ERROR", AccountStatus.ERROR),
        ("DELETED", AccountStatus.DELETED),  # the sandbox lists it no longer
    ],
)
def test_unipiles_word_becomes_the_status(
    sandbox: SandboxServer, anna: LinkedInAccount, word: str, status: AccountStatus
) -> None:
    before = anna.status_changed_at
    sandbox.set_account_status(ANNA, word)
    outcome = sync(owner=None)
    anna.refresh_from_db()
    assert anna.status == status
    assert anna.status_changed_at > before
    assert outcome.changed == [anna.id]


@pytest.mark.parametrize("status", [AccountStatus.RESTRICTED, AccountStatus.DELETED])
def test_a_lost_account_comes_back(
    sandbox: SandboxServer, anna: LinkedInAccount, status: AccountStatus
) -> None:
    LinkedInAccount.objects.filter(id=anna.id).update(status=status)
    sync(owner=None)
    anna.refresh_from_db()
    assert anna.status == AccountStatus.OK


def test_a_status_that_stays_keeps_its_time(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    before = anna.status_changed_at
    outcome = sync(owner=None)
    anna.refresh_from_db()
    assert (anna.status_changed_at, outcome.changed) == (before, [])


@pytest.mark.parametrize("word", ["OK", "DELETED"])
def test_a_status_that_changed_since_the_sync_began_is_left_alone(
    sandbox: SandboxServer, anna: LinkedInAccount, word: str
) -> None:
    LinkedInAccount.objects.filter(id=anna.id).update(
        status=AccountStatus.CREDENTIALS, status_changed_at=timezone.now() + LATER
    )
    sandbox.set_account_status(ANNA, word)
    outcome = sync(owner=None)
    anna.refresh_from_db()
    assert (anna.status, outcome.changed) == (AccountStatus.CREDENTIALS, [])


def test_what_a_later_sync_wrote_is_left_alone(
    sandbox: SandboxServer, anna: LinkedInAccount
) -> None:
    later = timezone.now() + LATER
    LinkedInAccount.objects.filter(id=anna.id).update(synced_at=later)
    sandbox.set_account_status(ANNA, "ERROR")
    sync(owner=None)
    anna.refresh_from_db()
    assert (anna.name, anna.status) == ("Former name", AccountStatus.OK)
    assert anna.synced_at == later


def test_an_account_connected_during_the_sync_is_not_missed(
    sandbox: SandboxServer, owner: Membership
) -> None:
    new = LinkedInAccountFactory.create(unipile_account_id="just-connected")
    LinkedInAccount.objects.filter(id=new.id).update(created_at=timezone.now() + LATER)
    sync(owner=None)
    new.refresh_from_db()
    assert new.status == AccountStatus.OK


def test_an_account_without_a_login_is_no_business_of_unipiles(
    sandbox: SandboxServer,
) -> None:
    loginless = LinkedInAccountFactory.create(
        provider="brightdata", unipile_account_id=None
    )
    sync(owner=None)
    loginless.refresh_from_db()
    assert loginless.status == AccountStatus.OK


# --- when Unipile does not answer as it should ----------------------------------------


def test_without_a_key_it_is_said_what_is_missing(settings: Settings) -> None:
    settings.UNIPILE_DSN = settings.UNIPILE_API_KEY = ""
    with pytest.raises(Refusal) as refusal:
        sync(owner=None)
    assert refusal.value.code == "source_not_configured"


def test_an_address_that_is_none_is_refused_in_words(settings: Settings) -> None:
    settings.UNIPILE_DSN, settings.UNIPILE_API_KEY = "ftp://unipile", "test-key"
    with pytest.raises(Refusal, match="host:port") as refusal:
        sync(owner=None)
    assert refusal.value.code == "source_not_configured"


def test_a_list_that_cannot_be_read_changes_nothing(
    sandbox: SandboxServer, anna: LinkedInAccount, settings: Settings
) -> None:
    settings.UNIPILE_DSN = "http://127.0.0.1:9"
    with pytest.raises(Refusal) as refusal:
        sync(owner=None)
    anna.refresh_from_db()
    assert (refusal.value.code, refusal.value.status) == ("network_trouble", 502)
    assert (anna.status, anna.synced_at) == (AccountStatus.OK, None)


class _Odd(BaseHTTPRequestHandler):
    """A Unipile whose cursors lead in a circle, with accounts of other providers."""

    def do_GET(self) -> None:
        circle = "back" if "cursor=forth" in self.path else "forth"
        body = json.dumps(
            {
                "object": "AccountList",
                "items": [
                    {"object": "Account", "type": "GOOGLE", "id": "g", "name": ""}
                ],
                "cursor": circle if self.headers["X-API-KEY"] == "circle" else None,
            }
        ).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def odd(settings: Settings) -> Iterator[str]:
    settings.UNIPILE_API_KEY = "test-key"
    with ThreadingHTTPServer(("127.0.0.1", 0), _Odd) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_list_without_end_is_given_up(
    odd: str, anna: LinkedInAccount, settings: Settings
) -> None:
    settings.UNIPILE_DSN, settings.UNIPILE_API_KEY = odd, "circle"
    with pytest.raises(Refusal, match="in a circle"):
        sync(owner=None)
    anna.refresh_from_db()
    assert anna.status == AccountStatus.OK


def test_webhooks_without_end_are_given_up(odd: str, settings: Settings) -> None:
    settings.UNIPILE_DSN, settings.UNIPILE_API_KEY = odd, "circle"
    settings.UNIPILE_WEBHOOK_SECRET = "s" * webhooks.LEAST_SECRET
    with pytest.raises(Refusal, match="in a circle"):
        webhooks.connect("https://shortlist.example/")


def test_accounts_of_other_providers_are_left_alone(
    odd: str, owner: Membership, settings: Settings
) -> None:
    settings.UNIPILE_DSN = odd
    assert sync(owner=owner).listed == 0
    assert not LinkedInAccount.objects.exists()
