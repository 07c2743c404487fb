"""The simulated exchange as a broker: pure rules inside, a durable log around them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from operator import attrgetter

from argo_core.errors import DataError
from argo_core.execution.exchange_book import ExchangeBook
from argo_core.execution.matching import Matching
from argo_core.model.bars import Bar
from argo_core.model.order import Order, OrderIntent, Quote
from argo_core.model.order_change import NumberedChange, OrderChange
from argo_core.model.position import AccountSnapshot
from argo_core.ports.clock import Clock
from argo_core.ports.exchange_store import ExchangeStore
from argo_core.ports.order_sweep import SweptOrder
from argo_core.ports.venue_sync import Refreshed

_start_of = attrgetter("start")


class SimulatedExchange:
    """`ports.Broker`, `OrderFeed`, `MarketMarks`, `VenueSync` and `OrderSweep` in one: what a venue is.

    Its books are what its log adds up to; after a failed write they are read again, not guessed. One process.
    """

    def __init__(
        self, store: ExchangeStore, rules: Matching, account_number: str, starting_cash: float, clock: Clock
    ) -> None:
        self._store, self._rules, self._clock = store, rules, clock
        self._account_number, self._starting_cash = account_number, starting_cash
        self._book: ExchangeBook | None = None
        self._shown: tuple[ExchangeBook, AccountSnapshot] | None = None
        self._lane = asyncio.Lock()

    async def submit(self, intent: OrderIntent) -> Order:
        """One order per `client_order_id`, however often it is asked for. Raises StoreError."""
        async with self._lane:
            known = await self._store.newest(intent.client_order_id)
            if known is not None:
                return known.order
            book = await self._current()
            changes = self._rules.submitted(book, intent, self._clock.now())
            await self._append(book.after(changes), changes, ())
            return next(
                change.order
                for change in reversed(changes)
                if change.order.intent.client_order_id == intent.client_order_id
            )

    async def cancel(self, client_order_id: str) -> Order:
        """The order afterwards. Raises DataError `unknown_order`, StoreError."""
        async with self._lane:
            book = await self._current()
            changes = self._rules.cancelled(book, client_order_id, self._clock.now())
            await self._append(book.after(changes), changes, ())
            found = await self._store.newest(client_order_id)
        if found is None:
            raise DataError("unknown_order", f"no order {client_order_id}: list them with: argo orders")
        return found.order

    async def order(self, client_order_id: str) -> Order | None:
        """The order as it is now. Raises StoreError."""
        found = await self._store.newest(client_order_id)
        return None if found is None else found.order

    async def snapshot(self) -> AccountSnapshot:
        """The account now. Raises StoreError."""
        book, now = await self._whole(), self._clock.now()
        if self._shown is None or self._shown[0] is not book or self._shown[1].taken_at != now:
            self._shown = book, book.snapshot(self._account_number, now)
        return self._shown[1]

    async def changes(self, after: int, limit: int) -> tuple[NumberedChange, ...]:
        """What happened to orders after a position. Raises StoreError."""
        return await self._store.changes(after, limit)

    async def mark(self, bars: Sequence[Bar]) -> int:
        """Let the market move, oldest bar first, in one transaction; how many bars were new. Raises StoreError."""
        async with self._lane:
            book = await self._current()
            now, changes, new = self._clock.now(), list[OrderChange](), _later(book, bars)
            noted, traded = 0, book.traded
            for number, bar in enumerate(new):
                if bar.symbol not in traded:
                    continue  # it is only a price, and noted with the others that are
                book, noted = book.marked(*new[noted:number]), number
                step = self._rules.marked(book, bar, now)
                if step:
                    book = book.after(step)
                    changes += step
                    traded = book.traded
            await self._append(book.marked(*new[noted:]), changes, new)
            return len(new)

    async def last(self, symbol: str) -> Quote | None:
        """The last bar's close and start. Raises StoreError."""
        mark = (await self._whole()).marks.get(symbol)
        return None if mark is None else Quote(price=mark.close, as_of=mark.start)

    async def refresh(self) -> Refreshed:
        """Nothing to fetch: the log is all that happens here, and the positions are what it adds up to.

        Reads the books once, so that it raises StoreError where they cannot be read.
        """
        await self._whole()
        return Refreshed(changes=0, adopted=0)

    async def cancel_all(self) -> tuple[SweptOrder, ...]:
        """Cancel whatever rests, in one transaction. Raises StoreError."""
        async with self._lane:
            book = await self._current()
            now, changes = self._clock.now(), list[OrderChange]()
            for name in book.live:
                step = self._rules.cancelled(book, name, now)
                book = book.after(step)
                changes += step
            await self._append(book, changes, ())
        return tuple(SweptOrder(client_order_id=change.order.intent.client_order_id) for change in changes)

    async def _whole(self) -> ExchangeBook:
        """The books for one who only reads: there are none while they are being changed, which is waited for."""
        if self._book is not None:
            return self._book
        async with self._lane:
            return await self._current()

    async def _current(self) -> ExchangeBook:
        """The books for one in the lane."""
        if self._book is None:
            changes, marks = await self._store.load()
            self._book = ExchangeBook(cash=self._starting_cash).after(changes).marked(*marks)
        return self._book

    async def _append(self, after: ExchangeBook, changes: Sequence[OrderChange], marks: Sequence[Bar]) -> None:
        """Keep what happened; `after` is what it makes of the books."""
        if not (changes or marks):
            return
        self._book = None
        # A crash before the commit leaves the books as they were; after it, as they will be read.
        await self._store.append(changes, marks, self._clock.now())
        self._book = after


def _later(book: ExchangeBook, bars: Sequence[Bar]) -> list[Bar]:
    """Of these bars those that are later than the last one of their symbol, oldest first."""
    last = {symbol: bar.start for symbol, bar in book.marks.items()}
    new = list[Bar]()
    for bar in sorted(bars, key=_start_of):
        known = last.get(bar.symbol)
        if known is None or bar.start > known:
            last[bar.symbol] = bar.start
            new.append(bar)
    return new
