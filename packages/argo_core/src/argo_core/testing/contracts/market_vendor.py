"""What every MarketVendor promises. Fixtures: a `vendor` that serves `sample_market()`, its clock standing at `NOW`."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from argo_core.model.instant import from_instant64, to_instant64
from argo_core.ports.market_vendor import MarketVendor
from argo_core.testing.sample_market import BARS, HOUR, NOW, TRADED_AT, UNKNOWN, sample_market

MARKET = sample_market()
START, END = NOW - timedelta(days=3), NOW + timedelta(days=1)


class MarketVendorContract:
    async def test_bars_are_the_markets_under_our_symbols(self, vendor: MarketVendor) -> None:
        answer = await vendor.bars(MARKET.symbols, HOUR, START, END)
        assert sorted(answer) == ["AAPL", "BRK.B", "BTC-USD"]
        for symbol, bars in answer.items():
            wanted = MARKET.bars[symbol].until(NOW)
            assert bars.symbol == symbol
            assert bars.timeframe == HOUR
            assert bars.start.tolist() == wanted.start.tolist()
            assert bars.end.tolist() == wanted.end.tolist()
            assert bars.values.tolist() == wanted.values.tolist()

    async def test_no_bar_is_in_progress(self, vendor: MarketVendor) -> None:
        answer = await vendor.bars(MARKET.symbols, HOUR, START, END)
        assert {len(bars) for bars in answer.values()} == {BARS - 1}
        assert all((bars.end <= to_instant64(NOW)).all() for bars in answer.values())

    async def test_the_window_begins_with_its_start_and_ends_before_its_end(self, vendor: MarketVendor) -> None:
        start, end = (from_instant64(MARKET.bars["AAPL"].start[place]) for place in (5, 15))
        answer = await vendor.bars(["AAPL", "BTC-USD"], HOUR, start, end)
        for symbol in ("AAPL", "BTC-USD"):
            assert answer[symbol].start.tolist() == MARKET.bars[symbol].start[5:15].tolist()

    async def test_a_window_without_bars_is_no_symbol(self, vendor: MarketVendor) -> None:
        start = NOW - timedelta(days=200)
        assert await vendor.bars(["AAPL"], HOUR, start, start + timedelta(days=1)) == {}

    async def test_an_unknown_symbol_is_absent_and_harms_no_other(self, vendor: MarketVendor) -> None:
        answer = await vendor.bars(["AAPL", UNKNOWN], HOUR, START, END)
        assert list(answer) == ["AAPL"]
        assert list(await vendor.last_prices([UNKNOWN, "AAPL"])) == ["AAPL"]
        assert await vendor.bars([UNKNOWN], HOUR, START, END) == {}
        assert await vendor.last_prices([UNKNOWN]) == {}

    async def test_nothing_asked_is_nothing_answered(self, vendor: MarketVendor) -> None:
        assert await vendor.bars([], HOUR, START, END) == {}
        assert await vendor.last_prices([]) == {}

    async def test_a_symbol_asked_twice_is_answered_once(self, vendor: MarketVendor) -> None:
        answer = await vendor.bars(["AAPL", "AAPL"], HOUR, START, END)
        assert len(answer["AAPL"]) == BARS - 1

    async def test_prices_bear_the_vendors_time_and_ours(self, vendor: MarketVendor) -> None:
        prices = await vendor.last_prices(MARKET.symbols)
        assert {symbol: each.price for symbol, each in prices.items()} == MARKET.prices
        for symbol, each in prices.items():
            assert each.symbol == symbol
            assert (each.at, each.received_at) == (TRADED_AT, NOW)
            assert each.feed

    async def test_several_calls_at_a_time_do_not_mix(self, vendor: MarketVendor) -> None:
        wanted = MARKET.symbols * 4
        answers = await asyncio.gather(*(vendor.bars([symbol], HOUR, START, END) for symbol in wanted))
        for symbol, answer in zip(wanted, answers, strict=True):
            assert list(answer) == [symbol]
            assert answer[symbol].close.tolist() == MARKET.bars[symbol].close[:-1].tolist()

    async def test_it_has_a_name_and_names_its_feed(self, vendor: MarketVendor) -> None:
        assert vendor.name
        assert vendor.feed
