"""The exchange and the executor of one process over one database, and what may happen to them in a minute.

A day of such a world has something of everything, a minute or more each: signals turn positions, the exchange fails in
each of its ways, stops get lost, strangers trade, somebody throws the kill switch, and in the end the market crashes.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import count

import msgspec

from argo_core.adapters.sql import (
    Database,
    SqlBarWindow,
    SqlExecutionJournal,
    SqlHaltLog,
    SqlSignalInbox,
    SqlWatchLog,
)
from argo_core.errors import StoreError
from argo_core.execution.costs import CostPolicy
from argo_core.execution.matching import Matching
from argo_core.execution.protective_steps import ProtectionRules
from argo_core.ledger import SCHEME, signal_hash
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bar
from argo_core.model.execution import EXTERNAL
from argo_core.model.halt import HaltCode
from argo_core.model.order import OrderIntent, OrderType
from argo_core.model.signal import SealedSignal
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_core.testing.sample_bodies import signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_signal
from tests.argo.pipeline.executor_rig import LIMITS, POLICY
from tests.argo.pipeline.moody_exchange import MoodyExchange

DAYS = 2
SYMBOLS = ("AAPL", "MSFT", "TSLA", "BTC-USD")
COIN = "BTC-USD"
MINUTES_OF_A_DAY = 1_440
RULES = ExecutorRules(watch=LIMITS.watch(), protection=ProtectionRules(local_oco=frozenset({AssetType.CRYPTO.value})))
CALM, SWING, RALLY = (175.25, 173.75, 176.75, 175.5), (175.25, 170.25, 180.25, 175.5), (175.25, 174.0, 182.0, 181.5)
"""Bars as open, low, high, close. The signals' stops stand at 172.75 and 177.75, their targets at 180.25 and 170.25."""
FALL, RISE = (90.0, 85.25, 176.0, 175.5), (260.0, 175.0, 265.25, 175.5)
"""They begin far beyond all stops, which fill there."""
Prices = tuple[float, float, float, float]


