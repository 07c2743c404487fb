"""How many signals there were, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class SignalCounts(Protocol):
    """Promise: counts see every append that returned before the call. Raises StoreError."""

    async def signals_in(self, windows: Sequence[tuple[datetime, datetime]]) -> dict[str, int]:
        """By service type, how many were stored in all the windows [start, end) together; those with none are left
        out. To the second."""
        ...
