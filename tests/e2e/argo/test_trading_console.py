"""An executor's pages and the generator's page about executors, in a real browser beside real processes."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from argo_core.testing.sample_bodies import marks_body_of, signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_signal
from tests.argo.server.executors import KEY, REGULAR, ExecutorFolder
from tests.argo.server.processes import ArgoFolder, stop, wait_until
from tests.e2e.argo.conftest import watched_page
from tests.e2e.argo.test_console import OFF_THE_EDGE, RULES, WIDTHS
from tests.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PAGES = ["/", "/positions", "/orders", "/trades", "/risk", "/verdicts", "/halts"]
WATCHED = "/executors"


@dataclass(frozen=True, slots=True)
class Floor:
    """A generator, an executor that it watches, and the name of one that does not run."""

    generator: ArgoFolder
    executor: ExecutorFolder

    def address(self, path: str) -> str:
        """Of a page of the executor, or of the generator's page about executors."""
        return f"http://127.0.0.1:{(self.generator if path == WATCHED else self.executor).port}{path}"


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """The executor holds a position, has denied a signal, and has a price of another symbol."""
    with ExitStack() as stack:
        executor = ExecutorFolder(tmp_path_factory.mktemp("executor"), REGULAR)
        process = executor.serve()
        stack.callback(stop, process)
        wait_until(lambda: executor.is_up() and executor.get("/health")["trading"] == "TRADING", process)
        for symbol in ("AAPL", "TSLA"):
            bar = marks_body_of(symbol, [(MOMENT, 175.0, 176.0, 174.0, 175.0)])
            assert executor.post("/api/v1/trading/marks", bar) == 200
        for body in (
            signal_body_of(sample_signal("SIG-1")),
            signal_body_of(sample_signal("SIG-2", symbol="BTC-USD", action="SELL")),
        ):
            assert executor.post("/api/v1/trading/execute", body) == 202
        wait_until(lambda: len(executor.rows("SELECT id FROM verdict_log")) == 2, process)
        generator = _generator(tmp_path_factory.mktemp("generator"), tmp_path_factory.mktemp("cache"), executor.port)
        watching = generator.serve()
        stack.callback(stop, watching, signal.SIGKILL)
        wait_until(lambda: _watched(generator), watching)
        yield Floor(generator, executor)


def _generator(folder: Path, cache: Path, port: int) -> ArgoFolder:
    generator = ArgoFolder(folder, cache, enabled=False)
    document = json.loads(generator.config.read_text())
    addresses = {"argo": f"http://127.0.0.1:{port}", "prop_firm": f"http://127.0.0.1:{free_port()}"}
    document["distribution"] = {"executors": addresses, "watch_interval_seconds": 1.0}
    generator.config.write_text(json.dumps(document))
    generator = generator.with_environment(ARGO_DISTRIBUTION_KEY=KEY)
    generator.upgraded()
    return generator


def _watched(generator: ArgoFolder) -> bool:
    try:
        items = generator.get("/api/v1/executors")["items"]
    except OSError:
        return False
    return [one["up"] for one in items] == [True, False]


@pytest.mark.parametrize("path", [*PAGES, WATCHED])
@pytest.mark.parametrize("width", WIDTHS)
async def test_no_page_scrolls_sideways_or_breaks_an_accessibility_rule(
    browser: Browser, floor: Floor, width: int, path: str
) -> None:
    watched = await watched_page(browser, width)
    await watched.page.goto(floor.address(path))
    assert await watched.page.evaluate("document.documentElement.scrollWidth") <= width, path
    results = await Axe().run(watched.page, options=RULES)
    assert results.violations_count == 0, f"{path} at {width}: {results.generate_report()}"
    assert (watched.complaints, watched.elsewhere) == ([], []), path


async def test_on_a_narrow_screen_no_column_of_executors_lies_off_the_edge(browser: Browser, floor: Floor) -> None:
    watched = await watched_page(browser, 360)
    await watched.page.goto(f"http://127.0.0.1:{floor.generator.port}/executors")
    assert await watched.page.locator(".stacked tbody tr").count() == 2
    assert await watched.page.evaluate(OFF_THE_EDGE) == []
    heights = "boxes => boxes.map((box) => box.getBoundingClientRect().height)"
    assert max(await watched.page.locator(".stacked .tag").evaluate_all(heights)) < 40, "a state is one line"


async def test_a_person_halts_the_executor_and_resumes_it_behind_a_confirmation(browser: Browser, floor: Floor) -> None:
    # Another test may have pulled the switch before: 409 where none did.
    resumed = floor.executor.post("/api/v1/trading/resume", b'{"reason": "a test begins", "by": "a test"}')
    assert resumed in (200, 409)
    watched = await watched_page(browser, 1440)
    page = watched.page
    await page.goto(f"http://127.0.0.1:{floor.executor.port}/halts")
    await page.fill("form[action='/halts/halt'] input[name=by]", "ada")
    await page.fill("form[action='/halts/halt'] input[name=reason]", "news at 14:00")
    await page.click("button.stop")
    await page.wait_for_selector("[role=alert]")
    assert "news at 14:00" in await page.inner_text("[role=alert]")
    assert floor.executor.get("/api/v1/trading/status")["positions"] == []

    resume = "form[action='/halts/resume']"
    await page.fill(f"{resume} input[name=by]", "eve")
    await page.fill(f"{resume} input[name=reason]", "the news was nothing")
    await page.fill(f"{resume} input[name=confirm]", "another")
    await page.click(f"{resume} button")
    assert await page.evaluate("document.querySelector('input[name=confirm]').validity.patternMismatch") is True
    assert floor.executor.get("/api/v1/trading/status")["state"] == "HALTED"
    await page.fill(f"{resume} input[name=confirm]", "argo")
    await page.click(f"{resume} button")
    await page.wait_for_selector("text=No halt stands.")
    assert floor.executor.get("/api/v1/trading/status")["state"] == "TRADING"
    assert (watched.complaints, watched.elsewhere) == ([], [])


async def test_the_generators_switch_halts_all_and_names_the_silent_one(browser: Browser, floor: Floor) -> None:
    watched = await watched_page(browser, 360)
    page = watched.page
    await page.goto(f"http://127.0.0.1:{floor.generator.port}/executors")
    await page.click("text=Open the switch")
    await page.fill("input[name=by]", "ada")
    await page.click("button.stop")
    await page.wait_for_selector("text=The switch was pulled")
    told = await page.inner_text("[role=status]:has-text('The switch was pulled')")
    assert "not halted" in told
    assert floor.executor.get("/api/v1/trading/status")["halt"]["by"] == "ada"
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
