"""The commands of the README, but smoke_test and audit_jobs, which have their own."""

from __future__ import annotations

import stat
from io import StringIO
from pathlib import Path

import httpx
import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from accounts import apps
from accounts.models import LinkedInAccount, Membership, User
from searchjobs.models import SearchJob
from tests.factories import LinkedInAccountFactory, MembershipFactory, SearchJobFactory
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import DEFAULT_ACCOUNTS, SandboxServer

pytestmark = pytest.mark.django_db


def said_by(command: str, **options: str) -> str:
    said = StringIO()
    call_command(command, stdout=said, **options)
    return said.getvalue()


# --- seed_demo ----------------------------------------------------------------------


@pytest.fixture
def demo(sandbox: SandboxServer, settings: Settings, tmp_path: Path) -> Path:
    """An installation with the local Unipile; returns its VAR_DIR."""
    settings.VAR_DIR = tmp_path
    settings.DEMO_PASSWORD = ""
    settings.UNIPILE_IS_SANDBOX = True
    return tmp_path


def test_the_demo_has_a_user_a_workspace_and_accounts(demo: Path) -> None:
    said_by("seed_demo")
    membership = Membership.objects.get(user__email="demo@example.com")
    assert (membership.workspace.name, membership.role) == ("Demo", "owner")
    assert membership.user.is_staff
    accounts = LinkedInAccount.objects.filter(workspace=membership.workspace)
    assert accounts.count() == DEFAULT_ACCOUNTS


def test_the_demos_password_is_made_once_and_kept_to_oneself(demo: Path) -> None:
    said_by("seed_demo")
    path = demo / "demo_password"
    user = User.objects.get(email="demo@example.com")
    assert user.check_password(path.read_text().strip())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_given_password_counts_and_no_other_is_kept(
    demo: Path, settings: Settings
) -> None:
    said_by("seed_demo")
    settings.DEMO_PASSWORD = "a given one"
    said_by("seed_demo")
    user = User.objects.get(email="demo@example.com")
    assert user.check_password("a given one")
    assert not (demo / "demo_password").exists()


def test_seeding_twice_changes_nothing(demo: Path) -> None:
    said_by("seed_demo")
    user = User.objects.get(email="demo@example.com")
    said_by("seed_demo")
    again = User.objects.get(email="demo@example.com")
    assert again.password == user.password
    assert Membership.objects.count() == 1
    assert LinkedInAccount.objects.count() == DEFAULT_ACCOUNTS


def test_the_sandboxes_accounts_have_no_daily_quota(demo: Path) -> None:
    said_by("seed_demo")
    account = LinkedInAccount.objects.get(unipile_account_id=account_id(0))
    assert (
        account.daily_quota_classic,
        account.daily_quota_sales_navigator,
        account.daily_quota_recruiter,
    ) == (0, 0, 0)


def test_real_accounts_keep_their_daily_quota(demo: Path, settings: Settings) -> None:
    settings.UNIPILE_IS_SANDBOX = False
    said_by("seed_demo")
    assert not LinkedInAccount.objects.filter(
        daily_quota_sales_navigator__isnull=False
    ).exists()


def test_a_unipile_that_does_not_answer_is_said(demo: Path, settings: Settings) -> None:
    settings.UNIPILE_DSN = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="Unipile could not be asked"):
        said_by("seed_demo")


# --- sync_linkedin_accounts ---------------------------------------------------------


def test_new_accounts_go_to_the_owners_workspace(sandbox: SandboxServer) -> None:
    owner = MembershipFactory.create()
    said = said_by("sync_linkedin_accounts", owner=owner.user.email.upper())
    assert f"{DEFAULT_ACCOUNTS} new" in said
    accounts = LinkedInAccount.objects.filter(user=owner.user)
    assert {account.workspace for account in accounts} == {owner.workspace}


def test_without_an_owner_it_is_said_whose_are_missing(sandbox: SandboxServer) -> None:
    said = said_by("sync_linkedin_accounts")
    assert f"{DEFAULT_ACCOUNTS} belong to nobody here" in said


def test_an_owner_that_nobody_is_is_refused(sandbox: SandboxServer) -> None:
    with pytest.raises(CommandError, match="No user has the address"):
        said_by("sync_linkedin_accounts", owner="nobody@example.com")


def test_an_owner_with_several_workspaces_is_refused(sandbox: SandboxServer) -> None:
    owner = MembershipFactory.create()
    MembershipFactory.create(user=owner.user)
    with pytest.raises(CommandError, match="several workspaces"):
        said_by("sync_linkedin_accounts", owner=owner.user.email)


