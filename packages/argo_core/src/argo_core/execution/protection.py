"""What of a position no live stop covers, and what is to be done about it. Pure: decided here, acted upon elsewhere.

Every signal's part of a position has to be covered by stops of that signal for its whole quantity. A leg that waits for
its entry covers nothing. What is asked for follows from what is noted alone, so that asking again is one order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from argo_core.execution.local_oco import is_local, run_through, stop_limit, touched
from argo_core.execution.lots import average_price
from argo_core.execution.noting import Books
from argo_core.execution.order_ids import PROTECT, TARGET, client_order_id, protection_id, related_order_id
from argo_core.execution.order_machine import LIVE, UNRESOLVED, remaining
from argo_core.execution.protective_price import fine
from argo_core.execution.protective_steps import Place, ProtectionRules, ProtectiveStep, Withdraw
from argo_core.execution.refusals import waits
from argo_core.model.direction import Direction
from argo_core.model.execution import EXTERNAL
from argo_core.model.order import Order, OrderIntent, OrderState, OrderType, Quote

STOPS = (OrderType.STOP, OrderType.STOP_LIMIT)
_TOLERANCE = 1e-9
# A venue that refused twice to let a stop rest will hardly take a third: then the position is closed.
_REFUSALS = 2


class Part(msgspec.Struct, frozen=True):
    """A signal's part of a position. `quantity` signed; `entry` is the intent that opened it, None where none did."""

    symbol: str
    signal_id: str
    quantity: float
    entry: OrderIntent | None
    entry_id: str

    @property
    def exit_action(self) -> str:
        """The side that closes it."""
        return Direction.SHORT.action if self.quantity > 0 else Direction.LONG.action


class Scene(msgspec.Struct, frozen=True):
    """What the decision rests on. `parts` is every signal's part of every position; `exits` are orders that rest and
    can only reduce, `others` those of nobody's signal that rest and may do either; `closing` the symbols and sides of
    market orders on their way that reduce."""

    books: Books
    parts: tuple[Part, ...]
    marks: Mapping[str, Quote]
    rules: ProtectionRules
    now: datetime
    exits: tuple[Order, ...]
    others: tuple[Order, ...]
    closing: frozenset[tuple[str, str]]

    def exits_of(self, symbol: str, signal_id: str) -> list[Order]:
        """Those of one signal."""
        return [one for one in self.exits if (one.intent.symbol, one.intent.signal_id) == (symbol, signal_id)]

    def uncovered(self, part: Part) -> float:
        """How much of a signal's part no live stop covers, ≥ 0."""
        mark = self.marks.get(part.symbol)
        resting = [*self.exits_of(part.symbol, part.signal_id), *self.others_against(part)]
        stops = [order for order in resting if order.intent.order_type in STOPS and not run_through(order, mark)]
        missing = abs(part.quantity) - sum(map(remaining, stops))
        return missing if missing > _TOLERANCE * max(abs(part.quantity), 1.0) else 0.0

    def others_against(self, part: Part) -> list[Order]:
        """Others' orders that close what others bought or sold: theirs is the part of nobody's signal."""
        if part.signal_id != EXTERNAL:
            return []
        return [
            order
            for order in self.others
            if order.intent.symbol == part.symbol and part.quantity * int(Direction.of_action(order.intent.action)) < 0
        ]


def scene(
    executor_id: str,
    books: Books,
    entries: Mapping[str, OrderIntent],
    marks: Mapping[str, Quote],
    rules: ProtectionRules,
    now: datetime,
) -> Scene:
    """What there is at `now`, wall clock. `entries` are the entry intents by signal, `marks` the newest prices by
    symbol."""
    market, every = OrderType.MARKET, books.orders.working.values()
    reducing = [one for one in every if one.intent.reduce_only]
    # One of which nobody knows whether it has arrived may never close anything.
    under_way = [one for one in reducing if one.intent.order_type is market and one.state not in UNRESOLVED]
    return Scene(
        books,
        tuple(_parts(executor_id, books, entries)),
        marks,
        rules,
        now,
        exits=tuple(order for order in reducing if order.intent.order_type is not market),
        others=tuple(one for one in every if _of_others(one)),
        closing=frozenset((one.intent.symbol, one.intent.action) for one in under_way),
    )


def _of_others(order: Order) -> bool:
    intent = order.intent
    rests = order.state in LIVE and intent.order_type is not OrderType.MARKET
    return rests and intent.signal_id == EXTERNAL and not intent.reduce_only


def protective_steps(seen: Scene) -> tuple[ProtectiveStep, ...]:
    """What is missing.

    Cancellations come before the order that needs them done: ask again once they are noted.
    """
    steps: list[ProtectiveStep] = []
    for part in seen.parts:
        if (part.symbol, part.exit_action) not in seen.closing:  # what that leaves is judged when it is done
            steps.extend(_of_part(part, seen))
    return (*steps, *_orphans(seen))


