"""What goes over the wire to the market vendors: one request per page, keys in headers, nothing left running."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from alpaca.data.historical.stock import StockHistoricalDataClient
from alpaca.data.models import BarSet

from argo_core.adapters.vendor_path import Document, HttpLimits
from argo_core.adapters.vendors.alpaca_client import DataFeed, StockBarsRequest, TimeFrame, TimeFrameUnit
from argo_core.adapters.vendors.alpaca_data import AlpacaData, alpaca_http
from argo_core.adapters.vendors.massive import Massive, massive_http
from argo_core.adapters.vendors.yahoo import Yahoo
from argo_core.adapters.vendors.yfinance_charts import YfinanceCharts
from argo_core.errors import ConfigError, SourceError
from argo_core.model.timeframe import Timeframe
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_market import BARS, HOUR, NOW, sample_market
from tests.argo.adapters.vendor_path.raw_peer import silence
from tests.argo.adapters.vendors import market_peers
from tests.argo.adapters.vendors.conftest import LIMITS, VENDORS, vendor_at
from tests.argo.adapters.vendors.market_peers import KEY, SECRET
from tests.argo.peers.http_peer import HttpPeer, Reply, Request, serving
from tests.argo.peers.refusals import refused

START = NOW - timedelta(days=3)
CLOCK = FixedClock(NOW)


async def test_alpaca_pages_are_joined_and_shares_and_coins_go_their_own_ways(alpaca_peer: HttpPeer) -> None:
    async with vendor_at("alpaca", alpaca_peer.url) as vendor:
        await vendor.bars(["AAPL", "BRK.B", "BTC-USD"], HOUR, START, NOW)
    shares, coins = alpaca_peer.asked("/v2/stocks/bars"), alpaca_peer.asked("/v1beta3/crypto/us/bars")
    assert [request.query.get("page_token") for request in shares] == [None, *map(str, range(7, 60, 7))]
    assert len(coins) == 5
    first = shares[0].query
    assert first["symbols"] == "AAPL,BRK.B"
    assert (first["timeframe"], first["feed"], first["adjustment"], first["limit"]) == (
        "1Hour",
        "iex",
        "split",
        "10000",
    )
    assert first["start"] == "2026-11-17T15:30:00+00:00"
    assert coins[0].query["symbols"] == "BTC/USD"
    assert KEY not in str([request.query for request in alpaca_peer.requests])


async def test_alpacas_own_client_reads_the_peer_as_we_do(alpaca_peer: HttpPeer) -> None:
    """The peer speaks Alpaca's language by another judge than ourselves: its client with its own transport."""
    stocks = StockHistoricalDataClient(KEY, SECRET, url_override=alpaca_peer.url)
    request = StockBarsRequest(
        symbol_or_symbols=["AAPL", "BRK.B"], timeframe=TimeFrame(1, TimeFrameUnit.Hour), start=START, end=NOW,
        feed=DataFeed.IEX,
    )  # fmt: skip
    read = await asyncio.to_thread(stocks.get_stock_bars, request)
    assert isinstance(read, BarSet)
    assert {symbol: len(bars) for symbol, bars in read.data.items()} == {"AAPL": BARS, "BRK.B": BARS}
    assert [bar.close for bar in read.data["AAPL"]] == sample_market().bars["AAPL"].close.tolist()


async def test_a_symbol_that_alpaca_takes_offence_at_is_left_out_and_the_others_asked_again(
    alpaca_peer: HttpPeer,
) -> None:
    def replying(request: Request) -> Reply:
        if "^GSPC" in request.query["symbols"].split(","):
            return Reply({"message": "invalid symbol: ^GSPC"}, 400)
        return alpaca_peer.replying(request)

    async with serving(replying) as peer, vendor_at("alpaca", peer.url) as vendor:
        assert list(await vendor.bars(["^GSPC", "AAPL"], HOUR, START, NOW)) == ["AAPL"]
        assert await vendor.last_prices(["^GSPC"]) == {}


