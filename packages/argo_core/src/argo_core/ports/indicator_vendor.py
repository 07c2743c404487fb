"""A vendor that measures indicators itself."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.indicator_readings import IndicatorReadings


class IndicatorVendor(Protocol):
    """Promise: readings of complete bars only, all of one and the same bar; symbols are ours; None for a symbol of
    which the vendor has none. Every call ends within its own time-out. Raises SourceError as a `MarketVendor` does.
    `daily_quota`: calls of the vendor that a day allows, None without a limit; `calls_per_symbol` of them go into one
    answer, so that a caller knows how many symbols a day can have."""

    @property
    def name(self) -> str: ...

    @property
    def daily_quota(self) -> int | None: ...

    @property
    def calls_per_symbol(self) -> int: ...

    async def readings(self, symbol: str) -> IndicatorReadings | None: ...
