"""A market as Alpaca serves it: shares and coins apart, RFC 3339, pages over all symbols, keys in two headers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.argo.peers.http_peer import Reply, Replying, Request
from tests.argo.peers.quotes import Quotes
from tests.argo.peers.refusals import refused

COINS, SHARES = "/v1beta3/crypto/us/", "/v2/stocks/"
UNITS = {"Min": 60, "Hour": 3600, "Day": 86_400}
MOST_ROWS = 10_000


def to_alpaca(symbol: str) -> str:
    return symbol.replace("-", "/")


def alpaca(quotes: Quotes, key: str, secret: str, page: int | None = None) -> Replying:
    """Bars and latest trades; `page` rows a page where given, else as many as asked for, at most 10,000."""
    ours = {to_alpaca(symbol): symbol for symbol in quotes.symbols}

    def reply(request: Request) -> Reply:
        if (request.headers.get("apca-api-key-id"), request.headers.get("apca-api-secret-key")) != (key, secret):
            return refused("alpaca", "bad_key")
        if request.path.startswith(SHARES) and request.query.get("feed") != "iex":
            return refused("alpaca", "recent_sip")
        asked = sorted(request.query.get("symbols", "").split(","))
        wrong = [symbol for symbol in asked if ("/" in symbol) != request.path.startswith(COINS) or "!" in symbol]
        if wrong:
            return Reply({"message": f"invalid symbol: {wrong[0]}"}, 400)
        return _found(quotes, request, {form: ours[form] for form in asked if form in ours}, page)

    return reply


def _found(quotes: Quotes, request: Request, known: dict[str, str], page: int | None) -> Reply:
    if request.path in (f"{SHARES}bars", f"{COINS}bars"):
        return _bars(quotes, request, known, page)
    if request.path in (f"{SHARES}trades/latest", f"{COINS}latest/trades"):
        return Reply({"trades": {form: _trade(quotes, symbol) for form, symbol in known.items()}})
    return Reply({"message": "not found"}, 404)


def seconds_of(timeframe: str) -> int:
    """`15Min` and `15T` as 900. Raises ValueError for another unit."""
    digits = "".join(letter for letter in timeframe if letter.isdigit())
    unit = {"T": "Min", "H": "Hour", "D": "Day"}.get(timeframe.removeprefix(digits), timeframe.removeprefix(digits))
    if unit not in UNITS:
        raise ValueError(timeframe)
    return int(digits) * UNITS[unit]


def text(seconds: float) -> str:
    """RFC 3339 with nanoseconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def _trade(quotes: Quotes, symbol: str) -> dict[str, Any]:
    trade = quotes.last(symbol)
    here = {"tks": "B"} if symbol.endswith("-USD") else {"x": "V", "c": ["@"], "z": "C"}
    return {"t": text(trade.at.timestamp()), "p": trade.price, "s": 1, "i": 1, **here}


def _bars(quotes: Quotes, request: Request, known: dict[str, str], page: int | None) -> Reply:
    try:
        seconds = seconds_of(request.query.get("timeframe", ""))
    except ValueError:
        return refused("alpaca", "missing_param")
    start, end = (_second(request.query.get(name), quotes, known) for name in ("start", "end"))
    size = page or min(int(request.query.get("limit", "1000")), MOST_ROWS)
    left, rows = int(request.query.get("page_token", "0")), dict[str, list[dict[str, Any]]]()
    following, room = left + size, size
    for form, symbol in known.items():
        bars = quotes.bars(symbol, seconds, start, end)
        here = bars.page(left, room) if left < len(bars) else []
        left = max(left - len(bars), 0)
        room -= len(here)
        if here:
            rows[form] = [{"t": text(at), **row, "n": 3, "vw": row["c"]} for at, row in here]
        if room == 0:
            break
    return Reply({"bars": rows, "next_page_token": str(following) if room == 0 else None})


def _second(moment: str | None, quotes: Quotes, known: dict[str, str]) -> float:
    """The newest is the default of an end, and of nothing else that we are asked."""
    if moment is None:
        return max((quotes.last(symbol).at.timestamp() for symbol in known.values()), default=0.0)
    read = datetime.fromisoformat(moment)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
