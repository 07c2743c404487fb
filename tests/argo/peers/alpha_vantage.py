"""Daily indicators as Alpha Vantage serves them: text, newest first, New York's dates, the key in the address."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.argo.peers.http_peer import Reply, Replying, Request
from tests.argo.peers.quotes import Quotes
from tests.argo.peers.refusals import refused

DAY = 86_400
SHOWN = 100


def to_alpha_vantage(symbol: str) -> str:
    return symbol.replace("-", "")


def alpha_vantage(quotes: Quotes, key: str) -> Replying:
    """RSI, MACD and SMA of daily closes."""
    ours = {to_alpha_vantage(symbol): symbol for symbol in quotes.symbols}

    def reply(request: Request) -> Reply:
        if request.query.get("apikey") != key:
            return refused("alpha_vantage", "bad_key")
        if request.query.get("interval") != "daily" or request.query.get("function") not in FUNCTIONS:
            return refused("alpha_vantage", "bad_call")
        symbol = ours.get(request.query["symbol"])
        return Reply({}) if symbol is None else _answer(quotes, request, symbol)

    return reply


def _answer(quotes: Quotes, request: Request, symbol: str) -> Reply:
    function, now = request.query["function"], quotes.last(symbol).at.timestamp()
    bars = quotes.bars(symbol, DAY, 0.0, now)
    series = FUNCTIONS[function](bars.values[3])
    count = min(SHOWN, *(int(np.isfinite(column).sum()) for column in series.values()))
    dates = [datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d") for at in bars.start.tolist()]
    rows: dict[str, Any] = {
        dates[place]: {name: f"{column[place]:.4f}" for name, column in series.items()}
        for place in range(len(bars) - 1, len(bars) - 1 - count, -1)
    }
    meta = {"1: Symbol": request.query["symbol"], "2: Indicator": function, "4: Interval": "daily"}
    return Reply({"Meta Data": meta, f"Technical Analysis: {function}": rows})


def _rsi(closes: NDArray[np.float64], period: int = 14) -> dict[str, NDArray[np.float64]]:
    """Wilder's."""
    moves = np.diff(closes)
    found = np.full(len(closes), np.nan)
    up, down = np.maximum(moves[:period], 0).mean(), np.maximum(-moves[:period], 0).mean()
    for place, move in enumerate(moves[period:], period):
        up, down = (up * (period - 1) + max(move, 0)) / period, (down * (period - 1) + max(-move, 0)) / period
        found[place + 1] = 100.0 * up / (up + down)
    return {"RSI": found}


def _macd(closes: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    macd = _ema(closes, 12) - _ema(closes, 26)
    signal = _ema(macd, 9)
    return {"MACD": macd, "MACD_Signal": signal, "MACD_Hist": macd - signal}


def _sma(closes: NDArray[np.float64], period: int = 20) -> dict[str, NDArray[np.float64]]:
    means = np.convolve(closes, np.full(period, 1.0 / period), "valid")
    return {"SMA": np.concatenate([np.full(period - 1, np.nan), means])}


def _ema(values: NDArray[np.float64], period: int) -> NDArray[np.float64]:
    found, share = np.empty_like(values), 2.0 / (period + 1)
    found[0] = values[0]
    for place in range(1, len(values)):
        found[place] = found[place - 1] + share * (values[place] - found[place - 1])
    return found


FUNCTIONS = {"RSI": _rsi, "MACD": _macd, "SMA": _sma}
