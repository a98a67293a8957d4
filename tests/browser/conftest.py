"""A real Chromium before the real application: ASGI over a socket, PostgreSQL, Valkey,
and the local Unipile. The engine is driven by the test, turn by turn: nothing waits."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)
from pytest_django import Settings

from accounts.models import LinkedInAccount, Membership, User
from searchjobs import runner, services
from searchjobs.models import SearchJob
from tests.factories import LinkedInAccountFactory, MembershipFactory, UserFactory
from tests.searchjobs import playing
from unipile_client.sandbox.accounts import account_id
from unipile_client.sandbox.server import SandboxServer

CHROMIUM = os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium")
DESKTOP = (1440, 900)
LATEST_ANSWER_MS = 30_000  # a busy machine is late, never wrong
expect.set_options(timeout=LATEST_ANSWER_MS)


@pytest.fixture(scope="session")
def pace_s() -> str:
    """What forecasts are made of; the tests' own turns follow each other at once."""
    return "0"


class Web:
    """The application in a process of its own; while it is down, callers wait."""

    def __init__(self, listener: socket.socket, environment: dict[str, str]) -> None:
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._listener = listener
        self._environment = os.environ | environment | {"SITE_URL": self.url}
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "config.asgi:application"),
                *("--fd", str(self._listener.fileno()), "--log-level", "warning"),
                *("--timeout-graceful-shutdown", "1"),
            ],
            env=self._environment,
            cwd=settings.BASE_DIR,
            pass_fds=[self._listener.fileno()],
        )

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


@pytest.fixture(scope="session")
def web(
    django_db_setup: None,
    pace_s: str,
    sandbox_server: SandboxServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Web]:
    """The application, on the tests' database."""
    environment = {
        "DATABASE_URL": _test_database_url(),
        "UNIPILE_DSN": sandbox_server.url,
        "UNIPILE_API_KEY": "test-key",
        "SEARCH_PACE_SECONDS": pace_s,
        "SEARCH_PACE_JITTER_SECONDS": "0",
        "VAR_DIR": str(tmp_path_factory.mktemp("var")),
        "SECRET_KEY": settings.SECRET_KEY,
        "DEBUG": "false",
    }
    with socket.create_server(("127.0.0.1", 0)) as listener:
        web = Web(listener, environment)
        try:
            yield web
        finally:
            web.stop()


def _test_database_url() -> str:
    database = connection.settings_dict
    whom = ":".join(filter(None, (database["USER"], database["PASSWORD"])))
    where = ":".join(filter(None, (database["HOST"], str(database["PORT"]))))
    return f"postgres://{whom}@{where}/{database['NAME']}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for one file: its event loop would disturb the tests of others."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        yield chromium
        chromium.close()


@dataclass(frozen=True, kw_only=True)
class Live:
    """Somebody at the running application, and their searches."""

    url: str
    member: Membership
    account: LinkedInAccount

    def search(self, *, target_count: int = 1000, **criteria: object) -> SearchJob:
        """Queue a search; by default one that finds thousands."""
        return services.create(
            membership=self.member,
            search_criteria=criteria or playing.CEOS,
            target_count=target_count,
            name="Chief executives",
        ).job

    def turn(self, times: int = 1) -> None:
        """Let the engine take so many turns, each at its time."""
        for _ in range(times):
            playing.let_time_pass(self.account)
            assert runner.run_turn(self.account.id)

    def play(self) -> None:
        """Let the engine end all searches."""
        playing.play(self.account)

    def sign_in(self, context: BrowserContext, user: User | None = None) -> None:
        client = Client()
        client.force_login(user or self.member.user)
        context.add_cookies(
            [
                {
                    "name": "sessionid",
                    "value": client.cookies["sessionid"].value,
                    "url": self.url,
                }
            ]
        )


@pytest.fixture
def live(
    web: Web,
    transactional_db: None,
    sandbox: SandboxServer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Live]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop
    settings.SEARCH_PACE_SECONDS = 0
    settings.SEARCH_PACE_JITTER_SECONDS = 0
    user = UserFactory(name="Priya Raman", email="priya@example.com")
    member = MembershipFactory(user=user, workspace__name="Northlight")
    account = LinkedInAccountFactory(
        user=user,
        workspace=member.workspace,
        name="Priya's LinkedIn",
        unipile_account_id=account_id(0),
    )
    yield Live(url=web.url, member=member, account=account)
    with connection.cursor() as cursor:
        # A request may outlive its page: it fails, not the flush that it waits for.
        cursor.execute("SET deadlock_timeout = '10s'")


@pytest.fixture
def new_page(browser: Browser, live: Live) -> Iterator[Callable[..., Page]]:
    """Open tabs, each in a profile of its own.

    An error on any page fails the test, and so does a request to anywhere but us.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(
        *,
        size: tuple[int, int] = DESKTOP,
        theme: str = "light",
        user: User | None = None,
        signed_in: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=live.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if theme == "dark" else "light",
            has_touch=size[0] < 500,
        )
        context.set_default_timeout(LATEST_ANSWER_MS)
        contexts.append(context)
        if signed_in:
            live.sign_in(context, user)
        page = context.new_page()
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((live.url, "data:", "blob:"))
                or asked.is_navigation_request()  # a person goes there
                else errors.append(f"a request to {asked.url}")
            ),
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda said: (
                errors.append(said.text)
                if said.type == "error" and "Content Security Policy" in said.text
                else None
            ),
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A signed-in tab on a desktop."""
    return new_page()
