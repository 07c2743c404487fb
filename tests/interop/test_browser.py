"""The whole way: recorded bars in the producer, and in a subscriber's browser a signal that the browser verifies."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.interop.system import ALPINE, EVERYONE, GENERATOR, LiveSystem

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SCREENS = Path(__file__).parents[2] / "var" / "screens"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync".split()
)


@pytest.fixture(name="page")
async def page_in_chromium() -> AsyncIterator[Page]:
    """Where CI=true a missing browser fails: nothing is skipped."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        reason = "the package chromium is missing: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield await browser.new_page(viewport={"width": 1440, "height": 1000})
        await browser.close()


async def test_a_signal_of_the_real_producer_arrives_without_a_reload_and_verifies_in_the_browser(
    live: LiveSystem, page: Page
) -> None:
    live.start(*(name for name in EVERYONE if name != GENERATOR))
    await sign_in(live, page)
    await expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    await page.evaluate("window.loadedOnce = true")
    live.start(GENERATOR)
    row = page.locator("#live-rows > li").first
    await expect(row).to_be_visible(timeout=30_000)
    assert await page.evaluate("window.loadedOnce") is True
    live.settle()
    await row.locator("a").click()
    assert await verdict(page) == "verified"
    await page.locator("canvas, svg").first.wait_for()
    SCREENS.mkdir(parents=True, exist_ok=True)
    for width in (1440, 360):
        await page.set_viewport_size({"width": width, "height": 1000})
        await fits(page, width)
        await page.screenshot(path=SCREENS / f"live-signal-{width}.png", full_page=True)


@pytest.mark.slow
async def test_a_signal_that_was_changed_in_the_distributors_database_is_red(live: LiveSystem, page: Page) -> None:
    live.start(*EVERYONE)
    live.wait_until(lambda: live.published() >= 1, GENERATOR)
    live.settle()
    live.tamper("alpine", "UPDATE signals SET stop_price = stop_price - 0.5 WHERE cursor = 1")
    (signal_id,) = live.rows("alpine", "SELECT signal_id FROM signals WHERE cursor = 1")[0]
    await sign_in(live, page)
    await page.goto(f"http://127.0.0.1:{live.ports[ALPINE]}/signals/{signal_id}")
    assert await verdict(page) == "failed"


async def fits(page: Page, width: int) -> None:
    """Nothing is wider than the window, once the chart has followed its new size."""
    async with asyncio.timeout(5):
        while await page.evaluate("document.documentElement.scrollWidth") > width:
            await page.wait_for_timeout(20)


async def sign_in(live: LiveSystem, page: Page) -> None:
    """Through the form, like a person."""
    await page.goto(f"http://127.0.0.1:{live.ports[ALPINE]}/dashboard")
    await page.fill("input[name=email]", "reader@example.test")
    await page.fill("input[name=password]", "a password for tests")
    await page.click("main button[type=submit]")
    await page.wait_for_url("**/dashboard")


async def verdict(page: Page) -> str:
    """What the page says after the button was pressed."""
    await page.click("#verify")
    await expect(page.locator("#proof")).to_have_attribute("data-verdict", re.compile("."))
    await expect(page.locator("#verify")).to_be_enabled()
    return str(await page.get_attribute("#proof", "data-verdict"))