class World:
    """`minute` is that of the last bar; before `begin`, 0."""

    def __init__(self, database: Database) -> None:
        self.minute = 0
        self.clock = FixedClock(MOMENT)
        self.exchange = MoodyExchange(database, Matching(CostPolicy(slippage_pct=0.0, fee_pct=0.01)), self.clock)
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

    async def begin(self) -> None:
        """Where the last bar stands."""
        quotes = [await self.exchange.last(symbol) for symbol in SYMBOLS]
        known = [int((quote.as_of - MOMENT).total_seconds() // 60) for quote in quotes if quote is not None]
        self.minute = max(known, default=0)
        self.clock.advance(timedelta(minutes=self.minute))

    async def live(self) -> None:
        """What a process does from its start on. A life that nobody ends is over after its days."""
        await self.executor.recover()
        for scene in _SCENES * DAYS:
            await self._look_after_halts()
            await self._pass()
            await self.executor.adopt(self.executor.policy, self.executor.rules)
            await scene(self)
            await self.executor.check()
            await self.executor.watched()

    async def _look_after_halts(self) -> None:
        """A day's halt ends with the day; a person looks at any other, and lets the account trade again."""
        halt = self.executor.standing
        if halt is not None and halt.until is not None:
            await self._pass(minutes=MINUTES_OF_A_DAY)
        if self.executor.standing is not None:
            await self.executor.resume("looked at", "ada")

    async def _pass(self, prices: Mapping[str, Prices] | None = None, minutes: int = 1) -> None:
        self.minute += minutes
        self.clock.advance(timedelta(minutes=minutes))
        await self.executor.mark([bar(symbol, self.minute, (prices or {}).get(symbol, CALM)) for symbol in SYMBOLS])

    async def _hear(self, *symbols: str) -> None:
        """Signals that turn what is held."""
        held = await self._held()
        for symbol in symbols:
            action = "SELL" if held.get(symbol, 0.0) > 0 else "BUY"
            await self.executor.receive(signal_body_of(signal(symbol, action, self.minute)))
        await self.executor.wait_for_work()

    async def _hold(self, *symbols: str) -> None:
        held = await self._held()
        if missing := [symbol for symbol in symbols if symbol not in held]:
            await self._hear(*missing)
            await self.executor.work()
            await self.executor.check()

    async def _held(self) -> dict[str, float]:
        return {one.symbol: one.quantity for one in (await self.exchange.snapshot()).positions}

    async def _amid(self, mood: str, doing: Awaitable[object]) -> None:
        """What the executor does while the exchange lets it down; it may say that it could not."""
        self.exchange.mood = mood
        with suppress(StoreError):
            await doing
        self.exchange.mood = ""

    async def _trade(self) -> None:
        await self._hear("AAPL", COIN)
        await self.executor.work()
        await self.executor.account()

    async def _lose_orders(self) -> None:
        """The next signal comes while the intents of one still wait."""
        await self._hear("MSFT")
        await self._amid("deaf", self.executor.work())
        await self._hear("TSLA")
        await self.executor.work()

    async def _throw_the_switch(self) -> None:
        """First nothing is cancelled, then no closing heard, then each refused. An intent that waits is called off."""
        await self._hear("MSFT")
        await self._amid("deaf", self.executor.work())
        await self._amid("stubborn", self.executor.halt(HaltCode.OPERATOR, "scripted", "ada"))
        await self._amid("deaf", self.executor.check())
        await self._amid("harsh", self.executor.check())
        await self.executor.check()
        await self.executor.resume("scripted", "ada")

    async def _fall_silent(self) -> None:
        """A signal comes after a look at the account that failed."""
        await self._amid("mute", self.executor.check(refresh=True))
        await self._hear("AAPL")
        await self.executor.work()

    async def _lose_a_stop(self) -> None:
        await self._hold("AAPL")
        open_orders = (await self.exchange.snapshot()).open_orders
        stops = [order.intent.client_order_id for order in open_orders if order.intent.stop_price is not None]
        for name in stops[:1]:
            await self.exchange.cancel(name)

    async def _lie(self) -> None:
        await self._hold("AAPL")
        await self._amid("lying", self.executor.check(refresh=True))

    async def _reach_a_target(self) -> None:
        """That of a coin, which is watched here: its stop is cancelled before it is sold."""
        await self._hold(COIN)
        await self._pass({COIN: RALLY})

    async def _grow_old(self) -> None:
        """For so long nothing is taken that the intent is withdrawn."""
        await self._hear("MSFT")
        await self._amid("deaf", self.executor.work())
        await self._pass(minutes=6)

    async def _meet_strangers(self) -> None:
        """Others trade on the account: they buy without a stop, and let an order rest."""
        bought = OrderIntent(
            client_order_id=f"outside-{self.minute}", signal_id=EXTERNAL, symbol="TSLA", action="BUY", quantity=3.0
        )
        resting = msgspec.structs.replace(
            bought, client_order_id=f"{bought.client_order_id}-rests", order_type=OrderType.LIMIT, limit_price=100.0
        )
        await self.exchange.submit(bought)
        await self.exchange.submit(resting)

    async def _swing(self) -> None:
        await self._pass(dict.fromkeys(SYMBOLS, SWING))

    async def _halt_in_doubt(self) -> None:
        """Nobody knows whether an order has arrived, and the switch is thrown."""
        await self._hear("AAPL")
        await self._amid("unsure", self.executor.work())
        await self.executor.halt(HaltCode.OPERATOR, "scripted", "ada")
        await self.executor.resume("scripted", "ada")
        await self._hear("TSLA")
        await self._amid("unsure", self.executor.work())

    async def _crash(self) -> None:
        """The market opens far against whatever is held: that is more than a day may lose."""
        await self._hold("AAPL", "MSFT")
        held = await self._held()
        await self._pass({symbol: FALL if quantity > 0 else RISE for symbol, quantity in held.items()})


_SCENES: tuple[Callable[[World], Awaitable[None]], ...] = (
    World._trade,
    World._lose_orders,
    World._throw_the_switch,
    World._fall_silent,
    World._lose_a_stop,
    World._lie,
    World._reach_a_target,
    World._grow_old,
    World._halt_in_doubt,
    World._meet_strangers,
    World._swing,
    World._crash,
)


def bar(symbol: str, minute: int, prices: Prices) -> Bar:
    """A minute of that market."""
    opened, low, high, close = prices
    return Bar(
        symbol=symbol, timeframe="1Min", start=MOMENT + timedelta(minutes=minute), open=opened, high=high, low=low,
        close=close, volume=1.0,
    )  # fmt: skip


def signal(symbol: str, action: str, minute: int) -> SealedSignal:
    """A signal of its minute. But for a coin it has no target, so that a stop alone protects."""
    at = MOMENT + timedelta(minutes=minute)
    sealed = sample_signal(f"SIG-{minute}-{symbol}", symbol=symbol, action=action, at=at)
    if asset_type_of(symbol) is AssetType.CRYPTO:
        return sealed
    plain = msgspec.structs.replace(sealed.signal, target_price=None)
    return SealedSignal(signal=plain, scheme=SCHEME, verification_hash=signal_hash(plain.hashed_fields()))
