"""Alpha Vantage's indicators → readings.

Source: the vendor's documentation. Every answer is a 200; what it means stands in its keys. Values are text, labels
are New York's, newest first: a date, or a date and time to the minute, of the bar's start.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

import msgspec
import numpy as np

from argo_core.adapters.vendor_path.document import Document
from argo_core.adapters.vendors.answer_shape import shaped
from argo_core.adapters.vendors.complete_bars import Days, bar_ends, instants_of_labels
from argo_core.errors import DataError, SourceError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.indicator_readings import IndicatorReadings
from argo_core.model.instant import from_instant64
from argo_core.model.timeframe import Timeframe

VENDOR = "alpha_vantage"
RSI, MACD, SMA = "RSI", "MACD", "SMA"
BURST_SECONDS, MINUTE_SECONDS, DAY_LIMIT_SECONDS = 2.0, 60.0, 3600.0
Series = dict[str, dict[str, str]]

# Words that a refusal is known by, the first that fit: reason, the wait, advice. Without a wait it is permanent.
_MEANINGS: tuple[tuple[tuple[str, ...], str, float | None, str], ...] = (
    (("apikey",), "DISABLED", None, "check the key"),
    (("demo", "api key"), "DISABLED", None, "take a key of your own"),
    (("this is a premium endpoint",), "DISABLED", None, "the plan does not include it"),
    (("1 request per second",), "RATE_LIMITED", BURST_SECONDS, "we ask more slowly"),
    (("calls per minute",), "RATE_LIMITED", MINUTE_SECONDS, "we ask more slowly"),
    (("per day",), "RATE_LIMITED", DAY_LIMIT_SECONDS, "the day's calls are used up"),
    (("invalid api call",), "VENDOR_ERROR", None, "it does not know the symbol or the question"),
)
_SAID = ("Error Message", "Information", "Note")
_DATE, _MINUTE = len("2026-11-20"), len("2026-11-20 19:55")


def to_alpha_vantage(symbol: str) -> str:
    """`BTC-USD` as `BTCUSD`; shares as they are."""
    return symbol.replace("-", "") if asset_type_of(symbol) is AssetType.CRYPTO else symbol


def parse_series(raw: object, function: str, symbol: str) -> Series:
    """Readings of one function by label, empty if the vendor has none. Raises SourceError REFUSED_ANSWER."""
    answer = shaped(VENDOR, raw, dict[str, object])
    series = answer.get(f"Technical Analysis: {function}")
    if series is None:
        if not answer:
            return {}
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: no {function} in the answer for {symbol}")
    told = shaped(VENDOR, answer.get("Meta Data", {}), dict[str, str | int | float]).get("1: Symbol")
    if told is not None and told != to_alpha_vantage(symbol):
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: asked for {symbol}, answered for {told}")
    return shaped(VENDOR, series, Series)


def parse_readings(
    symbol: str, series: Mapping[str, Series], timeframe: Timeframe, days: Days, received_at: datetime
) -> IndicatorReadings | None:
    """The newest complete bar of which all three functions have a reading, None without one.

    `series`: by function. Raises SourceError REFUSED_ANSWER for figures that are none, or out of range.
    """
    common = set(series[RSI]) & set(series[MACD]) & set(series[SMA])
    complete = [(end, label) for label in common if (end := _end(label, timeframe, days)) <= received_at]
    if not complete:
        return None
    at, label = max(complete)
    macd = series[MACD][label]
    rsi, sma = _figure(symbol, series[RSI][label], "RSI"), _figure(symbol, series[SMA][label], "SMA")
    if not (0 <= rsi <= 100 and sma > 0):
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: {symbol} has RSI {rsi:g} and SMA {sma:g}: no market makes them")
    return IndicatorReadings(
        symbol=symbol,
        rsi=rsi,
        macd=_figure(symbol, macd, "MACD"),
        macd_signal=_figure(symbol, macd, "MACD_Signal"),
        sma=sma,
        at=at,
        received_at=received_at,
        feed=timeframe.name,
    )


def meant(document: Document) -> SourceError | None:
    """The refusal inside a 200, None if the answer is none.

    The vendor's words are recognised by what they are about; words that we do not know count as a refused answer.
    """
    if document.status != 200:
        return None
    try:
        answer = msgspec.json.decode(document.body, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    said = next((str(answer[key]) for key in _SAID if key in answer), None)
    return None if said is None else _refusal(said)


def _refusal(said: str) -> SourceError:
    lowered = said.lower()
    for marks, reason, wait, advice in _MEANINGS:
        if all(mark in lowered for mark in marks):
            return SourceError(reason, f"{VENDOR}: {advice}: {said}", retry_after=wait, permanent=wait is None)
    return SourceError("REFUSED_ANSWER", f"{VENDOR}: words that we do not know: {said}")


def _end(label: str, timeframe: Timeframe, days: Days) -> datetime:
    try:
        if len(label) != (_DATE if timeframe.is_daily else _MINUTE):
            raise ValueError("another length")
        local = datetime.fromisoformat(label).replace(tzinfo=None)
        start = instants_of_labels(np.array([local], dtype="datetime64[us]"), days.zone)
        return from_instant64(bar_ends(start, timeframe, days)[0])
    except (ValueError, DataError) as error:
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: {label!r} is no time of a bar") from error


def _figure(symbol: str, row: Mapping[str, str], name: str) -> float:
    try:
        value = float(row[name])
    except (KeyError, ValueError) as error:
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: {symbol} has no figure for {name}") from error
    if not math.isfinite(value):
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: {symbol} has {name} {value}: no figure")
    return value
