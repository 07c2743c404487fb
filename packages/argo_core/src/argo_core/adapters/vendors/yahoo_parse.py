"""Yahoo's chart document → bars and prices.

Source: what yfinance 1.7 reads; Yahoo documents nothing. Times are seconds, a bar's start; the columns are parallel
arrays with nulls; the last row is the one in progress. `quote` is adjusted for splits, not for dividends, as we ask it
of the other vendors; `adjclose` is left aside.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.adapters.vendor_path.document import Document
from argo_core.adapters.vendors.answer_shape import instant_of, last_price, shaped
from argo_core.adapters.vendors.complete_bars import Asked, Days, complete_bars, midnights
from argo_core.errors import SourceError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.instant import InstantArray
from argo_core.model.last_price import LastPrice
from argo_core.model.timeframe import Timeframe

VENDOR = "yahoo"
NAN = float("nan")
HALF_HOUR = 1800
# Half hours are gathered from quarters, as yfinance does: the vendor's own are not half hours everywhere.
_INTERVALS = {60: "1m", 120: "2m", 300: "5m", 900: "15m", HALF_HOUR: "15m", 3600: "1h", 86_400: "1d"}


class _Quote(msgspec.Struct, frozen=True):
    open: list[float | None] = []
    high: list[float | None] = []
    low: list[float | None] = []
    close: list[float | None] = []
    volume: list[float | None] = []


class _Indicators(msgspec.Struct, frozen=True):
    quote: list[_Quote]


class _Meta(msgspec.Struct, frozen=True, rename="camel"):
    symbol: str
    data_granularity: str
    exchange_timezone_name: str = "UTC"
    regular_market_time: int | None = None
    regular_market_price: float | None = None


class _Result(msgspec.Struct, frozen=True):
    meta: _Meta
    indicators: _Indicators
    timestamp: list[int] | None = None


class _Error(msgspec.Struct, frozen=True):
    code: str | None = None
    description: str | None = None


class _Chart(msgspec.Struct, frozen=True):
    result: list[_Result] | None = None
    error: _Error | None = None


class _Answer(msgspec.Struct, frozen=True):
    chart: _Chart


def to_yahoo(symbol: str) -> str:
    """`BRK.B` as `BRK-B`; coins and indices as they are."""
    return symbol if asset_type_of(symbol) is AssetType.CRYPTO else symbol.replace(".", "-")


def interval_of(timeframe: Timeframe) -> str:
    """The vendor's name of the bars to ask for. Raises SourceError VENDOR_ERROR, permanent, where it has none."""
    interval = _INTERVALS.get(timeframe.seconds)
    if interval is None:
        raise SourceError(
            "VENDOR_ERROR", f"{VENDOR} has no bars of {timeframe.name}: ask for 1Min to 1Day", permanent=True
        )
    return interval


def parse_chart(raw: object, symbol: str, asked: Asked, days: Days) -> Bars | None:
    """Complete bars of a chart, None without any. A row in which any figure is null never traded: it is left out.

    Raises SourceError: REFUSED_ANSWER for another symbol, another length of bars, or columns of different lengths.
    """
    result = _result(raw, symbol)
    interval = interval_of(asked.timeframe)
    if result.meta.data_granularity != interval:
        told = result.meta.data_granularity
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: asked {symbol} for bars of {interval}, got {told}")
    return complete_bars(VENDOR, symbol, asked, days, *_rows(result, symbol, asked, days))


def parse_price(raw: object, symbol: str, received_at: datetime, feed: str) -> LastPrice | None:
    """The newest price that the chart's head tells, None if it tells none. Raises SourceError REFUSED_ANSWER."""
    meta = _result(raw, symbol).meta
    if meta.regular_market_price is None or meta.regular_market_time is None:
        return None
    at = instant_of(VENDOR, meta.regular_market_time, 1)
    return last_price(VENDOR, symbol, meta.regular_market_price, at, received_at, feed)


def meant(document: Document) -> SourceError | None:
    """What a chart's error means; None for a chart, and for what its status already says."""
    try:
        error = msgspec.json.decode(document.body, type=_Answer).chart.error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if error is None or document.status in (401, 403, 404, 429):
        return None
    said = f"{error.code or ''}: {error.description or ''}"
    return SourceError("VENDOR_ERROR", f"{VENDOR}: {said}", permanent=400 <= document.status < 500)


def _result(raw: object, symbol: str) -> _Result:
    chart = shaped(VENDOR, raw, _Answer).chart
    if not chart.result:
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: a chart of {symbol} with neither result nor refusal")
    result = chart.result[0]
    if result.meta.symbol != to_yahoo(symbol):
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: asked for {symbol}, answered for {result.meta.symbol}")
    return result


def _rows(result: _Result, symbol: str, asked: Asked, days: Days) -> tuple[InstantArray, NDArray[np.float64]]:
    times = result.timestamp or []
    quote = result.indicators.quote[0] if result.indicators.quote else _Quote()
    columns = (quote.open, quote.high, quote.low, quote.close, quote.volume)
    if any(len(column) != len(times) for column in columns):
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: the columns of {symbol} differ in length")
    values = np.array([[NAN if each is None else each for each in column] for column in columns], dtype=np.float64)
    starts = np.array([instant_of(VENDOR, time, 1).replace(tzinfo=None) for time in times], dtype="datetime64[us]")
    traded: NDArray[np.bool_] = np.asarray(~np.isnan(values).any(axis=0))
    if asked.timeframe.is_daily:
        return _newest_of_each(midnights(starts[traded], days.zone), values[:, traded])
    if times and times[-1] == result.meta.regular_market_time:  # no bar: the price of the moment, at its own time
        traded[-1] = False
    if asked.timeframe.seconds == HALF_HOUR:
        return _gathered(starts[traded], values[:, traded])
    return starts[traded], values[:, traded]


def _newest_of_each(starts: InstantArray, values: NDArray[np.float64]) -> tuple[InstantArray, NDArray[np.float64]]:
    """A day may come twice, the second time as the row in progress: that one counts."""
    kept = np.ones(len(starts), dtype=np.bool_)
    kept[:-1] = starts[1:] != starts[:-1]
    return starts[kept], values[:, kept]


def _gathered(starts: InstantArray, values: NDArray[np.float64]) -> tuple[InstantArray, NDArray[np.float64]]:
    if not len(starts):
        return starts, values
    halves = starts - (starts - np.datetime64(0, "us")) % np.timedelta64(HALF_HOUR, "s")
    first = np.flatnonzero(np.concatenate(([True], halves[1:] != halves[:-1])))
    last = np.concatenate((first[1:], [len(starts)])) - 1
    low, high = np.minimum.reduceat(values[2], first), np.maximum.reduceat(values[1], first)
    volume = np.add.reduceat(values[4], first)
    return halves[first], np.array([values[0, first], high, low, values[3, last], volume])


def reach_days(timeframe: Timeframe) -> int:
    """How many days back the vendor has bars of this length."""
    if timeframe.seconds < 300:
        return 7
    return 59 if timeframe.seconds < 3_600 else 729
