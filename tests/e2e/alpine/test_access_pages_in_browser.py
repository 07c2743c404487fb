"""Prices and keys of the API in a real browser: accessible, within the width, and usable without scripts."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from tests.e2e.alpine.alpine_process import AlpineFolder
from tests.e2e.alpine.browser import open_page
from tests.e2e.alpine.test_pages_in_browser import RULES, SCREENS, sign_in


@pytest.mark.parametrize("width", [360, 1440])
async def test_prices_and_keys_are_accessible_at_each_width(browser: Browser, alpine: AlpineFolder, width: int) -> None:
    seen = await open_page(browser, width)
    page = seen.page
    await sign_in(page, alpine)
    SCREENS.mkdir(parents=True, exist_ok=True)
    for path in ("/pricing", "/account/api-keys"):
        await page.goto(f"{alpine.url}{path}")
        if path != "/pricing":
            await page.fill("#key-name", "desk")
            await page.click("text=Make the key")
            assert (await page.inner_text("#new-key")).startswith("alp_")
        found = await Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{path} at {width}: {found.generate_report()}"
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
        await page.screenshot(path=SCREENS / f"alpine{path.replace('/', '-')}-{width}.png", full_page=True)
    await page.click("text=Revoke >> nth=0")
    assert "revoked" in await page.inner_text("main table")
    assert (seen.complaints, seen.abroad) == ([], [])
