"""static/verify.js in a real browser, against the vectors that every implementation has to agree on."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from alpine_web.web.static_files import FOLDER
from tests.e2e.alpine.browser import open_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[3]
VECTORS = ROOT / "tests" / "vectors"
SCRIPTS = Path(__file__).parent / "scripts"
BUILDER = ROOT / "scripts" / "build_browser_module.py"


class PolicyCase(NamedTuple):
    """`seen`: verifier keys that cosigned; `met`: whether that is enough, or the refusal."""

    text: str
    seen: list[str]
    met: bool | str


TWO_OF_THREE = "log L\nwitness a A\nwitness b B\nwitness c C\ngroup g 2 a b c\nquorum g\n"
NESTED = "log L\nwitness a A\nwitness b B\nwitness c C\ngroup g any a b\ngroup h all g c\nquorum h\n"
POLICIES = [
    PolicyCase(TWO_OF_THREE, ["A", "C"], True),
    PolicyCase(TWO_OF_THREE, ["A"], False),
    PolicyCase(TWO_OF_THREE, ["A", "Z"], False),
    PolicyCase(NESTED, ["B", "C"], True),
    PolicyCase(NESTED, ["A", "B"], False),
    PolicyCase("# one\n log  L url \nquorum none\n", [], True),
    PolicyCase("log L\n", [], "bad_policy"),
    PolicyCase("quorum none\n", [], "bad_policy"),
    PolicyCase("log L\nquorum a\n", [], "bad_policy"),
    PolicyCase("log L\nquorum toString\n", [], "bad_policy"),
    PolicyCase("log L\nwitness a A\nwitness a B\nquorum a\n", ["A"], "bad_policy"),
    PolicyCase("log L\nwitness a A\ngroup g 0 a\nquorum g\n", [], "bad_policy"),
    PolicyCase("log L\nwitness a A\ngroup g 2 a\nquorum g\n", ["A"], "bad_policy"),
    PolicyCase("log L\nwitness a A\ngroup g any a none\nquorum g\n", [], "bad_policy"),
    PolicyCase("log L\nquorum none\nquorum none\n", [], "bad_policy"),
    PolicyCase("log L\nmirror m M\nquorum none\n", [], "bad_policy"),
]
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


@pytest.fixture(scope="session", name="node")
def node_path() -> str:
    """Path of Node. Where CI=true a missing one fails: nothing is skipped."""
    if (found := shutil.which("node")) is not None:
        return found
    reason = "the package nodejs is missing: apt-get install nodejs"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def served() -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(FOLDER))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest_asyncio.fixture(loop_scope="session")
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


SUITES = [("vectors.js", "runVectors", 724), ("reports.js", "runReports", 63)]
IN_PAGE = """async ([name, vectors]) => {
  const verify = await import("/verify.js");
  const cases = await import("/suite.js");
  return cases[name](verify, async (file) => vectors[file]);
}"""


@pytest.mark.parametrize(("suite", "name", "checks"), SUITES)
async def test_every_vector_and_attack_ends_as_it_must_in_chromium(
    page: Page, suite: str, name: str, checks: int
) -> None:
    await page.route("**/suite.js", lambda route: route.fulfill(path=SCRIPTS / suite, content_type="text/javascript"))
    files = {path.name: json.loads(path.read_text("utf-8")) for path in VECTORS.glob("*.json")}
    found = await page.evaluate(IN_PAGE, [name, files])
    assert found == {"checks": checks, "failures": []}


@pytest.mark.parametrize(("suite", "name", "checks"), SUITES)
def test_every_vector_and_attack_ends_as_it_must_under_node(node: str, suite: str, name: str, checks: int) -> None:
    parts = (SCRIPTS / "under_node.mjs", FOLDER / "verify.js", VECTORS, SCRIPTS / suite)
    command = [node, "--no-warnings", *map(str, parts), name]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(told.stdout) == {"checks": checks, "failures": []}


def test_the_module_is_small_and_made_from_its_sources() -> None:
    made = subprocess.run([sys.executable, BUILDER, "--check"], capture_output=True, text=True, timeout=60, check=False)
    assert (made.stdout, made.returncode) == ("", 0)
    packed = subprocess.run(["gzip", "-9", "-c", FOLDER / "verify.js"], capture_output=True, timeout=60, check=True)
    assert len(packed.stdout) < 6 * 1024


@pytest.mark.parametrize("policy", POLICIES)
async def test_a_policy_text_is_read_as_the_quorum_that_it_says(page: Page, policy: PolicyCase) -> None:
    body = """async ([text, seen], v) => {
      const { readPolicy } = await import("/policy.js");
      return readPolicy(text).quorum(Object.fromEntries(seen.map((each) => [each, 1])));
    }"""
    assert await run(page, body, [[policy.text, policy.seen]]) == [policy.met]


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
