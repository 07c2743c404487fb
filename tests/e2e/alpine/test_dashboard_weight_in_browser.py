"""What the dashboard costs a browser: bytes to load it, and memory after thousands of live updates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, CDPSession, Page

from tests.e2e.alpine.alpine_process import EMAIL, PASSWORD, AlpineFolder
from tests.e2e.alpine.browser import open_page

pytestmark = pytest.mark.browser

MOST_TRANSFERRED = 150_000
MOST_GROWN = 2 * 1024**2
RECORD = Path(__file__).parents[3] / "var" / "screens" / "dashboard-weight.jsonl"
WARM, BATCH, KEPT_ROWS = 200, 50, 100


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AlpineFolder]:
    alpine = AlpineFolder(tmp_path)
    alpine.environment["ALPINE_INGEST_PER_MINUTE"] = "1000000"
    alpine.upgraded()
    alpine.serve()
    yield alpine
    alpine.stop()


async def dashboard(page: Page, alpine: AlpineFolder) -> None:
    await page.goto(f"{alpine.url}/dashboard")
    await page.fill("input[name=email]", EMAIL)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    await page.locator("#connection[data-state=live]").wait_for()


async def update(page: Page, alpine: AlpineFolder, first: int, count: int) -> None:
    """So many live updates, each of which the page has shown."""
    for begin in range(first, first + count, BATCH):
        alpine.deliver_many([f"SIG-{number}" for number in range(begin, begin + BATCH)])
        await page.locator(f'#live-rows > li:first-child a[href="/signals/SIG-{begin + BATCH - 1}"]').wait_for()


def record(*figures: object) -> None:
    """Keep what was measured beside the pictures of the pages: a person may want to see how near the limit is."""
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    with RECORD.open("a") as kept:
        kept.write(f"{json.dumps(figures)}\n")


async def measured(line: CDPSession) -> dict[str, float]:
    for _ in range(3):
        await line.send("HeapProfiler.collectGarbage")
    told = await line.send("Performance.getMetrics")
    return {each["name"]: each["value"] for each in told["metrics"]}


@pytest.mark.parametrize("updates", [1_000, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
async def test_the_dashboard_does_not_grow_with_live_updates(
    browser: Browser, server: AlpineFolder, updates: int
) -> None:
    seen = await open_page(browser)
    await dashboard(seen.page, server)
    line = await seen.page.context.new_cdp_session(seen.page)
    await line.send("Performance.enable")
    await update(seen.page, server, 0, WARM)
    before = await measured(line)
    await update(seen.page, server, WARM, updates)
    after = await measured(line)
    told = {name: (before[name], after[name]) for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}
    record("updates", updates, told)
    assert await seen.page.locator("#live-rows > li").count() == KEPT_ROWS
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < MOST_GROWN
    assert after["Nodes"] < 1.2 * before["Nodes"]
    assert after["JSEventListeners"] < 1.2 * before["JSEventListeners"]
    assert seen.abroad == []


async def test_the_dashboard_with_thirty_signals_weighs_less_than_its_budget(
    browser: Browser, server: AlpineFolder
) -> None:
    server.deliver_many([f"SIG-{number}" for number in range(30)])
    seen = await open_page(browser)
    await dashboard(seen.page, server)
    line = await seen.page.context.new_cdp_session(seen.page)
    await line.send("Network.enable")
    await line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    line.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    await seen.page.reload(wait_until="load")
    await seen.page.locator("#connection[data-state=live]").wait_for()
    await seen.page.locator("#live-rows > li").nth(29).wait_for()
    record("loading", len(sizes), sum(sizes))
    assert len(sizes) >= 8  # the page, styles, scripts: something was counted
    assert sum(sizes) < MOST_TRANSFERRED
    assert seen.abroad == []
