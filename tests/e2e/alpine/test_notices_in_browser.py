"""Inbox, rules and webhooks in a real browser: accessible, within the width, with and without scripts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.e2e.alpine.alpine_process import AlpineFolder
from tests.e2e.alpine.browser import open_page
from tests.e2e.alpine.test_pages_in_browser import RULES, SCREENS, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module", name="told")
def telling_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AlpineFolder]:
    """A server of its own: its rules and signals are this test's."""
    folder = AlpineFolder(tmp_path_factory.mktemp("notices"))
    folder.upgraded()
    folder.environment["ALPINE_ALLOW_PRIVATE_WEBHOOKS"] = "true"
    folder.serve()
    try:
        yield folder
    finally:
        folder.stop()


async def ring(page: Page) -> None:
    """Wait until the bell has something to say, and load the page anew: the notice is made just after the signal. Not
    asked so often that it would be refused for that."""
    while "unread" not in str(await page.evaluate("fetch('/notifications/bell').then((answer) => answer.text())")):
        await asyncio.sleep(0.1)
    await page.reload()


async def check(page: Page, name: str, width: int) -> None:
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{name} at {width}: {found.generate_report()}"
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, name
    await page.screenshot(path=SCREENS / f"alpine-{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("width", [360, 1440])
async def test_from_a_rule_to_the_bell_and_the_inbox(browser: Browser, told: AlpineFolder, width: int) -> None:
    seen = await open_page(browser, width)
    page = seen.page
    SCREENS.mkdir(parents=True, exist_ok=True)
    await sign_in(page, told)
    await page.goto(f"{told.url}/notifications")
    await page.click("main a[href='/account/notifications'] >> nth=0")
    await page.fill("input[name=symbols]", "msft, tsla")
    await page.check("input[name=outcome]")
    await page.check("input[name=webhook]")
    await page.click("main button:has-text('Add the rule')")
    assert "MSFT, TSLA" in await page.inner_text("main table")
    await check(page, "notice-rules", width)
    await page.goto(f"{told.url}/account/webhooks")
    await page.fill("#hook-url", "http://127.0.0.1:9/hook")
    await page.click("main button:has-text('Add it')")
    assert (await page.inner_text("#new-secret")).startswith("whsec_")
    await page.click("main button:has-text('Send a test') >> nth=0")
    await check(page, "webhooks", width)
    told.deliver(f"BELL-{width}", symbol="TSLA", confidence=97.0)
    await page.goto(f"{told.url}/pricing")
    await ring(page)
    await expect(page.locator(".bell .tag")).to_contain_text("1 unread")
    await check(page, "bell", width)
    await page.click(".bell")
    await expect(page.locator("main .row").first).to_contain_text("TSLA")
    await check(page, "notifications", width)
    await page.click("main button:has-text('Mark read') >> nth=0")
    await expect(page.locator("main")).to_contain_text("0 unread")
    await expect(page.locator(".bell .tag")).to_have_count(0)
    await page.goto(f"{told.url}/account/notifications")
    await page.click("main button:has-text('Remove') >> nth=0")
    assert (seen.complaints, seen.abroad) == ([], [])


async def test_without_scripts_the_bell_is_a_link_and_every_form_works(browser: Browser, told: AlpineFolder) -> None:
    seen = await open_page(browser, 360, scripts=False)
    page = seen.page
    await sign_in(page, told)
    await page.click(".bell")
    assert await page.inner_text("h1") == "NOTIFICATIONS"
    await page.click("main >> text=Rules")
    await page.click("main button:has-text('Add the rule')")
    assert "all" in await page.inner_text("main table")
    await page.click("main button:has-text('Remove') >> nth=0")
    await page.goto(f"{told.url}/account/webhooks")
    await page.fill("#hook-url", "http://127.0.0.1:9/hook")
    await page.click("main button:has-text('Add it')")
    assert (await page.inner_text("#new-secret")).startswith("whsec_")
