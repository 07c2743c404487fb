"""Alpine's pages in a real browser: live without a reload, verified by the reader, usable by everyone."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.alpine.alpine_process import EMAIL, PASSWORD, AlpineFolder
from tests.e2e.alpine.browser import Seen, open_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SCREENS = Path(__file__).parents[3] / "var" / "screens"
WIDTHS = [360, 1440]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # each node that breaks a rule; of what holds only the first
}
SWAPPED: dict[str, Any] = {
    "signal_id": "SIG-9",
    "symbol": "AAPM",
    "action": "SELL",
    "entry_price": 175.26,
    "target_price": None,
    "stop_price": 171.51,
    "confidence": 97.4,
    "strategy": "momentum_breakdown",
    "timestamp": "2026-01-02T14:30:00.123457Z",
    "verification_hash": "0" * 64,
    "scheme": "legacy-json-0",
}


SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((each) => { window.shifted += each.value; }))
  .observe({ type: "layout-shift", buffered: true });"""


async def sign_in(page: Page, alpine: AlpineFolder, path: str = "/dashboard") -> None:
    """Through the form, like a person."""
    await page.goto(f"{alpine.url}{path}")
    await page.fill("input[name=email]", EMAIL)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url(f"{alpine.url}{path}")


async def signed_in(browser: Browser, alpine: AlpineFolder, width: int = 1440, path: str = "/dashboard") -> Seen:
    seen = await open_page(browser, width)
    await sign_in(seen.page, alpine, path)
    return seen


async def verify(page: Page) -> tuple[str, str]:
    """Press the button; verdict and words."""
    await page.click("#verify")
    await expect(page.locator("#proof")).to_have_attribute("data-verdict", re.compile("."))
    await expect(page.locator("#verify")).to_be_enabled()
    return str(await page.get_attribute("#proof", "data-verdict")), await page.inner_text("#verdict")


async def test_a_signal_arrives_without_a_reload_and_is_verified(browser: Browser, alpine: AlpineFolder) -> None:
    seen = await signed_in(browser, alpine)
    page = seen.page
    await expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    await page.evaluate("window.loadedOnce = true")
    alpine.deliver("SIG-live", symbol="NVDA", confidence=98.5)
    row = page.locator("#live-rows > li", has_text="NVDA")
    await expect(row).to_have_count(1)
    await expect(page.locator("#live-rows > li").first).to_contain_text("NVDA")
    await expect(page.locator("table", has_text="NVDA")).to_have_count(1)  # the table of open signals follows
    alpine.resolve("SIG-live", outcome="loss", result="stop", exit_price=171.5, profit_loss_pct=-2.1398)
    await expect(row).to_contain_text("loss, stop reached")
    await expect(row).to_have_count(1)
    assert await page.evaluate("window.loadedOnce") is True
    await row.locator("a").click()
    verdict, words = await verify(page)
    assert (verdict, words[:53]) == ("verified", "Verified by this browser. It existed no later than 20")
    assert words.endswith("witnessed by alpine.localhost/witness.")
    assert await page.locator("#checks .mark-good").count() == 21
    assert (seen.complaints, seen.abroad) == ([], [])


async def test_a_press_before_the_script_has_come_is_not_lost(browser: Browser, alpine: AlpineFolder) -> None:
    seen = await signed_in(browser, alpine)

    async def late(route: Route) -> None:
        await asyncio.sleep(1)
        await route.continue_()

    await seen.page.route("**/verify-page.js*", late)
    await seen.page.goto(f"{alpine.url}/signals/SIG-3", wait_until="commit")
    verdict, _ = await verify(seen.page)
    assert verdict == "verified"


@pytest.mark.parametrize("width", WIDTHS)
async def test_nothing_on_the_dashboard_moves_when_it_becomes_live(
    browser: Browser, alpine: AlpineFolder, width: int
) -> None:
    page = (await signed_in(browser, alpine, width, "/account")).page
    await page.add_init_script(SHIFTS)
    await page.goto(f"{alpine.url}/dashboard")
    await expect(page.locator("#connection")).to_have_text("Live")
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert await page.evaluate("window.shifted") < 0.01


