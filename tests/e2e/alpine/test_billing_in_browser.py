"""Buying, administering and leaving in a real browser, with a real server beside a stateful Stripe."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.alpine.stripe_peer import KEY, SECRET, Json, StripePeer, running_peer, signed
from tests.e2e.alpine.alpine_process import EMAIL, PASSWORD, AlpineFolder
from tests.e2e.alpine.browser import Seen, open_page
from tests.e2e.alpine.test_pages_in_browser import RULES, SCREENS, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def peer() -> Iterator[StripePeer]:
    with running_peer() as running:
        yield running


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory, peer: StripePeer) -> Iterator[AlpineFolder]:
    """A server that sells BASIC and PREMIUM; the demonstration's account is FREE, and an administrator."""
    folder = AlpineFolder(tmp_path_factory.mktemp("shop"))
    folder.environment |= {
        "STRIPE_URL": peer.url,
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": f"{SECRET}, whsec_of_before",
        "STRIPE_PRICE_BASIC": "price_basic",
        "STRIPE_PRICE_PREMIUM": "price_premium",
        "ALPINE_NEW_PASSWORD": PASSWORD,
    }
    assert folder.run("db", "upgrade").returncode == 0
    for tier, cents in (("basic", 1900), ("premium", 4900)):
        assert folder.run("tiers", "set", tier, f"price_cents={cents}").returncode == 0
    folder.serve()
    try:
        assert folder.run("users", "set-tier", EMAIL, "free").returncode == 0
        folder.deliver("SIG-0", symbol="MSFT", confidence=97.0)
        yield folder
    finally:
        folder.stop()


def hear(shop: AlpineFolder, event: Json) -> int:
    """Stripe tells the server, as often as it takes; the status of the last answer."""
    body, header = signed(event, at=int(time.time()))
    address = f"{shop.url}/api/v1/payments/webhook"
    request = urllib.request.Request(address, body, {"Stripe-Signature": header})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(answer.status)


async def look(seen: Seen, name: str, width: int) -> None:
    """No barrier, nothing wider than the screen, a picture."""
    found = await Axe().run(seen.page, options=RULES)
    assert found.violations_count == 0, f"{name} at {width}: {found.generate_report()}"
    assert await seen.page.evaluate("document.documentElement.scrollWidth") <= width, name
    SCREENS.mkdir(parents=True, exist_ok=True)
    await seen.page.screenshot(path=SCREENS / f"alpine-{name}-{width}.png", full_page=True)


async def _buy(seen: Seen, shop: AlpineFolder, peer: StripePeer, width: int) -> None:
    page: Page = seen.page
    await page.goto(f"{shop.url}/account/billing")
    await look(seen, "billing-free", width)
    await page.click("text=Buy Premium")
    await look(seen, "billing-leave", width)
    await page.click("text=Continue to Stripe")
    await page.click("text=Pay")
    await page.wait_for_url(f"{shop.url}/account/billing?done=paid")
    for event in peer.events:
        assert hear(shop, event) == 200
    await page.reload()
    assert "4,900" not in await page.inner_text("main")
    assert "49.00 USD" in await page.inner_text("main table")
    assert "premium" in await page.inner_text("header.bar")
    await look(seen, "billing-premium", width)


@pytest.mark.parametrize("width", [360, pytest.param(1440, marks=pytest.mark.slow)])
async def test_a_tier_is_bought_and_the_account_deleted(
    browser: Browser, shop: AlpineFolder, peer: StripePeer, width: int
) -> None:
    seen = await open_page(browser, width)
    page = seen.page
    await sign_in(page, shop)
    await _buy(seen, shop, peer, width)
    await page.goto(f"{shop.url}/account/data")
    await look(seen, "data", width)
    async with page.expect_download() as download:
        await page.fill("section[aria-labelledby=export-title] input[name=password]", PASSWORD)
        await page.click("button:has-text('Export')")
    file = await (await download.value).path()
    assert json.loads(file.read_text("utf-8"))["billing"]["invoices"][0]["amount_cents"] == 4900
    await page.fill("section[aria-labelledby=delete-title] input[name=password]", PASSWORD)
    await page.check("input[name=sure]")
    await page.click("text=Delete for good")
    assert await page.text_content("h1") == "The account is deleted"
    await look(seen, "account-deleted", width)
    assert [each["status"] for each in peer.subscriptions.values()] == ["canceled"]
    await page.goto(f"{shop.url}/dashboard")
    assert "/login" in page.url
    assert (seen.complaints, seen.abroad) == ([], [])


@pytest.mark.parametrize("width", [pytest.param(360, marks=pytest.mark.slow), 1440])
async def test_an_administrator_reads_and_acts(browser: Browser, shop: AlpineFolder, width: int) -> None:
    assert shop.run("users", "create", "eve@example.com", "--tier", "basic").returncode == 0
    assert shop.run("users", "role", EMAIL, "admin").returncode == 0
    last = shop.run("users", "role", EMAIL, "support")
    assert (last.returncode, "this is the last administrator" in last.stderr) == (1, True)
    seen = await open_page(browser, width)
    page = seen.page
    await sign_in(page, shop)
    for path in ("/admin", "/admin/users", "/admin/tiers", "/admin/alarms", "/admin/events"):
        await page.goto(f"{shop.url}{path}")
        await look(seen, path.strip("/").replace("/", "-"), width)
    await page.goto(f"{shop.url}/admin/users?search=eve")
    await page.click("text=eve@example.com")
    await page.select_option("select[name=tier]", "institutional")
    await page.click("text=Set tier")
    assert "basic to institutional: by hand" in await page.inner_text("main")
    await look(seen, "admin-user", width)
    await page.goto(f"{shop.url}/admin")
    await page.select_option("select[name=tier]", "basic")
    await page.click("main form button:has-text('View')")
    assert "You see these pages as the tier basic does." in await page.inner_text("form.split")
    await look(seen, "view-as", width)
    await page.click("text=End this view")
    await page.wait_for_url(f"{shop.url}/admin")
    assert (seen.complaints, seen.abroad) == ([], [])