def _parts(executor_id: str, books: Books, entries: Mapping[str, OrderIntent]) -> Iterator[Part]:
    for symbol, lots in books.holdings.lots.items():
        for signal_id in dict.fromkeys([lot.signal_id for lot in lots]):
            entry = entries.get(signal_id)
            name = client_order_id(executor_id, signal_id) if entry is None else entry.client_order_id
            if signal_id == EXTERNAL:
                name = f"{name}-{symbol}"
            yield Part(symbol, signal_id, books.holdings.of_signal(symbol, signal_id), entry, name)


def _of_part(part: Part, seen: Scene) -> Iterator[ProtectiveStep]:
    exits = [order for order in seen.exits_of(part.symbol, part.signal_id) if order.state in LIVE]
    mark = touched(part.symbol, part.quantity, part.entry, seen.marks.get(part.symbol), seen.rules)
    if mark is not None:
        yield from _sell_at_target(part, mark, exits, seen.books)
        return
    missing = seen.uncovered(part) - _bound(part, seen)
    if missing <= 0:
        return
    entry = seen.books.orders.orders.get(part.entry_id)
    if entry is not None and entry.state is OrderState.PARTIALLY_FILLED:
        waited = (seen.now - seen.books.orders.since.get(part.entry_id, entry.updated_at)).total_seconds()
        if waited >= seen.rules.partial_fill_seconds:
            yield Withdraw(client_order_id=part.entry_id, why="the entry is filled in part and its legs wait")
        return
    useless = [order for order in exits if _is_useless(order, seen.marks.get(part.symbol))]
    for order in useless:
        yield Withdraw(client_order_id=order.intent.client_order_id, why="it stands without a stop that works")
    attempts = [] if useless else _attempts(part, seen.books)
    if not useless and not waits(attempts, seen.now):
        yield Place(intent=_protection(part, missing, attempts, seen), why="no live stop covers the position")


def _is_useless(order: Order, mark: Quote | None) -> bool:
    return order.intent.order_type not in STOPS or run_through(order, mark)


def _bound(part: Part, seen: Scene) -> float:
    """What others' orders without a stop hold of a part that is theirs: no stop of ours can rest on that, and it is not
    ours to sell."""
    others = seen.others_against(part)
    return sum(remaining(order) for order in others if order.intent.order_type not in STOPS)


def _sell_at_target(part: Part, mark: Quote, exits: list[Order], books: Books) -> Iterator[ProtectiveStep]:
    for order in exits:
        yield Withdraw(client_order_id=order.intent.client_order_id, why="the target is reached")
    if not exits:
        first = related_order_id(part.entry_id, TARGET)
        number = 1 + sum(name == first or name.startswith(f"{first}-") for name in books.orders.orders)
        name = first if number == 1 else f"{first}-{number}"
        yield Place(intent=_market_exit(part, name, abs(part.quantity), mark), why="the target is reached")


def _attempts(part: Part, books: Books) -> list[Order]:
    """The orders that were to protect it, oldest first."""
    prefix = f"{part.entry_id}-{PROTECT}"
    return [order for name, order in books.orders.orders.items() if name.rpartition("-")[0] == prefix]


def _protection(part: Part, missing: float, attempts: list[Order], seen: Scene) -> OrderIntent:
    name, mark = protection_id(part.entry_id, len(attempts) + 1), seen.marks.get(part.symbol)
    side = 1 if part.quantity > 0 else -1
    stop = _stop_price(part, side, seen)
    crossed = mark is not None and side * (mark.price - stop) <= 0
    refused = sum(order.state is OrderState.REJECTED for order in attempts[-_REFUSALS:])
    if crossed or refused >= _REFUSALS:
        return _market_exit(part, name, missing, mark)
    if is_local(part.symbol, seen.rules):
        return stop_limit(_market_exit(part, name, missing, mark), stop, seen.rules)
    target = None if part.entry is None else part.entry.take_profit_price
    return msgspec.structs.replace(
        _market_exit(part, name, missing, mark),
        order_type=OrderType.STOP if target is None else OrderType.LIMIT,
        limit_price=target,
        stop_price=stop if target is None else None,
        take_profit_price=target,
        stop_loss_price=None if target is None else stop,
    )


def _stop_price(part: Part, side: int, seen: Scene) -> float:
    if part.entry is not None and part.entry.stop_loss_price is not None:
        return part.entry.stop_loss_price
    mark = seen.marks.get(part.symbol)
    known = average_price(seen.books.holdings.lots[part.symbol]) if mark is None else mark.price
    price = known * (1.0 - side * seen.rules.adopted_stop_pct / 100.0)
    return fine(price)


def _market_exit(part: Part, name: str, quantity: float, quote: Quote | None) -> OrderIntent:
    return OrderIntent(
        client_order_id=name,
        signal_id=part.signal_id,
        symbol=part.symbol,
        action=part.exit_action,
        quantity=quantity,
        reduce_only=True,
        decided_on=quote,
    )


def _orphans(seen: Scene) -> Iterator[ProtectiveStep]:
    """Exits of ours that nothing is left to exit."""
    for order in seen.exits:
        intent = order.intent
        ours = intent.signal_id != EXTERNAL and order.state in LIVE
        if ours and seen.books.holdings.of_signal(intent.symbol, intent.signal_id) == 0:
            yield Withdraw(client_order_id=intent.client_order_id, why="the position is closed")
