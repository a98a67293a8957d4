"""What keeps somebody from using a page: axe, in both themes, and overflow."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

SIZES = {"desktop": (1440, 900), "tablet": (820, 1100), "phone": (390, 844)}

# What still fades has not the colours it is read in; what is hidden never ends to fade.
_SETTLED = """async () => {
    const fading = () => document.getAnimations()
        .filter(one => one.effect.getComputedTiming().iterations !== Infinity)
        .filter(one => one.effect.target.checkVisibility({contentVisibilityAuto: true}))
    const frame = () => new Promise(requestAnimationFrame)
    do {  // one may begin another
        await frame()
        await frame()  // here scripts hear of a theme
        await Promise.allSettled(fading().map(one => one.finished))
    } while (fading().length)
}"""
# To read the style sheets again, axe would write a <style>, which the policy forbids.
_LIGHT = {"resultTypes": ["violations"], "preload": False}
# The other theme has the same elements in other colours.
_DARK = _LIGHT | {"runOnly": ["color-contrast", "link-in-text-block"]}


def overflow(page: Page) -> int:
    """Return by how many px the page is wider than its window."""
    px: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return px


def report(page: Page) -> str:
    """Return what is wrong with the page as it stands: nothing, if all is well."""
    too_wide = overflow(page)
    wrong = [f"{too_wide} px too wide"] if too_wide > 0 else []
    for theme, options in (("dark", _DARK), ("light", _LIGHT)):
        page.emulate_media(color_scheme=theme)
        page.evaluate(_SETTLED)
        found = _violations(page, options)
        if found.violations_count:
            wrong.append(f"{theme}: {found.generate_report()}")
    return "\n".join(wrong)


def _violations(page: Page, options: dict[str, object]) -> AxeResults:
    if not page.evaluate("'axe' in window"):  # half a megabyte, once a page
        page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate("options => axe.run(options)", options))
