"""What the venue's rows change in our sequence. Pure: rows and book in, changes out.

Fills are counted by what an order has filled in all, so that no execution is taken twice, however late it is told and
by whom; single executions give their prices where they add up to the difference, else the difference is one fill.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import msgspec

from argo_core.adapters.alpaca.holding_parse import Execution
from argo_core.adapters.alpaca.increments import decimal_of, wire
from argo_core.adapters.alpaca.naming import Named, Naming
from argo_core.adapters.alpaca.observed_book import NOTHING, ObservedBook, gross_filled, has_venue_id, takes_coins
from argo_core.adapters.alpaca.order_parse import REPLACED, VenueOrder
from argo_core.model.order import Fill, Order, OrderClass, OrderState
from argo_core.model.order_change import OrderChange

ENDED = frozenset({OrderState.FILLED, OrderState.CANCELLED, OrderState.EXPIRED, OrderState.REJECTED})
LARGEST_COIN_FEE = Decimal("0.01")
TOLERANCE = Decimal("0.000000001")


@dataclass(frozen=True, slots=True)
class Gross:
    """One new execution before the coins that the venue keeps; `coins` ≥ 0 are those."""

    execution_id: str
    quantity: Decimal
    price: Decimal
    filled_at: datetime
    coins: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Seen:
    """One row under our name, the order as we knew it, and what is newly filled of it."""

    named: Named
    before: OrderChange | None
    state: OrderState
    fills: tuple[Gross, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """What the venue said: orders by its id (parents before their legs) and executions by order."""

    orders: Mapping[str, VenueOrder]
    executions: Mapping[str, tuple[Execution, ...]] = field(default_factory=dict)


def seen(book: ObservedBook, rows: Rows, naming: Naming) -> tuple[Seen, ...]:
    """The rows that say something, under our names; what is behind our book is passed over."""
    found: list[Seen] = []
    states: dict[str, OrderState] = {}
    for named in naming.named(book, rows.orders.values()):
        order, before = named.row, book.newest.get(named.client_order_id)
        stale = before is not None and before.order.state in ENDED and has_venue_id(before.order) and not order.ended
        if stale or (order.quantity is None and not order.filled):
            continue  # an order in dollars has a quantity only once it is filled
        state = _state(book, named, states)
        states[named.client_order_id] = state
        found.append(Seen(named, before, state, _new_fills(named, before, rows.executions.get(order.order_id, ()))))
    return tuple(found)


def with_coin_fees(rows: Iterable[Seen], missing: Mapping[str, Decimal]) -> tuple[Seen, ...]:
    """The rows with the coins (by symbol, > 0) that the venue kept of what was newly bought, shared by quantity.

    More than one percent is no fee: then nothing is shared, and an adjustment has to say it.
    """
    listed = list(rows)
    for symbol, coins in missing.items():
        bought = [
            (index, fill)
            for index, row in enumerate(listed)
            for fill in row.fills
            if row.named.intent.symbol == symbol and takes_coins(symbol, row.named.intent.action)
        ]
        total = sum((fill.quantity for _, fill in bought), NOTHING)
        if not bought or coins > total * LARGEST_COIN_FEE:
            continue
        left = coins
        for position, (index, fill) in enumerate(bought, 1):
            share = left if position == len(bought) else (coins * fill.quantity / total).quantize(TOLERANCE)
            left -= share
            fills = tuple(
                Gross(one.execution_id, one.quantity, one.price, one.filled_at, share) if one is fill else one
                for one in listed[index].fills
            )
            listed[index] = Seen(listed[index].named, listed[index].before, listed[index].state, fills)
    return tuple(listed)


def changes_of(rows: Iterable[Seen], *, with_fills: bool = True) -> tuple[OrderChange, ...]:
    """One change for each new fill, or one for a new state; none where nothing is new.

    Without fills, an order that filled is told as accepted: its fills come with the next full observation.
    """
    changes: list[OrderChange] = []
    for row in rows:
        before = () if row.before is None else row.before.order.fills
        if not with_fills and row.fills:
            changes += _changed(row, before, OrderState.PARTIALLY_FILLED if before else OrderState.ACCEPTED)
            continue
        for number, gross in enumerate(row.fills, 1):
            before = (*before, _fill(gross))
            last = number == len(row.fills)
            state = row.state if last else OrderState.PARTIALLY_FILLED
            changes.append(OrderChange(order=_order(row, before, state), fill=before[-1], parent=row.named.parent))
        if not row.fills:
            changes += _changed(row, before, row.state)
    return tuple(changes)


def order_seen(row: Seen) -> Order:
    """The order as it is at the venue, with the fills that we know."""
    return _order(row, () if row.before is None else row.before.order.fills, row.state)


def _changed(row: Seen, fills: tuple[Fill, ...], state: OrderState) -> list[OrderChange]:
    order = _order(row, fills, state)
    if row.before is not None:
        known = msgspec.structs.replace(row.before.order, updated_at=order.updated_at)
        if known == order:
            return []
    return [OrderChange(order=order, parent=row.named.parent)]


def _order(row: Seen, fills: tuple[Fill, ...], state: OrderState) -> Order:
    venue = row.named.row
    reason = None
    if venue.status == REPLACED:
        reason = f"replaced by {venue.replaced_by or 'another order'}"
    elif not venue.known:
        reason = f"the venue calls its state {venue.status[:40]}"
    elif state is OrderState.REJECTED:
        reason = "rejected by the venue"
    return Order(
        order_id=venue.order_id, intent=row.named.intent, state=state, updated_at=venue.updated_at, fills=fills,
        reason=reason,
    )  # fmt: skip


def _state(book: ObservedBook, named: Named, states: Mapping[str, OrderState]) -> OrderState:
    """The row's state; a held leg protects from the moment when its entry is filled, or the rest of its pair rests."""
    if named.row.state is not OrderState.HELD:
        return named.row.state
    parent = book.newest.get(named.parent or "")
    state = states.get(named.parent or "") or (None if parent is None else parent.order.state)
    pair = named.row.order_class == OrderClass.OCO.value
    return OrderState.ACCEPTED if pair or state is OrderState.FILLED else OrderState.HELD


