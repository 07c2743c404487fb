"""The page of a backtest's report in a real browser: it draws its plots, asks nobody, and fits a narrow screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, ViewportSize

from argo_core.adapters.report_files import write_html
from tests.argo.backtest.report_runs import ran

PLOTS = ("equity", "drawdown", "trades", "reliability")


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1440])
async def test_the_page_draws_every_plot_alone_and_fits_the_screen(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    file = tmp_path / "report.html"
    write_html(ran().report, file)
    page = await (await browser.new_context(viewport=ViewportSize(width=width, height=900))).new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(file.as_uri())
    for plot in PLOTS:
        await page.wait_for_selector(f"#{plot}-plot .main-svg")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    widths = await page.evaluate("[...document.querySelectorAll('.main-svg')].map(each => each.clientWidth)")
    assert max(widths) <= width
    offered = await page.evaluate("[...document.querySelectorAll('.modebar-btn')].map(each => each.dataset.title)")
    assert "Zoom" in offered
    assert [title for title in offered if "share" in title.lower() or "cloud" in title.lower()] == []
    await page.locator("#trades details summary").click()
    assert await page.locator("#trades tbody tr").count() == len(ran().report.trades)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []
