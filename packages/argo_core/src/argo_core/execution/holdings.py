"""Our own account of what we hold, from nothing but fills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from argo_core.execution.lots import Closure, Lots, after_trade, held
from argo_core.execution.trades import OpenTrade
from argo_core.model.direction import Direction
from argo_core.model.order import OrderIntent
from argo_core.model.order_change import OrderChange
from argo_core.ports.execution_journal import NotedFill

Place = tuple[str, str]


class Holdings(msgspec.Struct, frozen=True):
    """`lots` by symbol; `trades` by symbol and signal: what was closed so far of each position that is open."""

    lots: Mapping[str, Lots]
    trades: Mapping[Place, OpenTrade] = {}

    @classmethod
    def of(cls, fills: Iterable[NotedFill]) -> Holdings:
        """What fills, oldest first, add up to."""
        holdings = cls({})
        for noted in fills:
            holdings = holdings.after(noted).holdings
        return holdings

    def quantities(self) -> dict[str, float]:
        """The signed quantity of each symbol that is held."""
        return {symbol: quantity for symbol, lots in self.lots.items() if (quantity := held(lots)) != 0}

    def of_signal(self, symbol: str, signal_id: str) -> float:
        """The signed quantity that a signal's entries have left."""
        return held([lot for lot in self.lots.get(symbol, ()) if lot.signal_id == signal_id])

    def with_change(self, change: OrderChange) -> Holdings:
        """The holdings after a change of an order."""
        if change.fill is None:
            return self
        return self.after(noted_fill(change.order.intent, change, None)).holdings

    def after(self, noted: NotedFill) -> HoldingsStep:
        """The holdings after a fill, what it closed, and the trades that it finished."""
        before, fill, symbol = self.lots.get(noted.symbol, ()), noted.fill, noted.symbol
        lots, closures = after_trade(before, noted.signal_id, noted.quantity, fill.price, fill.fee)
        trades = dict(self.trades)
        for closure in closures:
            place = (symbol, closure.signal_id)
            trades[place] = trades[place].after(closure)
        # A fill beyond what was held ends every trade of that side, also that of its own signal, and begins another.
        turned = bool(before and lots) and before[0].quantity * lots[0].quantity < 0
        left = set[str]() if turned else {lot.signal_id for lot in lots}
        closed = dict.fromkeys(closure.signal_id for closure in closures)
        finished = {signal_id: trades.pop((symbol, signal_id)) for signal_id in closed if signal_id not in left}
        if any(lot.signal_id == noted.signal_id for lot in lots) and (symbol, noted.signal_id) not in trades:
            action = "BUY" if noted.quantity > 0 else "SELL"
            trades[symbol, noted.signal_id] = OpenTrade(action=action, opened_at=fill.filled_at)
        others = {name: kept for name, kept in self.lots.items() if name != symbol}
        return HoldingsStep(Holdings({**others, symbol: lots} if lots else others, trades), closures, finished)


class HoldingsStep(msgspec.Struct, frozen=True):
    """One fill later. `finished` are trades by signal of which nothing is left."""

    holdings: Holdings
    closures: tuple[Closure, ...]
    finished: Mapping[str, OpenTrade]


def noted_fill(intent: OrderIntent, change: OrderChange, profit_loss_pct: float | None) -> NotedFill:
    """The fill of a change as the journal keeps it. Needs a change with a fill."""
    fill = change.fill
    if fill is None:
        raise ValueError("only a change with a fill can be noted as one")
    return NotedFill(
        client_order_id=intent.client_order_id,
        signal_id=intent.signal_id,
        symbol=intent.symbol,
        quantity=fill.quantity * int(Direction.of_action(intent.action)),
        fill=fill,
        profit_loss_pct=profit_loss_pct,
    )
