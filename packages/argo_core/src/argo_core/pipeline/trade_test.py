"""One tiny order through every layer and back: does the way to the venue work?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import msgspec

from argo_core.errors import ConfigError, DataError
from argo_core.execution.order_ids import CLOSING, related_order_id
from argo_core.execution.order_machine import ENDS, filled_quantity
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.direction import Direction
from argo_core.model.execution import EXTERNAL
from argo_core.model.instant import to_text
from argo_core.model.order import Order, OrderIntent, Quote
from argo_core.model.position import AccountSnapshot
from argo_core.model.signal import Signal
from argo_core.model.verdict import Verdict
from argo_core.pipeline.execute import ExecutionPolicy, decide_execution
from argo_core.pipeline.execution_ports import VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.watching import has_known_length
from argo_core.ports import BarWindow, Clock
from argo_core.risk import SizePolicy, market_context

COIN_WORTH = 20.0
"""Quote currency that a test of a coin is worth: venues refuse less than about half of it."""
LOOKS = 20
"""How often the venue is asked whether the order is filled, and whether its position is closed."""


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """`verdicts` of every layer; `orders` are the entry and what closed it, empty where a layer denied. `works`: the
    entry was filled and nothing of it is left. `accept_ms` from the call to the venue's answer, wall clock."""

    symbol: str
    verdicts: tuple[Verdict, ...]
    orders: tuple[Order, ...]
    works: bool
    accept_ms: float | None


class TradeTest:
    """Beside an executor at work: what is ordered here shows in its books as an order that no signal asked for.
    `real_money`: then nothing is tried."""

    def __init__(
        self,
        executor: Executor,
        venue: VenuePorts,
        window: BarWindow,
        clock: Clock,
        new_id: Callable[[], str],
        *,
        real_money: bool,
    ) -> None:
        self._executor, self._venue, self._window = executor, venue, window
        self._clock, self._new_id, self._real_money = clock, new_id, real_money

    async def run(self, symbol: str) -> Tried:
        """Buy one share, or a few units' worth of a coin, with stop and target, and sell it again.

        Raises ConfigError on an account with real money, DataError `no_price` and `held` (what is held already would
        be mixed up with the test), StoreError.
        """
        account = await self._executor.account()
        if self._real_money:
            raise ConfigError(f"account {account.account_number} holds real money: try an order on paper or simulated")
        quote = await self._venue.marks.last(symbol)
        if quote is None:
            raise DataError("no_price", f"no price of {symbol} is known yet: name a symbol that the generator watches")
        if any(held.symbol == symbol for held in account.positions):
            raise DataError("held", f"the account holds {symbol} already: name another symbol")
        signal = _signal(f"trade-test-{self._new_id()}", symbol, quote, to_text(self._clock.now()))
        watched = await self._executor.watched()
        bars = [bar for bar in await self._window.load() if has_known_length(bar.timeframe)]
        decision = decide_execution(
            signal,
            account,
            quote,
            self._policy(account, symbol, quote, watched.size_factor),
            watched,
            market_context(bars, self._executor.rules.groups),
            self._clock.now(),
        )
        if not decision.allowed:
            return Tried(symbol=symbol, verdicts=decision.verdicts, orders=(), works=False, accept_ms=None)
        return await self._there_and_back(decision.intents[0], decision.verdicts)

    async def _there_and_back(self, intent: OrderIntent, verdicts: tuple[Verdict, ...]) -> Tried:
        # No report of it goes to the generator, which knows no such signal.
        intent, called = msgspec.structs.replace(intent, signal_id=EXTERNAL), self._clock.now()
        entry = await self._venue.broker.submit(intent)
        accept_ms = (self._clock.now() - called) / timedelta(milliseconds=1)
        entry = await self._finished(entry)
        if entry.state not in ENDS:
            entry = await self._venue.broker.cancel(intent.client_order_id)
        orders = [entry]
        if (bought := filled_quantity(entry.fills)) > 0:
            closing = OrderIntent(
                client_order_id=related_order_id(intent.client_order_id, CLOSING),
                signal_id=EXTERNAL,
                symbol=intent.symbol,
                action=Direction.SHORT.action,
                quantity=bought,
                reduce_only=True,
                decided_on=intent.decided_on,
            )
            orders.append(await self._finished(await self._venue.broker.submit(closing)))
        left = any(held.symbol == intent.symbol for held in (await self._executor.account()).positions)
        return Tried(
            symbol=intent.symbol,
            verdicts=verdicts,
            orders=tuple(orders),
            works=len(orders) > 1 and not left,
            accept_ms=accept_ms,
        )

    async def _finished(self, order: Order) -> Order:
        """The order once nothing more happens to it, or as it is after `LOOKS` looks."""
        for _ in range(LOOKS):
            if order.state in ENDS:
                break
            await self._venue.sync.refresh()
            order = await self._venue.broker.order(order.intent.client_order_id) or order
        return order

    def _policy(self, account: AccountSnapshot, symbol: str, quote: Quote, factor: float) -> ExecutionPolicy:
        policy, halt = self._executor.policy, self._executor.standing
        wanted = COIN_WORTH if asset_type_of(symbol) is AssetType.CRYPTO else quote.price
        # A little more than is wanted: what is left of it after rounding down is one share.
        worth = 1.2 * wanted / factor if factor > 0 else 0.0
        pct = min(100.0, 100.0 * worth / account.equity) if account.equity > 0 else 0.0
        standing = msgspec.structs.replace(
            policy.standing,
            halted=None if halt is None else halt.code.value,
            reconciled=self._executor.reconciled,
        )
        size = SizePolicy(base_pct=min(100.0, 20 * pct), max_pct=pct)
        return replace(policy, size=size, standing=standing, flip=False)


def _signal(signal_id: str, symbol: str, quote: Quote, timestamp: str) -> Signal:
    return Signal(
        signal_id=signal_id,
        symbol=symbol,
        action=Direction.LONG.action,
        entry_price=quote.price,
        target_price=quote.price * 1.02,
        stop_price=quote.price * 0.99,
        confidence=100.0,
        strategy="trade_test",
        timestamp=timestamp,
        as_of=quote.as_of,
        asset_type=asset_type_of(symbol).value,
        data_source="trade_test",
        regime="UNKNOWN",
        reasoning="a test of the way to the venue",
    )
