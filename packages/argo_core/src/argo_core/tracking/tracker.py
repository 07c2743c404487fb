"""The log as one use case: append a cycle, know what is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from argo_core.model.cycle import AppendReceipt, CycleRecord
from argo_core.ports.signal_log import SignalLog
from argo_core.tracking.open_book import OpenBook


class Tracker:
    """Keeps the open book beside the log. After a failed append it reloads; it does not guess what was written."""

    def __init__(self, log: SignalLog) -> None:
        self._log = log
        self._book: OpenBook | None = None

    async def open_book(self) -> OpenBook:
        """What is open now, loaded from the log when it is not known. Raises StoreError."""
        if self._book is None:
            self._book = OpenBook.of_log(await self._log.open_signals())
        return self._book

    async def marked(self, since: datetime) -> Mapping[str, datetime]:
        """See `ports.SignalLog`. Raises StoreError."""
        return await self._log.marked(since)

    async def append(self, cycle: CycleRecord) -> AppendReceipt:
        """Make a cycle durable, then move the book on. Raises StoreError; the book is then loaded anew."""
        book, self._book = await self.open_book(), None
        receipt = await self._log.append(cycle)
        self._book = book.after(cycle.outcomes, cycle.signals)
        return receipt
