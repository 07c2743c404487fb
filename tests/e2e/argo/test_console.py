"""The console in a real browser, beside a real generator."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from tests.argo.server.processes import ArgoFolder
from tests.e2e.argo.conftest import until_changed, watched_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

PAGES = [
    "/",
    "/decisions",
    "/signals",
    "/sources",
    "/lab",
    "/parity",
    "/parity/2026-03-02/argo",
    "/reports",
    "/alerts",
    "/uptime",
]
WIDTHS = [360, 1440]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def address(console: ArgoFolder, path: str) -> str:
    return f"http://127.0.0.1:{console.port}{path}"


NEWEST = "/signals/newest"
"""Stands for the page of whichever signal is the newest."""


def address_of(console: ArgoFolder, path: str) -> str:
    return address(console, newest_signal(console) if path == NEWEST else path)


def newest_signal(console: ArgoFolder) -> str:
    return f"/signals/{console.get('/api/signals/latest?limit=1')['items'][0]['signal_id']}"


async def test_the_overview_follows_the_generator_without_a_reload(browser: Browser, console: ArgoFolder) -> None:
    watched = await watched_page(browser, 1440)
    page = watched.page
    await page.goto(address(console, "/"))
    await page.evaluate("window.loadedOnce = true")
    first = await page.inner_text("#as-of")
    await page.focus(".part-signals tbody a")
    second = await until_changed(page, "#as-of", first)
    third = await until_changed(page, "#as-of", second)
    assert first < second < third
    assert await page.inner_text("#live") == "page is live"
    assert await page.evaluate("window.loadedOnce") is True
    assert await page.evaluate("document.activeElement.tagName") == "A"
    assert (watched.complaints, watched.elsewhere) == ([], [])


async def test_without_scripts_every_page_is_a_link_away(browser: Browser, console: ArgoFolder) -> None:
    watched = await watched_page(browser, 1440, scripts=False)
    page = watched.page
    await page.goto(address(console, "/"))
    for name in ("Decisions", "Signals", "Sources", "Lab", "Overview"):
        await page.click(f"nav >> text={name}")
        assert await page.inner_text("nav a[aria-current=page]") == name
    await page.click(".part-signals tbody a >> nth=0")
    assert "Covered by the hash".lower() in (await page.inner_text("main")).lower()
    await page.goto(address(console, "/signals"))
    await page.select_option("select[name=action]", "SELL")
    await page.click("button[type=submit]")
    sides = await page.locator("tbody .side").all_inner_texts()
    assert {side.split()[-1] for side in sides} == {"SELL"}


@pytest.mark.parametrize("path", [*PAGES, NEWEST])
@pytest.mark.parametrize("width", WIDTHS)
async def test_no_page_breaks_an_accessibility_rule(
    browser: Browser, console: ArgoFolder, width: int, path: str
) -> None:
    watched = await watched_page(browser, width)
    await watched.page.goto(address_of(console, path))
    results = await Axe().run(watched.page, options=RULES)
    assert results.violations_count == 0, f"{path} at {width}: {results.generate_report()}"
    assert (watched.complaints, watched.elsewhere) == ([], []), path


@pytest.mark.parametrize("width", [360, *(pytest.param(width, marks=pytest.mark.slow) for width in (768, 1920)), 1440])
async def test_no_page_scrolls_sideways(browser: Browser, console: ArgoFolder, width: int) -> None:
    page = (await watched_page(browser, width)).page
    for path in [*PAGES, newest_signal(console)]:
        await page.goto(address(console, path))
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path


OFF_THE_EDGE = """() => {
    const boxes = [...document.querySelectorAll(".scroll:has(.stacked), .tag")];
    return boxes.filter((box) => box.scrollWidth > box.clientWidth + 1
        || (box.matches(".tag") && !box.closest(".scroll:not(:has(.stacked))")
            && box.getBoundingClientRect().right > innerWidth)).map((box) => box.outerHTML.slice(0, 90));
}"""


async def test_on_a_narrow_screen_no_column_lies_off_the_edge(browser: Browser, console: ArgoFolder) -> None:
    watched = await watched_page(browser, 360)
    for path in ["/", "/decisions", "/sources", "/alerts"]:
        await watched.page.goto(address(console, path))
        assert await watched.page.evaluate(OFF_THE_EDGE) == [], path
        assert await watched.page.locator(".stacked").count() > 0, path


async def test_text_is_at_least_14_pixels_and_timestamps_12(browser: Browser, console: ArgoFolder) -> None:
    watched = await watched_page(browser, 1440)
    for path in [*PAGES, newest_signal(console)]:
        await watched.page.goto(address(console, path))
        small = await watched.page.evaluate("""() => {
            const found = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const parent = walker.currentNode.parentElement;
                if (!walker.currentNode.textContent.trim() || parent.closest("script")) continue;
                const size = parseFloat(getComputedStyle(parent).fontSize);
                if (size < (parent.closest(".stamp") ? 12 : 14)) found.push(`${size} ${parent.outerHTML.slice(0, 80)}`);
            }
            return found;
        }""")
        assert small == []


async def test_the_keyboard_reaches_content_past_the_navigation(browser: Browser, console: ArgoFolder) -> None:
    watched = await watched_page(browser, 1440)
    await watched.page.goto(address(console, "/"))
    await watched.page.keyboard.press("Tab")
    assert await watched.page.evaluate("document.activeElement.textContent") == "Skip to content"
    await watched.page.keyboard.press("Enter")
    assert await watched.page.evaluate("document.activeElement.id") == "main"
    await watched.page.keyboard.press("Tab")
    outline = await watched.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


async def test_reduced_motion_stops_what_moves(browser: Browser, console: ArgoFolder) -> None:
    watched = await watched_page(browser, 1440)
    await watched.page.goto(address(console, "/"))
    moving = "getComputedStyle(document.querySelector('.dot.good')).animationName"
    assert await watched.page.evaluate(moving) == "breathe"
    await watched.page.emulate_media(reduced_motion="reduce")
    assert await watched.page.evaluate(moving) == "none"


async def test_the_browser_recomputes_the_hash_that_the_page_shows(browser: Browser, console: ArgoFolder) -> None:
    watched = await watched_page(browser, 1440)
    await watched.page.goto(address(console, newest_signal(console)))
    digest = await watched.page.evaluate("""async () => {
        const text = document.querySelector(".canonical").textContent;
        const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
        return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }""")
    assert await watched.page.locator(".hash.whole").all_inner_texts() == [digest, digest]


async def test_the_page_says_when_it_no_longer_hears(browser: Browser, console: ArgoFolder) -> None:
    watched = await watched_page(browser, 1440)
    await watched.page.goto(address(console, "/"))
    await until_changed(watched.page, "#live", "")
    await watched.page.context.set_offline(True)
    await watched.page.evaluate("document.querySelector('#news')._htmx.sse.reader.cancel()")
    assert await until_changed(watched.page, "#live", "page is live") == "connecting"
