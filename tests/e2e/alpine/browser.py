"""A real browser that notes what went wrong on its pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, Request, ViewportSize


@dataclass
class Seen:
    """One page. `complaints`: errors and warnings of its console; `abroad`: requests to other hosts."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    abroad: list[str] = field(default_factory=list)

    def watch(self) -> Seen:
        """Begin to listen."""
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(f"pageerror: {error}"))
        self.page.on("request", self._follow)
        return self

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {text}")

    def _follow(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            self.abroad.append(request.url)


async def open_page(browser: Browser, width: int = 1440, *, scripts: bool = True) -> Seen:
    """A page of its own context, so without cookies of another test."""
    context = await browser.new_context(viewport=ViewportSize(width=width, height=900), java_script_enabled=scripts)
    return Seen(await context.new_page()).watch()
