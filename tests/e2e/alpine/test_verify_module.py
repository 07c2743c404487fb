"""static/verify.js in a real browser, against the vectors that every implementation has to agree on."""

from __future__ import annotations

import functools
import http.server
import json
import os
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from alpine_web.web.static_files import FOLDER
from tests.e2e.alpine.browser import open_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

VECTORS = Path(__file__).parents[2] / "vectors"
RUN = """async (cases) => {
  const verify = await import("/verify.js");
  const results = [];
  for (const each of cases) {
    try { results.push(await (%s)(each, verify)); }
    catch (error) { results.push(error instanceof verify.VerifyError ? error.code : "bad_json"); }
  }
  return results;
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and does not write about it."""

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        return "text/javascript"

    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>vectors</title>")
        else:
            super().do_GET()

    def log_request(self, code: object = "-", size: object = "-") -> None:
        return


@pytest.fixture
def served() -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(FOLDER))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
async def page(browser: Browser, served: str) -> AsyncIterator[Page]:
    seen = await open_page(browser)
    await seen.page.goto(served)
    yield seen.page
    assert [said for said in seen.complaints if "favicon" not in said and "404" not in said] == []


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / name).read_text("utf-8"))
    return found


async def run(page: Page, body: str, cases: list[Any]) -> list[Any]:
    results: list[Any] = await page.evaluate(RUN % body, cases)
    return results


async def test_valid_signals_have_the_canonical_text_and_the_hash(page: Page) -> None:
    cases = vectors("canonical_jcs1.json")["valid"]
    body = "async (each, v) => { const s = JSON.parse(each.wire); return [v.canonical(s), await v.signalHash(s)]; }"
    assert await run(page, body, cases) == [[case["canonical"], case["sha256"]] for case in cases]
    assert len(cases) == 36


async def test_refused_signals_are_refused_with_their_code(page: Page) -> None:
    rejected = [
        case for case in vectors("negative_canonical.json")["rejected"] if "undetectable_after_parse" not in case
    ]
    body = """(each, v) => {
      const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
      const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      const text = each.wire_hex ? strict.decode(bytes(each.wire_hex)) : each.wire;
      return v.canonical(JSON.parse(text));
    }"""
    results = await run(page, body, rejected)
    assert [
        (case["id"], code) for case, code in zip(rejected, results, strict=True) if code not in case["errors"]
    ] == []
    assert len(rejected) == 48


async def test_tampered_signals_have_another_hash(page: Page) -> None:
    cases = vectors("negative_canonical.json")["tampered"]
    assert await run(page, "(each, v) => v.signalHash(each.signal)", cases) == [case["actual_sha256"] for case in cases]
    body = "async (each, v) => v.sameHash(await v.signalHash(each.signal), each.claimed_sha256)"
    assert await run(page, body, cases) == [False] * 7


async def test_legacy_text_holds_for_its_signal_and_for_no_other(page: Page) -> None:
    cases = vectors("canonical_legacy.json")["cases"]
    body = "(each, v) => v.verifyLegacy(JSON.parse(each.wire), each.preimage, each.sha256.toUpperCase())"
    assert await run(page, body, cases) == [True] * 15
    changed = """async (each, v) => {
      const verdicts = [];
      const signal = JSON.parse(each.wire);
      for (const name of v.FIELDS) {
        const other = typeof signal[name] === "string" ? `${signal[name]}x` : (signal[name] ?? 1) + 1e-9 * 2 ** 40;
        verdicts.push(await v.verifyLegacy({ ...signal, [name]: other }, each.preimage, each.sha256));
      }
      verdicts.push(await v.verifyLegacy(signal, each.preimage.replace("AAPL", "AAPM"), each.sha256));
      verdicts.push(await v.verifyLegacy({ ...signal, more: 1 }, each.preimage, each.sha256));
      return verdicts.includes(true);
    }"""
    plain = [case for case in cases if case["id"] in ("baseline", "integral-float", "null-stop", "non-ascii")]
    assert await run(page, changed, plain) == [False] * 4


async def test_the_schemes_never_pass_for_each_other(page: Page) -> None:
    (case,) = vectors("canonical_legacy.json")["cross_scheme"]
    body = """async (each, v) => [
      await v.signalHash(each.signal) === each.jcs1_sha256,
      await v.verifyLegacy(each.signal, v.canonical(each.signal), each.jcs1_sha256),
    ]"""
    assert await run(page, body, [case]) == [[True, False]]


async def test_a_text_that_names_a_field_twice_is_no_legacy_text(page: Page) -> None:
    body = """async (text, v) => {
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
      const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
      return v.verifyLegacy(JSON.parse(text), text, hash);
    }"""
    honest = vectors("canonical_legacy.json")["cases"][0]["preimage"]
    twice = honest.replace('{"action": "BUY", ', '{"action": "SELL", "action": "BUY", ')
    assert await run(page, body, [honest, twice, honest.replace(", ", ",")]) == [True, False, False]


async def test_without_web_crypto_the_verdict_is_unsupported(page: Page) -> None:
    await page.evaluate("Object.defineProperty(globalThis, 'crypto', { value: undefined })")
    case = json.loads(vectors("canonical_jcs1.json")["valid"][0]["wire"])
    assert await run(page, "(each, v) => v.signalHash(each)", [case]) == ["unsupported"]
