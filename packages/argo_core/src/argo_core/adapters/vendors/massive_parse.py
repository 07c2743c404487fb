"""Massive (formerly Polygon) → bars and prices.

Source: the vendor's REST documentation. Units differ by kind: aggregates in milliseconds (a bar's start), ticks of
shares in nanoseconds, ticks of coins in milliseconds. Daily bars start at midnight, in New York for shares, in UTC
for coins. A 200 may carry an error, and a plan's delay shows in the envelope's status.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.adapters.vendor_path.document import Document
from argo_core.adapters.vendors.answer_shape import instant_of, last_price, shaped, shaped_document
from argo_core.adapters.vendors.complete_bars import Asked, Days, complete_bars, table_of
from argo_core.adapters.vendors.refused_datum import Sifted, sifted
from argo_core.errors import SourceError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.instant import InstantArray
from argo_core.model.last_price import LastPrice

VENDOR = "massive"
MILLI, NANO = 1_000, 1_000_000_000
DELAYED = "DELAYED"
_GOOD = frozenset({"OK", DELAYED})
_MINUTE = timedelta(minutes=1)


class AggregateRow(msgspec.Struct, frozen=True, gc=False):
    """One bar of the aggregates."""

    t: Annotated[int, msgspec.Meta(ge=0, le=10**13)]
    o: float
    h: float
    l: float  # noqa: E741  the vendor's own letter
    c: float
    v: float


class _Page(msgspec.Struct, frozen=True):
    """`results` is missing when there are none."""

    status: str
    ticker: str | None = None
    results: list[AggregateRow] | None = None
    next_url: str | None = None


@dataclass(frozen=True, slots=True)
class AggregatePage:
    """A page of the aggregates as arrays, for a history has tens of thousands of rows: `starts` UTC (T,), `values`
    (5, T) in the order of `Bars`."""

    status: str
    ticker: str
    next_url: str | None
    starts: InstantArray
    values: NDArray[np.float64]


class _Tick(msgspec.Struct, frozen=True):
    p: float
    t: int


class _Minute(msgspec.Struct, frozen=True):
    c: float = 0.0
    t: int = 0


class _Snapshot(msgspec.Struct, frozen=True, rename="camel"):
    ticker: str
    last_trade: _Tick | None = None
    min: _Minute | None = None


class _Snapshots(msgspec.Struct, frozen=True):
    status: str
    ticker: _Snapshot | None = None
    tickers: list[_Snapshot] | None = None


class _Envelope(msgspec.Struct, frozen=True):
    status: str | None = None
    error: str | None = None
    message: str | None = None


def to_massive(symbol: str) -> str:
    """`BTC-USD` as `X:BTCUSD`; shares as they are."""
    return f"X:{symbol.replace('-', '')}" if asset_type_of(symbol) is AssetType.CRYPTO else symbol


def parse_page(document: Document) -> AggregatePage:
    """One page of aggregates. Raises SourceError REFUSED_ANSWER, also for what answers another question."""
    page = shaped_document(VENDOR, document, _Page)
    if page.ticker is None:
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: aggregates without a ticker: the answer to another question")
    rows = page.results or []
    millis = np.fromiter((row.t for row in rows), np.int64, len(rows))
    for edge in (millis.min(), millis.max()) if rows else ():
        instant_of(VENDOR, int(edge), MILLI)
    starts: InstantArray = (millis * 1000).astype("datetime64[us]")
    return AggregatePage(page.status, page.ticker, page.next_url, starts, table_of(rows))


def parse_bars(symbol: str, pages: Sequence[AggregatePage], asked: Asked, days: Days) -> Bars | None:
    """Complete bars of the pages in their order, None without any; a plan's delay is heeded. Raises RefusedDatum for
    rows that no market makes, SourceError REFUSED_ANSWER for the answer to another question."""
    for page in pages:
        if page.ticker != to_massive(symbol):
            raise SourceError("REFUSED_ANSWER", f"{VENDOR}: asked for {symbol}, answered for {page.ticker}")
    if any(page.status == DELAYED for page in pages):
        asked = asked.delayed()
    if not pages:
        return None
    starts = np.concatenate([page.starts for page in pages])
    return complete_bars(VENDOR, symbol, asked, days, starts, np.concatenate([page.values for page in pages], axis=1))


def next_page(url: str) -> tuple[str, dict[str, str]]:
    """Path and parameters of a `next_url`. Its host is dropped: the key goes to the configured host only."""
    parts = urlsplit(url)
    params = {name: value for name, value in parse_qsl(parts.query) if name.lower() != "apikey"}
    if not parts.path.startswith("/"):
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: the address of the next page is none")
    return parts.path, params


def parse_snapshots(raw: object, symbols: Iterable[str], received_at: datetime, feed: str) -> Sifted[LastPrice]:
    """The last trade of each symbol, else the close of its last minute where the plan has no trades.

    A symbol without either is absent. Raises SourceError REFUSED_ANSWER.
    """
    answer = shaped(VENDOR, raw, _Snapshots)
    if answer.ticker is None and answer.tickers is None:
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: a snapshot without tickers: the answer to another question")
    by_ticker = {each.ticker: each for each in [*(answer.tickers or []), *([answer.ticker] if answer.ticker else [])]}
    told = "delayed" if answer.status == DELAYED else feed

    def read(symbol: str) -> LastPrice | None:
        seen = _seen(symbol, by_ticker.get(to_massive(symbol)), received_at)
        return None if seen is None else last_price(VENDOR, symbol, seen[0], seen[1], received_at, told)

    return sifted(symbols, read)


def meant(document: Document) -> SourceError | None:
    """The error inside a 200, and a plan that lacks what was asked; None for the rest."""
    try:
        envelope = msgspec.json.decode(document.body, type=_Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    said = (envelope.error or envelope.message or "").strip()
    if document.status == 403 and envelope.status == "NOT_AUTHORIZED":
        return SourceError("DISABLED", f"{VENDOR}: {said or 'the plan does not include it'}", permanent=True)
    if document.status != 200 or envelope.status in _GOOD:
        return None
    if envelope.status == "NOT_AUTHORIZED":
        return SourceError("DISABLED", f"{VENDOR}: {said or 'the plan does not include it'}", permanent=True)
    if envelope.status in ("ERROR", "NOT_FOUND"):
        return SourceError("VENDOR_ERROR", f"{VENDOR}: an error inside a success: {said or 'no word of it'}")
    told = "none" if envelope.status is None else f"{envelope.status!r}"
    return SourceError("REFUSED_ANSWER", f"{VENDOR}: a success with another status than it documents: {told}")


def _seen(symbol: str, snapshot: _Snapshot | None, now: datetime) -> tuple[float, datetime] | None:
    if snapshot is None:
        return None
    if snapshot.last_trade is not None:
        unit = MILLI if asset_type_of(symbol) is AssetType.CRYPTO else NANO
        return snapshot.last_trade.p, instant_of(VENDOR, snapshot.last_trade.t, unit)
    if snapshot.min is None or snapshot.min.t == 0:  # zeros from the night's clearing to the first trade
        return None
    return snapshot.min.c, min(instant_of(VENDOR, snapshot.min.t, MILLI) + _MINUTE, now)