def _new_fills(named: Named, before: OrderChange | None, executions: Iterable[Execution]) -> tuple[Gross, ...]:
    row = named.row
    known = NOTHING if before is None else gross_filled(before.order)
    new = row.filled - known
    if new <= TOLERANCE:
        return ()
    single = sorted(
        (one for one in executions if known + TOLERANCE < one.cumulative <= row.filled + TOLERANCE),
        key=lambda one: one.cumulative,
    )
    if single and abs(sum((one.quantity for one in single), NOTHING) - new) <= TOLERANCE:
        return tuple(Gross(one.execution_id, one.quantity, one.price, one.executed_at) for one in single)
    price = _mean_price(row, before, new)
    return (Gross(f"{row.order_id}@{wire(row.filled)}", new, price, row.filled_at or row.updated_at),)


def _mean_price(row: VenueOrder, before: OrderChange | None, new: Decimal) -> Decimal:
    """What the new part was filled at, from the mean over all of it; the mean where earlier prices contradict it."""
    average = row.average_price or row.limit_price or row.stop_price or Decimal(1)
    if before is None or not before.order.fills:
        return average
    worth = sum((decimal_of(fill.quantity) * decimal_of(fill.price) for fill in before.order.fills), NOTHING)
    worth += sum((decimal_of(fill.fee) for fill in before.order.fills), NOTHING)
    price = (average * row.filled - worth) / new
    return round(price, 9) if price > 0 else average


def _fill(gross: Gross) -> Fill:
    return Fill(
        execution_id=gross.execution_id,
        quantity=float(gross.quantity - gross.coins),
        price=float(gross.price),
        fee=float(gross.coins * gross.price),
        filled_at=gross.filled_at,
    )
