"""A market as Yahoo's charts show it: seconds, columns, the price of the moment in the head and in the last row."""

from __future__ import annotations

from typing import Any

from tests.argo.peers.http_peer import Reply, Replying, Request
from tests.argo.peers.quotes import EMPTY, Quotes, Rows
from tests.argo.peers.refusals import refused

INTERVALS = {"1m": 60, "2m": 120, "5m": 300, "15m": 900, "1h": 3600, "1d": 86_400}
DAY = 86_400
RANGES = {"1d": DAY, "5d": 5 * DAY, "1mo": 30 * DAY}
CHART = "/v8/finance/chart/"
NAMES = {"o": "open", "h": "high", "l": "low", "c": "close", "v": "volume"}


def to_yahoo(symbol: str) -> str:
    return symbol if "-" in symbol else symbol.replace(".", "-")


def yahoo(quotes: Quotes) -> Replying:
    """The cookie, the crumb and charts."""
    ours = {to_yahoo(symbol): symbol for symbol in quotes.symbols}

    def reply(request: Request) -> Reply:
        if request.path == "/v1/test/getcrumb":
            return Reply(b"crumb1", kind="text/plain")
        if not request.path.startswith(CHART):
            return Reply(b"", kind="text/html", headers=("Set-Cookie: A3=peer; Path=/",))
        form = request.path.removeprefix(CHART)
        return _chart(quotes, request, form, ours[form]) if form in ours else refused("yahoo", "not_found")

    return reply


def _chart(quotes: Quotes, request: Request, form: str, symbol: str) -> Reply:
    interval, trade = request.query["interval"], quotes.last(symbol)
    now = trade.at.timestamp()
    if interval not in INTERVALS:
        return refused("yahoo", "bad_interval")
    last = float(request.query.get("period2", now + 1))
    first = float(request.query.get("period1", last - RANGES.get(request.query.get("range", "1d"), DAY)))
    rows = quotes.bars(symbol, INTERVALS[interval], first, last - 1)
    if first <= now < last:
        rows = _with_moment(rows, int(now), trade.price)
    shown = rows.page(0, len(rows))
    quote = {name: [row[letter] for _, row in shown] for letter, name in NAMES.items()}
    result: dict[str, Any] = {
        "meta": {
            "symbol": form,
            "currency": "USD",
            "dataGranularity": interval,
            "exchangeTimezoneName": "UTC",
            "timezone": "UTC",
            "gmtoffset": 0,
            "instrumentType": "EQUITY",
            "tradingPeriods": _round_the_clock(first, last),
            "validRanges": list(RANGES),
            "regularMarketPrice": trade.price,
            "regularMarketTime": int(now),
        },
        "timestamp": [at for at, _ in shown],
        "indicators": {"quote": [quote], "adjclose": [{"adjclose": quote["close"]}]},
    }
    if not shown:
        del result["timestamp"]
        result["indicators"] = {"quote": [{}]}
    return Reply({"chart": {"result": [result], "error": None}})


def _round_the_clock(first: float, last: float) -> list[list[dict[str, Any]]]:
    """A session a day."""
    days = range(int(first) // DAY * DAY, int(last) + 1, DAY)
    return [[{"timezone": "UTC", "start": day, "end": day + DAY, "gmtoffset": 0}] for day in days]


def _with_moment(rows: Rows, now: int, price: float) -> Rows:
    """The last row is the price of the moment at its own time; a bar that begins at that second is that row."""
    earlier = rows.between(0, now - 1) if len(rows) else EMPTY
    return earlier.followed_by(now, (price, price, price, price, 0.0))
