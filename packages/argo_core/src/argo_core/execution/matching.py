"""How the simulated exchange fills: what an order, or a bar, changes. Pure; the same for live and backtest.

A market order fills at once: at the last mark's close if that bar began at or after the decision, else at the price
of the decision, slipped either way. Limit and stop orders wait for a bar. Within a bar the order of prices is unknown
but for the first: what holds at the open fills at the open; then stops before limits, so that a bar that touches both
ends of a bracket counts as stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_book import ExchangeBook, LiveOrder
from argo_core.execution.exchange_orders import accepted, cancelled, filled, protective_legs, rejected
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bar
from argo_core.model.direction import Direction
from argo_core.model.order import OrderIntent, OrderType, Quote
from argo_core.model.order_change import OrderChange

Changes = tuple[OrderChange, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """The rules of one exchange. `now` is wall clock; fills are dated in market time."""

    costs: CostPolicy

    def submitted(self, book: ExchangeBook, intent: OrderIntent, now: datetime) -> Changes:
        """What follows from an order that the book does not know yet."""
        quote = self._market_quote(book, intent)
        if intent.order_type is not OrderType.MARKET:
            return (accepted(book, intent, now),)
        if quote is None:
            return (rejected(book, intent, now, "no price is known for this symbol"),)
        obstacle = self._obstacle(book, intent, quote)
        if obstacle is not None:
            return (rejected(book, intent, now, obstacle),)
        placed = accepted(book, intent, now)
        return (placed, *self._filled(book.after((placed,)), intent.client_order_id, quote, now))

    def cancelled(self, book: ExchangeBook, client_order_id: str, now: datetime) -> Changes:
        """Nothing for an order that does not rest."""
        live = book.live.get(client_order_id)
        return () if live is None else (cancelled(live, now, "cancelled on request"),)

    def marked(self, book: ExchangeBook, bar: Bar, now: datetime) -> Changes:
        """What the bar fills. Nothing for a bar that is not later than the last one of its symbol."""
        last = book.marks.get(bar.symbol)
        if last is not None and bar.start <= last.start:
            return ()
        changes: list[OrderChange] = []
        for name, price in _touched(book, bar):
            if name not in book.live:
                continue  # cancelled by what was filled before it
            step = self._filled(book, name, Quote(price=price, as_of=bar.start), now)
            book = book.after(step)
            changes.extend(step)
        return tuple(changes)

    def _filled(self, book: ExchangeBook, name: str, quote: Quote, now: datetime) -> Changes:
        """The fill, the legs that it brings to life, and the orders that it leaves without a purpose."""
        live = book.live[name]
        intent = live.order.intent
        quantity = _fillable(book, intent)
        if quantity <= 0:
            return (cancelled(live, now, "nothing is held that it could close"),)
        maker = intent.order_type is OrderType.LIMIT
        price = quote.price if maker else self.costs.slipped(quote.price, _side(intent))
        fill = filled(live, quantity, Quote(price=price, as_of=quote.as_of), self.costs, now)
        changes, book = [fill], book.after((fill,))
        for leg in protective_legs(fill):
            changes.append(accepted(book, leg, now, parent=name))
            book = book.after(changes[-1:])
        changes.extend(_without_purpose(book, intent.symbol, live, now))
        return tuple(changes)

    def _market_quote(self, book: ExchangeBook, intent: OrderIntent) -> Quote | None:
        mark, decided = book.marks.get(intent.symbol), intent.decided_on
        if mark is None or (decided is not None and mark.start < decided.as_of):
            return decided
        return Quote(price=mark.close, as_of=mark.start)

    def _obstacle(self, book: ExchangeBook, intent: OrderIntent, quote: Quote) -> str | None:
        if intent.reduce_only:
            return None if _fillable(book, intent) > 0 else "nothing is held that it could close"
        side, held = _side(intent), book.held(intent.symbol)
        opening = max(side * held + intent.quantity, 0.0) - max(side * held, 0.0)
        if side < 0 and opening > 0 and asset_type_of(intent.symbol) is AssetType.CRYPTO:
            return "crypto cannot be sold short"
        equity, gross = book.worth()
        released = min(max(-side * held, 0.0), intent.quantity) * quote.price
        price = self.costs.slipped(quote.price, side)
        cost = opening * price + self.costs.fee(intent.quantity, price)
        return "buying power is not enough" if cost > equity - gross + released else None


def _side(intent: OrderIntent) -> int:
    return int(Direction.of_action(intent.action))


def _fillable(book: ExchangeBook, intent: OrderIntent) -> float:
    """The whole order, or what of the opposite position there is for an order that only reduces."""
    if not intent.reduce_only:
        return intent.quantity
    return min(intent.quantity, max(-_side(intent) * book.held(intent.symbol), 0.0))


def _without_purpose(book: ExchangeBook, symbol: str, done: LiveOrder, now: datetime) -> Iterator[OrderChange]:
    """The other leg of a bracket, and everything that could only reduce a position which is no more."""
    flat = book.held(symbol) == 0
    for live in book.live.values():
        intent = live.order.intent
        if done.parent is not None and live.parent == done.parent:
            yield cancelled(live, now, "the other leg was filled")
        elif flat and intent.symbol == symbol and intent.reduce_only:
            yield cancelled(live, now, "the position is closed")


def _touched(book: ExchangeBook, bar: Bar) -> list[tuple[str, float]]:
    """Client order ids that the bar fills and at which price, in the order in which they are filled."""
    found: list[tuple[bool, bool, str, float]] = []
    for name, live in book.live.items():
        intent = live.order.intent
        early = intent.decided_on is not None and bar.start < intent.decided_on.as_of
        price = None if early or intent.symbol != bar.symbol else _price_in(bar, intent)
        if price is not None:
            found.append((price != bar.open, intent.order_type is not OrderType.STOP, name, price))
    found.sort(key=lambda touch: touch[:2])
    return [(name, price) for _, _, name, price in found]


def _price_in(bar: Bar, intent: OrderIntent) -> float | None:
    """Where the bar meets the order: at the open if it is there already, else at the order's own price, else None."""
    rises = (_side(intent) > 0) == (intent.order_type is OrderType.STOP)
    level = intent.stop_price if intent.order_type is OrderType.STOP else intent.limit_price
    if level is None:
        return None
    if rises:
        return bar.open if bar.open >= level else (level if bar.high >= level else None)
    return bar.open if bar.open <= level else (level if bar.low <= level else None)