async def test_a_stream_that_broke_goes_on_without_gap_or_doubling(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    alpine = AlpineFolder(tmp_path)
    alpine.upgraded()
    alpine.serve()
    request.addfinalizer(alpine.stop)
    page = (await signed_in(browser, alpine)).page
    await expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    alpine.deliver("SIG-before", symbol="AMD")
    await expect(page.locator("#live-rows > li", has_text="AMD")).to_have_count(1)
    alpine.stop()
    await expect(page.locator("#connection")).to_have_attribute("data-state", "lost", timeout=15_000)
    alpine.serve()
    alpine.deliver("SIG-after", symbol="INTC")
    await expect(page.locator("#live-rows > li", has_text="INTC")).to_have_count(1, timeout=20_000)
    await expect(page.locator("#live-rows > li", has_text="AMD")).to_have_count(1)
    ids = await page.locator("#live-rows > li").evaluate_all("rows => rows.map((row) => row.id)")
    assert len(ids) == len(set(ids)) == 2


@pytest.mark.parametrize("name", SWAPPED)
async def test_an_answer_that_was_swapped_on_the_way_is_red_by_its_field(
    browser: Browser, alpine: AlpineFolder, name: str
) -> None:
    seen = await signed_in(browser, alpine, path="/signals/SIG-3")

    async def swap(route: Route) -> None:
        answer = await route.fetch()
        told = json.loads(await answer.text())
        assert told[name] != SWAPPED[name]
        await route.fulfill(response=answer, body=json.dumps({**told, name: SWAPPED[name]}))

    await seen.page.route("**/api/v1/signals/SIG-3", swap)
    verdict, words = await verify(seen.page)
    assert (verdict, words[:13]) == ("failed", "Not verified.")
    step = "Compare the hash shown" if name in ("verification_hash", "scheme") else "Compare each field shown"
    assert step in words
    if step == "Compare each field shown":
        assert name in await seen.page.inner_text("#checks")
        assert await seen.page.locator(".disagrees").get_attribute("data-shown") == name


@pytest.mark.parametrize("name", [name for name in SWAPPED if name != "scheme"])
async def test_a_field_swapped_on_the_page_and_in_the_answer_alike_is_red_by_its_hash(
    browser: Browser, alpine: AlpineFolder, name: str
) -> None:
    seen = await signed_in(browser, alpine, path="/signals/SIG-3")
    shown = "none" if SWAPPED[name] is None else str(SWAPPED[name])

    async def swap(route: Route) -> None:
        answer = await route.fetch()
        told = json.loads(await answer.text())
        await route.fulfill(response=answer, body=json.dumps({**told, name: SWAPPED[name]}))

    await seen.page.route("**/api/v1/signals/SIG-3", swap)
    await seen.page.evaluate(
        "([name, text]) => { document.querySelector(`[data-shown=${name}]`).textContent = text; }", [name, shown]
    )
    verdict, words = await verify(seen.page)
    assert verdict == "failed"
    assert "The content is unchanged" in words
    assert "hash_mismatch" in words


@pytest.mark.parametrize(
    ("name", "text"), [("entry_price", "175.250"), ("entry_price", "1,75"), ("confidence", " 95"), ("stop_price", "")]
)
async def test_a_number_that_is_shown_in_another_way_is_red(
    browser: Browser, alpine: AlpineFolder, name: str, text: str
) -> None:
    seen = await signed_in(browser, alpine, path="/signals/SIG-3")
    await seen.page.evaluate(
        "([name, text]) => { document.querySelector(`[data-shown=${name}]`).textContent = text; }", [name, text]
    )
    verdict, words = await verify(seen.page)
    assert (verdict, "Read the nine fields" in words) == ("failed", True)


ELSEWHERE = {
    "symbol of the heading": "document.querySelector('h1').firstChild.textContent = 'MSFT '",
    "action of the heading": "document.querySelector('h1 span').textContent = 'SELL'",
    "a word more in the heading": "document.querySelector('h1').append(' now')",
    "entry of the chart": "document.getElementById('chart').dataset.entry = '175.26'",
    "target of the chart": "document.getElementById('chart').dataset.target = '999'",
    "no target in the chart": "delete document.getElementById('chart').dataset.target",
    "stop of the chart": "document.getElementById('chart').dataset.stop = '1'",
    "name in the address": "history.replaceState(null, '', '/signals/SIG-2')",
}


@pytest.mark.parametrize("change", ELSEWHERE.values(), ids=list(ELSEWHERE))
async def test_what_is_shown_outside_of_the_box_must_be_what_was_hashed(
    browser: Browser, alpine: AlpineFolder, change: str
) -> None:
    page = (await signed_in(browser, alpine, path="/signals/SIG-3")).page
    await page.evaluate(change)
    verdict, words = await verify(page)
    assert (verdict, "Heading, chart and address show the same" in words) == ("failed", True)
    assert "shown_differs" in words


LATER = {
    **{name: change for name, change in ELSEWHERE.items() if name != "name in the address"},
    "field of the box": "document.querySelector('[data-shown=entry_price]').textContent = '1'",
    "letter of a field": "document.querySelector('[data-shown=symbol]').firstChild.data = 'AAPM'",
    "the whole box": "document.querySelector('.fields').replaceWith(document.createElement('p'))",
}


@pytest.mark.parametrize("change", LATER.values(), ids=list(LATER))
async def test_a_change_after_the_verdict_takes_it_back(browser: Browser, alpine: AlpineFolder, change: str) -> None:
    page = (await signed_in(browser, alpine, path="/signals/SIG-3")).page
    assert (await verify(page))[0] == "verified"
    await page.hover("#chart")
    await expect(page.locator("#verdict.good")).to_have_count(1)
    await page.evaluate(change)
    await expect(page.locator("#verdict")).to_contain_text("has changed since it was verified")
    assert await page.get_attribute("#proof", "data-verdict") is None
    assert await page.locator("#checks li").count() == 0
    assert (await verify(page))[0] == "failed"


async def test_a_change_while_it_is_verified_is_red(browser: Browser, alpine: AlpineFolder) -> None:
    page = (await signed_in(browser, alpine, path="/signals/SIG-3")).page

    async def change_meanwhile(route: Route) -> None:
        await page.evaluate("document.querySelector('[data-shown=entry_price]').textContent = '1'")
        await route.continue_()

    await page.route("**/api/v1/signals/SIG-3", change_meanwhile)
    verdict, words = await verify(page)
    assert (verdict, "changed" in words) == ("failed", True)


TAMPERED: dict[str, Any] = {
    "symbol": "AAPM",
    "action": "SELL",
    "entry_price": 175.26,
    "target_price": 999.0,
    "stop_price": 1.0,
    "confidence": 99.9,
    "strategy": "other",
    "timestamp": "2026-01-02T14:30:00.123457Z",
}


@pytest.fixture(scope="module", name="tampered")
def tampered_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AlpineFolder]:
    """A server in whose database one field of each signal was changed behind its back; SIG-whole is as it was."""
    alpine = AlpineFolder(tmp_path_factory.mktemp("tampered"))
    alpine.upgraded()
    alpine.serve()
    try:
        for name in ("whole", *TAMPERED):
            alpine.deliver(f"SIG-{name}")
        assert alpine.run("ledger", "audit").returncode == 0
        for name, value in TAMPERED.items():
            alpine.tamper(f"SIG-{name}", name, value)
        yield alpine
    finally:
        alpine.stop()


