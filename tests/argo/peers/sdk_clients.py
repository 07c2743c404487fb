"""The vendors' own clients against an address: `python -m tests.argo.peers.sdk_clients massive URL`. Prints JSON.

A process of its own: their sessions, caches and warnings are theirs. Each reads quarter hours of AAPL and BTC-USD of
the last two days up to the newest whole one, and the newest price.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from tests.argo.peers.keys import ALPACA_KEY, ALPACA_SECRET, MASSIVE_KEY, PERPLEXITY_KEY, XAI_KEY

QUARTER = 900
QUESTION = "Symbol: AAPL (equity)\nVote on AAPL for the next 60 minutes."


def window() -> tuple[int, int]:
    """Seconds since 1970: two days up to the newest whole quarter of an hour."""
    end = int(time.time()) // QUARTER * QUARTER
    return end - 2 * 86_400, end


def alpaca(url: str) -> dict[str, Any]:
    from alpaca.data.enums import DataFeed
    from alpaca.data.historical import CryptoHistoricalDataClient, StockHistoricalDataClient
    from alpaca.data.requests import CryptoBarsRequest, StockBarsRequest, StockLatestTradeRequest
    from alpaca.data.timeframe import TimeFrame, TimeFrameUnit

    first, last = (datetime.fromtimestamp(at, UTC) for at in window())
    frame = TimeFrame(15, TimeFrameUnit.Minute)
    shares = StockHistoricalDataClient(ALPACA_KEY, ALPACA_SECRET, url_override=url)
    coins = CryptoHistoricalDataClient(ALPACA_KEY, ALPACA_SECRET, url_override=url)
    stock = shares.get_stock_bars(
        StockBarsRequest(symbol_or_symbols=["AAPL"], timeframe=frame, start=first, end=last, feed=DataFeed.IEX)
    )
    coin = coins.get_crypto_bars(
        CryptoBarsRequest(symbol_or_symbols=["BTC/USD"], timeframe=frame, start=first, end=last)
    )
    price = shares.get_stock_latest_trade(StockLatestTradeRequest(symbol_or_symbols="AAPL", feed=DataFeed.IEX))
    closes = [[bar.close for bar in bars if bar.timestamp < last] for bars in (stock["AAPL"], coin["BTC/USD"])]
    return {"closes": closes, "price": price["AAPL"].price}


def massive(url: str) -> dict[str, Any]:
    first, last = window()
    client = import_module("massive").RESTClient(MASSIVE_KEY, base=url)

    def closes(ticker: str) -> list[float]:
        rows = client.list_aggs(ticker, 15, "minute", first * 1000, last * 1000 - 1, limit=5000)
        return [row.close for row in rows]

    seen = client.get_snapshot_all("stocks", ["AAPL"])
    return {"closes": [closes("AAPL"), closes("X:BTCUSD")], "price": seen[0].last_trade.price}


def yahoo(url: str) -> dict[str, Any]:
    import requests

    yfinance = import_module("yfinance")

    class Rerouted(requests.adapters.HTTPAdapter):
        """Every host is the peer."""

        def send(self, request: requests.PreparedRequest, *args: Any, **named: Any) -> requests.Response:
            parts = urlsplit(str(request.url))
            request.url = f"{url}{parts.path}?{parts.query}"
            return super().send(request, *args, **named)

    session = requests.Session()
    session.mount("https://", Rerouted())
    yfinance.config.debug.hide_exceptions = False
    first, last = window()

    def closes(symbol: str) -> list[float]:
        frame = yfinance.Ticker(symbol, session=session).history(
            start=datetime.fromtimestamp(first, UTC), end=datetime.fromtimestamp(last, UTC), interval="15m"
        )
        return [float(close) for close in frame["Close"]]

    price = yfinance.Ticker("AAPL", session=session).history(period="1d", interval="1d")["Close"].iloc[-1]
    return {"closes": [closes("AAPL"), closes("BTC-USD")], "price": float(price)}


def xai(url: str) -> dict[str, Any]:
    """Its own client speaks another protocol; it documents OpenAI's for this one."""
    client = import_module("openai").OpenAI(api_key=XAI_KEY, base_url=f"{url}/v1", max_retries=0)
    return _answered(client, "grok-4.7")


def perplexity(url: str) -> dict[str, Any]:
    client = import_module("perplexity").Perplexity(api_key=PERPLEXITY_KEY, base_url=url, max_retries=0)
    return _answered(client, "perplexity/sonar")


def _answered(client: Any, model: str) -> dict[str, Any]:
    answer = client.responses.create(model=model, input=QUESTION, tools=[{"type": "web_search"}])
    return {"status": answer.status, "vote": json.loads(answer.output_text)}


CLIENTS: dict[str, Callable[[str], dict[str, Any]]] = {
    "alpaca": alpaca,
    "massive": massive,
    "yahoo": yahoo,
    "xai": xai,
    "perplexity": perplexity,
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.stdout.write(json.dumps(CLIENTS[sys.argv[1]](sys.argv[2])))