async def test_alpaca_is_asked_for_many_symbols_at_once(alpaca_peer: HttpPeer) -> None:
    async with vendor_at("alpaca", alpaca_peer.url) as vendor:
        await vendor.last_prices([f"S{number}" for number in range(450)])
    asked = [len(request.query["symbols"].split(",")) for request in alpaca_peer.requests]
    assert sorted(asked) == [50, 200, 200]  # at the same time: in no order


async def test_massive_pages_are_joined_on_our_host_with_the_key_in_the_header(massive_peer: HttpPeer) -> None:
    async with vendor_at("massive", massive_peer.url) as vendor:
        bars = await vendor.bars(["BTC-USD"], HOUR, START, NOW)
    assert len(bars["BTC-USD"]) == BARS - 1
    assert [request.query.get("cursor") for request in massive_peer.requests] == [None, "7", "14", "21", "28"]
    assert {request.headers["authorization"] for request in massive_peer.requests} == {f"Bearer {KEY}"}
    assert {request.path for request in massive_peer.requests} == {
        "/v2/aggs/ticker/X:BTCUSD/range/1/hour/1794929400000/1795188600000"
    }


async def test_massive_answers_prices_of_all_symbols_in_one_request_per_market(massive_peer: HttpPeer) -> None:
    async with vendor_at("massive", massive_peer.url) as vendor:
        await vendor.last_prices(["AAPL", "BTC-USD", "BRK.B"])
    assert [(request.path, request.query["tickers"]) for request in massive_peer.requests] == [
        ("/v2/snapshot/locale/us/markets/stocks/tickers", "AAPL,BRK.B"),
        ("/v2/snapshot/locale/global/markets/crypto/tickers", "X:BTCUSD"),
    ]


async def test_pages_that_lead_in_a_circle_are_refused(massive_peer: HttpPeer, alpaca_peer: HttpPeer) -> None:
    def endless(request: Request) -> Reply:
        if "stocks" in request.path:
            return Reply({"bars": {}, "next_page_token": "again"})
        body = {"ticker": "AAPL", "status": "OK", "next_url": f"https://api.massive.com{request.path}?cursor=again"}
        return Reply(body)

    async with serving(endless) as peer, httpx.AsyncClient() as client:
        massive = Massive(massive_http(client, KEY, CLOCK, peer.url, LIMITS), CLOCK)
        alpaca = AlpacaData(alpaca_http(client, KEY, SECRET, CLOCK, peer.url, LIMITS), CLOCK)
        for vendor in (massive, alpaca):
            with pytest.raises(SourceError, match="do not end"):
                await vendor.bars(["AAPL"], HOUR, START, NOW)
        alpaca.close()


@pytest.mark.parametrize(("name", "requests"), [("alpaca", 14), ("massive", 15)])
async def test_the_budget_is_asked_before_each_request_but_a_calls_first(
    name: str, requests: int, alpaca_peer: HttpPeer, massive_peer: HttpPeer
) -> None:
    turns: list[str] = []

    async def turn(_within_seconds: float) -> None:
        turns.append("turn")

    symbols = ["AAPL", "BRK.B", "BTC-USD"]
    async with httpx.AsyncClient() as client:
        if name == "alpaca":
            alpaca = AlpacaData(alpaca_http(client, KEY, SECRET, CLOCK, alpaca_peer.url, LIMITS), CLOCK, turn=turn)
            await alpaca.bars(symbols, HOUR, START, NOW)
            alpaca.close()
        else:
            massive = Massive(massive_http(client, KEY, CLOCK, massive_peer.url, LIMITS), CLOCK, turn=turn)
            await massive.bars(symbols, HOUR, START, NOW)
    assert len((alpaca_peer if name == "alpaca" else massive_peer).requests) == requests
    assert len(turns) == requests - 1


