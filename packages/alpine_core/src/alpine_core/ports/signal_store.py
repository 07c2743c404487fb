"""Where verified things become durable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from alpine_core.model.alarm import Alarm
from alpine_core.model.mark import MarkReceipt, MarkSeries
from alpine_core.model.receipt import Receipt
from alpine_core.model.seal import OutcomeSeal
from alpine_core.model.signal import OutcomeRecord, VerifiedSignal
from alpine_core.model.witness import Advance

NO_SEALS: Mapping[str, OutcomeSeal] = MappingProxyType({})


class SignalStore(Protocol):
    """Promise: each call is one transaction, on the disk when it returns, undone as a whole when it raises.

    Receipts come in the order of what was given. Nothing stored is ever changed: the first content under a name
    stands, the same again is `duplicate`, another is `conflict` and raises an alarm in the same transaction; within
    one call earlier items count as stored. New records take the next cursors, so that no reader ever sees a cursor
    before the one below it. Calls from any number of tasks and processes queue. Raises StoreError.
    """

    async def store(
        self, signals: Sequence[VerifiedSignal], received_at: datetime, advances: Sequence[Advance] = ()
    ) -> tuple[Receipt, ...]:
        """Signals with their seals, and the checkpoints that they rest on, in one transaction.

        A seal's number within its stream is the next one, or its entry is mirrored; else the item is `refused`, code
        `seq_gap` or `seq_duplicate`. Raises WitnessMoved where an advance, or a seal whose log is halted, no longer
        fits the witness's state; then nothing was stored.
        """
        ...

    async def store_outcomes(
        self,
        outcomes: Sequence[OutcomeRecord],
        received_at: datetime,
        seals: Mapping[str, OutcomeSeal] = NO_SEALS,
    ) -> tuple[Receipt, ...]:
        """`seals`: the outcomes' places in the log, by signal_id.

        Refused are an outcome of a signal that is not stored, code `unknown_signal`, one without a seal of a signal
        that has one, `unlogged_outcome`, one whose entry is about another signal, `bad_entry`, and a logged one whose
        percentage is not what exit price and signal give, `outcome_mismatch`.
        """
        ...

    async def store_marks(self, series: Sequence[MarkSeries], received_at: datetime) -> MarkReceipt:
        """A bar is named by symbol, timeframe and start; one that differs from the stored one raises an alarm."""
        ...

    async def raise_alarm(self, alarm: Alarm) -> None:
        """The same kind, subject and offered content again changes nothing."""
        ...
