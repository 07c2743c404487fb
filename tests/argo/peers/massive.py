"""A market as Massive serves it: a ticker at a time, milliseconds, pages by address, snapshots of many tickers."""

from __future__ import annotations

from typing import Any

from tests.argo.peers.http_peer import Reply, Replying, Request
from tests.argo.peers.quotes import Quotes
from tests.argo.peers.refusals import refused

UNITS = {"minute": 60, "hour": 3600, "day": 86_400}
MILLI, NANO = 1_000, 1_000_000_000
HOST = "https://api.massive.com"  # of the next page, whatever host was asked


def to_massive(symbol: str) -> str:
    return f"X:{symbol.replace('-', '')}" if "-" in symbol else symbol


def massive(quotes: Quotes, key: str, page: int | None = None) -> Replying:
    """Aggregates and snapshots; `page` rows a page where given, else as many as asked for."""
    ours = {to_massive(symbol): symbol for symbol in quotes.symbols}

    def reply(request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {key}" or "apiKey" in request.query:
            return refused("massive", "bad_key")
        if request.path.startswith("/v2/aggs/ticker/"):
            ticker = request.path.split("/")[4]
            return _bars(quotes, request, ours[ticker], page) if ticker in ours else refused("massive", "not_found")
        if request.path.startswith("/v2/snapshot/locale/"):
            coins = "/global/markets/crypto/" in request.path
            asked = [form for form in request.query["tickers"].split(",") if form in ours]
            tickers = [_snapshot(quotes, form, ours[form], coins) for form in asked if form.startswith("X:") == coins]
            return Reply({"status": "OK", "count": len(tickers), "tickers": tickers, "request_id": "1"})
        return refused("massive", "not_found")

    return reply


def _snapshot(quotes: Quotes, form: str, symbol: str, coins: bool) -> dict[str, Any]:
    trade = quotes.last(symbol)
    at = int(trade.at.timestamp()) * (MILLI if coins else NANO)
    return {"ticker": form, "lastTrade": {"p": trade.price, "t": at, "s": 1}}


def _bars(quotes: Quotes, request: Request, symbol: str, page: int | None) -> Reply:
    ticker, _, size, unit, first, last = request.path.split("/")[4:]
    bars = quotes.bars(symbol, int(size) * UNITS[unit], int(first) / MILLI, int(last) / MILLI)
    place, rows = int(request.query.get("cursor", "0")), page or int(request.query.get("limit", "5000"))
    body: dict[str, Any] = {"ticker": ticker, "status": "OK", "request_id": "1", "adjusted": True}
    if len(bars):
        shown = bars.page(place, rows)
        body["results"] = [{"t": at * MILLI, **row, "n": 3, "vw": row["c"]} for at, row in shown]
    if place + rows < len(bars):
        body["next_url"] = f"{HOST}{request.path}?cursor={place + rows}"
    return Reply(body)
