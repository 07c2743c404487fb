"""Errors are problem details, and never tell internals."""

from __future__ import annotations

import pytest

from argo_core.errors import StoreError
from argo_core.model.query import Page, SignalQuery
from argo_core.model.signal import LoggedSignal
from argo_core.testing.memory_log import MemoryLog
from tests.argo.server.web.conftest import Client
from tests.argo.server.web.parts import assemble, client_of


class BrokenLog(MemoryLog):
    """A log that fails in the given way."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    async def signals(self, query: SignalQuery) -> Page[LoggedSignal]:
        raise self._error


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/signals?limit=0", "bad_query"),
        ("/api/v1/signals?limit=501", "bad_query"),
        ("/api/v1/signals?limit=ten", "bad_query"),
        ("/api/v1/signals?limit=", "bad_query"),
        ("/api/v1/signals?limit=1&limit=2", "bad_query"),
        ("/api/v1/signals?before=9223372036854775808", "bad_query"),
        ("/api/v1/signals?min_confidence=nan", "bad_query"),
        ("/api/v1/signals?min_confidence=1e999", "bad_query"),
        ("/api/v1/signals?action=HOLD", "bad_query"),
        ("/api/v1/signals?regime=bull", "bad_query"),
        ("/api/v1/signals?since=yesterday", "bad_query"),
        ("/api/v1/signals?since=2026-03-02T15:30:05", "bad_query"),
        ("/api/v1/signals?since=0001-01-01T00:00:00%2B14:00", "bad_query"),
        ("/api/v1/signals?symbol=%FF", "bad_query"),
        ("/api/v1/signals?symbol=aapl", "bad_symbol"),
        ("/api/v1/signals?symbol=A%00", "bad_symbol"),
        ("/api/v1/signals?colour=red", "unknown_field"),
        ("/api/v1/signals/aapl", "bad_symbol"),
        ("/api/v1/signals/AAPL?symbol=TSLA", "unknown_field"),
        ("/api/v1/decisions?cycle_id=a%0A", "bad_query"),
        ("/api/v1/health?verbose=1", "unknown_field"),
        ("/signals/%00", "bad_identifier"),
        ("/signals?min_confidence=101", "bad_query"),
    ],
)
async def test_a_malformed_request_is_named(client: Client, path: str, code: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert problem.keys() == {"title", "status", "detail", "code"}
    assert (problem["status"], problem["title"], problem["code"]) == (400, "Bad Request", code)
    assert "\n" not in problem["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/schema/0",
        "/api/v1",
        "/signals/unknown",
        "/static/none.css",
        "/static/../app.py",
        "/console/parts/x",
    ],
)
async def test_what_is_not_there_is_a_404(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_a_wrong_method_is_a_405_that_names_the_right_ones(client: Client, method: str) -> None:
    answer = await client.request(method, "/api/v1/signals")
    assert (answer.status_code, answer.json()["title"]) == (405, "Method Not Allowed")
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("error", "status"), [(StoreError("reading /secret/path failed"), 503), (RuntimeError("password=hunter2"), 500)]
)
async def test_our_own_failures_tell_no_internals(error: Exception, status: int) -> None:
    async with client_of(assemble(MemoryLog(), signals=BrokenLog(error))) as client:
        answer = await client.get("/api/v1/signals")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert "secret" not in answer.text
    assert "hunter2" not in answer.text


async def test_a_person_gets_a_page_and_a_live_part_does_not(client: Client) -> None:
    page = await client.get("/signals/unknown", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "404 Not Found" in page.text
    part = await client.get("/console/parts/x", headers={"Accept": "text/html", "HX-Request": "true"})
    assert part.headers["content-type"] == "application/problem+json"


async def test_the_description_names_every_route_and_no_other_host(client: Client) -> None:
    answer = await client.get("/schema")
    document = answer.json()
    assert document["paths"].keys() == {
        "/health",
        "/metrics",
        "/api/v1/backtest",
        "/api/v1/backtest/{run_id}",
        "/api/v1/backtests",
        "/api/v1/health",
        "/api/v1/executors",
        "/api/v1/overlap",
        "/api/v1/trades",
        "/api/v1/trading/halt",
        "/api/v1/signals",
        "/api/v1/signals/{symbol}",
        "/api/v1/cycles",
        "/api/v1/decisions",
        "/api/v1/executions",
        "/api/v1/verdicts",
        "/api/signals/latest",
        "/api/signals/stats",
        "/api/performance/win-rate",
        "/api/v1/ledger/checkpoint",
        "/api/v1/ledger/proof/inclusion",
        "/api/v1/ledger/proof/consistency",
        "/api/v1/ledger/entries",
        "/api/v1/ledger/anchors",
        "/api/v1/ledger/policies/{name}",
        "/ledger/checkpoint",
        "/ledger/tile/{rest}",
    }
    asked = {parameter["name"]: parameter for parameter in document["paths"]["/api/v1/signals"]["get"]["parameters"]}
    assert asked["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}
    assert asked["action"]["schema"]["enum"] == ["BUY", "SELL"]
    assert "http" not in answer.text.replace("http://127.0.0.1", "")
