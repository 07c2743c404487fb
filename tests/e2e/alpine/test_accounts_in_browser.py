"""From a visitor to a second factor in a real browser, mails over a real SMTP server; every page at both widths."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.e2e.alpine.alpine_process import AlpineFolder
from tests.e2e.alpine.browser import open_page
from tests.e2e.alpine.mail_peer import MailPeer, mail_peer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SCREENS = Path(__file__).parents[3] / "var" / "screens"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
GOOD, NEW = "several words of my own", "a wholly new set of words"


@pytest.fixture(scope="module")
def post_office() -> Iterator[MailPeer]:
    with mail_peer() as peer:
        yield peer


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, post_office: MailPeer) -> Iterator[AlpineFolder]:
    """A server that sends its mails to the peer."""
    folder = AlpineFolder(tmp_path_factory.mktemp("accounts"))
    folder.environment |= {
        "ALPINE_SMTP_HOST": "127.0.0.1",
        "ALPINE_SMTP_PORT": str(post_office.port),
        "ALPINE_SMTP_SECURITY": "plain",
        "ALPINE_SIGN_IN_PER_MINUTE": "6000",
    }
    folder.upgraded()
    folder.serve()
    try:
        yield folder
    finally:
        folder.stop()


async def looked_at(page: Page, name: str, width: int) -> None:
    """Keep a picture; nothing sticks out, and axe finds nothing."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENS / f"alpine-{name}-{width}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, name
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, (name, found.generate_report())


async def link_to(peer: MailPeer, recipient: str, count: int) -> str:
    """The link of the newest mail, once so many have come to somebody."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if len([one for one in peer.taken if one["To"] == recipient]) >= count:
            link = peer.link(recipient)
            assert link is not None
            return link
        await asyncio.sleep(0.05)
    raise AssertionError("no mail came")


async def fresh_code(secret: str, used: str) -> str:
    """A code that was not used: that of the next step is taken too."""
    totp = pyotp.TOTP(secret)
    now = datetime.now(UTC)
    return next(code for away in (0, 1) if (code := totp.at(now + timedelta(seconds=30 * away))) != used)


class Visitor:
    """One person with a browser; `look` keeps pictures where scripts run, for axe needs them."""

    def __init__(self, page: Page, url: str, email: str, width: int, *, looks: bool) -> None:
        self.page, self.url, self.email, self.width, self.looks = page, url, email, width, looks

    async def look(self, name: str) -> None:
        if self.looks:
            await looked_at(self.page, name, self.width)

    async def send(self, **fields: str) -> None:
        """Fill the page's form and send it."""
        for name, value in fields.items():
            await self.page.fill(f"main input[name={name}]", value)
        await self.page.click("main button")

    async def open(self, path: str, name: str) -> None:
        await self.page.goto(path if path.startswith("http") else f"{self.url}{path}")
        await self.look(name)

    async def sign_out(self) -> None:
        await self.page.click("header form button")
        await self.page.wait_for_url(f"{self.url}/")


async def sign_up(ada: Visitor, peer: MailPeer) -> None:
    await ada.open("/signup", "signup")
    await ada.send(email=ada.email, password=GOOD)
    await expect(ada.page.locator("[role=status]")).to_contain_text("A mail is on its way")
    await ada.look("signup-done")
    await ada.open(await link_to(peer, ada.email, 1), "verify-email")
    await ada.send()
    await expect(ada.page.locator("main")).to_contain_text("The address is confirmed")
    await ada.page.click("main a.button")
    await ada.send(email=ada.email, password=GOOD)
    await ada.page.wait_for_url(f"{ada.url}/dashboard")


async def set_up_factor(ada: Visitor) -> tuple[str, str, str]:
    """The secret, the code that was used and a recovery code."""
    await ada.open("/account", "account")
    await ada.page.fill("[aria-labelledby=factor-title] input[name=password]", GOOD)
    await ada.page.click("[aria-labelledby=factor-title] button")
    await ada.page.wait_for_url(f"{ada.url}/account/second-factor")
    await ada.look("second-factor")
    box = await ada.page.locator("svg.qr").bounding_box()
    assert box is not None
    assert box["width"] >= 200
    secret = (await ada.page.inner_text("main code")).replace(" ", "")
    first = await fresh_code(secret, "")
    await ada.send(code=first)
    await expect(ada.page.locator(".codes li")).to_have_count(10)
    await ada.look("recovery-codes")
    return secret, first, await ada.page.locator(".codes li").first.inner_text()


async def reset_password(ada: Visitor, peer: MailPeer) -> None:
    await ada.open("/reset", "reset")
    await ada.send(email=ada.email)
    await expect(ada.page.locator("[role=status]")).to_contain_text("on its way")
    await ada.open(await link_to(peer, ada.email, 3), "reset-password")
    await ada.send(password="password1234")
    await expect(ada.page.locator("[role=alert]")).to_contain_text("not taken")
    await ada.look("reset-refused")
    await ada.send(password=NEW)
    await expect(ada.page.locator("main")).to_contain_text("every session has ended")
    await ada.page.click("main a.button")


@pytest.mark.parametrize(
    ("scripts", "width"),
    [
        (True, 360),
        pytest.param(True, 1440, marks=pytest.mark.slow),
        pytest.param(False, 360, marks=pytest.mark.slow),
        (False, 1440),
    ],
)
async def test_from_a_visitor_to_a_second_factor(
    browser: Browser, house: AlpineFolder, post_office: MailPeer, width: int, scripts: bool
) -> None:
    seen = await open_page(browser, width, scripts=scripts)
    page = seen.page
    ada = Visitor(page, house.url, f"ada-{width}-{scripts}@example.com".lower(), width, looks=scripts)
    await sign_up(ada, post_office)
    secret, used, recovery = await set_up_factor(ada)
    await ada.sign_out()
    await ada.open("/login", "login")
    await ada.send(email=ada.email, password=GOOD)
    await expect(page.locator("h1")).to_have_text("Second step")
    await ada.look("second-step")
    await ada.send(code=await fresh_code(secret, used))
    await page.wait_for_url(f"{house.url}/dashboard")
    await ada.open("/account", "account-second-factor")
    await ada.open("/account/security", "security")
    await expect(page.locator("tbody")).to_contain_text("Second factor enabled")
    await ada.sign_out()
    await reset_password(ada, post_office)
    await ada.send(email=ada.email, password=NEW)
    await ada.send(code=recovery)
    await page.wait_for_url(f"{house.url}/dashboard")
    complaints = [each for each in seen.complaints if "422" not in each]
    assert (complaints, seen.abroad) == ([], [])
