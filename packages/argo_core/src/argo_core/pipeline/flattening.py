"""The kill switch behind a durable halt: every order off, every position closed, as often as it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from argo_core.errors import StoreError
from argo_core.execution.order_ids import flatten_id
from argo_core.execution.order_machine import ENDS
from argo_core.execution.refusals import waits
from argo_core.model.asset import asset_type_of
from argo_core.model.direction import Direction
from argo_core.model.execution import FLATTEN
from argo_core.model.halt import Halt
from argo_core.model.order import Order, OrderIntent, Quote
from argo_core.model.position import AccountSnapshot, Position
from argo_core.pipeline.bookkeeping import Bookkeeping
from argo_core.pipeline.execution_ports import VenuePorts
from argo_core.ports import Clock, FlattenLog
from argo_core.ports.flatten_log import FlattenStep


async def flatten(
    halt: Halt, venue: VenuePorts, keeping: Bookkeeping, flattens: FlattenLog, clock: Clock
) -> AccountSnapshot:
    """One pass under a halt that is durable already; the account after it. Call it again until nothing is left.

    The ids of its orders follow from the halt and what is noted: a pass that is repeated after a crash asks for the
    same orders. Raises StoreError, once every position has been tried: one that cannot be closed keeps no other.
    """
    await flattens.step(halt.halt_id, FlattenStep.CALLED, halt.at)
    account = await venue.broker.snapshot()
    if _others(account, halt):
        await venue.sweep.cancel_all()
        await venue.sync.refresh()
        await keeping.follow()
        account = await venue.broker.snapshot()
    if not _others(account, halt):
        await flattens.step(halt.halt_id, FlattenStep.CANCELLED, clock.now())
    books = await keeping.follow()
    tradable = [each for each in account.positions if asset_type_of(each.symbol).value in account.open_markets]
    failed = [await _failure(halt, each, account, venue, _Past(books.orders.orders, clock.now())) for each in tradable]
    await _call_off(halt, venue, keeping)
    await venue.sync.refresh()
    await keeping.follow()
    for failure in failed:
        if failure is not None:
            raise failure
    account = await venue.broker.snapshot()
    if not (account.positions or account.open_orders):
        await flattens.step(halt.halt_id, FlattenStep.CANCELLED, clock.now())
        await flattens.step(halt.halt_id, FlattenStep.FLAT, clock.now())
    return account


def _others(account: AccountSnapshot, halt: Halt) -> list[Order]:
    """Open orders but for our own closing ones, which must not be cancelled over and over."""
    return [order for order in account.open_orders if not order.intent.client_order_id.startswith(halt.halt_id)]


async def _call_off(halt: Halt, venue: VenuePorts, keeping: Bookkeeping) -> None:
    """What waited to be placed will not be; of what may have arrived the venue says so first."""
    known = (await keeping.follow()).orders.orders
    for decided in keeping.waiting:
        name = decided.intent.client_order_id
        if name in known:
            try:
                await venue.broker.cancel(name)
            except StoreError:
                continue  # the next pass asks again; halted, nothing places it
        await keeping.withdrawn(name, f"halted: {halt.code.value}")


@dataclass(frozen=True, slots=True)
class _Past:
    """The orders as noted, at `now`, wall clock."""

    orders: Mapping[str, Order]
    now: datetime


async def _failure(
    halt: Halt, position: Position, account: AccountSnapshot, venue: VenuePorts, past: _Past
) -> StoreError | None:
    """Close one position; what kept it from being asked for."""
    earlier = [
        order
        for name, order in past.orders.items()
        if name.startswith(halt.halt_id) and order.intent.symbol == position.symbol and order.state in ENDS
    ]
    if waits(earlier, past.now):
        return None
    try:
        quote = await venue.marks.last(position.symbol)
        known = Quote(price=position.market_price, as_of=account.taken_at) if quote is None else quote
        await venue.broker.submit(_closing(halt, position, known, len(earlier) + 1))
    except StoreError as error:
        return error
    return None


def _closing(halt: Halt, position: Position, quote: Quote, number: int) -> OrderIntent:
    side = Direction.SHORT if position.quantity > 0 else Direction.LONG
    return OrderIntent(
        client_order_id=flatten_id(halt.halt_id, position.symbol, number),
        signal_id=FLATTEN,
        symbol=position.symbol,
        action=side.action,
        quantity=abs(position.quantity),
        reduce_only=True,
        decided_on=quote,
    )
