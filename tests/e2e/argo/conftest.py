"""A real generator process on recorded history, and a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Request, ViewportSize

from argo_core.adapters.sql import Database
from argo_core.adapters.sql.parity_reports import SqlParityReports
from argo_core.testing.contracts.parity_reports import sample_report
from tests.argo.server.processes import ArgoFolder, stop, wait_until


@dataclass
class Watched:
    """A page, and what went wrong on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._follow)

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {text}")

    def _follow(self, request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1":
            self.elsewhere.append(request.url)


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArgoFolder]:
    """A generator that runs a cycle each second, with some behind it."""
    folder = ArgoFolder(tmp_path_factory.mktemp("console"), tmp_path_factory.mktemp("cache"), interval_seconds=1.0)
    folder.upgraded()
    asyncio.run(keep_comparison(folder))
    process = folder.serve()
    try:
        wait_until(lambda: folder.database.exists() and len(folder.stored_cycles()) >= 5, process)
        yield folder
    finally:
        stop(process)


async def keep_comparison(folder: ArgoFolder) -> None:
    """A day that was compared, with something that differs."""
    database = await Database.open(f"sqlite+aiosqlite:///{folder.database}")
    try:
        await SqlParityReports(database).append(sample_report())
    finally:
        await database.close()


async def watched_page(browser: Browser, width: int, *, scripts: bool = True) -> Watched:
    """A new page of that width, watched from its first byte."""
    context = await browser.new_context(viewport=ViewportSize(width=width, height=900), java_script_enabled=scripts)
    watched = Watched(await context.new_page())
    watched.listen()
    return watched


async def until_changed(page: Page, selector: str, before: str, seconds: float = 15) -> str:
    """The text of an element once it differs from `before`."""
    async with asyncio.timeout(seconds):
        while (now := await page.inner_text(selector)) == before:
            await asyncio.sleep(0.05)
    return now
