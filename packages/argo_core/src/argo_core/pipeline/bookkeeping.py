"""An executor's books: what was decided, what the venue made of it, what is held. Durable first, in memory after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from argo_core.execution.holdings import Holdings
from argo_core.execution.noting import Books, note
from argo_core.execution.order_book import OrderBook
from argo_core.execution.order_machine import UNRESOLVED
from argo_core.execution.trades import TradeTerms
from argo_core.model.execution import SignalVerdicts
from argo_core.model.order import OrderIntent
from argo_core.ports import ExecutionJournal, OrderFeed
from argo_core.ports.execution_journal import DecidedIntent

BATCH = 100


class Bookkeeping:
    """After a failed write the books are read again, not guessed. For one lane."""

    def __init__(self, journal: ExecutionJournal, orders: OrderFeed, terms: TradeTerms) -> None:
        self._journal, self._orders, self._terms = journal, orders, terms
        self._books = Books()
        self._position: int | None = None
        self._waiting: dict[str, DecidedIntent] = {}
        self._entries: dict[str, OrderIntent] = {}

    @property
    def waiting(self) -> tuple[DecidedIntent, ...]:
        """Intents that have not surely arrived at the venue and are not withdrawn, oldest first."""
        return tuple(self._waiting.values())

    @property
    def entries(self) -> Mapping[str, OrderIntent]:
        """The intents that open a position, by signal."""
        return self._entries

    async def follow(self) -> Books:
        """The books with everything that the venue has told. Raises StoreError."""
        if self._position is None:
            await self._load()
        while changes := await self._orders.changes(self._position or 0, BATCH):
            books, noted = self._books, []
            for numbered in changes:
                books, told = note(books, numbered, self._terms)
                noted.append(told)
            self._position = None
            # If this raises, or the process ends, the position is read again from what was stored.
            await self._journal.noted(noted)
            self._books, self._position = books, changes[-1].position
            for told in noted:
                self._rested(told.numbered.change.order.intent.client_order_id)
        return self._books

    async def decided(self, verdicts: SignalVerdicts, intents: Sequence[OrderIntent]) -> None:
        """Keep a decision and what it wants. Raises StoreError."""
        position, self._position = self._position, None
        await self._journal.decided(verdicts, intents)
        self._position = position
        for intent in intents:
            self._know(DecidedIntent(intent=intent, decided_at=verdicts.decided_at), waits=True)

    async def withdrawn(self, client_order_id: str, reason: str) -> None:
        """An intent will never be placed. Raises StoreError."""
        position, self._position = self._position, None
        await self._journal.withdrawn(client_order_id, reason)
        self._position = position
        self._waiting.pop(client_order_id, None)

    async def _load(self) -> None:
        notes = await self._journal.notes()
        self._books = Books(Holdings.of(notes.fills), OrderBook.of(notes.orders))
        self._waiting, self._entries = {}, {}
        unplaced = frozenset(notes.unplaced) | self._unresolved()
        for decided in notes.intents:
            self._know(decided, waits=decided.intent.client_order_id in unplaced)
        self._position = notes.position

    def _unresolved(self) -> frozenset[str]:
        orders = self._books.orders.working
        return frozenset(name for name, order in orders.items() if order.state in UNRESOLVED)

    def _rested(self, name: str) -> None:
        if self._books.orders.orders[name].state not in UNRESOLVED:
            self._waiting.pop(name, None)

    def _know(self, decided: DecidedIntent, *, waits: bool) -> None:
        intent = decided.intent
        if waits:
            self._waiting[intent.client_order_id] = decided
        if not intent.reduce_only:
            self._entries[intent.signal_id] = intent
