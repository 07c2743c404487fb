"""The lab in a real browser: a backtest started by hand, followed to its end, and put beside another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from tests.argo.server.processes import ArgoFolder, stop, wait_until
from tests.e2e.argo.conftest import Watched, watched_page
from tests.e2e.argo.test_console import RULES, WIDTHS, address

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

DONE_MS = 90_000


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArgoFolder]:
    """A generator of its own that has little else to do."""
    folder = ArgoFolder(tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("cache"), interval_seconds=600.0)
    folder.upgraded()
    process = folder.serve()
    try:
        wait_until(lambda: folder.database.exists() and len(folder.stored_cycles()) > 0, process)
        yield folder
    finally:
        stop(process)


async def start(watched: Watched, lab: ArgoFolder, **fields: str) -> str:
    """Fill in the form and send it; the address of the run."""
    page = watched.page
    await page.goto(address(lab, "/lab"))
    for name, value in {"symbols": "AAPL", "begin": "2017-01-11", **fields}.items():
        await page.fill(f"[name={name}]", value)
    await page.click("button >> text=Start")
    await expect(page.locator("h1")).to_have_text("AAPL · regular")
    return page.url.partition("?")[0]  # a run that was asked for before has a note behind its address


async def test_a_backtest_is_started_followed_and_read_without_a_reload(browser: Browser, lab: ArgoFolder) -> None:
    watched = await watched_page(browser, 1440)
    page = watched.page
    await start(watched, lab, seed="11")
    await page.evaluate("window.loadedOnce = true")
    await expect(page.locator("#run .tag").first).to_have_text("done", timeout=DONE_MS)
    await expect(page.locator("h2 >> text=Headline")).to_be_visible()
    assert await page.evaluate("window.loadedOnce") is True
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.wait_for_timeout(2_500)
    assert asked == []  # what is over is not asked for any more
    assert (watched.complaints, watched.elsewhere) == ([], [])


async def test_without_scripts_a_run_is_followed_by_a_link(browser: Browser, lab: ArgoFolder) -> None:
    watched = await watched_page(browser, 1440, scripts=False)
    page = watched.page
    await start(watched, lab, seed="12")
    async with asyncio.timeout(DONE_MS / 1000):
        while await page.locator("#run .tag").first.inner_text() != "done":
            async with page.expect_navigation():  # else the old page is read once more
                await page.click("noscript a")
    assert await page.locator("polyline").count() == 2


async def lab_pages(browser: Browser, lab: ArgoFolder) -> list[str]:
    """Runs in every state that a page has, and all of them side by side."""
    watched = await watched_page(browser, 1440)
    page, places = watched.page, []
    places.append(await start(watched, lab, seed="13"))
    await expect(page.locator("#run .tag").first).to_have_text("done", timeout=DONE_MS)
    places.append(await start(watched, lab, begin="2009-02-10"))
    await page.click("button >> text=Cancel")
    await expect(page.locator("#run .tag").first).to_have_text("cancelled", timeout=DONE_MS)
    places.append(await start(watched, lab, begin="2011-01-08", end="2011-01-09"))
    await expect(page.locator("#run .tag").first).to_have_text("failed", timeout=DONE_MS)
    names = ",".join(place.rpartition("/")[2] for place in places)
    await page.context.close()
    return [*places, address(lab, f"/lab/compare?ids={names}")]


@pytest.mark.parametrize("width", WIDTHS)
async def test_no_page_of_the_lab_breaks_a_rule_or_an_edge(browser: Browser, lab: ArgoFolder, width: int) -> None:
    for place in await lab_pages(browser, lab):
        watched = await watched_page(browser, width)
        await watched.page.goto(place)
        results = await Axe().run(watched.page, options=RULES)
        assert results.violations_count == 0, f"{place}: {results.generate_report()}"
        assert await watched.page.evaluate("document.documentElement.scrollWidth") <= width, place
        assert (watched.complaints, watched.elsewhere) == ([], []), place
        await watched.page.context.close()
