"""A program for `test_executor_sigkill`: lives of an executor that trade until they are killed at a line that waits.

Each line of input is one life: `URL PLACE MOMENT VISIT`. A life is a fork, so that nothing needs to be imported again.
Its market goes on from where the last bar stands: prices swing through stops and targets, signals turn positions,
legs get lost, the exchange fails for once, and now and then somebody throws the kill switch.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
from contextlib import suppress
from datetime import timedelta
from itertools import count

import msgspec

from argo_core.adapters.simulated import SimulatedExchange
from argo_core.adapters.sql import (
    Database,
    SqlBarWindow,
    SqlExchangeStore,
    SqlExecutionJournal,
    SqlHaltLog,
    SqlSignalInbox,
    SqlWatchLog,
)
from argo_core.errors import StoreError
from argo_core.execution.costs import CostPolicy
from argo_core.execution.matching import Matching
from argo_core.ledger import SCHEME, signal_hash
from argo_core.model.bars import Bar
from argo_core.model.halt import HaltCode
from argo_core.model.order import Order, OrderIntent
from argo_core.model.position import AccountSnapshot
from argo_core.model.signal import SealedSignal
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.ports.venue_sync import Refreshed
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_core.testing.sample_bodies import signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_signal
from tests.argo.adapters.sql.labelled_lines import Executioner
from tests.argo.pipeline.await_lines import await_lines
from tests.argo.pipeline.executor_rig import POLICY, RULES

SYMBOLS = ("AAPL", "MSFT", "TSLA")
STEPS = 24
"""A life that was not killed by then ends by itself: its line waits for something that did not happen."""


class Moody(SimulatedExchange):
    """An exchange that fails for once: it takes no order, tells nothing, or shows an account without positions."""

    mood = ""

    async def submit(self, intent: OrderIntent) -> Order:
        if self.mood == "deaf":
            raise StoreError("the exchange cannot be reached")
        return await super().submit(intent)

    async def refresh(self) -> Refreshed:
        if self.mood == "mute":
            raise StoreError("the exchange cannot be reached")
        return await super().refresh()

    async def snapshot(self) -> AccountSnapshot:
        account = await super().snapshot()
        return msgspec.structs.replace(account, positions=()) if self.mood == "lying" else account


class World:
    """The exchange and the executor of one process over one database."""

    def __init__(self, database: Database) -> None:
        self.clock = FixedClock(MOMENT)
        rules = Matching(CostPolicy(slippage_pct=0.0, fee_pct=0.01))
        self.exchange = Moody(SqlExchangeStore(database), rules, "SIM-1", 100_000.0, self.clock)
        self.halts = SqlHaltLog(database)
        stores = ExecutorStores(
            inbox=SqlSignalInbox(database),
            journal=SqlExecutionJournal(database, self.clock),
            halts=self.halts,
            flattens=self.halts,
            watch=SqlWatchLog(database),
            window=SqlBarWindow(database),
        )
        ids = (f"{os.getpid()}-{number}" for number in count(1))
        self.executor = Executor(
            POLICY, RULES, VenuePorts.of(self.exchange), stores, self.clock, lambda: next(ids), MemoryNotifier()
        )

    async def minute(self) -> int:
        """The last minute of which a bar is known, 0 before the first."""
        quotes = [await self.exchange.last(symbol) for symbol in SYMBOLS]
        return max((int((quote.as_of - MOMENT).total_seconds() // 60) for quote in quotes if quote), default=0)

    async def step(self, minute: int) -> int:
        """The next minute of trading, or the next day after a halt for the day; which minute it was."""
        halt = self.executor.standing
        number = minute + (1 if halt is None or halt.code is not HaltCode.DAILY_LOSS else 1_440)
        self.clock.advance(timedelta(minutes=number - minute))
        await self.executor.mark([bar(symbol, number) for symbol in SYMBOLS])
        if number % 5 == 3:
            await self._lose_a_stop()
        await self.executor.receive(signal_body_of(signal(number)))
        await self.executor.wait_for_work()
        self.exchange.mood = "deaf" if number % 6 == 2 else ""
        with suppress(StoreError):
            await self.executor.work()
        self.exchange.mood = {4: "mute", 6: "lying"}.get(number % 10, "")
        with suppress(StoreError):
            await self.executor.check(refresh=True)
        self.exchange.mood = ""
        if number % 12 == 8:
            self.clock.advance(timedelta(minutes=6))
        await self.executor.work()
        await self.executor.check(refresh=number % 2 == 0)
        if number % 9 == 4:
            await self.executor.halt(HaltCode.OPERATOR, "scripted", "ada")
            await self.executor.check()
            await self.executor.account()
            await self.executor.resume("scripted", "ada")
        await self.executor.watched()
        return number

    async def _lose_a_stop(self) -> None:
        open_orders = (await self.exchange.snapshot()).open_orders
        stops = [order.intent.client_order_id for order in open_orders if order.intent.stop_price is not None]
        for name in stops[:1]:
            await self.exchange.cancel(name)


def bar(symbol: str, number: int) -> Bar:
    """A minute of a market that swings by a percent, every seventh by three, and now and then begins far off: stops
    fill there."""
    swing, opened = 5.0 if number % 7 == 0 else 1.5, 175.25
    if number % 11 == 5:
        swing, opened = 90.0, 90.0 if number % 22 == 5 else 260.0
    at = MOMENT + timedelta(minutes=number)
    return Bar(
        symbol=symbol, timeframe="1Min", start=at, open=opened, high=175.25 + swing, low=175.25 - swing, close=175.5,
        volume=1.0,
    )  # fmt: skip


def signal(number: int) -> SealedSignal:
    """A signal of its minute; without a target, so that a stop alone protects."""
    at = MOMENT + timedelta(minutes=number)
    sealed = sample_signal(
        f"SIG-{number}", symbol=SYMBOLS[number % 3], action="BUY" if number % 4 < 2 else "SELL", at=at
    )
    plain = msgspec.structs.replace(sealed.signal, target_price=None)
    return SealedSignal(signal=plain, scheme=SCHEME, verification_hash=signal_hash(plain.hashed_fields()))


def say(words: str) -> None:
    """To the test, at once."""
    os.write(1, f"{words}\n".encode())


async def live(url: str, executioner: Executioner) -> None:
    """Start as any process does, then trade."""
    database = await Database.open(url)
    world = World(database)
    number = await world.minute()
    world.clock.advance(timedelta(minutes=number))
    executioner.watch()
    await world.executor.recover()
    for _ in range(STEPS):
        number = await world.step(number)


def one_life(order: list[str]) -> None:
    """In a fork: never returns."""
    url, place, moment, visit = order
    line = next(one for one in await_lines() if one.name == place)
    try:
        asyncio.run(live(url, Executioner(line, moment, int(visit), 0.0, say)))
        say(f"outlived {moment} {place}")
        os._exit(0)
    finally:
        say(f"fault {json.dumps(traceback.format_exc())}")
        os._exit(1)


def main() -> None:
    say("ready")
    for order in sys.stdin:
        child = os.fork()
        if child == 0:
            one_life(order.split())
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
