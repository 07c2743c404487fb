"""The proof in a real browser: green only for what holds, red by name for each part that was swapped."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Download, Page, Route, expect

from alpine_core.testing.sample_log import SAMPLE_ORIGIN, SAMPLE_VKEY, SampleLog
from alpine_core.verify.note_key import LOG_KEY, SigningKey
from alpine_web.web.static_files import FOLDER
from tests.e2e.alpine.alpine_process import AlpineFolder
from tests.e2e.alpine.browser import Seen, open_page
from tests.e2e.alpine.test_pages_in_browser import SCREENS, sign_in, signed_in, verify

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

OTHER_VKEY = SigningKey(SAMPLE_ORIGIN, LOG_KEY, b"\x02" * 32).key.vkey
Evidence = dict[str, Any]


async def evidence_of(page: Page, alpine: AlpineFolder, signal_id: str = "SIG-3") -> Evidence:
    """The bundle as it is downloaded."""
    answer = await page.request.get(f"{alpine.url}/api/v1/signals/{signal_id}/evidence")
    assert answer.headers["content-disposition"] == f'attachment; filename="{signal_id}.evidence.json"'
    told: Evidence = await answer.json()
    return told


async def read_saved(download: Download) -> dict[str, Any]:
    """The JSON file that was saved."""
    return await asyncio.to_thread(lambda path: json.loads(path.read_text()), await download.path())


async def swap_evidence(page: Page, change: Callable[[Evidence], None]) -> None:
    """Every answer with evidence is changed on its way."""

    async def swap(route: Route) -> None:
        answer = await route.fetch()
        told = json.loads(await answer.text())
        change(told)
        await route.fulfill(response=answer, body=json.dumps(told))

    await page.route("**/evidence", swap)


def replaced(name: str, old: str, new: str) -> Callable[[Evidence], None]:
    def change(told: Evidence) -> None:
        assert old in told[name]
        told[name] = told[name].replace(old, new, 1)

    return change


def put(name: str, value: object) -> Callable[[Evidence], None]:
    def change(told: Evidence) -> None:
        assert told[name] != value
        told[name] = value

    return change


def other_root(told: Evidence) -> None:
    head, size, root, *rest = told["tlog_proof"].split("\n\n", 1)[1].split("\n")
    other = ("B" if root.startswith("A") else "A") + root[1:]
    told["tlog_proof"] = "\n\n".join([told["tlog_proof"].split("\n\n")[0], "\n".join([head, size, other, *rest])])


SWAPPED: dict[str, tuple[Callable[[Evidence], None], str, str]] = {
    "salt": (put("salt", "0" * 64), "It is what was sealed", "commitment_mismatch"),
    "leaf index": (put("leaf_index", 0), "The seal stands in that log", "bad_proof"),
    "entry's seal": (replaced("entry", '"commit":"', '"commit":"0'), "It is what was sealed", "commitment_mismatch"),
    "entry's deadline": (
        replaced("entry", '"reveal_by":"20', '"reveal_by":"21'),
        "The seal stands in that log",
        "root_mismatch",
    ),
    "entry's number": (replaced("entry", '"seq":3', '"seq":4'), "The seal stands in that log", "root_mismatch"),
    "entry's time": (replaced("entry", '"at":"20', '"at":"21'), "It was logged when it was issued", "backdated"),
    "hash of the path": (
        replaced("tlog_proof", "\n\n", "\n" + "A" * 43 + "=\n\n"),
        "The seal stands in that log",
        "bad_proof",
    ),
    "checkpoint's origin": (
        replaced("tlog_proof", "\n\nprovider", "\n\nprovader"),
        "The log's signature holds",
        "bad_log_signature",
    ),
    "checkpoint's root": (other_root, "The log's signature holds", "bad_log_signature"),
    "witness's signature": (
        replaced("tlog_proof", "— alpine.localhost/witness ", "— alpine.localhost/witness A"),
        "The log's signature holds",
        "bad_note",
    ),
}


@pytest.mark.parametrize(("change", "step", "code"), SWAPPED.values(), ids=list(SWAPPED))
async def test_each_part_of_the_evidence_that_was_swapped_is_red_by_its_name(
    browser: Browser, alpine: AlpineFolder, change: Callable[[Evidence], None], step: str, code: str
) -> None:
    page = (await signed_in(browser, alpine, path="/signals/SIG-3")).page
    await swap_evidence(page, change)
    verdict, words = await verify(page)
    assert (verdict, words) == ("failed", f"Not verified. Failed step: {step} ({code}).")


async def test_a_page_that_trusts_another_key_is_red(browser: Browser, alpine: AlpineFolder) -> None:
    page = (await signed_in(browser, alpine)).page

    async def swap(route: Route) -> None:
        answer = await route.fetch()
        text = await answer.text()
        assert SAMPLE_VKEY.replace("+", "&#43;") in text or SAMPLE_VKEY in text
        changed = text.replace(SAMPLE_VKEY, OTHER_VKEY).replace(SAMPLE_VKEY.replace("+", "&#43;"), OTHER_VKEY)
        await route.fulfill(response=answer, body=changed)

    await page.route(f"{alpine.url}/signals/SIG-3", swap)
    await page.goto(f"{alpine.url}/signals/SIG-3")
    verdict, words = await verify(page)
    assert (verdict, "bad_log_signature" in words) == ("failed", True)


async def test_the_policy_is_the_pages_own_whatever_the_answer_says(browser: Browser, alpine: AlpineFolder) -> None:
    page = (await signed_in(browser, alpine, path="/signals/SIG-3")).page
    await swap_evidence(page, put("policy", f"log {OTHER_VKEY}\nquorum none\n"))
    assert (await verify(page))[0] == "verified"


async def test_evidence_without_a_witness_is_never_green(browser: Browser, alpine: AlpineFolder) -> None:
    page = (await signed_in(browser, alpine, path="/signals/SIG-3")).page

    def strip(told: Evidence) -> None:
        told["tlog_proof"] = re.sub("— alpine[^\n]*\n", "", told["tlog_proof"])

    await swap_evidence(page, strip)
    assert (await verify(page))[0] == "logged"
    assert "Too few of the trusted witnesses" in await page.inner_text("#checks")


@pytest.mark.parametrize("name", ["result", "exit"])
async def test_an_outcome_shown_otherwise_than_logged_is_red(browser: Browser, alpine: AlpineFolder, name: str) -> None:
    page = (await signed_in(browser, alpine, path="/signals/SIG-0")).page
    await page.evaluate("name => { document.getElementById('outcome').dataset[name] = '1'; }", name)
    verdict, words = await verify(page)
    assert (verdict, "outcome_differs" in words) == ("failed", True)


async def test_another_history_than_this_browser_saw_is_red_until_its_evidence_is_saved(
    browser: Browser, alpine: AlpineFolder
) -> None:
    page = (await signed_in(browser, alpine, path="/signals/SIG-3")).page
    assert (await verify(page))[0] == "verified"
    told = await evidence_of(page, alpine)
    genuine = await page.evaluate(f"localStorage.getItem({await history_key(page)!r})")
    alpine.mirror()
    await page.evaluate(
        "([key, note]) => localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), note,"
        " root: '22'.repeat(32) }))",
        [await history_key(page), told["tlog_proof"].split("\n\n", 1)[1]],
    )
    verdict, words = await verify(page)
    assert verdict == "failed"
    assert "The log only grew since this browser saw it" in words
    await page.evaluate("([key, text]) => localStorage.setItem(key, text)", [await history_key(page), genuine])
    assert (await verify(page))[0] == "failed"  # what was seen is not forgotten by looking again
    async with page.expect_download() as saved:
        await page.click("#found button")
    kept = await read_saved(await saved.value)
    assert {"kept", "offered"} <= kept.keys()
    assert SAMPLE_ORIGIN in kept["offered"]
    assert (await verify(page))[0] == "verified"


async def history_key(page: Page) -> str:
    key: str = await page.evaluate(
        "async origin => (await import(document.querySelector('script[src*=verify-page]').src.replace(/verify-page.*/,"
        " 'verify.js'))).historyKey(origin)",
        SAMPLE_ORIGIN,
    )
    return key


async def test_without_web_crypto_nothing_is_green_and_nothing_red(browser: Browser, alpine: AlpineFolder) -> None:
    seen = await open_page(browser)
    await seen.page.add_init_script("Object.defineProperty(globalThis, 'crypto', { value: undefined })")
    await sign_in(seen.page, alpine, "/signals/SIG-3")
    assert (await verify(seen.page))[0] == "unsupported"
    await seen.page.goto(f"{alpine.url}/signals")
    await expect(seen.page.locator(".check").first).to_have_text("Not checked")


async def test_a_browser_without_memory_says_that_history_was_not_checked(
    browser: Browser, alpine: AlpineFolder
) -> None:
    seen = await open_page(browser)
    throwing = "Object.defineProperty(globalThis, 'localStorage', { get() { throw new Error('SecurityError'); } })"
    await seen.page.add_init_script(throwing)
    await sign_in(seen.page, alpine, "/signals/SIG-3")
    assert (await verify(seen.page))[0] == "logged"
    assert "this browser could not remember" in await seen.page.inner_text("#checks")


async def test_the_page_for_bundles_works_offline_and_asks_nobody(browser: Browser, alpine: AlpineFolder) -> None:
    seen = await open_page(browser)
    page = seen.page
    await sign_in(page, alpine, "/signals/SIG-3")
    bundle = await evidence_of(page, alpine)
    await page.goto(f"{alpine.url}/verify")
    await page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.context.set_offline(True)
    await page.fill("#bundle", json.dumps(bundle))
    assert (await verify(page))[0] == "verified"
    await page.fill("#bundle", json.dumps({**bundle, "salt": "0" * 64}))
    assert await page.get_attribute("#proof", "data-verdict") is None
    assert (await verify(page))[0] == "failed"
    await page.fill("#bundle", "{")
    assert (await verify(page))[0] == "failed"
    assert asked == []


async def test_a_file_may_be_chosen_and_flat_bodies_are_understood(
    browser: Browser, alpine: AlpineFolder, tmp_path: Path
) -> None:
    page = (await signed_in(browser, alpine, path="/signals/SIG-3")).page
    bundle = await evidence_of(page, alpine)
    flat = {**bundle.pop("signal"), **bundle}
    (tmp_path / "flat.json").write_text(json.dumps(flat))
    await page.goto(f"{alpine.url}/verify")
    await page.set_input_files("#bundle-file", tmp_path / "flat.json")
    await expect(page.locator("#proof")).to_have_attribute("data-verdict", "verified")


async def test_one_file_verifies_from_a_disk_with_the_readers_own_keys(
    browser: Browser, alpine: AlpineFolder, tmp_path: Path
) -> None:
    signed = (await signed_in(browser, alpine, path="/signals/SIG-3")).page
    bundle = await evidence_of(signed, alpine)
    saved = tmp_path / "verify-offline.html"
    saved.write_bytes((FOLDER / "verify-offline.html").read_bytes())
    seen = await open_page(browser)
    page = seen.page
    await page.context.set_offline(True)
    await page.goto(saved.as_uri())
    await page.fill("#bundle", json.dumps(bundle))
    verdict, words = await verify(page)
    assert (verdict, words[:33]) == ("logged", "By the bundle's own keys only: Ve")
    await page.fill("#policy", bundle["policy"])
    assert (await verify(page))[0] == "verified"
    await page.fill("#policy", bundle["policy"].replace(SAMPLE_VKEY, OTHER_VKEY))
    assert (await verify(page))[0] == "failed"
    await page.screenshot(path=SCREENS / "alpine-verify-offline-1440.png", full_page=True)
    assert (seen.complaints, seen.abroad) == ([], [])


@pytest.mark.parametrize("path", ["/", "/dashboard", "/signals"])
async def test_rows_are_verified_by_the_browser_wherever_signals_are_shown(
    browser: Browser, alpine: AlpineFolder, path: str
) -> None:
    page = (await signed_in(browser, alpine)).page
    await page.goto(f"{alpine.url}{path}")
    badge = page.locator(".row .check").first
    await badge.scroll_into_view_if_needed()
    await expect(badge).to_have_text("Verified")
    assert 'data-verdict="verified"' not in await (await page.request.get(f"{alpine.url}{path}")).text()


async def test_a_row_whose_evidence_or_text_was_swapped_is_red(browser: Browser, alpine: AlpineFolder) -> None:
    page = (await signed_in(browser, alpine)).page
    await swap_evidence(page, put("salt", "0" * 64))
    await page.goto(f"{alpine.url}/signals")
    badge = page.locator(".row .check").first
    for each in await page.locator(".row .check").all():
        await each.scroll_into_view_if_needed()
        await expect(each).to_have_text("Failed: commitment_mismatch")
    await page.unroute("**/evidence")
    await badge.click()
    await expect(badge).to_have_text("Verified")
    swapped = {"[data-shown=entry]": "entry_price", "strong": "action", "[data-shown=outcome]": "outcome"}
    for selector, field in swapped.items():
        await page.evaluate("selector => { document.querySelector(`.row ${selector}`).textContent = '1'; }", selector)
        await badge.click()
        await expect(badge).to_have_attribute("title", re.compile(field))
        assert await badge.get_attribute("data-verdict") == "FAILED"


async def test_verifying_one_signal_takes_a_browser_under_10_ms(browser: Browser, alpine: AlpineFolder) -> None:
    page = (await signed_in(browser, alpine, path="/signals/SIG-3")).page
    bundle = await evidence_of(page, alpine)
    await page.goto(f"{alpine.url}/verify")
    median = await page.evaluate(
        """async bundle => {
          const at = new URL(document.querySelector("script[src*=verify-bundle]").src);
          const { judge } = await import(new URL("trust.js", at).href);
          const taken = [];
          for (let turn = 0; turn < 30; turn += 1) {
            const begun = performance.now();
            const report = await judge(bundle);
            if (report.verdict !== "verified") throw new Error(report.failures.join());
            taken.push(performance.now() - begun);
          }
          return taken.sort((one, other) => one - other)[15];
        }""",
        bundle,
    )
    assert median < 10


async def test_strangers_see_how_complete_the_record_is_and_what_is_still_sealed(
    browser: Browser, alpine: AlpineFolder
) -> None:
    seen = await open_page(browser)
    page = seen.page
    await page.goto(f"{alpine.url}/track-record")
    words = await page.inner_text("#completeness")
    assert re.fullmatch(r"\d+ sealed, \d+ revealed, \d+ resolved, none missing", words)
    commits = await page.locator("#sealed .hash").all_inner_texts()
    assert json.loads(alpine.log.entries[4])["commit"] in commits
    assert "SIG-3" not in await page.inner_text("main")
    assert "alpine.localhost/witness at" in await page.inner_text("main")
    assert (seen.complaints, seen.abroad) == ([], [])


@pytest.mark.parametrize("width", [360, 1440])
async def test_what_was_realised_is_shown_with_its_sign_and_the_statement_has_the_hash_in_the_log(
    browser: Browser, alpine: AlpineFolder, width: int
) -> None:
    lost = {"exit_price": 171.745, "gross_pct": -2.0, "net_pct": -2.2, "exit": "stop", "mode": "prop"}
    won, stopped = f"desk-{width}-SIG-0", f"prop-{width}-SIG-0"
    alpine.realise("SIG-0", symbol="MSFT", trade_id=won)
    alpine.realise("SIG-0", symbol="MSFT", trade_id=stopped, executor_id="prop_firm", **lost)
    seen = await signed_in(browser, alpine, width, "/signals/SIG-0")
    page = seen.page
    card = page.locator(f'[data-trade="{stopped}"]')
    assert "realised on a prop firm account of executor prop_firm" in (await card.inner_text()).lower()
    assert await card.locator(".text-alpine-semantic-error").all_inner_texts() == ["-2.00 %", "-2.20 %"]
    gained = page.locator(f'[data-trade="{won}"] .text-alpine-semantic-success')
    assert await gained.all_inner_texts() == ["+5.28 %", "+5.08 %"]
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    address = await card.locator("a").get_attribute("href")
    answer = await page.request.get(f"{alpine.url}{address}")
    digest = hashlib.sha256(await answer.body()).hexdigest()
    assert any(json.loads(entry).get("sha256") == digest for entry in alpine.log.entries)
    await page.goto(f"{alpine.url}/track-record")
    assert await page.locator("#realised th", has_text="prop_firm").count() == 1
    told = await page.inner_text("#realised-told")
    assert re.fullmatch(r"(\d+) of the \1 finished trades in the log are counted here\.", told)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert (seen.complaints, seen.abroad) == ([], [])


@pytest.fixture(name="split")
def split_server(tmp_path: Path) -> Iterator[AlpineFolder]:
    """A server to which a second history was offered, signed with the log's own key."""
    alpine = AlpineFolder(tmp_path)
    alpine.upgraded()
    alpine.serve()
    try:
        alpine.deliver("SIG-1")
        fork = SampleLog()
        fork.add('{"at":"2026-01-02T14:30:00.000000Z","kind":"surprise","v":1}')
        offered = fork.checkpoint_body(old_size=alpine.log.size)
        assert alpine.refused("checkpoint", {**offered, "consistency": []}) == 422
        yield alpine
    finally:
        alpine.stop()


@pytest.mark.parametrize("width", [360, 1440])
async def test_a_split_view_is_on_every_page_with_its_evidence(
    browser: Browser, split: AlpineFolder, width: int
) -> None:
    seen: Seen = await open_page(browser, width)
    page = seen.page
    for path in ("/", "/verify", "/login", "/track-record"):
        await page.goto(f"{split.url}{path}")
        await expect(page.locator(".split")).to_contain_text("The provider signed two different histories")
    await page.click(".split a")
    async with page.expect_download() as saved:
        await page.get_by_role("link", name="Download the evidence", exact=True).click()
    told = await read_saved(await saved.value)
    (view,) = told["split_views"]
    assert (view["origin"], view["kept"] != view["offered"]) == (SAMPLE_ORIGIN, True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.screenshot(path=SCREENS / f"alpine-split-view-{width}.png", full_page=True)
