"""Alpha Vantage behind its path: readings that have been asked for today cost no further call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from argo_core.adapters.live.vendor_tools import VendorTools
from argo_core.adapters.vendor_path import VendorPath
from argo_core.adapters.vendors import alpha_vantage
from argo_core.model.indicator_readings import IndicatorReadings

CALL_SECONDS, PATH_SECONDS = 60.0, 65.0
BURST_CALLS = 1
"""The minute allows five calls, but the vendor refuses two within one second."""
KEPT_SECONDS = 43_200.0


class KeptReadings:
    """`ports.IndicatorVendor` through a path. Readings of daily bars stay good for half a day, over a restart too where
    the cache outlives it."""

    def __init__(self, vendor: alpha_vantage.AlphaVantage, path: VendorPath) -> None:
        self._vendor, self._path = vendor, path

    @property
    def name(self) -> str:
        return self._vendor.name

    @property
    def daily_quota(self) -> int | None:
        return self._vendor.daily_quota

    @property
    def calls_per_symbol(self) -> int:
        return self._vendor.calls_per_symbol

    async def readings(self, symbol: str) -> IndicatorReadings | None:
        """See `ports.IndicatorVendor`."""

        async def fetch() -> dict[str, IndicatorReadings]:
            found = await self._vendor.readings(symbol)
            return {} if found is None else {symbol: found}

        kept = await self._path.call(
            f"readings:{symbol}",
            dict[str, IndicatorReadings],
            fetch,
            ttl_seconds=KEPT_SECONDS,
            deadline_seconds=CALL_SECONDS,
        )
        return kept.value.get(symbol)

    async def probe(self, symbol: str) -> bool:
        """Whether the vendor answers, for one call of the day's. Raises SourceError."""

        async def fetch() -> bool:
            return await self._vendor.probe(symbol)

        asked = await self._path.call(
            f"probe:{symbol}", bool, fetch, ttl_seconds=1.0, deadline_seconds=CALL_SECONDS, fresh=True, safe=False
        )
        return asked.value


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """The vendor with its path, whose statistics tell how it is doing."""

    vendor: KeptReadings
    path: VendorPath


@asynccontextmanager
async def open_alpha_vantage(
    tools: VendorTools, source: str, *, key: str, url: str, calls_per_second: float, calls_per_day: int
) -> AsyncIterator[IndicatorLine]:
    """Alpha Vantage's indicators of daily bars. Raises ConfigError."""
    address = url or alpha_vantage.BASE_URL
    budget = await tools.shared.day_budget(source, calls_per_second, BURST_CALLS, calls_per_day, [key, address])
    path = tools.path(source, budget, PATH_SECONDS, [address])
    http = alpha_vantage.alpha_vantage_http(tools.client, key, tools.clock, address, meter=path.meter)
    vendor = alpha_vantage.AlphaVantage(
        http,
        key,
        tools.clock,
        sessions=tools.sessions,
        daily_quota=calls_per_day,
        call_seconds=CALL_SECONDS,
        turn=path.turn,
    )
    try:
        yield IndicatorLine(KeptReadings(vendor, path), path)
    finally:
        await path.close()
