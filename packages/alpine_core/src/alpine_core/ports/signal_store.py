"""Where verified things become durable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from alpine_core.model.alarm import Alarm
from alpine_core.model.mark import MarkReceipt, MarkSeries
from alpine_core.model.receipt import Receipt
from alpine_core.model.signal import OutcomeRecord, VerifiedSignal


class SignalStore(Protocol):
    """Promise: each call is one transaction, on the disk when it returns, undone as a whole when it raises.

    Receipts come in the order of what was given. Nothing stored is ever changed: the first content under a name
    stands, the same again is `duplicate`, another is `conflict` and raises an alarm in the same transaction; within
    one call earlier items count as stored. New records take the next cursors, so that no reader ever sees a cursor
    before the one below it. Calls from any number of tasks and processes queue. Raises StoreError.
    """

    async def store(self, signals: Sequence[VerifiedSignal], received_at: datetime) -> tuple[Receipt, ...]: ...

    async def store_outcomes(self, outcomes: Sequence[OutcomeRecord], received_at: datetime) -> tuple[Receipt, ...]:
        """An outcome of a signal that is not stored is `refused`, code `unknown_signal`."""
        ...

    async def store_marks(self, series: Sequence[MarkSeries], received_at: datetime) -> MarkReceipt:
        """A bar is named by symbol, timeframe and start; one that differs from the stored one raises an alarm."""
        ...

    async def raise_alarm(self, alarm: Alarm) -> None:
        """The same kind, subject and offered content again changes nothing."""
        ...