async def test_a_cancelled_call_leaves_the_vendor_usable_and_no_thread_waiting(alpaca_peer: HttpPeer) -> None:
    async with httpx.AsyncClient() as client:
        slow = HttpLimits(total_seconds=60.0)
        vendor = AlpacaData(alpaca_http(client, KEY, SECRET, CLOCK, alpaca_peer.url, slow), CLOCK, threads=1)
        alpaca_peer.fault = silence
        call = asyncio.create_task(vendor.last_prices(["AAPL"]))
        while not alpaca_peer.requests:
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        alpaca_peer.fault = None
        async with asyncio.timeout(5.0):
            assert list(await vendor.last_prices(["AAPL"])) == ["AAPL"]
        vendor.close()


async def test_the_whole_call_has_a_deadline_however_many_pages(alpaca_peer: HttpPeer) -> None:
    async with httpx.AsyncClient() as client:
        vendor = AlpacaData(alpaca_http(client, KEY, SECRET, CLOCK, alpaca_peer.url, LIMITS), CLOCK, call_seconds=0.2)
        alpaca_peer.fault = silence
        with pytest.raises(SourceError) as caught:
            await vendor.bars(["AAPL"], HOUR, START, NOW)
        assert caught.value.reason == "TIMEOUT"
        vendor.close()


async def test_a_feed_that_alpaca_has_not_is_the_operators_mistake() -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(ConfigError, match="no feed 'siip'"):
            AlpacaData(alpaca_http(client, KEY, SECRET, CLOCK), CLOCK, feed="siip")


@pytest.mark.parametrize("frame", ["90Min", "36Hour", "2Day"])
async def test_bars_that_alpaca_has_not_are_refused_for_good(frame: str, alpaca_peer: HttpPeer) -> None:
    async with vendor_at("alpaca", alpaca_peer.url) as vendor:
        with pytest.raises(SourceError) as caught:
            await vendor.bars(["AAPL"], Timeframe.parse(frame), START, NOW)
    assert (caught.value.reason, caught.value.permanent) == ("VENDOR_ERROR", True)
    assert alpaca_peer.requests == []


async def test_yahoo_is_asked_through_yfinance_with_its_crumb(yahoo_peer: HttpPeer) -> None:
    async with vendor_at("yahoo", yahoo_peer.url) as vendor:
        await vendor.bars(["BRK.B"], HOUR, START, NOW)
    charts = yahoo_peer.asked("/v8/finance/chart/")
    assert [(request.path, request.query["interval"], request.query["crumb"]) for request in charts] == [
        ("/v8/finance/chart/BRK-B", "1h", "crumb1")
    ]
    assert (charts[0].query["period1"], charts[0].query["period2"]) == ("1794929400", "1795188600")


async def test_yahoos_chart_needs_neither_cookie_nor_crumb(yahoo_peer: HttpPeer) -> None:
    yahoo_peer.fault = Reply(b"Too Many Requests", 429, "text/plain").answering()
    yahoo_peer.faulty = lambda request: "chart" not in request.path
    async with vendor_at("yahoo", yahoo_peer.url) as vendor:
        assert list(await vendor.last_prices(["AAPL"])) == ["AAPL"]


async def test_yahoos_cookie_and_crumb_are_fetched_once(yahoo_peer: HttpPeer) -> None:
    async with vendor_at("yahoo", yahoo_peer.url) as vendor:
        for _ in range(3):
            await vendor.last_prices(["AAPL"])
    paths = [request.path for request in yahoo_peer.requests]
    assert paths == ["/", "/v1/test/getcrumb", *["/v8/finance/chart/AAPL"] * 3]


async def test_a_cookie_that_never_comes_does_not_outlast_the_request(yahoo_peer: HttpPeer) -> None:
    yahoo_peer.fault, yahoo_peer.faulty = silence, lambda request: "chart" not in request.path
    charts = YfinanceCharts(time.monotonic, yahoo_peer.url)
    async with asyncio.timeout(5.0):
        with pytest.raises(SourceError) as caught:
            await asyncio.to_thread(charts.fetch, "AAPL", {}, 0.4)
    assert caught.value.reason == "TIMEOUT"
    charts.close()