@pytest.mark.parametrize("name", TAMPERED)
async def test_a_field_changed_in_the_database_is_red(browser: Browser, tampered: AlpineFolder, name: str) -> None:
    seen = await signed_in(browser, tampered, path=f"/signals/SIG-{name}")
    verdict, words = await verify(seen.page)
    assert (verdict, "hash_mismatch" in words) == ("failed", True)


def test_the_audit_finds_each_changed_field_and_no_other(tampered: AlpineFolder) -> None:
    audit = tampered.run("ledger", "audit", "--json")
    assert audit.returncode == 1
    found = {(each["signal_id"], each["field"]) for each in json.loads(audit.stdout)["findings"]}
    assert found == {(f"SIG-{name}", field) for name in TAMPERED for field in (name, "verification_hash")}


async def test_without_an_answer_the_button_is_red_and_says_so(browser: Browser, alpine: AlpineFolder) -> None:
    seen = await signed_in(browser, alpine, path="/signals/SIG-3")
    await seen.page.route("**/api/v1/signals/SIG-3", lambda route: route.fulfill(status=503, body="{}"))
    verdict, words = await verify(seen.page)
    assert (verdict, "Fetch the signal again" in words) == ("failed", True)


PAGES = [
    "/",
    "/login",
    "/dashboard",
    "/signals",
    "/simulator?delay_seconds=0",
    "/signals/SIG-3",
    "/signals/SIG-0",
    "/verify",
    "/track-record",
    "/reports",
    "/status",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
async def test_pages_break_no_accessibility_rule_and_fit_their_width(
    browser: Browser, alpine: AlpineFolder, width: int, path: str
) -> None:
    seen = await signed_in(browser, alpine, width)
    page = seen.page
    SCREENS.mkdir(parents=True, exist_ok=True)
    await page.goto(f"{alpine.url}{path}")
    if path == "/signals/SIG-3":
        await expect(page.locator("#chart canvas")).to_have_count(1)
        assert (await verify(page))[0] == "verified"
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{path} at {width}: {found.generate_report()}"
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
    name = path.partition("?")[0].strip("/").replace("/", "-") or "landing"
    await page.screenshot(path=SCREENS / f"alpine-{name}-{width}.png", full_page=True)
    assert (seen.complaints, seen.abroad) == ([], [])


async def test_a_failed_proof_breaks_no_accessibility_rule(browser: Browser, alpine: AlpineFolder) -> None:
    seen = await signed_in(browser, alpine, path="/signals/SIG-3")
    await seen.page.evaluate("document.querySelector('[data-shown=symbol]').textContent = 'AAPM'")
    assert (await verify(seen.page))[0] == "failed"
    found = await Axe().run(seen.page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    await seen.page.screenshot(path=SCREENS / "alpine-failed-proof-1440.png", full_page=True)


async def test_the_keyboard_reaches_everything_with_a_visible_focus(browser: Browser, alpine: AlpineFolder) -> None:
    seen = await signed_in(browser, alpine, path="/signals/SIG-3")
    page = seen.page
    reached: list[str] = []
    for _ in range(40):
        await page.keyboard.press("Tab")
        name, outline = await page.evaluate(
            "() => { const at = document.activeElement; return [at.id || at.textContent.trim().slice(0, 20), "
            "getComputedStyle(at).outlineStyle]; }"
        )
        reached.append(name)
        assert outline != "none", name
        if name == "verify":
            break
    assert reached[0] == "To the content"
    assert {"Dashboard", "Signals", "Sign out", "verify"} <= set(reached)
    await page.keyboard.press("Enter")
    await expect(page.locator("#proof")).to_have_attribute("data-verdict", "verified")


async def test_nothing_moves_for_those_who_asked_for_less_motion(browser: Browser, alpine: AlpineFolder) -> None:
    seen = await signed_in(browser, alpine)
    await seen.page.emulate_media(reduced_motion="reduce")
    await expect(seen.page.locator("#connection")).to_have_attribute("data-state", "live")
    alpine.deliver("SIG-calm", symbol="CALM")
    row = seen.page.locator("#live-rows > li.fresh", has_text="CALM")
    await expect(row).to_have_count(1)
    assert await row.evaluate("row => getComputedStyle(row).animationName") == "none"


async def test_without_scripts_every_page_is_a_link_away(browser: Browser, alpine: AlpineFolder) -> None:
    seen = await open_page(browser, scripts=False)
    page = seen.page
    await sign_in(page, alpine)
    await page.click("nav >> text=Signals")
    await page.select_option("select[name=sort]", "confidence")
    await page.fill("input[name=symbol]", "AAPL")
    await page.click("main button[type=submit]")
    await page.click("main .row a >> nth=0")
    assert "AAPL" in await page.inner_text("h1")
    assert "SHA-256 over the RFC 8785 text" in await page.inner_text("noscript")
    await page.click("summary")
    assert await page.locator("#marks tbody tr").count() == 40
    await page.click("text=Sign out")
    assert await page.locator("text=Sign in").count() == 1


async def test_text_is_at_least_14_pixels_but_for_timestamps(browser: Browser, alpine: AlpineFolder) -> None:
    seen = await signed_in(browser, alpine)
    for path in PAGES:
        await seen.page.goto(f"{alpine.url}{path}")
        small = await seen.page.evaluate(
            """() => Array.from(document.querySelectorAll("body *:not(script):not(time):not(.u-wrap *)"))
              .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
              .filter((each) => parseFloat(getComputedStyle(each).fontSize) < 14).map((each) => each.outerHTML)"""
        )
        assert small == [], path