def test_what_changed_is_told_to_the_workspaces_sockets(
    sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> None:
    told: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr("searchjobs.live.send", lambda *sent: told.append(sent))
    account = LinkedInAccountFactory.create(unipile_account_id=account_id(0))
    LinkedInAccountFactory.create(unipile_account_id=account_id(1))
    sandbox.set_account_status(account_id(0), "CREDENTIALS")
    said_by("sync_linkedin_accounts")
    ((group, message),) = told
    assert group == f"workspace.{account.workspace_id}"
    assert (message["type"], message["id"]) == ("account.updated", str(account.id))
    assert message["status"] == "credentials"


def test_the_searches_of_a_lost_account_are_left_to_the_dispatcher(
    sandbox: SandboxServer,
) -> None:
    account = LinkedInAccountFactory.create(unipile_account_id=account_id(0))
    job = SearchJobFactory.create(account=account)
    sandbox.set_account_status(account_id(0), "STOPPED")
    said_by("sync_linkedin_accounts")
    assert SearchJob.objects.get(id=job.id).status == "queued"


# --- connect_webhook ----------------------------------------------------------------


@pytest.fixture
def secret(settings: Settings) -> str:
    settings.UNIPILE_WEBHOOK_SECRET = "s" * 32
    settings.SITE_URL = "https://shortlist.example"
    return settings.UNIPILE_WEBHOOK_SECRET


def webhooks_of(sandbox: SandboxServer) -> list[dict[str, object]]:
    with httpx.Client(base_url=sandbox.url, headers={"X-API-KEY": "any"}) as client:
        found: list[dict[str, object]] = client.get("/api/v1/webhooks").json()["items"]
        return found


def test_unipile_learns_where_to_tell_account_statuses(
    sandbox: SandboxServer, secret: str
) -> None:
    said = said_by("connect_webhook")
    (made,) = webhooks_of(sandbox)
    address = "https://shortlist.example/api/webhooks/unipile/account-status"
    assert made["request_url"] == address
    assert made["headers"] == [{"key": "Unipile-Auth", "value": secret}]
    assert said == f"Unipile tells account statuses to {address}\n"


def test_connecting_again_replaces_what_was_there(
    sandbox: SandboxServer, secret: str, settings: Settings
) -> None:
    said_by("connect_webhook")
    call_command("connect_webhook", "https://elsewhere.example/")
    settings.UNIPILE_WEBHOOK_SECRET = "t" * 32
    assert "instead of 1 older" in said_by("connect_webhook")
    assert [one["headers"] for one in webhooks_of(sandbox)] == [
        [{"key": "Unipile-Auth", "value": secret}],
        [{"key": "Unipile-Auth", "value": "t" * 32}],
    ]


def test_a_webhook_is_removed(sandbox: SandboxServer, secret: str) -> None:
    said_by("connect_webhook")
    call_command("connect_webhook", "--remove", stdout=StringIO())
    assert webhooks_of(sandbox) == []


@pytest.mark.parametrize("given", ["", "short"])
def test_without_a_secret_no_webhook_is_connected(
    sandbox: SandboxServer, settings: Settings, given: str
) -> None:
    settings.UNIPILE_WEBHOOK_SECRET = given
    with pytest.raises(CommandError, match="UNIPILE_WEBHOOK_SECRET"):
        said_by("connect_webhook")
    assert webhooks_of(sandbox) == []


def test_a_unipile_that_refuses_a_webhook_is_said(
    sandbox: SandboxServer, secret: str
) -> None:
    sandbox.put_faults([{"kind": "status", "status": 503, "endpoint": "webhooks"}])
    with pytest.raises(CommandError, match="Unipile could not be asked"):
        said_by("connect_webhook")


# --- setup_tables, and the version of the database ----------------------------------


def test_the_tables_are_verified() -> None:
    said = said_by("setup_tables")
    assert said == "prospect_search_jobs: ✅\nprospect_search_results: ✅\n"


def test_a_column_that_lacks_is_an_error() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE prospect_search_jobs RENAME requests TO asked")
    with pytest.raises(CommandError, match="not as they should be"):
        said_by("setup_tables")


def test_a_database_that_is_new_enough_passes() -> None:
    assert checks.run_checks(tags=[checks.Tags.database], databases=["default"]) == []


def test_a_database_that_is_too_old_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apps, "POSTGRESQL", 99)
    (error,) = apps.check_postgresql(databases=["default"])
    assert error.msg == "PostgreSQL 99 or newer is needed, and 'default' is 18."
    with pytest.raises(CommandError, match="PostgreSQL 99 or newer is needed"):
        said_by("setup_tables")
