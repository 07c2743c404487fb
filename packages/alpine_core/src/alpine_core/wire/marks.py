"""A body of bars."""

from __future__ import annotations

from typing import Annotated

import msgspec

from alpine_core.errors import SenderError
from alpine_core.model.mark import Mark, MarkSeries
from alpine_core.wire.convert import convert
from alpine_core.wire.json_text import read_object
from alpine_core.wire.limits import BATCH_BYTES, require_size
from alpine_core.wire.moments import read_moment

Price = Annotated[float, msgspec.Meta(gt=0)]
Volume = Annotated[float, msgspec.Meta(ge=0)]
Start = Annotated[str, msgspec.Meta(max_length=64)]
Bar = tuple[Start, Price, Price, Price, Price, Volume]


class SeriesBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`bars`: [start, open, high, low, close, volume], `start` RFC 3339, prices positive."""

    symbol: Annotated[str, msgspec.Meta(pattern="^[A-Z0-9][A-Z0-9._:/^=-]{0,31}$")]
    timeframe: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,4}[a-zA-Z]{1,3}$")]
    bars: tuple[Bar, ...]


class MarksBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`origin` names where the provider has the prices from; `as_of` is RFC 3339."""

    origin: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    as_of: Annotated[str, msgspec.Meta(max_length=64)]
    series: Annotated[tuple[SeriesBody, ...], msgspec.Meta(max_length=1000)]


def read_marks(body: bytes) -> tuple[MarkSeries, ...]:
    """The series of the body.

    Raises TooLarge, and SenderError: those of `read_object`, `unknown_field`, `missing_field`, `bad_type`,
    `bad_timestamp`, `bad_bar` (high below low, or open or close outside of them).
    """
    require_size(body, BATCH_BYTES)
    read = convert(read_object(body), MarksBody)
    read_moment("as_of", read.as_of)
    return tuple(
        MarkSeries(
            symbol=one.symbol,
            timeframe=one.timeframe,
            origin=read.origin,
            marks=tuple(_mark(one, bar) for bar in one.bars),
        )
        for one in read.series
    )


def _mark(series: SeriesBody, bar: Bar) -> Mark:
    start, opening, high, low, close, volume = bar
    if not low <= min(opening, close) <= max(opening, close) <= high:
        raise SenderError("bad_bar", f"{series.symbol} {start[:40]!a}: open and close lie within low and high")
    return Mark(
        symbol=series.symbol,
        timeframe=series.timeframe,
        start=read_moment("start", start),
        open=opening,
        high=high,
        low=low,
        close=close,
        volume=volume,
    )
