"""What a tier does not see yet, in a real browser: sealed at once, opened in its place, held to what was sealed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.e2e.alpine.alpine_process import EMAIL, AlpineFolder
from tests.e2e.alpine.browser import open_page
from tests.e2e.alpine.test_pages_in_browser import RULES, SCREENS, sign_in, verify

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(name="sealing")
def free_account(tmp_path: Path) -> Iterator[AlpineFolder]:
    """A server whose account waits some seconds for every signal."""
    folder = AlpineFolder(tmp_path)
    folder.environment["ALPINE_FREE_DELAY_SECONDS"] = "15"
    folder.upgraded()
    folder.serve()
    try:
        assert folder.run("users", "set-tier", EMAIL, "free").returncode == 0
        yield folder
    finally:
        folder.stop()


async def look_at(page: Page, name: str) -> None:
    """Keep a picture, and let axe look."""
    width = (page.viewport_size or {"width": 0})["width"]
    SCREENS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
    found = await Axe().run(page, options=RULES)
    assert [violation["id"] for violation in found.response["violations"]] == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_seal_appears_at_once_and_opens_in_its_place_as_what_was_sealed(
    browser: Browser, sealing: AlpineFolder
) -> None:
    seen = await open_page(browser)
    page = seen.page
    await sign_in(page, sealing)
    await expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    async with page.expect_response("**/api/v1/receipts", timeout=60_000) as acknowledged:
        sealing.deliver("SIG-first", symbol="NVDA", confidence=98.5)
        sealing.deliver("SIG-second", symbol="INTC", confidence=70.0)
        await expect(page.locator("#live-rows > .sealed")).to_have_count(2)
        assert "NVDA" not in await page.content()
        await look_at(page, "seals-dashboard")
        await page.set_viewport_size({"width": 360, "height": 900})
        await look_at(page, "seals-dashboard")
        await page.set_viewport_size({"width": 1440, "height": 900})
    assert (await acknowledged.value).status == 202
    # Each takes the place of its seal: the order stays.
    await expect(page.locator("#live-rows > .sealed")).to_have_count(0, timeout=30_000)
    names = await page.locator("#live-rows > li .name").all_inner_texts()
    assert names == ["INTC", "NVDA"]
    await page.locator("#live-rows a", has_text="NVDA").click()
    assert (await verify(page))[0] == "verified"
    await expect(page.locator("#checks")).to_contain_text(re.compile("this browser was shown before.*the same seal"))
    # A browser that was shown another seal at this place says so.
    swap = "localStorage.setItem('alpine.seals.v1', localStorage.getItem('alpine.seals.v1').replace('main', 'side'))"
    await page.evaluate(swap)
    await page.evaluate(swap)
    verdict, words = await verify_again(page)
    assert (verdict, "seal_differs" in words) == ("failed", True)
    assert (seen.complaints, seen.abroad) == ([], [])


async def verify_again(page: Page) -> tuple[str, str]:
    """Press the button once more; verdict and words of this time."""
    await page.evaluate("delete document.getElementById('proof').dataset.verdict")
    return await verify(page)
