"""The last bars of each symbol, from which correlation and volatility are measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from argo_core.model.bars import Bar

KEPT = 90
"""Bars kept of each symbol."""


class BarWindow(Protocol):
    """Promise: a state, not a log: of each symbol the newest `KEPT` bars. `keep` is one transaction, durable when it
    returns; a bar whose start is known already changes nothing. `load` answers by symbol, oldest first. One writer.
    Raises StoreError.
    """

    async def keep(self, bars: Sequence[Bar]) -> None: ...

    async def load(self) -> tuple[Bar, ...]: ...
