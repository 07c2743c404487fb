"""Placing one order: sent once, looked up where the answer is unclear, sent again only where it is surely not there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from argo_core.adapters.alpaca.calls import Calls
from argo_core.adapters.alpaca.increments import decimal_of
from argo_core.adapters.alpaca.order_form import order_form
from argo_core.adapters.alpaca.order_parse import VenueOrder
from argo_core.adapters.alpaca.refusal_parse import RefusalKind
from argo_core.adapters.alpaca.token_bucket import Pace
from argo_core.errors import DataError, StoreError, Unavailable
from argo_core.model.order import OrderIntent, OrderType

UNCLEAR = frozenset({RefusalKind.UNCLEAR, RefusalKind.DUPLICATE, RefusalKind.LIMITED})
IN_THE_WAY = frozenset({RefusalKind.BOUND_QUANTITY, RefusalKind.WASH_TRADE})
FINISHED_ALREADY = frozenset({RefusalKind.NOT_CANCELABLE, RefusalKind.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds: `between_looks` for an order that may yet appear, `between_polls` of one that is being cancelled,
    `for_cancel` until it must be; `sends` of one order at most, `looks` of one that must be twice missing."""

    between_looks: float = 0.5
    between_polls: float = 0.2
    for_cancel: float = 10.0
    settling: float = 0.5
    sends: int = 3
    looks: int = 2


@dataclass(frozen=True, slots=True)
class Placed:
    """`order` None with a `reason` was refused for good, without one nobody knows yet. `cancelled_others`: exits that
    stood in the way are gone."""

    order: VenueOrder | None
    reason: str | None = None
    cancelled_others: bool = False


class Placing:
    """One account's orders going out."""

    def __init__(self, calls: Calls, pace: Pace, patience: Patience) -> None:
        self._calls, self._pace, self._patience = calls, pace, patience

    async def place(self, intent: OrderIntent, *, may_exist: bool) -> Placed:
        """What became of it. Raises Unavailable when nothing was sent."""
        if may_exist and (found := await self.found(intent.client_order_id)) is not None:
            return Placed(found)
        cancelled = False
        for _ in range(self._patience.sends):
            try:
                form, swept = await self._form(intent)
            except DataError as refused:
                return Placed(None, str(refused), cancelled)
            answer = await self._calls.place(form)
            if isinstance(answer, VenueOrder):
                return Placed(await self._told_again(answer), None, cancelled or swept)
            in_the_way = intent.reduce_only and answer.kind in IN_THE_WAY and answer.order_ids != ()
            cancelled = cancelled or swept or in_the_way
            if in_the_way:
                await self.cancelled(answer.order_ids)
            elif answer.kind not in UNCLEAR:
                return Placed(None, str(answer), cancelled)
            elif (known := await self._looked_up(intent)) is not None:
                return Placed(known.order, None, cancelled)
        return Placed(None, None, cancelled)

    async def _looked_up(self, intent: OrderIntent) -> Placed | None:
        """What became of an order after an unclear answer; None where it is surely not there."""
        try:
            order = await self.found(intent.client_order_id)
        except StoreError:
            return Placed(None)
        return None if order is None else Placed(order)

    async def found(self, client_order_id: str) -> VenueOrder | None:
        """The order, or None once it was missing on every look: only then may it be sent again."""
        for look in range(self._patience.looks):
            if look:
                await self._pace.sleep(self._patience.between_looks)
            order = await self._calls.by_client_id(client_order_id)
            if order is not None:
                return order
        return None

    async def cancelled(self, order_ids: tuple[str, ...]) -> None:
        """Cancel, and wait until each is finished. Raises Unavailable where one is not in time."""
        for order_id in order_ids:
            await self._cancel_one(order_id)
        deadline = self._pace.monotonic() + self._patience.for_cancel
        for order_id in order_ids:
            while (row := await self._calls.by_id(order_id)) is not None and not row.ended:
                if self._pace.monotonic() > deadline:
                    raise Unavailable(f"the venue still cancels order {order_id}: try again in a minute")
                await self._pace.sleep(self._patience.between_polls)

    async def _cancel_one(self, order_id: str) -> None:
        for _ in range(self._patience.sends):
            refusal = await self._calls.cancel(order_id)
            if refusal is None or refusal.kind in FINISHED_ALREADY:
                return
            row = await self._calls.by_id(order_id)
            if row is None or row.ended or row.status == "pending_cancel":
                return
        raise Unavailable(f"the venue does not cancel order {order_id} ({refusal}): try again")

    async def _told_again(self, answer: VenueOrder) -> VenueOrder:
        """A state that nobody described, and a market order that may be filled by now, are looked at once more."""
        if answer.known and answer.order_type is not OrderType.MARKET:
            return answer
        try:
            return await self._calls.by_id(answer.order_id) or answer
        except StoreError:
            return answer  # it is placed, that much is known

    async def _form(self, intent: OrderIntent) -> tuple[dict[str, Any], bool]:
        asset = await self._calls.asset(intent.symbol)
        quantity, cancelled = decimal_of(intent.quantity), False
        if intent.reduce_only:
            bound, cancelled = await self._closable(intent)
            quantity = min(quantity, bound)
        return order_form(intent, asset, quantity), cancelled

    async def _closable(self, intent: OrderIntent) -> tuple[Decimal, bool]:
        """How much the order may close: from the position, never from orders, and for a close at once also what exits
        hold, which are cancelled first. Raises DataError where that is nothing."""
        held, free = await self._held(intent)
        exits = await self._exits(intent) if intent.order_type is OrderType.MARKET and free < held else ()
        if exits:
            await self.cancelled(exits)
            held, free = await self._held(intent)
        if held <= 0:
            raise DataError("nothing_held", "nothing is held that it could close")
        if free <= 0:
            raise DataError("all_bound", f"all of {intent.symbol} is bound by other exits: cancel them first")
        return free, bool(exits)

    async def _held(self, intent: OrderIntent) -> tuple[Decimal, Decimal]:
        position = await self._calls.position(intent.symbol)
        side = 1 if intent.action == "SELL" else -1
        if position is None or position.quantity * side <= 0:
            return Decimal(0), Decimal(0)
        return abs(position.quantity), abs(position.available)

    async def _exits(self, intent: OrderIntent) -> tuple[str, ...]:
        """Orders of the closing side that rest; one of a group takes the others with it, but each is waited for."""
        return tuple(
            row.order_id
            for row in await self._calls.open_orders()
            if row.symbol == intent.symbol and row.action == intent.action
        )
