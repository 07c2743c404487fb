"""The lab on the console: what each page shows, without scripts."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator

import msgspec
import pytest
from numpy.random import default_rng

from argo_core.backtest import Backtest
from argo_core.backtest.lab.report import lab_report, summary
from argo_core.backtest.lab.request import BacktestRequest
from argo_core.backtest.lab.result import LabResult, result_bytes
from argo_core.model.lab_run import CancelAsked, LabRun, RunState
from argo_core.testing.contracts.lab_runs import claim, end, progress
from argo_core.testing.memory_lab import MemoryLabRuns
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_cycles import MOMENT
from argo_server.web.views.lab import result_view, shown
from tests.argo.backtest.lab.test_report import walk
from tests.argo.server.web.conftest import Client
from tests.argo.server.web.parts import assemble, client_of, lab_services

HOME = {"Origin": "http://127.0.0.1:7999"}


@pytest.fixture(scope="module")
def found() -> LabResult:
    """What a real backtest over two drawn symbols found."""
    test = Backtest.of([walk("AAPL", 1), walk("TSLA", 2)])
    request = BacktestRequest(
        symbols=("AAPL", "TSLA"), initial_capital=100_000.0, commission_pct=0.1, slippage_pct=0.05, spread_pct=0.0
    )
    return lab_report(request, test, default_rng(0), 50)


@pytest.fixture
def lab() -> MemoryLabRuns:
    return MemoryLabRuns()


@pytest.fixture
async def client(lab: MemoryLabRuns) -> AsyncIterator[Client]:
    async with client_of(assemble(MemoryLog(), lab=lab_services(lab))) as opened:
        opened.follow_redirects = False
        yield opened


async def words(client: Client, path: str) -> str:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


async def token(client: Client) -> str:
    found = re.search(r'name="token" value="([^"]+)"', (await client.get("/lab")).text)
    assert found is not None
    return found[1]


async def start(client: Client, **fields: str) -> str:
    """Fill in the form; where it leads."""
    answer = await client.post("/lab", data={"token": await token(client), **fields}, headers=HOME)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def finish(lab: MemoryLabRuns, run_id: str, result: LabResult) -> LabRun:
    await lab.note(claim(run_id))
    told = msgspec.json.encode(summary(result))
    return await lab.note(end(run_id=run_id, summary=told, result=result_bytes(result)))


async def test_an_empty_lab_says_what_will_appear_and_what_can_be_asked(client: Client) -> None:
    text = await words(client, "/lab")
    assert "Nothing has been asked for yet" in text
    assert "Recorded, 2009-02-09 to 2020-02-08: AAPL, TSLA." in text
    assert "Stored: none." in text


async def test_the_form_starts_a_run_and_leads_to_where_it_is_followed(client: Client) -> None:
    place = await start(client, symbols="tsla, aapl", begin="2015-01-02", slippage_pct="0.2", seed="3")
    assert place == "/lab/run-1"
    text = await words(client, place)
    assert "TSLA, AAPL · regular" in text
    assert "requested waits for its turn" in text
    assert "fee 0.1 %, slippage 0.2 %, spread 0 %" in text
    assert "2015-01-02 to the last day" in text


async def test_a_run_over_imported_bars_says_so(client: Client) -> None:
    text = await words(client, await start(client, bars="stored", timeframe="30Min", adjustment="raw", symbols="GOOG"))
    assert "GOOG · regular · stored 30Min raw" in text
    assert "stored in the library, 30Min, adjustment raw" in text


async def test_an_equal_request_leads_to_the_earlier_run_and_says_so(client: Client) -> None:
    await start(client)
    place = await start(client)
    assert place == "/lab/run-1?earlier=true"
    assert "An equal request was there already" in await words(client, place)


@pytest.mark.parametrize(
    "fields",
    [
        {"symbols": "NO SUCH!"},
        {"initial_capital": "much"},
        {"seed": "-1"},
        {"begin": "soon"},
        {"kind": "x"},
        {"y": "z"},
    ],
)
async def test_a_form_that_cannot_be_meant_starts_nothing(client: Client, fields: dict[str, str]) -> None:
    answer = await client.post("/lab", data={"token": await token(client), **fields}, headers=HOME)
    assert answer.status_code == 400
    assert "Nothing has been asked for yet" in await words(client, "/lab")


@pytest.mark.parametrize("path", ["/lab", "/lab/run-1/cancel"])
async def test_a_form_of_another_page_changes_nothing(client: Client, path: str) -> None:
    await start(client)
    right = await token(client)
    for given, headers in (("wrong", HOME), (right, {"Origin": "http://evil.example"}), (right, {})):
        assert (await client.post(path, data={"token": given}, headers=headers)).status_code == 403
    assert "waits for its turn" in await words(client, "/lab/run-1")


async def test_a_run_on_its_way_is_followed_and_without_scripts_looked_at_again_by_a_link(
    client: Client, lab: MemoryLabRuns
) -> None:
    place = await start(client)
    await lab.note(claim("run-1"))
    await lab.note(progress(40, "run-1"))
    page = (await client.get(place)).text
    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><p><a class="next" href="/lab/run-1">Look again</a></p></noscript>' in page
    text = await words(client, place)
    assert "running the account trades" in text
    assert "40.0 %" in text
    assert "40 of 100 moments" in text


async def test_a_run_that_is_worked_on_again_says_so(client: Client, lab: MemoryLabRuns) -> None:
    await start(client)
    await lab.note(claim("run-1"))
    await lab.note(claim("run-1", attempt=2))
    assert "again, for the first process was ended from outside" in await words(client, "/lab/run-1")


async def test_a_failed_run_shows_its_sentence_and_stays_as_it_is(client: Client, lab: MemoryLabRuns) -> None:
    await start(client)
    await lab.note(claim("run-1"))
    await lab.note(end(RunState.FAILED, "run-1", error="no bar ends in the period: <choose> one"))
    page = (await client.get("/lab/run-1")).text
    assert "no bar ends in the period: &lt;choose&gt; one" in page
    assert "every 1s" not in page


async def test_cancel_works_from_the_page_and_the_end_is_told(client: Client, lab: MemoryLabRuns) -> None:
    await start(client)
    answer = await client.post("/lab/run-1/cancel", data={"token": await token(client)}, headers=HOME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/lab/run-1")
    text = await words(client, "/lab/run-1")
    assert "It was cancelled before it was done" in text
    assert "Cancel " not in text


async def test_a_run_that_is_being_cancelled_is_not_asked_twice(client: Client, lab: MemoryLabRuns) -> None:
    await start(client)
    await lab.note(claim("run-1"))
    await lab.note(CancelAsked(run_id="run-1", at=MOMENT))
    page = (await client.get("/lab/run-1")).text
    assert "hears that it is not wanted" in page
    assert "Cancel</button>" not in page


async def test_every_figure_of_a_result_stands_on_its_page_with_interval_and_count(
    client: Client, lab: MemoryLabRuns, found: LabResult
) -> None:
    await start(client)
    await finish(lab, "run-1", found)
    text = await words(client, "/lab/run-1")
    for figure in found.headline:
        assert figure.name in text
        assert shown(figure.value, figure.unit).replace("\N{NO-BREAK SPACE}", " ") in text
        if figure.low is not None:
            low = shown(figure.low, figure.unit).replace("\N{NO-BREAK SPACE}", " ")
            assert f"{low} to " in text
    for sentence in found.assumptions:
        assert sentence in text
    assert "buy and hold" in text and "random entry" in text
    for rule in found.rules:
        assert f"{rule.rule.replace('_', ' ')} {rule.stage} {rule.count:,}" in text


async def test_a_changed_result_changes_the_page(client: Client, lab: MemoryLabRuns, found: LabResult) -> None:
    await start(client)
    first = msgspec.structs.replace(found.headline[0], value=123_456.78)
    await finish(lab, "run-1", msgspec.structs.replace(found, headline=(first, *found.headline[1:])))
    assert "123,456.78" in await words(client, "/lab/run-1")


async def test_trades_come_in_pages(client: Client, lab: MemoryLabRuns, found: LabResult) -> None:
    await start(client)
    many = msgspec.structs.replace(found, trades=(found.trades * 5)[:120])
    await finish(lab, "run-1", many)
    pages = [(await client.get(f"/lab/run-1?trades={number}")).text for number in (1, 3, 99)]
    rows = [page.split('id="trades"')[1].count('class="symbol"') for page in pages]
    assert rows == [50, 20, 20]
    assert "page 3 of 3" in pages[2]


async def test_the_equity_is_drawn_on_the_server(client: Client, lab: MemoryLabRuns, found: LabResult) -> None:
    await start(client)
    await finish(lab, "run-1", found)
    page = (await client.get("/lab/run-1")).text
    assert page.count("<polyline") == 2
    assert 'style="' not in page


async def test_runs_side_by_side_have_one_address(client: Client, lab: MemoryLabRuns, found: LabResult) -> None:
    await start(client, seed="1")
    await start(client, seed="2")
    await finish(lab, "run-1", found)
    answer = await client.post("/lab/compare", data={"ids": ["run-1", "run-2"]}, headers=HOME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/lab/compare?ids=run-1%2Crun-2")
    text = await words(client, "/lab/compare?ids=run-1,run-2")
    figure = found.headline[1]
    assert f"{figure.name} {shown(figure.value, figure.unit)}".replace("\N{NO-BREAK SPACE}", " ") in text
    assert "requested" in text and "done" in text


@pytest.mark.parametrize("ids", ["a,b,c,d,e,f,g", "%00", "", ","])
async def test_what_cannot_be_compared_is_refused(client: Client, ids: str) -> None:
    assert (await client.get(f"/lab/compare?ids={ids}")).status_code == 400


async def test_an_unknown_run_has_no_page(client: Client) -> None:
    assert (await client.get("/lab/nobody")).status_code == 404
    assert (await client.get("/lab/compare?ids=nobody")).status_code == 404


def test_a_long_curve_keeps_both_ends_and_every_extreme(found: LabResult) -> None:
    curve = msgspec.structs.replace(
        found.curves[0], values=tuple(map(float, (0, *[1] * 1500, 99, *[1] * 1500, -99, 5)))
    )
    days = tuple(found.days[0] for _ in curve.values)
    view = result_view(result_bytes(msgspec.structs.replace(found, days=days, curves=(curve,))), 1)
    assert view.plot is not None
    assert (view.plot.low, view.plot.high) == (-99.0, 99.0)
    heights = [float(point.split(",")[1]) for point in view.plot.lines[0].points.split()]
    assert (min(heights), max(heights), len(heights) <= 802) == (0.0, 300.0, True)
