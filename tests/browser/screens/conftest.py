"""A camera before the real application, and searches in every state it can show."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from accounts.models import LinkedInAccount, Membership, Role
from searchjobs.models import ParameterLookup
from tests.browser.conftest import Live
from tests.browser.screens import album
from tests.browser.screens.staging import Stage
from tests.factories import MembershipFactory
from unipile_client.sandbox.server import SandboxServer

SIZES = {"1440": (1440, 900), "390": (390, 844)}
LIGHT = (("1440", "light"), ("390", "light"))
BOTH = (*LIGHT, ("1440", "dark"), ("390", "dark"))
QUALITY = 84
_HIGH = """height => new Promise(done => {
  const look = () => requestAnimationFrame(
    document.documentElement.clientHeight === height ? () => done(null) : look);
  look();
})"""


@dataclass(frozen=True, kw_only=True)
class Camera:
    """Takes one state's pictures; its name and words are its function's."""

    state: str
    folder: Path
    new_page: Callable[..., Page]

    def take(
        self,
        path: str,
        act: Callable[[Page], object] = lambda page: None,
        *,
        looks: tuple[tuple[str, str], ...] = LIGHT,
        whole: bool = False,
        signed_in: bool = True,
    ) -> None:
        """Go there in each look, do what the state needs, and press the button.

        `whole` takes the page down to its end, however long it is.
        """
        for size, theme in looks:
            page = self.new_page(size=SIZES[size], theme=theme, signed_in=signed_in)
            page.emulate_media(reduced_motion="reduce")
            page.goto(path, wait_until="networkidle")
            act(page)
            page.mouse.move(0, 0)
            picture = _captured(page, whole=whole)
            (self.folder / f"{self.state}-{size}-{theme}.webp").write_bytes(picture)
            page.context.close()


def unroll(page: Page, height: int) -> None:
    """Make a desktop so high that it holds what one scrolls in a part of its page."""
    if page.viewport_size == {"width": 1440, "height": 900}:
        page.set_viewport_size({"width": 1440, "height": height})
        page.evaluate(_HIGH, height)


def _captured(page: Page, *, whole: bool) -> bytes:
    """Return a WebP: Chromium makes them, though Playwright does not ask for them."""
    if whole:
        width, height = page.evaluate("() => [innerWidth, document.body.scrollHeight]")
        page.set_viewport_size({"width": width, "height": height})
    session = page.context.new_cdp_session(page)
    options = {"format": "webp", "quality": QUALITY}
    answer = session.send("Page.captureScreenshot", options)
    return base64.b64decode(answer["data"])


@pytest.fixture(scope="session")
def pace_s() -> str:
    """A real account's pace, so that times left are those that people see."""
    return "2"


@pytest.fixture(scope="session")
def folder() -> Path:
    album.FOLDER.mkdir(parents=True, exist_ok=True)
    return album.FOLDER


@pytest.fixture
def camera(
    request: pytest.FixtureRequest, folder: Path, new_page: Callable[..., Page]
) -> Camera:
    state = album.state_of(request.function)
    for old in folder.glob(f"{state}-[0-9]*.webp"):
        old.unlink()
    return Camera(state=state, folder=folder, new_page=new_page)


@pytest.fixture
def stage(live: Live, sandbox: SandboxServer, settings: Settings) -> Stage:
    """Northlight on a morning: Priya's login without a daily quota, her colleague
    Amara, and the names of the places that are searched."""
    settings.SEARCH_DAILY_QUOTA = dict.fromkeys(settings.SEARCH_DAILY_QUOTA, 0)
    LinkedInAccount.objects.update(
        daily_quota_sales_navigator=0, answer_seconds=0.6, pace_factor=1
    )
    Membership.objects.update(role=Role.OWNER)
    ParameterLookup.objects.create(
        service="sales_navigator",
        type="LOCATION",
        keywords="san francisco, united states",
        items=[
            {"id": "103644278", "title": "United States"},
            {"id": "90000084", "title": "San Francisco Bay Area"},
        ],
    )
    amara = MembershipFactory(
        workspace=live.member.workspace, user__name="Amara Okafor"
    )
    return Stage(live=live, sandbox=sandbox, amara=amara)


STATES = pytest.StashKey[list[pytest.Function]]()


@pytest.hookimpl(tryfirst=True)  # before -k leaves some of them out
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    functions = [one for one in items if isinstance(one, pytest.Function)]
    config.stash[STATES] = [one for one in functions if album.is_state(one.function)]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the index of all states, also where only some were taken anew."""
    if states := session.config.stash.get(STATES, []):
        album.write_index(states)
