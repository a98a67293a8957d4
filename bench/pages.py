"""How does the review page feel with 2,500 people and a search that still runs?

A headless Chromium presses real keys. From the key to the frame that shows it, as the
browser itself tells (Event Timing, in steps of 8 ms), and to the answer that says it is
saved.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.figures import load, percentile
from bench.stack import Stack, running
from config import browser, processes

PEOPLE = 2500
STORED_FIRST = 2000  # the rest arrives while keys are pressed
KEYS = 200
REPEAT_S = 1 / 30  # how a keyboard repeats a key that is held
LEAST_MS = 16.0  # whatever is painted sooner, the browser does not tell of

_STORED = "SELECT progress_current FROM prospect_search_jobs WHERE id = %s"
_WATCH = """
window.seen = {paints: [], saves: [], shift: 0, note: () => {}};
const add = (what, ms) => { seen[what].push(ms); seen.note(); };
new PerformanceObserver(list => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) seen.shift += one.value;
}).observe({type: "layout-shift", buffered: true});
new PerformanceObserver(list => {
  const keys = list.getEntries().filter(one => one.name === "keydown");
  for (const one of keys) add("paints", one.duration);
}).observe({type: "event", durationThreshold: 16});
addEventListener("keydown", event => { seen.pressed = event.timeStamp; }, true);
const fetched = window.fetch;
window.fetch = async (address, options) => {
  const began = seen.pressed;
  const answer = await fetched(address, options);
  if (/\\/(decide|undo)\\b/.test(address)) add("saves", performance.now() - began);
  return answer;
};
"""
# One question for each wait: to ask every few ms slows what is measured.
_UNTIL = """([what, number]) => new Promise(done => {
  seen.note = () => { if (seen[what].length >= number) done(); };
  seen.note();
})"""
_LOADED = """async () => {
  const [page] = performance.getEntriesByType("navigation");
  const rest = performance.getEntriesByType("resource");
  const paint = await new Promise(painted => new PerformanceObserver(list => {
    for (const one of list.getEntriesByName("first-contentful-paint")) painted(one);
  }).observe({type: "paint", buffered: true}));
  const bytes = [page, ...rest].reduce((sum, one) => sum + one.transferSize, 0);
  return {paint: paint.startTime, bytes, requests: rest.length + 1};
}"""


def measure() -> Iterator[str]:
    """Yield first paint and bytes, keys, layout shift, and thousands at once."""
    with running(pace_s=2) as stack, sync_playwright() as playwright:
        job_id = stack.create(PEOPLE)
        while stack.ask(_STORED, [job_id])[0][0] < STORED_FIRST:
            time.sleep(0.2)
        chromium = playwright.chromium.launch(
            executable_path=browser.find_or_install(),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        page = _signed_in(chromium.new_page(base_url=stack.url), stack)
        address = f"/searches/{job_id}"
        noise = load()
        yield _arrival(page, address)
        yield from _keys(page, address)
        stack.seconds_of([job_id])
        yield from _thousands(page, address)
        yield f"the review page was measured at {noise}"
        chromium.close()


def _signed_in(page: Page, stack: Stack) -> Page:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    page.goto("/login")
    page.get_by_label("E-mail address").fill(processes.DEMO_EMAIL)
    page.get_by_label("Password").fill(stack.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/searches")
    return page


def _arrival(page: Page, address: str) -> str:
    cold = page.context.browser.new_context(  # type: ignore[union-attr]  # it has one
        base_url=page.url.partition("/searches")[0],
        storage_state=page.context.storage_state(),
        viewport={"width": 1440, "height": 900},
    )
    fresh = cold.new_page()
    fresh.goto(f"{address}?q=nobodyiscalledthis", wait_until="networkidle")
    empty = fresh.evaluate(_LOADED)
    paints = []
    for _ in range(10):
        fresh.goto(address, wait_until="load")
        paints.append(fresh.evaluate(_LOADED)["paint"])
    cold.close()
    return (
        f"review page: first paint {statistics.median(paints):.0f} ms"
        f" (worst of 10: {max(paints):.0f}); {empty['bytes'] / 1000:.0f} KB in"
        f" {empty['requests']} requests without rows, nothing cached"
    )


def _keys(page: Page, address: str) -> Iterator[str]:
    page.add_init_script(_WATCH)
    page.goto(address)
    _load_all(page)
    rows = page.locator("#rows tr").count()
    _hold(page, "j", KEYS)
    moves = _painted(page)
    for number in range(KEYS):
        page.keyboard.press("ar"[number % 2])
        page.evaluate(_UNTIL, ["saves", number + 1])
    decisions, saves = _painted(page), _taken(page, "saves", KEYS)
    shift: float = page.evaluate("seen.shift")
    yield f"{rows:,} rows, key to paint: J held {moves}; A or R {decisions}"
    yield f"{rows:,} rows, A or R to saved: {_p(saves)}"
    yield f"layout shift while rows arrived and keys were pressed: {shift:.4f}"


def _thousands(page: Page, address: str) -> Iterator[str]:
    page.goto(address, wait_until="networkidle")  # as whoever reads before they press
    for name, keys in (("all matching approved", ("Control+a", "a")), ("undone", "u")):
        for key in keys:
            page.keyboard.press(key)
        [took] = _taken(page, "saves", 1)
        toast = page.locator(".toast span").inner_text()
        yield f"{name} in one click ({toast}): {took:.0f} ms to saved"
        # the undo is that of a page that saw nothing of it
        page.reload(wait_until="networkidle")


def _hold(page: Page, key: str, times: int) -> None:
    began = time.perf_counter()
    for number in range(times):
        time.sleep(max(0, began + number * REPEAT_S - time.perf_counter()))
        page.keyboard.press(key)


def _load_all(page: Page) -> None:
    while page.locator("#rows").get_attribute("data-next"):
        page.locator("#rows tr").last.scroll_into_view_if_needed()
        page.wait_for_timeout(20)
    page.locator("#rows tr").first.click(position={"x": 400, "y": 10})


def _painted(page: Page) -> str:
    page.wait_for_timeout(500)  # the last frame is told of after it is shown
    told = _taken(page, "paints", 0)
    untold = KEYS - len(told)
    return f"{_p(told + [LEAST_MS] * untold)}, {untold} of {KEYS} sooner than told"


def _taken(page: Page, what: str, number: int) -> list[float]:
    page.evaluate(_UNTIL, [what, number])
    taken: list[Any] = page.evaluate(f"seen.{what}.splice(0)")
    return [float(one) for one in taken]


def _p(times: list[float]) -> str:
    return f"p50 {statistics.median(times):.0f}, p95 {percentile(times, 0.95):.0f} ms"
