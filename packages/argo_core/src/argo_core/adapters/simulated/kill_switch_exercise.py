"""An exercise of the kill switch beside everything else: an account, an exchange and faults of its own."""

from __future__ import annotations

import random
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from argo_core.adapters.simulated.failing_venue import FailingVenue
from argo_core.adapters.sortable_id import sortable_ids
from argo_core.adapters.sql import Database, SqlExchangeStore, SqlHaltLog
from argo_core.adapters.sql.executor_stores import executor_stores
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.adapters.system_clock import SystemClock
from argo_core.errors import StoreError
from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_policy import ExchangePolicy
from argo_core.execution.matching import Matching
from argo_core.model.bars import Bar
from argo_core.model.direction import Direction
from argo_core.model.execution import EXTERNAL
from argo_core.model.order import OrderIntent, OrderType, Quote
from argo_core.pipeline.drill import CHECKS, drill
from argo_core.pipeline.execute import ExecutionPolicy
from argo_core.pipeline.execution_ports import VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.pipeline.simulated_exchange import SimulatedExchange
from argo_core.ports import Clock
from argo_core.ports.flatten_log import Flattening
from argo_core.risk import RegularLimits, SizePolicy, Standing, regular_layers

NAME, CASH, PRICE, VOLUME = "drill", 100_000.0, 100.0, 1_000_000.0
SYMBOLS = ("AAPL", "AMZN", "GOOGL", "TSLA", "BTC-USD", "ETH-USD")


class DrillRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured, seconds of wall clock from the call: until nothing rested, until nothing was held.

    `faults` answers were lost on the way, drawn from `seed`; the steps are kept in `database`.
    """

    halt_id: str
    called_at: str
    positions: int
    resting: int
    faults: int
    seed: int
    last_cancelled_seconds: float | None
    flat_seconds: float | None
    database: str

    @property
    def flat(self) -> bool:
        """True where nothing was left."""
        return self.flat_seconds is not None


async def exercise_kill_switch(folder: Path, migrations: Path, fault_share: float, seed: int, by: str) -> DrillRecord:
    """Fill an account of its own, lose answers, pull the switch, measure. The record is appended to `drills.jsonl`.

    `fault_share`, 0–1, of the venue's answers are lost. Raises StoreError for a folder that cannot be written.
    """
    clock = SystemClock()
    ids = sortable_ids(clock)
    path = folder / f"{ids()}.db"
    _require_folder(folder)
    url = f"sqlite+aiosqlite:///{path}"
    async with AsyncExitStack() as stack:
        await upgrade(url, migrations)
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        rules = Matching(CostPolicy(), ExchangePolicy(seed=seed))
        exchange = SimulatedExchange(SqlExchangeStore(database), rules, "SIM-DRILL", CASH, clock)
        venue = FailingVenue(exchange, fault_share, random.Random(seed).random)
        stores = executor_stores(database, clock)
        executor = Executor(_policy(), _rules(), VenuePorts.of(venue), stores, clock, ids)
        await executor.recover()
        await _fill(executor, exchange, clock)
        before = await exchange.snapshot()
        venue.failing = True
        measured = await _measured(executor, SqlHaltLog(database), by)
        record = DrillRecord(
            halt_id=measured.halt_id,
            called_at=measured.called_at.isoformat(),
            positions=len(before.positions),
            resting=len(before.open_orders),
            faults=venue.faults,
            seed=seed,
            last_cancelled_seconds=_until_cancelled(measured),
            flat_seconds=measured.seconds,
            database=str(path),
        )
    _keep(folder / "drills.jsonl", record)
    return record


async def _measured(executor: Executor, log: SqlHaltLog, by: str) -> Flattening:
    """As far as it came after all checks: an answer that is lost is what the checks are for."""
    try:
        return await drill(executor, by)
    except StoreError:
        pass
    for _ in range(CHECKS):
        try:
            flattening = (await executor.check(refresh=True)).flattening
        except StoreError:
            continue
        if flattening is not None and flattening.flat_at is not None:
            return flattening
    newest = await log.flattenings(1)
    if not newest:
        raise StoreError("the exercise did not come as far as a halt: nothing could be written")
    return newest[0]


async def _fill(executor: Executor, exchange: SimulatedExchange, clock: Clock) -> None:
    """A position with both exits in each symbol, and an order that rests."""
    start = clock.now() - timedelta(minutes=1)
    await executor.mark([_bar(symbol, start) for symbol in SYMBOLS])
    for symbol in SYMBOLS:
        await exchange.submit(_entry(symbol, Quote(price=PRICE, as_of=start)))
    resting = msgspec.structs.replace(
        _entry(SYMBOLS[0], Quote(price=PRICE, as_of=start)),
        client_order_id=f"{NAME}-resting",
        order_type=OrderType.LIMIT,
        limit_price=PRICE / 2,
        take_profit_price=None,
        stop_loss_price=None,
    )
    await exchange.submit(resting)
    await executor.check(refresh=True)


def _entry(symbol: str, quote: Quote) -> OrderIntent:
    return OrderIntent(
        client_order_id=f"{NAME}-{symbol}",
        signal_id=EXTERNAL,
        symbol=symbol,
        action=Direction.LONG.action,
        quantity=50.0,
        take_profit_price=PRICE * 1.1,
        stop_loss_price=PRICE * 0.95,
        decided_on=quote,
    )


def _bar(symbol: str, start: datetime) -> Bar:
    return Bar(
        symbol=symbol, timeframe="1Min", start=start, open=PRICE, high=PRICE, low=PRICE, close=PRICE, volume=VOLUME
    )


def _policy() -> ExecutionPolicy:
    layers = regular_layers(RegularLimits())
    return ExecutionPolicy(NAME, layers, SizePolicy(base_pct=10.0, max_pct=16.0), Standing(auto_execute=True))


def _rules() -> ExecutorRules:
    return ExecutorRules(watch=RegularLimits().watch())


def _until_cancelled(measured: Flattening) -> float | None:
    last = measured.last_cancelled_at
    return None if last is None else (last - measured.called_at).total_seconds()


def _require_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}: name a folder for exercises that can be written") from error


def _keep(path: Path, record: DrillRecord) -> None:
    with path.open("ab") as file:
        file.write(msgspec.json.encode(record) + b"\n")
