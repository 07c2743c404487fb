"""All that the venue knows of what our sequence may lack, gathered with as few requests as that takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from argo_core.adapters.alpaca.calls import Calls
from argo_core.adapters.alpaca.holding_parse import Execution, VenuePosition
from argo_core.adapters.alpaca.observation import Rows
from argo_core.adapters.alpaca.observed_book import LIVE, UNRESOLVED, ObservedBook, gross_filled, has_venue_id
from argo_core.adapters.alpaca.order_parse import VenueOrder
from argo_core.model.order import Order

# Executions are listed by their own time, and may be listed late.
OVERLAP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """`gone` are live orders of ours that the venue does not know; `lost` those of which we never learned whether they
    arrived, and which it does not have."""

    rows: Rows
    positions: Mapping[str, VenuePosition]
    gone: tuple[Order, ...]
    lost: tuple[Order, ...]


async def read_venue(calls: Calls, book: ObservedBook, begun: datetime) -> Reading:
    """One reading; positions last, so that they hold at least what the orders say. Raises Unavailable.

    `begun` bounds the executions of an account that our sequence says nothing about yet: what it held before is
    adopted from its positions.
    """
    orders = {row.order_id: row for row in await calls.open_orders()}
    gone = await _add_finished(calls, book, orders)
    lost = await _add_unresolved(calls, book, orders)
    executions: dict[str, tuple[Execution, ...]] = {}
    async for one in calls.executions(_after(book, begun)):
        executions[one.order_id] = (*executions.get(one.order_id, ()), one)
    for order_id, listed in executions.items():
        if order_id not in orders and not _is_known(book, order_id, listed):
            found = await calls.by_id(order_id)
            if found is not None:
                orders[order_id] = found
    positions = {position.symbol: position for position in await calls.positions()}
    return Reading(Rows(orders, executions), positions, gone, lost)


async def _add_finished(calls: Calls, book: ObservedBook, orders: dict[str, VenueOrder]) -> tuple[Order, ...]:
    """Fetch what rested and is not in the list of open orders; answers those that are nowhere."""
    gone: list[Order] = []
    for order in book.in_state(LIVE):
        if has_venue_id(order) and order.order_id not in orders:
            found = await calls.by_id(order.order_id)
            if found is None:
                gone.append(order)
            else:
                orders[found.order_id] = found
    return tuple(gone)


async def _add_unresolved(calls: Calls, book: ObservedBook, orders: dict[str, VenueOrder]) -> tuple[Order, ...]:
    """Look for what may have arrived; answers what did not."""
    lost: list[Order] = []
    for order in book.in_state(UNRESOLVED):
        found = await calls.by_client_id(order.intent.client_order_id)
        if found is None:
            lost.append(order)
        else:
            orders[found.order_id] = found
    return tuple(lost)


def _after(book: ObservedBook, begun: datetime) -> datetime:
    if book.since is None or book.last_fill_at is None:
        return book.since or begun
    return max(book.since, book.last_fill_at - OVERLAP)


def _is_known(book: ObservedBook, order_id: str, listed: tuple[Execution, ...]) -> bool:
    known = book.by_venue_id(order_id)
    return known is not None and max(one.cumulative for one in listed) <= gross_filled(known.order)
