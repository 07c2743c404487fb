"""Bytes from the generator → bars of the symbols that it published, oldest first."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated

import msgspec

from argo_core.errors import DataError
from argo_core.ledger.json_text import read_object
from argo_core.model.asset import require_symbol
from argo_core.model.bars import Bar
from argo_core.pipeline.market_time import require_market_time

MAX_BARS = 200_000
Row = tuple[str, float, float, float, float, float]


class _Series(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    symbol: str
    timeframe: Annotated[str, msgspec.Meta(pattern=r"\A[1-9][0-9]{0,2}(m|h|d|Min|Hour|Day)\Z")]
    bars: list[Row]


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    origin: str
    as_of: datetime
    series: list[_Series]


def received_marks(body: bytes) -> tuple[Bar, ...]:
    """The bars of a body of the sync format, by start, then symbol; `start` UTC, prices > 0, low ≤ open, close ≤ high.

    No bar begins after the market time `as_of` of the body: it would stand in the way of all that really follow.
    Raises DataError: `bad_json` and its like, `bad_type`, `bad_symbol`, `naive_time`, `bad_timestamp`, `bad_bar`,
    `too_many_bars`.
    """
    try:
        marks = msgspec.convert(read_object(body), _Body)
    except msgspec.ValidationError as error:
        raise DataError("bad_type", f"{error}: correct the field") from error
    if sum(len(series.bars) for series in marks.series) > MAX_BARS:
        raise DataError("too_many_bars", f"more than {MAX_BARS} bars: send them in several requests")
    bars = [_bar(series, row) for series in marks.series for row in series.bars]
    as_of = require_market_time(marks.as_of)
    if any(bar.start > as_of for bar in bars):
        raise DataError("bad_bar", "a bar begins after the body's as_of: send what has happened")
    return tuple(sorted(bars, key=lambda bar: (bar.start, bar.symbol)))


def _bar(series: _Series, row: Row) -> Bar:
    start, opened, high, low, close, volume = row
    sound = low <= min(opened, close) and high >= max(opened, close) and low > 0 and volume >= 0
    if not sound or not all(map(math.isfinite, row[1:])):
        raise DataError("bad_bar", f"{series.symbol}: a bar needs low ≤ open, close ≤ high, prices above 0, volume ≥ 0")
    return Bar(
        symbol=require_symbol(series.symbol),
        timeframe=series.timeframe,
        start=_instant(start),
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=volume,
    )


def _instant(text: str) -> datetime:
    try:
        return require_market_time(datetime.fromisoformat(text))
    except ValueError as error:
        raise DataError("bad_type", "a bar's start is not an RFC 3339 instant") from error
