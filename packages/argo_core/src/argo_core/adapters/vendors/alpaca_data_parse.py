"""Alpaca's market data → bars and prices.

Source: the vendor's description of its market data API v2 (stocks) and v1beta3 (crypto). Times are RFC 3339 in UTC up
to nanoseconds, cut to microseconds; a bar's `t` is its start; a daily bar starts at midnight, in New York for shares,
in Chicago for coins.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
import numpy as np

from argo_core.adapters.alpaca.symbol_forms import to_alpaca
from argo_core.adapters.vendor_path.document import Document
from argo_core.adapters.vendors.answer_shape import last_price, shaped
from argo_core.adapters.vendors.complete_bars import Asked, Days, complete_bars, table_of
from argo_core.adapters.vendors.refused_datum import Sifted, sifted
from argo_core.errors import SourceError
from argo_core.model.bars import Bars
from argo_core.model.last_price import LastPrice

VENDOR = "alpaca"


class BarRow(msgspec.Struct, frozen=True, gc=False):
    """One bar; what else the vendor tells (trades, weighted mean) is not read."""

    t: Annotated[datetime, msgspec.Meta(tz=True)]
    o: float
    h: float
    l: float  # noqa: E741  the vendor's own letter
    c: float
    v: float


class TradeRow(msgspec.Struct, frozen=True, gc=False):
    """One trade: price and time, its number and the exchange that counts it; a coin's has no exchange."""

    t: Annotated[datetime, msgspec.Meta(tz=True)]
    p: float
    i: int | None = None
    x: str = ""

    @property
    def mark(self) -> str:
        """See `LastPrice.trade`."""
        return trade_mark(self.x, self.i)


class _Refused(msgspec.Struct, frozen=True):
    message: str = ""


def parse_bars(raw: object, symbols: Iterable[str], asked: Asked, days: Days) -> Sifted[Bars]:
    """Pages joined, by the vendor's symbols: `{"AAPL": [row, …]}` → complete bars of those of `symbols` that have any.

    Raises SourceError REFUSED_ANSWER.
    """
    rows = shaped(VENDOR, raw, dict[str, list[BarRow]])
    return sifted(symbols, lambda symbol: _bars(symbol, rows.get(to_alpaca(symbol), []), asked, days))


def parse_last_trades(raw: object, symbols: Iterable[str], received_at: datetime, feed: str) -> Sifted[LastPrice]:
    """`{"AAPL": trade}` → the price of those of `symbols` that traded. Raises SourceError REFUSED_ANSWER."""
    rows = shaped(VENDOR, raw, dict[str, TradeRow | None])

    def read(symbol: str) -> LastPrice | None:
        row = rows.get(to_alpaca(symbol))
        return None if row is None else last_price(VENDOR, symbol, row.p, row.t, received_at, feed, row.mark)

    return sifted(symbols, read)


def trade_mark(exchange: str, number: int | None) -> str:
    """The vendor's mark of a trade: its number is one exchange's. Empty without a number."""
    return "" if number is None else f"{exchange}:{number}"


def unknown_symbols(document: Document, symbols: Iterable[str]) -> frozenset[str]:
    """Those of `symbols` that a 400 names as invalid; none if it is about something else."""
    said = _message(document)
    if "invalid symbol" not in said.lower():
        return frozenset()
    words = {word.strip(".,;:'\"") for word in said.split()}
    return frozenset(symbol for symbol in symbols if to_alpaca(symbol) in words)


def meant(document: Document) -> SourceError | None:
    """What an answer means beyond its status: a 403 for the feed is no wrong key, but a wrong plan."""
    said = _message(document) if document.status in (400, 403) else ""
    if document.status == 403 and "subscription" in said.lower():
        return SourceError(
            "DISABLED", f"{VENDOR}: {said} Use the feed iex, or a plan that includes this one", permanent=True
        )
    return None


def _message(document: Document) -> str:
    try:
        return msgspec.json.decode(document.body, type=_Refused).message
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _bars(symbol: str, rows: list[BarRow], asked: Asked, days: Days) -> Bars | None:
    seconds = np.fromiter((row.t.timestamp() for row in rows), np.float64, len(rows))
    starts = np.rint(seconds * 1e6).astype(np.int64).astype("datetime64[us]")
    return complete_bars(VENDOR, symbol, asked, days, starts, table_of(rows))
