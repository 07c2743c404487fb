"""The kill switch behind a durable halt: every order off, every position closed, as often as it takes."""

from __future__ import annotations

from collections.abc import Mapping

from argo_core.execution.order_ids import flatten_id
from argo_core.execution.order_machine import ENDS
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
    same orders. Raises StoreError.
    """
    await flattens.step(halt.halt_id, FlattenStep.CALLED, halt.at)
    for decided in keeping.waiting:
        await keeping.withdrawn(decided.intent.client_order_id, f"halted: {halt.code.value}")
    account = await venue.broker.snapshot()
    if _others(account, halt):
        await venue.sweep.cancel_all()
        await venue.sync.refresh()
        await keeping.follow()
        account = await venue.broker.snapshot()
    if not _others(account, halt):
        await flattens.step(halt.halt_id, FlattenStep.CANCELLED, clock.now())
    books = await keeping.follow()
    for position in account.positions:
        if asset_type_of(position.symbol).value in account.open_markets:
            quote = await venue.marks.last(position.symbol)
            known = Quote(price=position.market_price, as_of=account.taken_at) if quote is None else quote
            await venue.broker.submit(_closing(halt, position, known, books.orders.orders))
    await venue.sync.refresh()
    await keeping.follow()
    account = await venue.broker.snapshot()
    if not (account.positions or account.open_orders):
        await flattens.step(halt.halt_id, FlattenStep.CANCELLED, clock.now())
        await flattens.step(halt.halt_id, FlattenStep.FLAT, clock.now())
    return account


def _others(account: AccountSnapshot, halt: Halt) -> list[Order]:
    """Open orders but for our own closing ones, which must not be cancelled over and over."""
    return [order for order in account.open_orders if not order.intent.client_order_id.startswith(halt.halt_id)]


def _closing(halt: Halt, position: Position, quote: Quote, orders: Mapping[str, Order]) -> OrderIntent:
    earlier = [
        order
        for name, order in orders.items()
        if name.startswith(halt.halt_id) and order.intent.symbol == position.symbol and order.state in ENDS
    ]
    side = Direction.SHORT if position.quantity > 0 else Direction.LONG
    return OrderIntent(
        client_order_id=flatten_id(halt.halt_id, position.symbol, len(earlier) + 1),
        signal_id=FLATTEN,
        symbol=position.symbol,
        action=side.action,
        quantity=abs(position.quantity),
        reduce_only=True,
        decided_on=quote,
    )
