"""How the simulated exchange fills: what an order, or a bar, changes. Pure; the same for live and backtest.

A market order fills at once: at the last mark's close if that bar began at or after the decision, else at the price
of the decision, slipped either way. What the policy holds back of it, and limit and stop orders, wait for bars.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_book import ExchangeBook, LiveOrder
from argo_core.execution.exchange_funds import NOTHING_HELD, closable, fillable, obstacle
from argo_core.execution.exchange_groups import called_off, followed
from argo_core.execution.exchange_orders import accepted, as_target, filled, rejected, stop_beside, triggered
from argo_core.execution.exchange_policy import ExchangePolicy
from argo_core.execution.exchange_touch import STOPS, Touch, is_triggered, touches
from argo_core.model.bars import Bar
from argo_core.model.direction import Direction
from argo_core.model.order import OrderIntent, OrderState, OrderType, Quote
from argo_core.model.order_change import OrderChange

Changes = tuple[OrderChange, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """The rules of one exchange. `now` is wall clock; fills are dated in market time."""

    costs: CostPolicy
    policy: ExchangePolicy = field(default_factory=ExchangePolicy)

    def submitted(self, book: ExchangeBook, intent: OrderIntent, now: datetime) -> Changes:
        """What follows from an order that the book does not know yet."""
        if self.policy.refuses(intent.client_order_id):
            return (rejected(book, intent, now, "the exchange refused it, as its policy has it of some"),)
        if intent.order_type is OrderType.MARKET:
            return self._at_market(book, intent, now)
        if intent.reduce_only and not closable(book, intent) > 0:
            return (rejected(book, intent, now, NOTHING_HELD),)
        stop = stop_beside(intent)
        if stop is None:
            return (accepted(book, intent, now),)
        target = accepted(book, as_target(intent), now)
        return (target, accepted(book.after((target,)), stop, now, parent=intent.client_order_id))

    def cancelled(self, book: ExchangeBook, client_order_id: str, now: datetime) -> Changes:
        """Nothing for an order that does not rest."""
        live = book.live.get(client_order_id)
        return () if live is None else tuple(called_off(book, live, now, "cancelled on request"))

    def marked(self, book: ExchangeBook, bar: Bar, now: datetime) -> Changes:
        """What the bar fills. Nothing for a bar that is not later than the last one of its symbol, or of a halt."""
        if not book.live:
            return ()
        last = book.marks.get(bar.symbol)
        if (last is not None and bar.start <= last.start) or self.policy.halted(bar.symbol, bar.start):
            return ()
        changes: list[OrderChange] = []
        waiting = touches(book.live.values(), bar, self.costs)
        while waiting:
            touch = waiting.pop(0)
            if touch.name not in book.live:
                continue  # cancelled by what was filled before it
            step = self._touched(book, touch, bar, now)
            book = book.after(step)
            changes.extend(step)
            # Legs that came to life meet what is left of the bar.
            waiting = [*touches(_woken(step, touch.name), touch.rest_of(bar), self.costs), *waiting]
        return tuple(changes)

    def _at_market(self, book: ExchangeBook, intent: OrderIntent, now: datetime) -> Changes:
        mark, quote = book.marks.get(intent.symbol), _market_quote(book, intent)
        if quote is None:
            return (rejected(book, intent, now, "no price is known for this symbol"),)
        reason = obstacle(book, intent, intent.quantity, quote.price, self.costs)
        if reason is not None:
            return (rejected(book, intent, now, reason),)
        placed = accepted(book, intent, now)
        if self.policy.next_open or self.policy.halted(intent.symbol, quote.as_of):
            return (placed,)
        price = self.costs.slipped(quote.price, int(Direction.of_action(intent.action)))
        # What has not traded yet has no volume to take a share of: the order waits for a bar.
        volume = 0.0 if mark is None else mark.volume
        known = book.after((placed,))
        taken = self._taken(
            known, known.live[intent.client_order_id], Quote(price=price, as_of=quote.as_of), volume, now
        )
        return (placed, *taken)

    def _touched(self, book: ExchangeBook, touch: Touch, bar: Bar, now: datetime) -> Changes:
        live = book.live[touch.name]
        if touch.price is None:
            return () if is_triggered(live) else (triggered(live, now),)
        wanted = fillable(book, live.order)
        reason = obstacle(book, live.order.intent, wanted, touch.at, self.costs)
        if reason is not None:
            return tuple(called_off(book, live, now, reason))
        return self._taken(book, live, Quote(price=touch.price, as_of=bar.start), bar.volume, now)

    def _taken(self, book: ExchangeBook, live: LiveOrder, quote: Quote, volume: float, now: datetime) -> Changes:
        """As much as a bar of this volume gives, at the quote's final price, and what follows from it."""
        wanted = fillable(book, live.order)
        quantity = self.policy.share(volume, wanted)
        if quantity <= 0:
            stopped = live.order.intent.order_type in STOPS and not is_triggered(live)
            return (triggered(live, now),) if stopped else ()
        fill = filled(live, quantity, quote, self.costs, now, whole=quantity >= wanted)
        return (fill, *followed(book.after((fill,)), fill, now))


def _market_quote(book: ExchangeBook, intent: OrderIntent) -> Quote | None:
    mark, decided = book.marks.get(intent.symbol), intent.decided_on
    if mark is None or (decided is not None and mark.start < decided.as_of):
        return decided
    return Quote(price=mark.close, as_of=mark.start)


def _woken(step: Changes, parent: str) -> list[LiveOrder]:
    return [
        LiveOrder(change.order, change.parent)
        for change in step
        if change.parent == parent and change.order.state is OrderState.ACCEPTED and change.order.intent.reduce_only
    ]
