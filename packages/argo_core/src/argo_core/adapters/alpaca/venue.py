"""Alpaca as a venue: its orders, its sequence of changes, its account; over a store that remembers the sequence.

What is sent is written down first; what comes back is compared with what the sequence holds, and the difference is
appended to it. One process per account: see `key_lock`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from argo_core.adapters.alpaca.account_reads import AccountReads
from argo_core.adapters.alpaca.adjustment import adjustments, differences
from argo_core.adapters.alpaca.calls import Calls
from argo_core.adapters.alpaca.holding_parse import signed_holdings
from argo_core.adapters.alpaca.naming import Naming
from argo_core.adapters.alpaca.observation import ENDED, Rows, Seen, changes_of, order_seen, seen, with_coin_fees
from argo_core.adapters.alpaca.observed_book import ADJUSTMENT, UNRESOLVED, ObservedBook
from argo_core.adapters.alpaca.order_parse import VenueOrder
from argo_core.adapters.alpaca.placing import Patience, Placed, Placing
from argo_core.adapters.alpaca.reading import Reading, read_venue
from argo_core.adapters.alpaca.sweeping import sweep
from argo_core.adapters.alpaca.token_bucket import Pace
from argo_core.errors import DataError, StoreError, Unavailable
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bar
from argo_core.model.order import Order, OrderIntent, OrderState, Quote
from argo_core.model.order_change import NumberedChange, OrderChange
from argo_core.model.position import AccountSnapshot, Position
from argo_core.ports.clock import Clock
from argo_core.ports.exchange_store import ExchangeStore
from argo_core.ports.order_sweep import SweptOrder
from argo_core.ports.venue_sync import Refreshed

# An order that was sent and that the venue has not shown for so long has not arrived.
LOST_AFTER = timedelta(minutes=2)
READINGS = 4


class AlpacaVenue:
    """`ports.Broker`, `OrderFeed`, `MarketMarks`, `VenueSync` and `OrderSweep` in one. Its account is never a
    simulated one, also on paper: that word is for the exchange that we keep ourselves."""

    def __init__(
        self, calls: Calls, reads: AccountReads, store: ExchangeStore, naming: Naming, clock: Clock, pace: Pace,
        patience: Patience,
    ) -> None:  # fmt: skip
        self._calls, self._reads, self._store, self._naming = calls, reads, store, naming
        self._clock, self._pace, self._patience = clock, pace, patience
        self._placing = Placing(calls, pace, patience)
        self._book: ObservedBook | None = None
        self._marks: dict[str, Bar] | None = None
        self._begun = clock.now()
        self._lane = asyncio.Lock()

    # --- Broker ------------------------------------------------------------------------------------------------------

    async def submit(self, intent: OrderIntent) -> Order:
        """One order per `client_order_id`, however often and in however many processes it was asked for.

        A crash after the intent is written and before the answer is leaves it INTENDED: the next `submit` or `refresh`
        looks it up. Raises StoreError when nothing was sent.
        """
        async with self._lane:
            known = await self._store.newest(intent.client_order_id)
            if known is not None and known.order.state not in UNRESOLVED:
                return known.order
            if known is None:
                await self._append((OrderChange(order=self._own(intent, OrderState.INTENDED)),))
            placed = await self._placing.place(intent, may_exist=known is not None)
            await self._note_placed(intent, placed)
            return await self._newest(intent.client_order_id)

    async def cancel(self, client_order_id: str) -> Order:
        """The order afterwards. Raises DataError `unknown_order`, StoreError."""
        async with self._lane:
            order = await self._newest(client_order_id)
            if order.state in UNRESOLVED:
                found = await self._placing.found(client_order_id)
                if found is None:
                    gone = msgspec.structs.replace(
                        order, state=OrderState.CANCELLED, updated_at=self._clock.now(), reason="it never arrived"
                    )
                    await self._append((OrderChange(order=gone),))
                    return gone
                order = await self._noted(found)
            if order.state not in ENDED:
                await self._placing.cancelled((order.order_id,))
                await self._observe()
            return await self._newest(client_order_id)

    async def order(self, client_order_id: str) -> Order | None:
        """The order as our sequence has it; one whose fate is open is asked for. Raises StoreError."""
        found = await self._store.newest(client_order_id)
        if found is None or found.order.state not in UNRESOLVED:
            return None if found is None else found.order
        async with self._lane:
            row = await self._calls.by_client_id(client_order_id)
            return found.order if row is None else await self._noted(row)

    async def snapshot(self) -> AccountSnapshot:
        """The account as the venue has it now, with every order that rests there. Raises StoreError."""
        async with self._lane:
            standing = await self._reads.standing()
            rows = await self._calls.open_orders()
            positions = await self._calls.positions()
            resting = seen(await self._current(), Rows({row.order_id: row for row in rows}), self._naming)
        return AccountSnapshot(
            account_number=standing.account_number,
            simulated=False,
            equity=standing.equity,
            cash=standing.cash,
            buying_power=standing.buying_power,
            trading_blocked=standing.trading_blocked,
            taken_at=self._clock.now(),
            positions=tuple(
                Position(
                    symbol=each.symbol,
                    quantity=float(each.quantity),
                    average_price=float(each.average_price),
                    market_price=float(each.market_price),
                )
                for each in positions
            ),
            open_orders=tuple(order_seen(row) for row in resting),
            open_markets=standing.open_markets,
            shorting=standing.shorting,
        )

    # --- OrderFeed, MarketMarks --------------------------------------------------------------------------------------

    async def changes(self, after: int, limit: int) -> tuple[NumberedChange, ...]:
        """What happened to orders after a position. Raises StoreError."""
        return await self._store.changes(after, limit)

    async def mark(self, bars: Sequence[Bar]) -> int:
        """Remember the newest bar of each symbol; how many bars were new. The venue fills by its own prices."""
        async with self._lane:
            await self._current()
            marks, new = dict(self._marks or {}), 0
            for bar in sorted(bars, key=lambda one: one.start):
                last = marks.get(bar.symbol)
                if last is None or bar.start > last.start:
                    marks[bar.symbol] = bar
                    new += 1
            if new:
                newest = [marks[symbol] for symbol in {bar.symbol for bar in bars}]
                await self._store.append((), newest, self._clock.now())
                self._marks = marks
            return new

    async def last(self, symbol: str) -> Quote | None:
        """The last bar's close and start. Raises StoreError."""
        async with self._lane:
            await self._current()
            mark = (self._marks or {}).get(symbol)
        return None if mark is None else Quote(price=mark.close, as_of=mark.start)

    # --- VenueSync, OrderSweep ---------------------------------------------------------------------------------------

    async def refresh(self) -> Refreshed:
        """Bring the sequence up to the venue. Raises StoreError where it cannot say that it did."""
        async with self._lane:
            return await self._observe()

    async def cancel_all(self) -> tuple[SweptOrder, ...]:
        """Ask for every order to be cancelled, at once: not behind an order that is waiting for its answer, and also
        while our store is down. Raises Unavailable when the venue cannot be reached.
        """
        return await sweep(self._calls, self._book or ObservedBook(), self._naming, self._patience.sends)

    # --- what the sequence lacks -------------------------------------------------------------------------------------

    async def _observe(self) -> Refreshed:
        """Read until positions and orders agree, or disagree twice alike; append what is new at once or not at all."""
        earlier: dict[str, Decimal] | None = None
        for number in range(READINGS):
            if number:
                await self._pace.sleep(self._patience.settling)
            book = await self._current()
            reading = await read_venue(self._calls, book, self._begun)
            changes, left = self._compared(book, reading)
            if not left or left == earlier:
                fixed = adjustments(book.after(changes), left, reading.positions, self._clock.now())
                await self._append((*changes, *fixed))
                return Refreshed(changes=len(changes) + len(fixed), adopted=self._adopted((*changes, *fixed), book))
            earlier = left
        raise StoreError("the venue's positions do not settle: reconcile again in a moment")

    def _compared(self, book: ObservedBook, reading: Reading) -> tuple[tuple[OrderChange, ...], dict[str, Decimal]]:
        held = signed_holdings(reading.positions.values())
        rows: tuple[Seen, ...] = seen(book, reading.rows, self._naming)
        missing = {
            symbol: -left
            for symbol, left in differences(book.after(changes_of(rows)), held).items()
            if left < 0 and asset_type_of(symbol) is AssetType.CRYPTO
        }
        changes = (*changes_of(with_coin_fees(rows, missing)), *self._vanished(reading))
        return changes, differences(book.after(changes), held)

    def _vanished(self, reading: Reading) -> tuple[OrderChange, ...]:
        """Orders that rested and that the venue has forgotten, and those that after a while have surely not arrived."""
        now = self._clock.now()
        ends = [(order, OrderState.CANCELLED, "the venue no longer knows it") for order in reading.gone]
        ends += [
            (order, OrderState.REJECTED, "it never arrived")
            for order in reading.lost
            if now - order.updated_at > LOST_AFTER
        ]
        return tuple(
            OrderChange(order=msgspec.structs.replace(order, state=state, reason=reason, updated_at=now))
            for order, state, reason in ends
        )

    def _adopted(self, changes: Sequence[OrderChange], book: ObservedBook) -> int:
        """How many orders of others and adjustments came in."""
        own = f"{self._naming.executor_id}-"
        names = {change.order.intent.client_order_id for change in changes if change.parent is None}
        return len(
            [name for name in names if name.startswith(ADJUSTMENT) or not (name in book.newest or name.startswith(own))]
        )

    async def _note_placed(self, intent: OrderIntent, placed: Placed) -> None:
        """Write down what came of an order. Its fills need the whole account; without it, that it is accepted."""
        if placed.order is None:
            state = OrderState.UNKNOWN if placed.reason is None else OrderState.REJECTED
            await self._append((OrderChange(order=self._own(intent, state, placed.reason)),))
        if placed.order is not None:
            await self._noted(placed.order)
        if placed.cancelled_others or (placed.order is not None and placed.order.filled > 0):
            try:
                await self._observe()
            except Unavailable:
                return  # the order is placed and written down; the next refresh brings its fills

    async def _noted(self, row: VenueOrder) -> Order:
        """Append the order's new state, without its fills, and that of its legs."""
        book = await self._current()
        rows = seen(book, Rows({row.order_id: row}), self._naming)
        await self._append(changes_of(rows, with_fills=False))
        name = rows[0].named.client_order_id if rows else book.names[row.order_id]
        return (await self._current()).newest[name].order

    def _own(self, intent: OrderIntent, state: OrderState, reason: str | None = None) -> Order:
        now: datetime = self._clock.now()
        return Order(order_id=intent.client_order_id, intent=intent, state=state, updated_at=now, reason=reason)

    async def _newest(self, client_order_id: str) -> Order:
        found = await self._store.newest(client_order_id)
        if found is None:
            raise DataError("unknown_order", f"no order {client_order_id}: list them with: argo orders")
        return found.order

    async def _current(self) -> ObservedBook:
        if self._book is None or self._marks is None:
            changes, marks = await self._store.load()
            self._book = ObservedBook().after(changes)
            self._marks = {bar.symbol: bar for bar in marks}
        return self._book

    async def _append(self, changes: Sequence[OrderChange]) -> None:
        if not changes:
            return
        book = await self._current()
        self._book = None
        # A crash before the commit leaves the sequence as it was; the next reading finds the same difference again.
        await self._store.append(changes, (), self._clock.now())
        self._book = book.after(changes)
