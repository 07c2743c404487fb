"""Massive's pushed messages → bars and prices.

Source: the vendor's WebSocket documentation. Minute aggregates (`AM` of shares, `XA` of coins) bear milliseconds.
Trades (`T`, `XT`) bear milliseconds too, in older answers nanoseconds: which of the two is told by the magnitude.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from argo_core.adapters.vendors.answer_shape import instant_of, last_price, shaped
from argo_core.adapters.vendors.massive_parse import MILLI, NANO, VENDOR
from argo_core.adapters.vendors.pushed import Pushed, pushed
from argo_core.adapters.vendors.streamed_bar import streamed_bar
from argo_core.adapters.vendors.trade_conditions import MASSIVE, forms_price
from argo_core.errors import SourceError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.ports.market_stream import News

CONNECTED, AUTHENTICATED, SUBSCRIBED = "connected", "auth_success", "success"
BUSY_SECONDS = 60.0
_NANO_FROM = 10**17


class _Row(msgspec.Struct, frozen=True, gc=False):
    o: float
    h: float
    l: float  # noqa: E741  the vendor's own letter
    c: float
    v: float
    s: int
    sym: str | None = None
    pair: str | None = None


class _Trade(msgspec.Struct, frozen=True):
    p: float
    t: int
    c: list[int] | None = None
    sym: str | None = None
    pair: str | None = None


def to_channel(symbol: str, *, trades: bool) -> str:
    """What to subscribe to: `AM.AAPL`, `T.AAPL`, `XA.BTC-USD`, `XT.BTC-USD`."""
    crypto = asset_type_of(symbol) is AssetType.CRYPTO
    return f"{('XT' if trades else 'XA') if crypto else ('T' if trades else 'AM')}.{symbol}"


def parse_news(messages: Iterable[dict[str, object]], received_at: datetime, feed: str) -> Pushed:
    """The bars and prices among messages. Raises SourceError for a refusing status, REFUSED_ANSWER for broken ones."""
    return pushed(messages, lambda message: _read(message, received_at, feed))


def _read(message: dict[str, object], received_at: datetime, feed: str) -> News | None:
    kind = message.get("ev")
    if kind == "status":
        parse_step([message])
    elif kind in ("AM", "XA"):
        bar = shaped(VENDOR, message, _Row)
        row = (bar.o, bar.h, bar.l, bar.c, bar.v)
        return streamed_bar(VENDOR, _symbol(bar), instant_of(VENDOR, bar.s, MILLI), row)
    elif kind in ("T", "XT"):
        trade = shaped(VENDOR, message, _Trade)
        if kind == "XT" or forms_price(trade.c, MASSIVE):
            at = instant_of(VENDOR, trade.t, NANO if trade.t >= _NANO_FROM else MILLI)
            return last_price(VENDOR, _symbol(trade), trade.p, at, received_at, feed)
    return None


def parse_step(messages: Iterable[dict[str, object]]) -> str | None:
    """How far the opening talk has come, None for what is no part of it. Raises SourceError for a refusing status."""
    for message in messages:
        if message.get("ev") != "status":
            continue
        status = str(message.get("status"))
        said = message.get("message")
        if status in ("auth_failed", "auth_timeout", "not_authorized"):
            raise SourceError("DISABLED", f"{VENDOR}: check the key and what its plan includes: {said}", permanent=True)
        if status == "max_connections":
            raise SourceError("RATE_LIMITED", f"{VENDOR}: we wait: {said}", retry_after=BUSY_SECONDS)
        if status == "error":
            raise SourceError("VENDOR_ERROR", f"{VENDOR}: we come back: {said}")
        return status
    return None


def _symbol(message: _Row | _Trade) -> str:
    symbol = message.sym or message.pair
    if symbol is None:
        raise SourceError("REFUSED_ANSWER", f"{VENDOR}: a pushed message without a symbol")
    return symbol
