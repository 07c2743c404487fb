"""The record's pages in a real browser: curves, calibration, backtest, downloads, texts; with scripts and without."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from tests.e2e.alpine.alpine_process import AlpineFolder
from tests.e2e.alpine.browser import open_page
from tests.e2e.alpine.test_pages_in_browser import RULES, SCREENS, WIDTHS, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PUBLIC = ["/", "/track-record", "/backtest", "/methodology", "/terms", "/privacy", "/risk-disclosure", "/contact"]
PAGES = [*PUBLIC, "/backtest?symbols=NONE", "/dashboard", "/signals?sort=result", "/signals/SIG-3"]
ENDED = 34


@pytest.fixture(scope="module", name="record")
def recorded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AlpineFolder]:
    """A server with enough ended signals for every figure, over weeks of recorded history, with prices."""
    folder, dice = AlpineFolder(tmp_path_factory.mktemp("record")), random.Random(5)
    folder.environment["ALPINE_CONTACT_EMAIL"] = "desk@example.com"
    folder.upgraded()
    folder.serve()
    days = [f"{date(2026, 1, 5) + timedelta(days=2 * number)}" for number in range(ENDED // 2)]
    try:
        for number in range(ENDED):
            day, symbol = days[number // 2], ("AAPL", "BTC-USD")[number % 2]
            known = {"symbol": symbol, "confidence": 76.0 + dice.random() * 23, "win_probability": dice.random()}
            regime = ("BULL", "BEAR", "CHOP")[number % 3]
            now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"  # no entry of the log is older than the one before
            at = {"timestamp": now, "data_source": "replay", "as_of": f"{day}T10:00:00Z"}
            folder.deliver(f"SIG-{number}", regime=regime, **known, **at)
            percent = round(dice.uniform(-3, 4), 6)
            word, result = ("win", "target") if percent > 0 else ("loss", "stop")
            price = 175.25 * (1 + percent / 100)
            ended: dict[str, Any] = {"market_time": f"{day}T20:00:00Z", "net_pct": percent - 0.1}
            folder.resolve(
                f"SIG-{number}", outcome=word, result=result, exit_price=price, profit_loss_pct=percent, **ended
            )
        bars = [[f"{day}T00:00:00Z", 100, 130, 80, 100 + 4 * (number % 5), 1] for number, day in enumerate(days)]
        series = [{"symbol": symbol, "timeframe": "1d", "bars": bars} for symbol in ("AAPL", "BTC-USD")]
        folder.post("marks", {"origin": "replay", "as_of": f"{days[-1]}T23:00:00Z", "series": series})
        folder.deliver("SIG-open", regime="BULL", confidence=97.0)
        yield folder
    finally:
        folder.stop()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
async def test_pages_break_no_accessibility_rule_and_fit_their_width(
    browser: Browser, record: AlpineFolder, width: int, path: str
) -> None:
    seen = await open_page(browser, width)
    page = seen.page
    await sign_in(page, record)
    SCREENS.mkdir(parents=True, exist_ok=True)
    await page.goto(f"{record.url}{path}")
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{path} at {width}: {found.generate_report()}"
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
    name = path.strip("/").replace("/", "-").replace("?", "-").replace("=", "-") or "landing"
    await page.screenshot(path=SCREENS / f"alpine-record-{name}-{width}.png", full_page=True)
    assert (seen.complaints, seen.abroad) == ([], [])


async def test_a_backtest_works_without_scripts_and_its_download_has_its_rows(
    browser: Browser, record: AlpineFolder
) -> None:
    page = (await open_page(browser, scripts=False)).page
    await page.goto(f"{record.url}/backtest")
    assert f"of {ENDED} ended signals" in (await page.inner_text("main")).lower()
    assert await page.locator("main polyline").count() == 2
    await page.goto(f"{record.url}/track-record")
    assert f"{ENDED} of {ENDED} resolved signals are counted, none is left out" in await page.inner_text("#counted")
    await page.goto(f"{record.url}/backtest")
    await page.fill("input[name=symbols]", "AAPL")
    await page.select_option("select[name=regime]", "BULL")
    await page.click("main button[type=submit]")
    assert "symbols=AAPL" in page.url
    shown = await page.locator("#trades tbody tr").count()
    assert 0 < shown < ENDED
    async with page.expect_download() as waiting:
        await page.click("text=Download CSV")
    lines = (await (await waiting.value).path()).read_text("utf-8").splitlines()
    assert len(lines) == shown + 1


async def test_text_is_at_least_14_pixels_but_for_timestamps(browser: Browser, record: AlpineFolder) -> None:
    page = (await open_page(browser)).page
    for path in PUBLIC:
        await page.goto(f"{record.url}{path}")
        small = await page.evaluate(
            """() => Array.from(document.querySelectorAll("body *:not(script):not(time)"))
              .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
              .filter((each) => parseFloat(getComputedStyle(each).fontSize) < 14).map((each) => each.outerHTML)"""
        )
        assert small == [], path
