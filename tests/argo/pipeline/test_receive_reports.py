"""What an executor reports of finished trades, from its outbox to the generator's store; and what is no such report."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import pytest

from argo_core.adapters.sql import Database, SqlExecutionJournal, SqlExecutionReportStore, SqlOutbox, SqlSignalLog
from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.execution_journal import REPORTS
from argo_core.adapters.sql.schema import create_schema
from argo_core.errors import DataError
from argo_core.model.execution import ExecutionReports
from argo_core.pipeline.receive_reports import received_reports
from argo_core.testing.contracts.execution_journal import finished, noted
from argo_core.testing.contracts.execution_reports import TRADE
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT, published_cycle


async def database_at(path: Path) -> Database:
    url = f"sqlite+aiosqlite:///{path}"
    engine = create_engine(parse_url(url), pool_size=1)
    async with engine.execution_options(argo_writing=True).begin() as connection:
        await connection.run_sync(create_schema)
    await engine.dispose()
    return await Database.open(url)


async def test_a_finished_trade_comes_from_the_executors_outbox_into_the_generators_store_once(tmp_path: Path) -> None:
    executor, generator = await database_at(tmp_path / "executor.db"), await database_at(tmp_path / "generator.db")
    try:
        clock = FixedClock(MOMENT)
        await SqlSignalLog(generator).append(published_cycle("c1", ["AAPL"]))
        change = msgspec.structs.replace(noted(1), executions=(), trades=(finished("c1-s0"), finished("external")))
        await SqlExecutionJournal(executor, clock).noted([change])
        waiting = [entry.message for entry in await SqlOutbox(executor).pending(REPORTS, 10)]
        assert [message.key for message in waiting] == ["trade:argo-2-c1-s0"]
        store = SqlExecutionReportStore(generator, clock)
        receipts = [await store.store(received_reports(waiting[0].payload)) for _ in range(2)]
        assert [(receipt.stored, receipt.duplicates) for receipt in receipts] == [(1, 0), (0, 1)]
        assert (await store.trades(10)).items == (finished("c1-s0"),)
    finally:
        await executor.close()
        await generator.close()


def body_of(**changes: object) -> bytes:
    members = {**msgspec.to_builtins(TRADE), **changes}
    return msgspec.json.encode({"trades": [members]})


def test_a_trade_reads_back_as_it_was_written() -> None:
    assert received_reports(msgspec.json.encode(ExecutionReports(trades=(TRADE,)))).trades == (TRADE,)


@pytest.mark.parametrize(
    ("attack", "changes", "code"),
    [
        ("no quantity", {"quantity": 0}, "bad_report"),
        ("a negative fee", {"fees": -0.01}, "bad_report"),
        ("a price beyond all prices", {"exit_price": 1e300}, "bad_report"),
        ("a result beyond all results", {"net_pct": -1e300}, "bad_report"),
        ("a better net result", {"net_pct": 2.364676}, "bad_report"),
        ("no fees in the net result", {"net_pct": 2.564103}, "bad_report"),
        ("a better gross result", {"gross_pct": 2.564107}, "bad_report"),
        ("the result of a sale", {"action": "SELL"}, "bad_report"),
        ("a worth too small to be a number", {"quantity": 1e-320, "entry_price": 1e-10}, "bad_report"),
        ("another exit price", {"exit_price": 181.0}, "bad_report"),
        ("a larger position with the same fees", {"quantity": 20.0}, "bad_report"),
        ("an end before the beginning", {"closed_at": "2026-03-02T15:30:00Z"}, "bad_report"),
        ("an exit in words", {"exit": "Take Profit!"}, "bad_report"),
        ("a mode that does not exist", {"mode": "real"}, "bad_report"),
        ("an action that does not exist", {"action": "HOLD"}, "bad_report"),
        ("a name without end", {"trade_id": "x" * 129}, "bad_report"),
        ("a name that no entry can hold", {"trade_id": "argo/4/c1-s0"}, "bad_report"),
        ("an executor with a space", {"executor_id": "our desk"}, "bad_report"),
        ("a time without a zone", {"closed_at": "2026-03-02T15:30:00"}, "bad_report"),
        ("a price that is a text", {"exit_price": "180"}, "bad_type"),
        ("a missing exit", {"exit": None}, "bad_type"),
    ],
)
def test_a_trade_is_refused_with(attack: str, changes: dict[str, object], code: str) -> None:
    with pytest.raises(DataError) as refused:
        received_reports(body_of(**changes))
    assert refused.value.code == code, attack


def test_too_many_trades_in_one_request_are_refused() -> None:
    body = msgspec.json.encode({"trades": [msgspec.to_builtins(TRADE)] * 1_001})
    with pytest.raises(DataError) as refused:
        received_reports(body)
    assert refused.value.code == "too_many_reports"


def test_a_figure_that_is_no_number_is_no_json() -> None:
    body = body_of(fees=3.5).replace(b"3.5", str(math.nan).encode())
    with pytest.raises(DataError):
        received_reports(body)
