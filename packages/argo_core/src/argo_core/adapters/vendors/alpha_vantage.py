"""Alpha Vantage's indicators: three calls a symbol, 25 a day on a free key."""

from __future__ import annotations

import asyncio

import httpx

from argo_core.adapters.vendor_path import HttpLimits, Redacted, RequestMeter, VendorHttp
from argo_core.adapters.vendors.alpha_vantage_parse import (
    MACD,
    RSI,
    SMA,
    VENDOR,
    Series,
    meant,
    parse_readings,
    parse_series,
    to_alpha_vantage,
)
from argo_core.adapters.vendors.complete_bars import NEW_YORK, Days
from argo_core.adapters.vendors.further_requests import FurtherRequests, Turn
from argo_core.errors import ConfigError, SourceError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.indicator_readings import IndicatorReadings
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe
from argo_core.ports.clock import Clock

BASE_URL = "https://www.alphavantage.co"
FREE_CALLS_A_DAY = 25
_ASKED: dict[str, dict[str, str]] = {
    RSI: {"time_period": "14"},
    MACD: {"fastperiod": "12", "slowperiod": "26", "signalperiod": "9"},
    SMA: {"time_period": "20"},
}
_INTERVALS = {60: "1min", 300: "5min", 900: "15min", 1800: "30min", 3600: "60min", 86_400: "daily"}


def alpha_vantage_http(
    client: httpx.AsyncClient,
    key: str,
    clock: Clock,
    base_url: str = BASE_URL,
    limits: HttpLimits = HttpLimits(),
    meter: RequestMeter | None = None,
) -> VendorHttp:
    """HTTP with Alpha Vantage, whose bodies may show the key: all that is told of them passes the redaction."""
    return VendorHttp(
        client, base_url, {}, Redacted([key]), clock=clock, name=VENDOR, limits=limits, refusing=meant, meter=meter
    )


class AlphaVantage:
    """An `IndicatorVendor`. `turn` is awaited before the second and the third call of a symbol.

    The vendor takes its key as a parameter only. `call_seconds` bounds the three calls, the waiting included.
    """

    def __init__(
        self,
        http: VendorHttp,
        key: str,
        clock: Clock,
        *,
        timeframe: Timeframe = Timeframe(seconds=86_400, name="1Day"),
        sessions: Sessions | None = None,
        daily_quota: int | None = FREE_CALLS_A_DAY,
        call_seconds: float = 60.0,
        turn: Turn | None = None,
    ) -> None:
        """Raises ConfigError for a timeframe that the vendor has not."""
        if timeframe.seconds not in _INTERVALS:
            raise ConfigError(f"{VENDOR} has no indicators of {timeframe.name}: use 1Min to 1Hour or 1Day")
        self._http, self._key, self._clock, self._timeframe = http, key, clock, timeframe
        self._stock_days, self._coin_days = Days(NEW_YORK, sessions), Days(NEW_YORK)
        self._quota, self._call_seconds, self._turn = daily_quota, call_seconds, turn

    @property
    def name(self) -> str:
        return VENDOR

    @property
    def daily_quota(self) -> int | None:
        return self._quota

    @property
    def calls_per_symbol(self) -> int:
        return len(_ASKED)

    async def readings(self, symbol: str) -> IndicatorReadings | None:
        """As `IndicatorVendor` says. The first function without readings ends it: no call is spent on the others."""
        series: dict[str, Series] = {}
        requests = FurtherRequests(self._turn, self._call_seconds)
        try:
            async with asyncio.timeout(self._call_seconds):
                for function in _ASKED:
                    series[function] = await self._series(function, symbol, requests)
                    if not series[function]:
                        return None
        except TimeoutError as error:
            raise SourceError(
                "TIMEOUT", f"{VENDOR}: no readings of {symbol} within {self._call_seconds:g} s"
            ) from error
        days = self._coin_days if asset_type_of(symbol) is AssetType.CRYPTO else self._stock_days
        return parse_readings(symbol, series, self._timeframe, days, self._clock.now())

    async def probe(self, symbol: str) -> bool:
        """Whether it has anything of the symbol, for one call instead of three. Raises as `readings` does."""
        return bool(await self._series(RSI, symbol, FurtherRequests(None, self._call_seconds)))

    async def _series(self, function: str, symbol: str, requests: FurtherRequests) -> Series:
        await requests.next()
        params = {
            "function": function,
            "symbol": to_alpha_vantage(symbol),
            "interval": _INTERVALS[self._timeframe.seconds],
            "series_type": "close",
            **_ASKED[function],
            "apikey": self._key,
        }
        return parse_series(await self._http.get_json("/query", params), function, symbol)
