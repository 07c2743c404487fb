"""Where finished trades become durable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from alpine_core.model.realised import PlacedRealised, RealisedReceipt


class RealisedStore(Protocol):
    """Promise: nothing stored is ever changed. `store` is one transaction, on the disk when it returns; the first
    content under a trade's name stands, the same again is `duplicate`, another is `conflict` and raises an alarm in the
    same transaction. Raises StoreError.
    """

    async def store(self, trades: Sequence[PlacedRealised], received_at: datetime) -> tuple[RealisedReceipt, ...]:
        """A receipt for each, in order.

        Refused are a trade of a signal that is not stored, code `unknown_signal`, one without a seal of a signal that
        has one, `unlogged_realised`, one whose entry is about another signal, `bad_entry`, and one whose symbol or
        action are not the signal's, `realised_mismatch`.
        """
        ...