async def test_a_fetcher_that_hangs_costs_its_caller_a_deadline_and_no_more() -> None:
    released = threading.Event()

    class Hanging:
        def fetch(self, symbol: str, query: object, seconds: float) -> Document:
            released.wait(20.0)
            raise SourceError("TIMEOUT", "it hung")

    vendor = Yahoo(Hanging(), CLOCK, call_seconds=0.1, threads=1)
    for _ in range(2):
        with pytest.raises(SourceError) as caught:
            await vendor.last_prices(["AAPL"])
        assert caught.value.reason == "TIMEOUT"
    released.set()
    vendor.close()


def test_a_base_url_that_is_none_is_the_operators_mistake() -> None:
    with pytest.raises(ConfigError, match="base URL"):
        YfinanceCharts(lambda: 0.0, "query2.finance.yahoo.com")


def old_sip(request: Request) -> Reply:
    """A plan that may read the whole tape, but nothing of the last quarter of an hour."""
    asked = request.query
    newest = NOW - timedelta(minutes=35)
    if asked.get("feed", "iex") != "iex" and (asked["feed"] != "sip" or datetime.fromisoformat(asked["end"]) > newest):
        return refused("alpaca", "recent_sip")
    return market_peers.alpaca(dataclasses.replace(request, query={**asked, "feed": "iex"}))


async def test_a_feed_that_is_delayed_knows_nothing_of_the_last_quarter_of_an_hour(massive_peer: HttpPeer) -> None:
    clock = FixedClock(NOW - timedelta(minutes=20))
    async with httpx.AsyncClient() as client, serving(old_sip) as alpaca_peer:
        massive = Massive(massive_http(client, KEY, clock, massive_peer.url, LIMITS), clock, feed="delayed")
        alpaca = AlpacaData(alpaca_http(client, KEY, SECRET, clock, alpaca_peer.url, LIMITS), clock, feed="delayed_sip")
        try:
            for vendor in (alpaca, massive):
                shares = (await vendor.bars(["AAPL"], HOUR, START, clock.now()))["AAPL"]
                assert shares.known_at == NOW - timedelta(minutes=90), vendor.name
            coins = (await alpaca.bars(["BTC-USD"], HOUR, START, clock.now()))["BTC-USD"]
            assert coins.known_at == NOW - timedelta(minutes=30), "the coins' feed has no delay"
            assert await alpaca.bars(["AAPL"], HOUR, NOW - timedelta(minutes=35), clock.now()) == {}
        finally:
            alpaca.close()


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("symbol", ["AAPL", "BTC-USD"])
async def test_a_bar_that_is_still_made_by_the_vendors_time_is_not_told_whatever_our_clock_says(
    vendor: str, symbol: str
) -> None:
    async def known_at(says: Callable[[], datetime] | None) -> datetime:
        peer.now = says
        found = await asked.bars([symbol], HOUR, START, NOW)
        return found[symbol].known_at

    end = NOW - timedelta(minutes=30)
    async with serving(getattr(market_peers, vendor)) as peer, vendor_at(vendor, peer.url) as asked:
        assert await known_at(lambda: end - timedelta(seconds=1)) == end - timedelta(hours=1)
        assert await known_at(lambda: end) == end
        assert await known_at(lambda: NOW + timedelta(days=1)) == end, "a vendor's clock makes no bar complete"
        assert await known_at(None) == end


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Fri, 20 Nov 2026 15:29:58 GMT", datetime(2026, 11, 20, 15, 29, 58, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 16:29:58 +0100", datetime(2026, 11, 20, 15, 29, 58, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 15:29:58 -0000", datetime(2026, 11, 20, 15, 29, 58, tzinfo=UTC)),
        ("yesterday", None),
        ("Fri, 20 Nov 99999 15:29:58 GMT", None),
        ("", None),
    ],
)
def test_the_time_of_an_answer_is_the_one_that_it_names(said: str, expected: datetime | None) -> None:
    assert Document(200, {"date": said}, b"").said_at == expected
