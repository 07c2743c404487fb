"""What executors tell the generator: over HTTP, with the key, each thing once; and the whole way from fill to view."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from argo_core.adapters.sql import Database, SqlExecutionReportStore, SqlSignalLog
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.model.execution import Execution, ExecutionReports, SignalVerdicts
from argo_core.model.verdict import Denied
from argo_core.pipeline.receive_marks import received_marks
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_bodies import marks_body_of, signal_body_of
from argo_core.testing.sample_cycles import MOMENT, published_cycle
from argo_server.jobs import delivering, executing
from argo_server.services import Services
from argo_server.settings import executor_role, own_credential
from argo_server.wiring.executor import MIGRATIONS, open_executor
from tests.argo.server.executors import KEY, REGULAR, settings_of
from tests.argo.server.web.parts import FixedClock, assemble, client_of, served

EXECUTIONS = "/api/v1/executions"
AUTH = {"X-API-Key": KEY}
FILLED = Execution(
    signal_id="c1-s0", executor_id="argo", order_id="SIM-1", state="filled", filled_at=MOMENT, price=175.5,
    quantity=10.0,
)  # fmt: skip
DENIED = SignalVerdicts(
    signal_id="c1-s1", executor_id="prop_firm", decision="denied", decided_at=MOMENT,
    verdicts=(Denied(layer="confidence", code="below_min_confidence", measured=80.0, limit=82.0),),
)  # fmt: skip
BODY = msgspec.json.encode(ExecutionReports(verdicts=(DENIED,), executions=(FILLED,)))
Client = AsyncTestClient[Litestar]


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    """A generator that has published c1-s0 and c1-s1."""
    (tmp_path / "generator").mkdir()
    url = f"sqlite+aiosqlite:///{tmp_path / 'generator' / 'signals.db'}"
    await upgrade(url, MIGRATIONS)
    database = await Database.open(url)
    await SqlSignalLog(database).append(published_cycle("c1", ["AAPL", "NVDA"]))
    settings = settings_of(tmp_path / "generator", {})
    store = SqlExecutionReportStore(database, FixedClock())
    yield dataclasses.replace(assemble(MemoryLog()), settings=settings, reports=store)
    await database.close()


@pytest.fixture
async def client(services: Services) -> AsyncIterator[Client]:
    async with client_of(services) as opened:
        yield opened


async def test_reports_are_stored_once_and_shown(client: Client) -> None:
    first, second = [await client.post(EXECUTIONS, content=BODY, headers=AUTH) for _ in range(2)]
    assert (first.status_code, first.json()) == (200, {"stored": 2, "duplicates": 0, "refused": []})
    assert second.json() == {"stored": 0, "duplicates": 2, "refused": []}
    (execution,) = (await client.get(EXECUTIONS)).json()["items"]
    (verdicts,) = (await client.get("/api/v1/verdicts?limit=5")).json()["items"]
    assert (execution["order_id"], execution["price"]) == ("SIM-1", 175.5)
    assert (verdicts["decision"], verdicts["verdicts"][0]["code"]) == ("denied", "below_min_confidence")


async def test_a_report_on_a_signal_that_was_never_published_is_refused_by_name(client: Client) -> None:
    stranger = msgspec.structs.replace(FILLED, signal_id="never")
    body = msgspec.json.encode(ExecutionReports(executions=(stranger, FILLED)))
    answer = await client.post(EXECUTIONS, content=body, headers=AUTH)
    assert answer.json() == {
        "stored": 1, "duplicates": 0, "refused": [{"signal_id": "never", "code": "unknown_signal"}],
    }  # fmt: skip


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": "guess"}, {"X-API-Key": ""}])
async def test_without_the_key_nothing_is_stored(client: Client, headers: dict[str, str]) -> None:
    assert (await client.post(EXECUTIONS, content=BODY, headers=headers)).status_code == 401
    assert (await client.get(EXECUTIONS)).json()["items"] == []


async def test_a_generator_without_a_key_takes_reports_from_nobody(services: Services, tmp_path: Path) -> None:
    keyless = settings_of(tmp_path, {}, ARGO_DISTRIBUTION_KEY="")
    async with client_of(dataclasses.replace(services, settings=keyless)) as client:
        assert (await client.post(EXECUTIONS, content=BODY, headers={"X-API-Key": ""})).status_code == 401


def changed(**members: object) -> bytes:
    return msgspec.json.encode({"executions": [{**msgspec.to_builtins(FILLED), **members}]})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "bad_json"),
        (b'{"orders": []}', "unknown_field"),
        (b'{"executions": [{}]}', "bad_type"),
        (changed(price=0.0), "bad_report"),
        (changed(price=-1.0), "bad_report"),
        (changed(quantity=1e300), "bad_report"),
        (changed(order_id=""), "bad_report"),
        (changed(order_id="x" * 129), "bad_report"),
        (changed(state="fil\x00led"), "bad_report"),
        (changed(filled_at="2026-03-02T15:30:00"), "bad_report"),
        (b'{"executions": [%s]}' % b",".join([msgspec.json.encode(FILLED)] * 1001), "too_many_reports"),
        (BODY.replace(b'"decision":"denied"', b'"decision":"maybe"'), "bad_report"),
    ],
)
async def test_a_malformed_report_is_refused_and_nothing_of_it_stored(client: Client, body: bytes, code: str) -> None:
    answer = await client.post(EXECUTIONS, content=body, headers=AUTH)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert (await client.get(EXECUTIONS)).json()["items"] == []


async def test_machines_need_their_key_and_not_the_consoles_password(services: Services, tmp_path: Path) -> None:
    document = {"server": {"console_password": "the operator's"}}
    guarded = dataclasses.replace(services, settings=settings_of(tmp_path, document))
    async with client_of(guarded) as client:
        assert (await client.post(EXECUTIONS, content=BODY, headers=AUTH)).status_code == 200
        assert (await client.get(EXECUTIONS, headers=AUTH)).status_code == 401
        assert (await client.post(EXECUTIONS, content=BODY)).status_code == 401


async def test_without_a_configured_key_nobody_can_report() -> None:
    async with client_of(assemble(MemoryLog())) as client:
        assert (await client.post(EXECUTIONS, content=BODY, headers={"X-API-Key": ""})).status_code == 401


async def test_what_an_executor_does_reaches_the_generators_view(services: Services, tmp_path: Path) -> None:
    (tmp_path / "executor").mkdir()
    cycle = published_cycle("c1", ["AAPL", "NVDA"])
    async with served(services) as (address, _, _):
        document = {**REGULAR, "executor": {"id": "argo", "signal_source_url": address}}
        role = executor_role(settings_of(tmp_path / "executor", document), None)
        async with (
            open_executor(role, own_credential(role, {})) as executor,
            delivering((executor.courier,)),
            executing(executor, 5.0),
        ):
            await executor.executor.receive(signal_body_of(cycle.signals[0]))
            await _until(services, 1)
            # Below every stop and above every target of the samples: the stop counts.
            row = (MOMENT + timedelta(days=1), 175.0, 500.0, 1.0, 175.0)
            bars = marks_body_of(cycle.signals[0].signal.symbol, [row])
            await executor.executor.mark(received_marks(bars))
            executor.courier.wake()
            await _until(services, 2)
    assert services.reports is not None
    closed, opened = (await services.reports.executions(10)).items
    assert (opened.state, opened.profit_loss_pct, closed.state) == ("filled", None, "filled")
    assert closed.profit_loss_pct is not None
    assert closed.profit_loss_pct < -1.4
    assert [told.decision for told in (await services.reports.verdicts(10)).items] == ["allowed"]


async def _until(services: Services, executions: int) -> None:
    assert services.reports is not None
    deadline = time.monotonic() + 10
    while len((await services.reports.executions(10)).items) < executions:
        assert time.monotonic() < deadline, "the report did not arrive"
        await asyncio.sleep(0.02)
