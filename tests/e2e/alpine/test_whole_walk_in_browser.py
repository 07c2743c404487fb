"""One visitor's whole way in a real browser: sign-up, mail, second factor, seals, verifying, paying, premium signals,
simulator, export, farewell. Real server, mail server and browser, and a stateful Stripe."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.alpine.stripe_peer import KEY, SECRET, StripePeer, running_peer
from tests.e2e.alpine.alpine_process import AlpineFolder
from tests.e2e.alpine.browser import open_page
from tests.e2e.alpine.mail_peer import MailPeer, mail_peer
from tests.e2e.alpine.test_accounts_in_browser import GOOD, Visitor, fresh_code, set_up_factor, sign_up
from tests.e2e.alpine.test_billing_in_browser import hear
from tests.e2e.alpine.test_pages_in_browser import verify

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(name="post_office")
def running_post_office() -> Iterator[MailPeer]:
    with mail_peer() as peer:
        yield peer


@pytest.fixture(name="house")
def running_house() -> Iterator[StripePeer]:
    with running_peer() as peer:
        yield peer


@pytest.fixture(name="alpine")
def shop(tmp_path_factory: pytest.TempPathFactory, post_office: MailPeer, house: StripePeer) -> Iterator[AlpineFolder]:
    """A server that mails, sells, and shows a signal to everybody a day later or when it has ended."""
    folder = AlpineFolder(tmp_path_factory.mktemp("walk"))
    folder.environment |= {
        "ALPINE_SMTP_HOST": "127.0.0.1",
        "ALPINE_SMTP_PORT": str(post_office.port),
        "ALPINE_SMTP_SECURITY": "plain",
        "ALPINE_FREE_DELAY_SECONDS": "86400",
        "STRIPE_URL": house.url,
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_PRICE_PREMIUM": "price_premium",
    }
    folder.upgraded()
    assert folder.run("tiers", "set", "premium", "price_cents=4900").returncode == 0
    folder.serve()
    try:
        folder.deliver("SIG-ended", symbol="AAPL", confidence=88.0)
        folder.resolve("SIG-ended", outcome="win", result="target", exit_price=184.5, profit_loss_pct=5.2782)
        yield folder
    finally:
        folder.stop()


@pytest.mark.parametrize("width", [360, pytest.param(1440, marks=pytest.mark.slow)])
async def test_from_a_visitor_to_a_subscriber_who_leaves(
    browser: Browser, alpine: AlpineFolder, post_office: MailPeer, house: StripePeer, width: int
) -> None:
    seen = await open_page(browser, width)
    ada = Visitor(seen.page, alpine.url, f"ada-{width}@example.com", width, looks=False)
    recovery = await arrive(ada, post_office)
    await see_what_is_free(ada, alpine)
    await pay(ada, alpine, house)
    await see_what_is_paid_for(ada, alpine)
    await leave(ada, house, recovery)
    assert (seen.complaints, seen.abroad) == ([], [])


async def arrive(ada: Visitor, peer: MailPeer) -> list[str]:
    """From the first page to an account with a second factor, signed in with both; its recovery codes."""
    page = ada.page
    await ada.open("/", "landing")
    await page.click("text=See the live signals")
    await page.wait_for_url("**/login*")
    await sign_up(ada, peer)
    secret, used, _ = await set_up_factor(ada)
    recovery = await page.locator(".codes li").all_inner_texts()
    await ada.sign_out()
    await ada.open("/login", "login")
    await ada.send(email=ada.email, password=GOOD)
    await ada.send(code=await fresh_code(secret, used))
    await page.wait_for_url(f"{ada.url}/dashboard")
    return recovery


async def see_what_is_free(ada: Visitor, alpine: AlpineFolder) -> None:
    """A new signal is a seal that tells nothing; one that has ended is shown, and verified by this browser."""
    page = ada.page
    await expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    alpine.deliver("SIG-sealed", symbol="NVDA", confidence=97.0)
    await expect(page.locator("#live-rows > .sealed")).to_have_count(1)
    assert "NVDA" not in await page.content()
    await ada.open("/signals/SIG-ended", "signal")
    verdict, _ = await verify(page)
    assert verdict == "verified"


async def pay(ada: Visitor, alpine: AlpineFolder, house: StripePeer) -> None:
    page = ada.page
    await ada.open("/account/billing", "billing")
    await page.click("text=Buy Premium")
    await page.click("text=Continue to Stripe")
    await page.click("text=Pay")
    await page.wait_for_url(f"{alpine.url}/account/billing?done=paid")
    for event in house.events:
        assert hear(alpine, event) == 200
    await page.reload()
    await expect(page.locator("header.bar")).to_contain_text("premium")


async def see_what_is_paid_for(ada: Visitor, alpine: AlpineFolder) -> None:
    """What was sealed is open, and a premium signal comes as it is made, without a reload."""
    page = ada.page
    await ada.open("/signals/SIG-sealed", "signal-of-premium")
    await expect(page.locator("h1")).to_contain_text("NVDA")
    await ada.open("/dashboard", "dashboard-of-premium")
    await expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    await page.evaluate("window.loadedOnce = true")
    alpine.deliver("SIG-premium", symbol="INTC", confidence=98.5)
    row = page.locator("#live-rows > li:not(.sealed)", has_text="INTC")
    await expect(row).to_contain_text("premium")
    assert await page.evaluate("window.loadedOnce") is True
    await ada.open("/simulator?delay_seconds=30&capital=10000", "simulator")
    await expect(page.locator("#figures")).to_contain_text("Final equity")


async def leave(ada: Visitor, house: StripePeer, recovery: list[str]) -> None:
    """The account's own data in a file, then the account is gone, and nothing is charged any more."""
    page = ada.page
    await ada.open("/account/data", "data")
    await grant(page, "export-title", recovery[0])
    async with page.expect_download() as download:
        await page.click("button:has-text('Export')")
    kept = json.loads((await (await download.value).path()).read_text("utf-8"))
    assert ada.email in json.dumps(kept["account"])
    await grant(page, "delete-title", recovery[1])
    await page.check("input[name=sure]")
    await page.click("text=Delete for good")
    await expect(page.locator("h1")).to_have_text("The account is deleted")
    assert [each["status"] for each in house.subscriptions.values()] == ["canceled"]
    await page.goto(f"{ada.url}/dashboard")
    await page.wait_for_url("**/login*")


async def grant(page: Page, section: str, code: str) -> None:
    """Password and code, into the form of this section."""
    await page.fill(f"section[aria-labelledby={section}] input[name=password]", GOOD)
    await page.fill(f"section[aria-labelledby={section}] input[name=code]", code)
