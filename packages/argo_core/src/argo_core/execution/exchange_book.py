"""The simulated exchange's books: cash, positions and live orders as what its order changes add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from argo_core.execution.lots import Lots, after_trade, average_price, held
from argo_core.model.bars import Bar
from argo_core.model.direction import Direction
from argo_core.model.order import Fill, Order, OrderClass, OrderState
from argo_core.model.order_change import OrderChange
from argo_core.model.position import AccountSnapshot, Position

RESTING = frozenset({OrderState.HELD, OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED})
PLACED = frozenset({OrderState.HELD, OrderState.ACCEPTED, OrderState.REJECTED})


class LiveOrder(msgspec.Struct, frozen=True, gc=False):
    """An order that rests, or a leg that waits for its entry; `parent` is the entry that it protects."""

    order: Order
    parent: str | None

    @property
    def group(self) -> str | None:
        """What the two exits of one position have in common: of two one is filled. None for an order by itself."""
        intent = self.order.intent
        return intent.client_order_id if intent.order_class is OrderClass.OCO else self.parent


class ExchangeBook(msgspec.Struct, frozen=True):
    """`live` by client order id, oldest first; `lots` and `marks` (the last bar seen) by symbol; `placed` is a count.

    Cash may be negative only by what a gap beyond a stop costs. Shorts are covered by equity: there is no leverage.
    """

    cash: float
    placed: int = 0
    live: Mapping[str, LiveOrder] = {}
    lots: Mapping[str, Lots] = {}
    marks: Mapping[str, Bar] = {}

    def after(self, changes: Iterable[OrderChange]) -> ExchangeBook:
        """The books after these changes, in their order."""
        book = self
        for change in changes:
            book = book._after_one(change)
        return book

    def marked(self, *bars: Bar) -> ExchangeBook:
        """The books with these bars as the last of their symbols."""
        marks = {**self.marks, **{bar.symbol: bar for bar in bars}}
        return ExchangeBook(self.cash, self.placed, self.live, self.lots, marks)

    @property
    def traded(self) -> frozenset[str]:
        """The symbols of which an order is live."""
        return frozenset([live.order.intent.symbol for live in self.live.values()])

    def held(self, symbol: str) -> float:
        """The signed quantity held of a symbol."""
        return held(self.lots.get(symbol, ()))

    def market_price(self, symbol: str) -> float:
        """The last mark's close, or what the position cost where no mark has come."""
        mark = self.marks.get(symbol)
        return average_price(self.lots[symbol]) if mark is None else mark.close

    def worth(self) -> tuple[float, float]:
        """Equity, and the unsigned worth of all positions, in quote currency."""
        return self._worth([self.held(symbol) * self.market_price(symbol) for symbol in self.lots])

    def snapshot(self, account_number: str, now: datetime) -> AccountSnapshot:
        """The account as the broker port shows it."""
        positions = tuple(self._position(symbol, lots) for symbol, lots in self.lots.items())
        equity, gross = self._worth([each.quantity * each.market_price for each in positions])
        return AccountSnapshot(
            account_number=account_number,
            simulated=True,
            equity=equity,
            cash=self.cash,
            buying_power=max(equity - gross, 0.0),
            trading_blocked=False,
            taken_at=now,
            positions=positions,
            open_orders=tuple([live.order for live in self.live.values()]),
        )

    def _position(self, symbol: str, lots: Lots) -> Position:
        return Position(
            symbol=symbol,
            quantity=held(lots),
            average_price=average_price(lots),
            market_price=self.market_price(symbol),
        )

    def _worth(self, worths: Sequence[float]) -> tuple[float, float]:
        return self.cash + sum(worths), sum(map(abs, worths))

    def _after_one(self, change: OrderChange) -> ExchangeBook:
        order, fill = change.order, change.fill
        client_order_id = order.intent.client_order_id
        live = dict(self.live)
        if order.state in RESTING:
            live[client_order_id] = LiveOrder(order, change.parent)
        else:
            live.pop(client_order_id, None)
        new = client_order_id not in self.live and order.state in PLACED
        placed = self.placed + new
        book = ExchangeBook(self.cash, placed, live, self.lots, self.marks)
        return book if fill is None else book._after_fill(order, fill)

    def _after_fill(self, order: Order, fill: Fill) -> ExchangeBook:
        intent = order.intent
        quantity = fill.quantity * int(Direction.of_action(intent.action))
        before = self.lots.get(intent.symbol, ())
        lots, _ = after_trade(before, intent.signal_id, quantity, fill.price, fill.fee)
        others = {symbol: kept for symbol, kept in self.lots.items() if symbol != intent.symbol}
        after = {**others, intent.symbol: lots} if lots else others
        cash = self.cash - quantity * fill.price - fill.fee
        return ExchangeBook(cash, self.placed, self.live, after, self.marks)
